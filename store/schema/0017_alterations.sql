-- What responders change of entries beside text and time: see incident.What.
CREATE TABLE alterations (
	key    TEXT    NOT NULL,
	seq    INTEGER NOT NULL,
	at     INTEGER NOT NULL,
	by     TEXT    NOT NULL,
	what   TEXT    NOT NULL,
	value  TEXT    NOT NULL,
	reason TEXT    NOT NULL,
	batch  TEXT    NOT NULL,
	undone INTEGER NOT NULL,
	PRIMARY KEY (key, seq)
) STRICT;

-- Corrections of one batch are taken back together; '': alone.
ALTER TABLE edits ADD COLUMN batch TEXT NOT NULL DEFAULT '';
ALTER TABLE drops ADD COLUMN batch TEXT NOT NULL DEFAULT '';
CREATE INDEX edits_batch ON edits (batch) WHERE batch <> '';
CREATE INDEX drops_batch ON drops (batch) WHERE batch <> '';
CREATE INDEX alterations_batch ON alterations (batch) WHERE batch <> '';

-- "altered" says whether there is anything to look up for the entry in
-- alterations and drops. dropped: it was, or it is folded or moved.
ALTER TABLE entries ADD COLUMN altered    INTEGER NOT NULL DEFAULT 0;
ALTER TABLE entries ADD COLUMN first_kind TEXT    NOT NULL DEFAULT ''; -- once it is changed
ALTER TABLE entries ADD COLUMN phase      TEXT    NOT NULL DEFAULT '';
ALTER TABLE entries ADD COLUMN hidden     INTEGER NOT NULL DEFAULT 0;
ALTER TABLE entries ADD COLUMN folded     INTEGER NOT NULL DEFAULT 0; -- n of the entry that stands for it
ALTER TABLE entries ADD COLUMN moved      INTEGER NOT NULL DEFAULT 0; -- the incident it was moved to
-- Of an entry made of another: where its content stands when that is taken back.
ALTER TABLE entries ADD COLUMN first_folded INTEGER NOT NULL DEFAULT 0;
ALTER TABLE entries ADD COLUMN first_moved  INTEGER NOT NULL DEFAULT 0;
UPDATE entries SET altered = 1, first_kind = kind WHERE key IN (SELECT key FROM drops);
