-- What search finds: entries, tasks and sections of RCAs. All of it is a
-- projection, filled anew when search_version is not the build's.
CREATE TABLE documents (
  id       INTEGER PRIMARY KEY, -- in fts, too: milliseconds of "at" and a slot, so that greater is newer
  at       INTEGER NOT NULL,
  incident INTEGER NOT NULL,
  what     TEXT    NOT NULL CHECK (what IN ('entry', 'task', 'section')),
  n        INTEGER NOT NULL, -- of the entry or task
  section  TEXT    NOT NULL,
  names    TEXT    NOT NULL, -- of files
  tags     TEXT    NOT NULL  -- words that filters look for
) STRICT;
CREATE UNIQUE INDEX documents_others ON documents (incident, what, n, section) WHERE what <> 'entry';

DROP TABLE fts;
ALTER TABLE entries RENAME COLUMN indexed TO doc; -- its document, or 0
UPDATE entries SET doc = 0;

-- No copy of any text, and no sizes: ranking must not tell how much else
-- there is.
CREATE VIRTUAL TABLE fts USING fts5 (
  text, names, tags, content = '', columnsize = 0, tokenize = 'unicode61 remove_diacritics 2'
);
-- What leaves the index leaves the file too.
INSERT INTO fts (fts, rank) VALUES ('secure-delete', 1);

CREATE TABLE search_version (
  version INTEGER NOT NULL
) STRICT;
INSERT INTO search_version (version) VALUES (0);
