-- A file that was still being written when it could not be waited for any longer was recorded as it stood.
ALTER TABLE version ADD COLUMN transient INTEGER NOT NULL DEFAULT 0 CHECK (transient IN (0, 1));

-- A time in which something may have happened that nobody saw. Ground like the versions, and in their chain of links.
CREATE TABLE gap (
  id        INTEGER PRIMARY KEY AUTOINCREMENT,
  root      INTEGER NOT NULL REFERENCES root,
  path      BLOB NOT NULL,             -- relative to the root; empty: all of it
  began     INTEGER NOT NULL,          -- microseconds since 1970 in UTC
  ended     INTEGER NOT NULL,          -- the same
  cause     TEXT NOT NULL,             -- for people
  noted     INTEGER NOT NULL,          -- microseconds since 1970 in UTC
  after     INTEGER NOT NULL,          -- the last version when it was noted; 0: there was none
  link      BLOB NOT NULL CHECK (length(link) = 32)  -- BLAKE3 over the link before and this row, see link.rs
) STRICT;
CREATE INDEX gap_by_end ON gap (ended);

CREATE TRIGGER gap_stays BEFORE UPDATE ON gap BEGIN SELECT raise(ABORT, 'ground rows are append-only'); END;
CREATE TRIGGER gap_kept  BEFORE DELETE ON gap BEGIN SELECT raise(ABORT, 'ground rows are append-only'); END;

-- What many small contents have in common. An aid to packing, and no ground.
CREATE TABLE dictionary (
  id    INTEGER PRIMARY KEY AUTOINCREMENT,
  size  INTEGER NOT NULL,
  bytes BLOB NOT NULL,                 -- zstd
  first INTEGER NOT NULL,              -- it was made from contents among these blobs: who purges one of them, purges it
  last  INTEGER NOT NULL
) STRICT;
-- With a whole content (base NULL): the dictionary that it was packed with, if any.
ALTER TABLE blob ADD COLUMN dictionary INTEGER;

-- Derived: the entities of each document's last version with content. What they were found in is parsed again where it is
-- wanted, and so are older versions; an extract of the schema before held the article, too.
DROP TABLE extract;
CREATE TABLE entities (
  document  INTEGER PRIMARY KEY REFERENCES document,
  version   INTEGER NOT NULL REFERENCES version,
  extractor INTEGER NOT NULL REFERENCES extractor,
  data      BLOB NOT NULL              -- see derived.rs; zstd with the content as prefix
) STRICT;
