-- Signed checkpoints, as they were or are to be published. The key signs only
-- where the operator gives none: who has the file has it, too, which is why
-- what was published elsewhere counts.
CREATE TABLE checkpoints (
	n    INTEGER PRIMARY KEY,
	at   INTEGER NOT NULL,
	line BLOB    NOT NULL,
	said INTEGER NOT NULL -- whether it was published
) STRICT;
CREATE INDEX checkpoints_unsaid ON checkpoints (n) WHERE said = 0;

CREATE TABLE checkpoint_key (
	id   INTEGER PRIMARY KEY CHECK (id = 1),
	seed BLOB NOT NULL
) STRICT;

-- How far the last checkpoint that has an incident has its log.
ALTER TABLE incidents ADD COLUMN checked_seq INTEGER NOT NULL DEFAULT 0;
CREATE INDEX incidents_unchecked ON incidents (number) WHERE checked_seq <> log_seq;
