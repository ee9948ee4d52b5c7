-- What of Slack's own record has been compared with the timeline. None of it
-- is a projection of the log: it is how far the comparison has come.

-- Messages that a finished comparison has seen in Slack's history or replies.
CREATE TABLE checked (
  channel TEXT NOT NULL,
  ts      TEXT NOT NULL,
  PRIMARY KEY (channel, ts)
) STRICT, WITHOUT ROWID;

-- Threads as they stood when their replies were last read to the end.
CREATE TABLE threads (
  channel TEXT    NOT NULL,
  ts      TEXT    NOT NULL, -- of the parent
  replies INTEGER NOT NULL, -- Slack's reply_count
  latest  TEXT    NOT NULL, -- Slack's latest_reply
  PRIMARY KEY (channel, ts)
) STRICT, WITHOUT ROWID;

-- Stretches that could not be compared.
CREATE TABLE gaps (
  id        INTEGER PRIMARY KEY AUTOINCREMENT,
  incident  INTEGER NOT NULL REFERENCES incidents (number),
  channel   TEXT    NOT NULL,
  since     INTEGER NOT NULL,
  until     INTEGER NOT NULL,
  code      TEXT    NOT NULL, -- the cause, for comparing
  why       TEXT    NOT NULL, -- the cause, for people
  said      INTEGER NOT NULL, -- how often its message has been written
  closed_at INTEGER NOT NULL  -- 0: open
) STRICT;
CREATE INDEX gaps_incident ON gaps (incident, since);
CREATE UNIQUE INDEX gaps_open ON gaps (channel) WHERE closed_at = 0;

-- What people have done to incidents' channels.
CREATE TABLE channel_states (
  channel  TEXT    NOT NULL PRIMARY KEY,
  archived INTEGER NOT NULL,
  deleted  INTEGER NOT NULL,
  out      INTEGER NOT NULL, -- the bot has been removed from it
  shared   INTEGER NOT NULL, -- with another organisation
  public   INTEGER NOT NULL,
  moves    INTEGER NOT NULL  -- how often any of this has changed
) STRICT, WITHOUT ROWID;
