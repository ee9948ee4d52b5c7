-- What a task shares with its issue, field by field: the day it is due,
-- GitLab's labels (JSON list), what both sides agreed on last and what is
-- being written (JSON, field to pair), and why the issue is followed no more.
ALTER TABLE tasks ADD COLUMN due_day TEXT NOT NULL DEFAULT '';
ALTER TABLE tasks ADD COLUMN labels  TEXT NOT NULL DEFAULT '';
ALTER TABLE tasks ADD COLUMN agreed  TEXT NOT NULL DEFAULT '';
ALTER TABLE tasks ADD COLUMN writing TEXT NOT NULL DEFAULT '';
ALTER TABLE tasks ADD COLUMN apart   TEXT NOT NULL DEFAULT '';
-- For reminders: since when this owner and due time are, and the key of the
-- action that announced the task, in whose thread they are.
ALTER TABLE tasks ADD COLUMN since   INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tasks ADD COLUMN said    TEXT NOT NULL DEFAULT '';

-- Until now only the state was kept in step (column base, unused from here
-- on). What is missing here never went out, or could not change, until now.
UPDATE tasks SET agreed = json_object(
  'state', json_object('Here', base, 'There', base)
) WHERE iid <> 0;

-- Who somebody is in GitLab, as people said with /inc map.
CREATE TABLE accounts (
  user     TEXT NOT NULL PRIMARY KEY, -- Slack id
  username TEXT NOT NULL,
  by       TEXT NOT NULL,
  at       INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX accounts_username ON accounts (lower(username));
