-- The custody of evidence: a projection of the log, one row per record.
CREATE TABLE custody (
  incident  INTEGER NOT NULL REFERENCES incidents (number),
  seq       INTEGER NOT NULL, -- of the record
  n         INTEGER NOT NULL, -- the number of the piece, within its incident
  key       TEXT    NOT NULL, -- of the entry that it came with
  file      TEXT    NOT NULL, -- '': the message itself, or erased
  move      TEXT    NOT NULL, -- '': erased
  at        INTEGER NOT NULL,
  by        TEXT    NOT NULL,
  recipient TEXT    NOT NULL,
  note      TEXT    NOT NULL,
  sha256    TEXT    NOT NULL,
  size      INTEGER NOT NULL,
  PRIMARY KEY (incident, seq)
) STRICT;
CREATE INDEX custody_piece ON custody (incident, n, seq);
CREATE INDEX custody_file ON custody (key, file);
CREATE INDEX IF NOT EXISTS entry_files_sha256 ON entry_files (sha256) WHERE sha256 <> '';
