-- A correction that was taken back, or that takes one back, holds no more; it
-- stays among the revisions.
ALTER TABLE edits ADD COLUMN undone INTEGER NOT NULL DEFAULT 0;

-- Entries taken off the timeline and put back.
CREATE TABLE drops (
	key     TEXT    NOT NULL,
	seq     INTEGER NOT NULL,
	at      INTEGER NOT NULL,
	by      TEXT    NOT NULL,
	dropped INTEGER NOT NULL,
	reason  TEXT    NOT NULL,
	undone  INTEGER NOT NULL,
	PRIMARY KEY (key, seq)
) STRICT;
