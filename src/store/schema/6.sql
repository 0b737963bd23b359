-- Derived: what some revisions of one document say, packed together, for they are much alike; see bundle.rs. Never changed: a revision
-- that is made again leaves its bundle, and a bundle that all have left goes.
CREATE TABLE bundle (
  id   INTEGER PRIMARY KEY AUTOINCREMENT,
  data BLOB NOT NULL                   -- zstd
) STRICT;
-- Where the data of a revision is, and its own column empty. NULL: in its own column.
ALTER TABLE revision ADD COLUMN bundle INTEGER REFERENCES bundle;
CREATE INDEX revision_by_bundle ON revision (bundle) WHERE bundle IS NOT NULL;
