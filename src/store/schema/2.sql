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
