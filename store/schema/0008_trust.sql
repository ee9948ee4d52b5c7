-- What became of a detection (see incident.Handling), and its ATT&CK techniques.
ALTER TABLE detections ADD COLUMN techniques TEXT NOT NULL DEFAULT '';
ALTER TABLE detections ADD COLUMN handling TEXT NOT NULL DEFAULT '';
CREATE INDEX detections_rule ON detections (rule, at);

-- What people say about detections: each person's last word.
CREATE TABLE verdicts (
	detection TEXT NOT NULL REFERENCES detections (id),
	by        TEXT NOT NULL,
	at        INTEGER NOT NULL,
	confirmed INTEGER NOT NULL,
	reason    TEXT NOT NULL,
	PRIMARY KEY (detection, by)
) STRICT, WITHOUT ROWID;

-- Rules that are to be silent about a group (empty: about everything) until
-- expires_at.
CREATE TABLE suppressions (
	id          INTEGER PRIMARY KEY AUTOINCREMENT,
	rule        TEXT NOT NULL,
	group_type  TEXT NOT NULL,
	group_value TEXT NOT NULL,
	owner       TEXT NOT NULL,
	reason      TEXT NOT NULL,
	created_at  INTEGER NOT NULL,
	expires_at  INTEGER NOT NULL,
	lifted_at   INTEGER NOT NULL,
	lifted_by   TEXT NOT NULL
) STRICT;
CREATE INDEX suppressions_rule ON suppressions (rule, expires_at);
