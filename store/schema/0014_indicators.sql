-- Indicators found in the texts of entries: a projection too, but made by
-- Config.Indicators.
CREATE TABLE indicators (
  id       INTEGER PRIMARY KEY AUTOINCREMENT, -- in the order in which they were learnt, never reused
  type     TEXT    NOT NULL,
  value    TEXT    NOT NULL,
  incident INTEGER NOT NULL REFERENCES incidents (number),
  n        INTEGER NOT NULL, -- of the entry
  found_at INTEGER NOT NULL  -- 0: long after the entry, when a database was filled in
) STRICT;
CREATE UNIQUE INDEX indicators_value ON indicators (value, type, incident, n);
CREATE INDEX indicators_incident ON indicators (incident, n);

-- The greatest pos of an entry that was recorded before there were
-- indicators and has not been looked at.
INSERT INTO cursors (name, value) SELECT 'indicators:left', max(pos) FROM entries HAVING max(pos) > 0;
