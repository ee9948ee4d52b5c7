-- What entries said before they were edited is found as well, and the lane is a
-- tag: all of it is filled anew, see search_version.
DELETE FROM documents;
ALTER TABLE documents ADD COLUMN earlier TEXT NOT NULL DEFAULT ''; -- texts that it says no more

DROP TABLE fts;
CREATE VIRTUAL TABLE fts USING fts5 (
  text, names, earlier, tags, content = '', columnsize = 0, tokenize = 'unicode61 remove_diacritics 2'
);
INSERT INTO fts (fts, rank) VALUES ('secure-delete', 1);
UPDATE search_version SET version = 0;
