-- Entries whose content was erased: a projection of the log. What Slack or
-- anybody else tells of them later is not kept.
CREATE TABLE redactions (
	key    TEXT    NOT NULL PRIMARY KEY, -- of the entry
	at     INTEGER NOT NULL,
	by     TEXT    NOT NULL,
	reason TEXT    NOT NULL
) STRICT, WITHOUT ROWID;

-- The Slack messages that brought what was erased: events about them are
-- emptied once they have been handled. No projection.
CREATE TABLE erased_messages (
	channel TEXT NOT NULL,
	ts      TEXT NOT NULL,
	PRIMARY KEY (channel, ts)
) STRICT, WITHOUT ROWID;

-- Whether what the alert said was erased. Its copies are erased as they come.
ALTER TABLE alerts ADD COLUMN erased INTEGER NOT NULL DEFAULT 0;
CREATE INDEX alerts_copies ON alerts (copy_of) WHERE copy_of <> '';
CREATE INDEX alerts_message ON alerts (channel, ts) WHERE ts <> '';

-- Whether the page's title was redacted.
ALTER TABLE pages ADD COLUMN redacted INTEGER NOT NULL DEFAULT 0;

-- What people did, which may quote anything from anywhere: commands, clicks
-- and forms, in order of time.
CREATE INDEX inbox_asked ON inbox (received_at) WHERE source IN ('slash_commands', 'interactive');

-- Who else has a file.
CREATE INDEX IF NOT EXISTS entry_files_sha256 ON entry_files (sha256) WHERE sha256 <> '';
