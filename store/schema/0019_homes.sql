-- Home tabs that people have opened, and a hash of what each shows ('' : not
-- known).
CREATE TABLE homes (
	user      TEXT    NOT NULL PRIMARY KEY,
	opened_at INTEGER NOT NULL,
	shown     TEXT    NOT NULL,
	shown_at  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX tasks_owner ON tasks (owner, state);
CREATE INDEX members_user ON members (user);
CREATE INDEX incidents_open ON incidents (number) WHERE status <> 'closed';
