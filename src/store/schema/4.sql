-- What covers the time and the reason of a removal, as the links cover all other ground: BLAKE3 over them and the digest of what was
-- removed, see link.rs. NULL: removed by an older newswatch.
ALTER TABLE removal ADD COLUMN seal BLOB;
