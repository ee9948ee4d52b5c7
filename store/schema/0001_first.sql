-- Times are INTEGER microseconds since 1970 UTC; 0 means "none".
-- Booleans are 0 or 1. Nothing here may rely on ids committing in order.

CREATE TABLE incidents (
  number       INTEGER PRIMARY KEY,
  title        TEXT    NOT NULL,
  severity     INTEGER NOT NULL,
  status       TEXT    NOT NULL,
  private      INTEGER NOT NULL,
  opened_at    INTEGER NOT NULL,
  opened_by    TEXT    NOT NULL,
  closed_at    INTEGER NOT NULL,
  channel_id   TEXT    NOT NULL,
  channel_name TEXT    NOT NULL,
  header_ts    TEXT    NOT NULL,
  page_id      TEXT    NOT NULL,
  page_number  INTEGER NOT NULL,
  page_url     TEXT    NOT NULL,
  dedup_key    TEXT    NOT NULL,
  service      TEXT    NOT NULL,
  urgency      TEXT    NOT NULL,
  commander    TEXT    NOT NULL,
  disposition  TEXT    NOT NULL,
  reason       TEXT    NOT NULL,
  duplicate_of INTEGER NOT NULL,
  milestones   TEXT    NOT NULL,
  rca_iid      INTEGER NOT NULL,
  rca_url      TEXT    NOT NULL,
  -- Counters: whoever takes a number holds this row.
  last_n       INTEGER NOT NULL DEFAULT 0,
  last_task    INTEGER NOT NULL DEFAULT 0,
  log_seq      INTEGER NOT NULL DEFAULT 0,
  log_head     BLOB    NOT NULL DEFAULT x''
) STRICT;
CREATE UNIQUE INDEX incidents_channel ON incidents (channel_id) WHERE channel_id <> '';
CREATE UNIQUE INDEX incidents_page ON incidents (page_id) WHERE page_id <> '';
CREATE INDEX incidents_dedup ON incidents (dedup_key) WHERE dedup_key <> '';

-- The truth. One chain per incident.
CREATE TABLE log (
  incident    INTEGER NOT NULL REFERENCES incidents (number),
  seq         INTEGER NOT NULL,
  id          TEXT    NOT NULL UNIQUE,
  kind        TEXT    NOT NULL,
  subject     TEXT    NOT NULL,
  n           INTEGER NOT NULL,
  occurred_at INTEGER NOT NULL,
  recorded_at INTEGER NOT NULL,
  actor       TEXT    NOT NULL,
  commitment  BLOB    NOT NULL,
  prev        BLOB    NOT NULL,
  hash        BLOB    NOT NULL,
  PRIMARY KEY (incident, seq)
) STRICT;
CREATE TRIGGER log_never_changes BEFORE UPDATE ON log
BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TRIGGER log_never_shrinks BEFORE DELETE ON log
BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;

-- What log records say, apart from them so that it can be erased.
CREATE TABLE bodies (
  log_id TEXT NOT NULL PRIMARY KEY REFERENCES log (id),
  salt   BLOB NOT NULL,
  body   BLOB NOT NULL
) STRICT;

-- Projections of the log: everything from here to "end of projections" can
-- be dropped and rebuilt. They are joined by subject key, not by entry, since
-- an edit, a pin or a deletion may come before the message it is about.
CREATE TABLE entries (
  pos         INTEGER PRIMARY KEY,
  key         TEXT    NOT NULL UNIQUE,
  id          TEXT    NOT NULL UNIQUE,
  incident    INTEGER NOT NULL REFERENCES incidents (number),
  n           INTEGER NOT NULL,
  kind        TEXT    NOT NULL,
  lane        TEXT    NOT NULL,
  original_at INTEGER NOT NULL,
  occurred_at INTEGER NOT NULL, -- original_at, or what the last edit says
  recorded_at INTEGER NOT NULL,
  actor_id    TEXT    NOT NULL,
  actor_name  TEXT    NOT NULL,
  actor_kind  TEXT    NOT NULL,
  text        TEXT    NOT NULL, -- what it says now
  deleted     INTEGER NOT NULL,
  dropped     INTEGER NOT NULL,
  redacted    INTEGER NOT NULL,
  system      TEXT    NOT NULL,
  channel     TEXT    NOT NULL,
  ts          TEXT    NOT NULL,
  thread_ts   TEXT    NOT NULL,
  permalink   TEXT    NOT NULL,
  data        TEXT    NOT NULL,
  edited      INTEGER NOT NULL, -- whether it has revisions to show
  indexed     INTEGER NOT NULL, -- whether fts holds text
  UNIQUE (incident, n)
) STRICT;
CREATE INDEX entries_time ON entries (incident, occurred_at, n);

CREATE TABLE versions (
  key    TEXT    NOT NULL,
  at     INTEGER NOT NULL,
  digest BLOB    NOT NULL, -- SHA-256 of text
  ord    INTEGER NOT NULL,
  by     TEXT    NOT NULL,
  text   TEXT    NOT NULL,
  PRIMARY KEY (key, at, digest)
) STRICT;

CREATE TABLE edits (
  key         TEXT    NOT NULL,
  seq         INTEGER NOT NULL,
  at          INTEGER NOT NULL,
  by          TEXT    NOT NULL,
  text        TEXT    NOT NULL,
  occurred_at INTEGER NOT NULL,
  reason      TEXT    NOT NULL,
  PRIMARY KEY (key, seq)
) STRICT;

CREATE TABLE deletions (
  key TEXT    NOT NULL PRIMARY KEY,
  at  INTEGER NOT NULL,
  by  TEXT    NOT NULL
) STRICT;

CREATE TABLE pins (
  key    TEXT    NOT NULL,
  by     TEXT    NOT NULL,
  emoji  TEXT    NOT NULL,
  pinned INTEGER NOT NULL,
  at     INTEGER NOT NULL,
  ord    INTEGER NOT NULL,
  PRIMARY KEY (key, by, emoji)
) STRICT;

CREATE TABLE entry_files (
  key    TEXT    NOT NULL,
  id     TEXT    NOT NULL,
  name   TEXT    NOT NULL,
  sha256 TEXT    NOT NULL,
  size   INTEGER NOT NULL,
  PRIMARY KEY (key, id)
) STRICT;

CREATE VIRTUAL TABLE fts USING fts5 (
  text, content = 'entries', content_rowid = 'pos', tokenize = 'unicode61 remove_diacritics 2'
);
-- What leaves the index leaves the file too.
INSERT INTO fts (fts, rank) VALUES ('secure-delete', 1);
-- End of projections.

CREATE TABLE members (
  channel TEXT NOT NULL,
  user    TEXT NOT NULL,
  PRIMARY KEY (channel, user)
) STRICT;

CREATE TABLE people (
  id          TEXT    NOT NULL PRIMARY KEY,
  team        TEXT    NOT NULL,
  name        TEXT    NOT NULL,
  email       TEXT    NOT NULL,
  tz          TEXT    NOT NULL,
  bot         INTEGER NOT NULL,
  deactivated INTEGER NOT NULL,
  guest       INTEGER NOT NULL,
  stranger    INTEGER NOT NULL,
  saved_at    INTEGER NOT NULL
) STRICT;
CREATE INDEX people_email ON people (lower(email));

CREATE TABLE inbox (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  key         TEXT    NOT NULL UNIQUE, -- kept for ever
  source      TEXT    NOT NULL,
  lane        TEXT    NOT NULL,
  payload     BLOB    NOT NULL,
  received_at INTEGER NOT NULL,
  state       TEXT    NOT NULL CHECK (state IN ('pending', 'handled', 'poisoned')),
  attempts    INTEGER NOT NULL,
  reason      TEXT    NOT NULL
) STRICT;
CREATE INDEX inbox_pending ON inbox (id) WHERE state = 'pending';
CREATE INDEX inbox_poisoned ON inbox (id) WHERE state = 'poisoned';
CREATE INDEX inbox_lane ON inbox (lane, state);

CREATE TABLE actions (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  key        TEXT    NOT NULL UNIQUE,
  kind       TEXT    NOT NULL,
  lane       TEXT    NOT NULL,
  incident   INTEGER NOT NULL,
  payload    BLOB    NOT NULL,
  state      TEXT    NOT NULL CHECK (state IN ('planned', 'sending', 'unknown', 'done', 'parked', 'lost')),
  attempts   INTEGER NOT NULL,
  not_before INTEGER NOT NULL,
  fence      INTEGER NOT NULL,
  lease      INTEGER NOT NULL,
  first_sent INTEGER NOT NULL,
  result     BLOB    NOT NULL,
  reason     TEXT    NOT NULL,
  created_at INTEGER NOT NULL,
  done_at    INTEGER NOT NULL
) STRICT;
CREATE INDEX actions_state ON actions (state, id);
CREATE INDEX actions_incident ON actions (incident, id);

CREATE TABLE action_needs (
  action INTEGER NOT NULL REFERENCES actions (id),
  need   INTEGER NOT NULL REFERENCES actions (id),
  PRIMARY KEY (action, need)
) STRICT;
CREATE INDEX action_needs_need ON action_needs (need);

CREATE TABLE tasks (
  incident   INTEGER NOT NULL REFERENCES incidents (number),
  n          INTEGER NOT NULL,
  title      TEXT    NOT NULL,
  owner      TEXT    NOT NULL,
  owner_name TEXT    NOT NULL,
  due        INTEGER NOT NULL,
  state      TEXT    NOT NULL,
  created_by TEXT    NOT NULL,
  created_at INTEGER NOT NULL,
  done_at    INTEGER NOT NULL,
  iid        INTEGER NOT NULL,
  url        TEXT    NOT NULL,
  base       TEXT    NOT NULL,
  PRIMARY KEY (incident, n)
) STRICT;
CREATE UNIQUE INDEX tasks_issue ON tasks (iid) WHERE iid <> 0;

CREATE TABLE sections (
  incident INTEGER NOT NULL REFERENCES incidents (number),
  name     TEXT    NOT NULL,
  text     TEXT    NOT NULL,
  by       TEXT    NOT NULL,
  at       INTEGER NOT NULL,
  PRIMARY KEY (incident, name)
) STRICT;

CREATE TABLE pages (
  id          TEXT    NOT NULL PRIMARY KEY,
  incident    INTEGER NOT NULL, -- 0: filtered out
  number      INTEGER NOT NULL,
  title       TEXT    NOT NULL,
  status      TEXT    NOT NULL,
  urgency     TEXT    NOT NULL,
  priority    TEXT    NOT NULL,
  service_id  TEXT    NOT NULL,
  service     TEXT    NOT NULL,
  team_ids    TEXT    NOT NULL,
  policy_id   TEXT    NOT NULL,
  url         TEXT    NOT NULL,
  key         TEXT    NOT NULL,
  created_at  INTEGER NOT NULL,
  resolved_at INTEGER NOT NULL,
  merged_into TEXT    NOT NULL,
  assignees   TEXT    NOT NULL
) STRICT;
CREATE INDEX pages_incident ON pages (incident) WHERE incident <> 0;

CREATE TABLE alerts (
  id       TEXT    NOT NULL PRIMARY KEY,
  incident INTEGER NOT NULL,
  source   TEXT    NOT NULL,
  action   TEXT    NOT NULL,
  title    TEXT    NOT NULL,
  severity TEXT    NOT NULL,
  at       INTEGER NOT NULL,
  seen_at  INTEGER NOT NULL,
  channel  TEXT    NOT NULL,
  ts       TEXT    NOT NULL,
  raw      TEXT    NOT NULL,
  entities TEXT    NOT NULL
) STRICT;
CREATE TABLE alert_entities (
  type  TEXT    NOT NULL,
  value TEXT    NOT NULL,
  at    INTEGER NOT NULL, -- of the alert
  alert TEXT    NOT NULL REFERENCES alerts (id),
  PRIMARY KEY (type, value, at, alert)
) STRICT;

CREATE TABLE detections (
  id          TEXT    NOT NULL PRIMARY KEY,
  rule        TEXT    NOT NULL,
  title       TEXT    NOT NULL,
  level       TEXT    NOT NULL,
  at          INTEGER NOT NULL,
  group_type  TEXT    NOT NULL,
  group_value TEXT    NOT NULL,
  count       INTEGER NOT NULL,
  why         TEXT    NOT NULL,
  evidence    TEXT    NOT NULL,
  incident    INTEGER NOT NULL,
  dedup_key   TEXT    NOT NULL
) STRICT;
CREATE INDEX detections_group ON detections (rule, group_type, group_value, at);
CREATE INDEX detections_incident ON detections (incident, at);

CREATE TABLE blobs (
  sha256 TEXT NOT NULL PRIMARY KEY,
  bytes  BLOB NOT NULL
) STRICT;

CREATE TABLE cursors (
  name  TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL
) STRICT;

CREATE TABLE heartbeat (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  at INTEGER NOT NULL
) STRICT;
