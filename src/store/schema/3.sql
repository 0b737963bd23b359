-- Versions that nothing has been derived from yet: of many new documents the ground is recorded first. Emptied in order.
CREATE TABLE pending (
  version INTEGER PRIMARY KEY REFERENCES version
) STRICT;
