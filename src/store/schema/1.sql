-- Ground truth. Rows are added and never changed; the triggers below hold the code to it.

-- A watched directory.
CREATE TABLE root (
  id   INTEGER PRIMARY KEY,
  path BLOB NOT NULL UNIQUE            -- absolute, as bytes: names need not be UTF-8
) STRICT;

-- A path below a root at which some document stood at some time.
CREATE TABLE place (
  id   INTEGER PRIMARY KEY,
  root INTEGER NOT NULL REFERENCES root,
  path BLOB NOT NULL,                  -- relative to the root
  UNIQUE (root, path)
) STRICT;

-- An identity that survives renames. Where it stands is what its latest version says.
CREATE TABLE document (
  id INTEGER PRIMARY KEY
) STRICT;

-- One content, stored once however many versions hold it. What the content is (digest, size) never changes;
-- how it is packed (base, bytes) may: the newest content of a document is whole, older ones are deltas.
CREATE TABLE blob (
  id     INTEGER PRIMARY KEY,
  digest BLOB NOT NULL UNIQUE CHECK (length(digest) = 32),
  size   INTEGER NOT NULL CHECK (size >= 0),
  rank   INTEGER NOT NULL,             -- 1, 2, 3 … among the contents of the document that brought it, see chain.rs
  shared INTEGER NOT NULL DEFAULT 0,   -- 1: more than one version holds it, so it stays whole
  base   INTEGER REFERENCES blob,      -- NULL: whole. Else: zstd with the base's content as prefix
  bytes  BLOB                          -- zstd. NULL: removed on purpose, see `removal`
) STRICT;

CREATE TABLE version (
  seq      INTEGER PRIMARY KEY AUTOINCREMENT,
  document INTEGER NOT NULL REFERENCES document,
  number   INTEGER NOT NULL CHECK (number >= 1),
  place    INTEGER NOT NULL REFERENCES place,
  blob     INTEGER REFERENCES blob,    -- NULL: a tombstone
  observed INTEGER NOT NULL,           -- microseconds since 1970 in UTC
  link     BLOB NOT NULL CHECK (length(link) = 32),  -- BLAKE3 over the link before and this row, see link.rs
  UNIQUE (document, number)
) STRICT;
CREATE INDEX version_by_place ON version (place, document);

-- A content that was taken out on purpose: what is left of it, and why.
CREATE TABLE removal (
  blob    INTEGER PRIMARY KEY REFERENCES blob,
  removed INTEGER NOT NULL,            -- microseconds since 1970 in UTC
  reason  TEXT NOT NULL
) STRICT;

CREATE TRIGGER root_stays     BEFORE UPDATE ON root     BEGIN SELECT raise(ABORT, 'ground rows are append-only'); END;
CREATE TRIGGER place_stays    BEFORE UPDATE ON place    BEGIN SELECT raise(ABORT, 'ground rows are append-only'); END;
CREATE TRIGGER document_stays BEFORE UPDATE ON document BEGIN SELECT raise(ABORT, 'ground rows are append-only'); END;
CREATE TRIGGER version_stays  BEFORE UPDATE ON version  BEGIN SELECT raise(ABORT, 'ground rows are append-only'); END;
CREATE TRIGGER removal_stays  BEFORE UPDATE ON removal  BEGIN SELECT raise(ABORT, 'ground rows are append-only'); END;
CREATE TRIGGER blob_stays     BEFORE UPDATE OF id, digest, size, rank ON blob BEGIN SELECT raise(ABORT, 'ground rows are append-only'); END;
CREATE TRIGGER root_kept      BEFORE DELETE ON root     BEGIN SELECT raise(ABORT, 'ground rows are append-only'); END;
CREATE TRIGGER place_kept     BEFORE DELETE ON place    BEGIN SELECT raise(ABORT, 'ground rows are append-only'); END;
CREATE TRIGGER document_kept  BEFORE DELETE ON document BEGIN SELECT raise(ABORT, 'ground rows are append-only'); END;
CREATE TRIGGER version_kept   BEFORE DELETE ON version  BEGIN SELECT raise(ABORT, 'ground rows are append-only'); END;
CREATE TRIGGER removal_kept   BEFORE DELETE ON removal  BEGIN SELECT raise(ABORT, 'ground rows are append-only'); END;
CREATE TRIGGER blob_kept      BEFORE DELETE ON blob     BEGIN SELECT raise(ABORT, 'ground rows are append-only'); END;

-- Derived. Can be made again from the ground; each row names the extractor that made it.

CREATE TABLE extractor (
  id   INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE
) STRICT;

-- Of each document's last version with content. Of older ones it is made again when somebody asks.
CREATE TABLE extract (
  version   INTEGER PRIMARY KEY REFERENCES version,
  extractor INTEGER NOT NULL REFERENCES extractor,
  data      BLOB NOT NULL              -- model::Extract as JSON, zstd with the content as prefix
) STRICT;

-- The step that led to a version. The columns are what a listing shows and filters by.
CREATE TABLE revision (
  version       INTEGER PRIMARY KEY REFERENCES version,
  extractor     INTEGER NOT NULL REFERENCES extractor,
  class         INTEGER NOT NULL,
  severity      INTEGER NOT NULL,
  flags         INTEGER NOT NULL,      -- a bit each
  words_added   INTEGER NOT NULL,
  words_deleted INTEGER NOT NULL,
  trashline     TEXT NOT NULL,
  data          BLOB NOT NULL          -- model::Revision as JSON, zstd
) STRICT;

-- Where each document stands now: its latest version, looked up by document and by place.
CREATE TABLE head (
  document INTEGER PRIMARY KEY REFERENCES document,
  version  INTEGER NOT NULL REFERENCES version,
  place    INTEGER NOT NULL REFERENCES place,
  present  INTEGER NOT NULL            -- 0: the latest version is a tombstone
) STRICT;
-- With all that a scan asks for, so that it need not look at the table.
CREATE INDEX head_by_place ON head (place, present, version);
CREATE UNIQUE INDEX present_at ON head (place) WHERE present;

-- Caches. May be emptied at any time; the next scan then reads every file again.

-- What the file system said about a document's file when its bytes were last read.
CREATE TABLE signature (
  document INTEGER PRIMARY KEY REFERENCES document,
  device   INTEGER NOT NULL,
  inode    INTEGER NOT NULL,
  size     INTEGER NOT NULL,
  modified INTEGER NOT NULL,           -- nanoseconds
  changed  INTEGER NOT NULL,           -- nanoseconds
  seen     INTEGER NOT NULL            -- microseconds since 1970 in UTC
) STRICT;

-- The last full pass over a root, and what directory stood there then.
CREATE TABLE scan (
  root     INTEGER PRIMARY KEY REFERENCES root,
  finished INTEGER NOT NULL,           -- microseconds since 1970 in UTC
  device   INTEGER NOT NULL,
  inode    INTEGER NOT NULL
) STRICT;
