-- Alerts that rules have still to examine, in the order they came. How far
-- each reader has come is in cursors; what all have read is dropped.
CREATE TABLE unexamined (
	place INTEGER PRIMARY KEY AUTOINCREMENT,
	alert TEXT NOT NULL REFERENCES alerts (id)
) STRICT;

-- What correlations need of alerts: the rules they matched, in order of time.
-- An alert waits (settled = 0) until no older one is expected.
CREATE TABLE sightings (
	at      INTEGER NOT NULL,
	alert   TEXT NOT NULL REFERENCES alerts (id),
	seen_at INTEGER NOT NULL,
	settled INTEGER NOT NULL,
	found   TEXT NOT NULL,
	PRIMARY KEY (at, alert)
) STRICT, WITHOUT ROWID;
CREATE INDEX sightings_waiting ON sightings (seen_at, at) WHERE settled = 0;
