//! Bytes in and out of zstd: whole, or as a delta with another content as prefix.

use std::cell::RefCell;
use std::io;

use serde::Serialize;
use serde::de::DeserializeOwned;
use zstd::zstd_safe::{CCtx, CDict, CParameter, DCtx, DParameter};

use super::dictionary::Dictionary;

/// With a dictionary, level 6 needs an eighth less room than level 3 for kilobyte texts, and still packs 100 MB/s.
pub(super) const LEVEL: i32 = 6;

/// Takes a third of the time of level 6, and a twelfth more room until `newswatch gc`.
pub(super) const QUICK: i32 = 3;

/// Of values that come once for each content; against a prefix level 6 takes a quarter longer and saves one byte in a hundred.
const VALUES: i32 = 4;

/// A content of this many bytes is the largest that a database may claim to unpack to. It bounds what a damaged row can make
/// us allocate; no document comes near it.
const MOST: usize = 1 << 30;

thread_local! {
    // To make a context takes longer than to pack a kilobyte in it.
    static PACKING: RefCell<CCtx<'static>> = RefCell::new(CCtx::create());
    static UNPACKING: RefCell<DCtx<'static>> = RefCell::new(DCtx::create());
}

/// Packs a content that is to stand by itself, but for a dictionary.
pub(super) fn pack(content: &[u8], dictionary: Option<&Dictionary>) -> io::Result<Vec<u8>> {
    pack_at(content, dictionary, LEVEL)
}

/// The same for one of many contents that come at once.
pub(super) fn pack_quickly(content: &[u8], dictionary: Option<&Dictionary>) -> io::Result<Vec<u8>> {
    pack_at(content, dictionary, QUICK)
}

/// The same at another level.
pub(super) fn pack_at(content: &[u8], dictionary: Option<&Dictionary>, level: i32) -> io::Result<Vec<u8>> {
    let mut packed = Vec::with_capacity(zstd::zstd_safe::compress_bound(content.len()));
    PACKING
        .with_borrow_mut(|context| match dictionary {
            Some(dictionary) => context.compress_using_cdict(&mut packed, content, dictionary.at(level)),
            None => context.compress(&mut packed, content, level),
        })
        .map_err(io_error)?;
    packed.shrink_to_fit();
    Ok(packed)
}

pub(super) fn unpack(packed: &[u8], size: usize, dictionary: Option<&Dictionary>) -> io::Result<Vec<u8>> {
    let mut content = Vec::with_capacity(size.min(MOST));
    UNPACKING
        .with_borrow_mut(|context| match dictionary {
            Some(dictionary) => context.decompress_using_ddict(&mut content, packed, &dictionary.unpack),
            None => context.decompress(&mut content, packed),
        })
        .map_err(io_error)?;
    Ok(content)
}

/// Packs a content as what makes it differ from `base`.
pub(super) fn pack_delta(content: &[u8], base: &[u8], level: i32) -> io::Result<Vec<u8>> {
    let mut context = CCtx::create();
    let mut set = |parameter| context.set_parameter(parameter).map_err(io_error);
    set(CParameter::CompressionLevel(level))?;
    let both = content.len() + base.len();
    set(window(both))?;
    // Megabytes apart, equal places are found only by looking for long ones.
    set(CParameter::EnableLongDistanceMatching(both > 1 << 20))?;
    // The row says how long the content is.
    set(CParameter::ContentSizeFlag(false))?;
    context.ref_prefix(base).map_err(io_error)?;
    let mut delta = Vec::with_capacity(zstd::zstd_safe::compress_bound(content.len()));
    context.compress2(&mut delta, content).map_err(io_error)?;
    delta.shrink_to_fit();
    Ok(delta)
}

pub(super) fn unpack_delta(delta: &[u8], size: usize, base: &[u8]) -> io::Result<Vec<u8>> {
    let mut context = DCtx::create();
    context.set_parameter(DParameter::WindowLogMax(MOST.ilog2())).map_err(io_error)?;
    if !base.is_empty() {
        context.ref_prefix(base).map_err(io_error)?;
    }
    let mut content = Vec::with_capacity(size.min(MOST));
    context.decompress(&mut content, delta).map_err(io_error)?;
    Ok(content)
}

fn io_error(code: zstd::zstd_safe::ErrorCode) -> io::Error {
    io::Error::other(zstd::zstd_safe::get_error_name(code))
}

/// Packs a derived value as what it adds to the bytes that it was derived from, with a checksum: nothing else would show that
/// it is damaged.
pub(super) fn pack_value(value: &impl Serialize, basis: &[u8]) -> io::Result<Vec<u8>> {
    pack_text(&serde_json::to_vec(value)?, basis, VALUES)
}

/// The same for what is text already.
pub(super) fn pack_text(text: &[u8], basis: &[u8], level: i32) -> io::Result<Vec<u8>> {
    let mut context = checking(CCtx::create(), level)?;
    context.set_parameter(window(text.len() + basis.len())).map_err(io_error)?;
    context.ref_prefix(basis).map_err(io_error)?;
    pack_checked(&mut context, text)
}

/// The same where many values are packed against one basis that never changes.
pub(super) struct Mould(RefCell<CCtx<'static>>);

impl Mould {
    pub(super) fn new(basis: &'static CDict<'static>) -> io::Result<Mould> {
        let mut context = checking(CCtx::create(), LEVEL)?;
        context.ref_cdict(basis).map_err(io_error)?;
        Ok(Mould(RefCell::new(context)))
    }

    pub(super) fn pack_value(&self, value: &impl Serialize) -> io::Result<Vec<u8>> {
        pack_checked(&mut self.0.borrow_mut(), &serde_json::to_vec(value)?)
    }
}

fn checking(mut context: CCtx<'_>, level: i32) -> io::Result<CCtx<'_>> {
    context.set_parameter(CParameter::CompressionLevel(level)).map_err(io_error)?;
    context.set_parameter(CParameter::ChecksumFlag(true)).map_err(io_error)?;
    Ok(context)
}

fn pack_checked(context: &mut CCtx<'_>, text: &[u8]) -> io::Result<Vec<u8>> {
    let mut packed = Vec::with_capacity(zstd::zstd_safe::compress_bound(text.len()));
    context.compress2(&mut packed, text).map_err(io_error)?;
    packed.shrink_to_fit();
    Ok(packed)
}

pub(super) fn unpack_value<T: DeserializeOwned>(packed: &[u8], basis: &[u8]) -> io::Result<T> {
    Ok(serde_json::from_slice(&unpack_text(packed, basis)?)?)
}

pub(super) fn unpack_text(packed: &[u8], basis: &[u8]) -> io::Result<Vec<u8>> {
    let size = zstd::zstd_safe::get_frame_content_size(packed).ok().flatten().and_then(|size| usize::try_from(size).ok());
    unpack_delta(packed, size.ok_or_else(|| io::Error::other("it does not say how long it is"))?, basis)
}

/// A window that spans a content and its base, or zstd cannot see far enough back.
fn window(both: usize) -> CParameter {
    CParameter::WindowLog((usize::BITS - both.max(1 << 10).leading_zeros()).min(MOST.ilog2()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_delta_gives_its_content_back_and_is_small() {
        let text = |number: u32| (0..400).map(|line| format!("{} line {line}\n", (line * number) % 977)).collect::<String>().into_bytes();
        let base = text(7);
        let mut content = base.clone();
        content[900..910].copy_from_slice(b"0123456789");
        let large: Vec<u8> = (0..500_000_u32).flat_map(|number| number.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
        let mut larger = large.clone();
        larger.splice(5..5, *b"inserted near the beginning");
        for (content, base, most) in [(&content, &base, 60), (&base, &Vec::new(), 4000), (&Vec::new(), &base, 20), (&larger, &large, 3000)]
        {
            let delta = pack_delta(content, base, LEVEL).unwrap();
            assert!(unpack_delta(&delta, content.len(), base).unwrap() == *content);
            assert!(delta.len() <= most, "{} bytes", delta.len());
        }
    }
}
