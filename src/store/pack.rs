//! Bytes in and out of zstd: whole, or as a delta with another content as prefix.

use std::io;

use serde::Serialize;
use serde::de::DeserializeOwned;

/// Level 3 packs some 300 MB/s; higher levels gain a few percent on kilobyte texts and cost several times as much.
const LEVEL: i32 = 3;

/// A content of this many bytes is the largest that a database may claim to unpack to. It bounds what a damaged row can make
/// us allocate; no document comes near it.
const MOST: usize = 1 << 30;

pub(super) fn pack(content: &[u8]) -> io::Result<Vec<u8>> {
    zstd::bulk::compress(content, LEVEL)
}

pub(super) fn unpack(packed: &[u8], size: usize) -> io::Result<Vec<u8>> {
    zstd::bulk::decompress(packed, size.min(MOST))
}

pub(super) fn pack_value(value: &impl Serialize) -> io::Result<Vec<u8>> {
    pack(&serde_json::to_vec(value)?)
}

pub(super) fn unpack_value<T: DeserializeOwned>(packed: &[u8]) -> io::Result<T> {
    let size = zstd::zstd_safe::get_frame_content_size(packed).ok().flatten().and_then(|size| usize::try_from(size).ok());
    let json = unpack(packed, size.unwrap_or(MOST))?;
    Ok(serde_json::from_slice(&json)?)
}
