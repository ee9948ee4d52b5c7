-- How long incidents are kept after they were closed, where somebody has said
-- so, and what keeps them longer. Commands say it; the timeline has it.
CREATE TABLE retention (
	incident    INTEGER NOT NULL PRIMARY KEY REFERENCES incidents (number),
	days        INTEGER NOT NULL DEFAULT -1, -- -1: as configured; 0: for ever
	held_at     INTEGER NOT NULL DEFAULT 0,  -- 0: nothing holds it
	held_by     TEXT    NOT NULL DEFAULT '',
	held_reason TEXT    NOT NULL DEFAULT '',
	told_at     INTEGER NOT NULL DEFAULT 0,  -- when it was said that told_due is the end
	told_due    INTEGER NOT NULL DEFAULT 0,
	purged_at   INTEGER NOT NULL DEFAULT 0,
	rest        INTEGER NOT NULL DEFAULT 0   -- whether something received is still to be erased
) STRICT;
CREATE INDEX retention_rest ON retention (incident) WHERE rest <> 0;
