-- What an edit in Slack made of a text that responders had made of a message:
-- the seq of the correction that it goes with, or -1; 0: a correction itself.
ALTER TABLE edits ADD COLUMN over INTEGER NOT NULL DEFAULT 0;

-- What an entry stands for, and what was made of it.
CREATE INDEX entries_folded ON entries (incident, folded) WHERE folded <> 0;
CREATE INDEX alterations_folded ON alterations (value) WHERE what = 'folded';
CREATE INDEX entries_first_folded ON entries (incident, first_folded) WHERE first_folded <> 0;
