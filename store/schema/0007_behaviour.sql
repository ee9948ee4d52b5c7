-- What detectors remember of each group of a rule: a few kilobytes that only
-- they understand. due is when to look again if no alert comes; 0: never.
-- turn orders groups by when they were kept last.
CREATE TABLE behaviour (
	rule  TEXT NOT NULL,
	grp   TEXT NOT NULL,
	state BLOB NOT NULL,
	due   INTEGER NOT NULL,
	turn  INTEGER NOT NULL,
	PRIMARY KEY (rule, grp)
) WITHOUT ROWID;
CREATE INDEX behaviour_turn ON behaviour (rule, turn);
CREATE INDEX behaviour_due ON behaviour (due) WHERE due <> 0;

-- How many groups each rule has, how many were forgotten for room, and how
-- many alerts came too late.
CREATE TABLE behaviour_rules (
	rule      TEXT PRIMARY KEY,
	groups    INTEGER NOT NULL DEFAULT 0,
	turn      INTEGER NOT NULL DEFAULT 0,
	forgotten INTEGER NOT NULL DEFAULT 0,
	late      INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
