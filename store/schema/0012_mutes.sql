-- The detection that a suppression was made on: who may not see it learns
-- nothing of the suppression's group and reason either.
ALTER TABLE suppressions ADD COLUMN detection TEXT NOT NULL DEFAULT '';
CREATE INDEX suppressions_expiry ON suppressions (expires_at);

-- What a suppression kept quiet. It stays, should the detection be told later.
CREATE TABLE hidden (
	detection   TEXT PRIMARY KEY REFERENCES detections (id),
	suppression INTEGER NOT NULL REFERENCES suppressions (id),
	at          INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX hidden_suppression ON hidden (suppression, at);

CREATE INDEX detections_handling ON detections (handling, at);
