-- What an alert tells, whatever its times and numbers: repeats share it. And
-- what is the same of the alert however often and by whatever way it comes; ''
-- where that cannot be known.
ALTER TABLE alerts ADD COLUMN fingerprint TEXT NOT NULL DEFAULT '';
ALTER TABLE alerts ADD COLUMN event TEXT NOT NULL DEFAULT '';
-- The alert that is the same and came first, by another way.
ALTER TABLE alerts ADD COLUMN copy_of TEXT NOT NULL DEFAULT '';
-- Whether it has come to its incident for its entities alone.
ALTER TABLE alerts ADD COLUMN attached INTEGER NOT NULL DEFAULT 0;
CREATE INDEX alerts_event ON alerts (event) WHERE event <> '';
CREATE INDEX alerts_incident ON alerts (incident, fingerprint, at) WHERE incident <> 0;
CREATE INDEX alerts_seen ON alerts (incident, seen_at) WHERE incident <> 0;

-- Alerts that an earlier entry stands for. A projection of the log.
CREATE TABLE repeats (
	key   TEXT NOT NULL, -- of the entry
	alert TEXT NOT NULL,
	at    INTEGER NOT NULL,
	PRIMARY KEY (key, alert)
) STRICT, WITHOUT ROWID;

-- What an incident is about, as the alerts of its page and the evidence of its
-- detections tell, and when those say so first and last.
CREATE TABLE incident_entities (
	type     TEXT    NOT NULL,
	value    TEXT    NOT NULL,
	incident INTEGER NOT NULL,
	since    INTEGER NOT NULL,
	until    INTEGER NOT NULL,
	PRIMARY KEY (type, value, incident)
) STRICT, WITHOUT ROWID;
INSERT INTO incident_entities (type, value, incident, since, until)
	SELECT x.type, x.value, a.incident, min(a.at), max(a.at)
	FROM alert_entities x JOIN alerts a ON a.id = x.alert WHERE a.incident <> 0
	GROUP BY x.type, x.value, a.incident;

-- When detections were told, by this machine's clock, and whether one was
-- worth an incident of its own, whether or not it got that.
CREATE TABLE findings (
	detection TEXT    NOT NULL PRIMARY KEY,
	rule      TEXT    NOT NULL,
	incident  INTEGER NOT NULL,
	opens     INTEGER NOT NULL,
	at        INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX findings_rule ON findings (rule, at);
CREATE INDEX findings_incident ON findings (incident, rule, at);

-- Stretches in which so much came that one message stands for all of it: for
-- a rule's detections, or for alerts where rule is ''.
CREATE TABLE storms (
	id       INTEGER PRIMARY KEY AUTOINCREMENT,
	incident INTEGER NOT NULL REFERENCES incidents (number),
	rule     TEXT    NOT NULL,
	since    INTEGER NOT NULL,
	until    INTEGER NOT NULL
) STRICT;
CREATE INDEX storms_incident ON storms (incident, rule, id);
