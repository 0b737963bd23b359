-- What a pass over the disk asks, in the order in which it asks: for each path the document that counts there, the present one or else
-- the one that was deleted there last. Follows from `head`, and changes with it: a pass reads this one table, from one end to the other.
CREATE TABLE standing (
  root      INTEGER NOT NULL,
  path      BLOB NOT NULL,             -- relative to the root
  document  INTEGER NOT NULL,
  present   INTEGER NOT NULL,
  signature BLOB,                      -- what the file system said when the file was read last, see known.rs. NULL: it has to be read
  PRIMARY KEY (root, path)
) STRICT, WITHOUT ROWID;
INSERT INTO standing (root, path, document, present)
SELECT root, path, document, present FROM place JOIN head ON head.place = place.id
WHERE document = (SELECT document FROM head WHERE head.place = place.id ORDER BY present DESC, version DESC LIMIT 1);
DROP TABLE signature;
