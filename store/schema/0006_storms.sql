-- What goes first when many wait: incident.Rank. Actions of before are said.
ALTER TABLE actions ADD COLUMN rank INTEGER NOT NULL DEFAULT 3;

-- The PagerDuty service whose storm of pages the incident gathers.
ALTER TABLE incidents ADD COLUMN storm TEXT NOT NULL DEFAULT '';
CREATE INDEX incidents_storm ON incidents (storm) WHERE storm <> '';

-- When the page was first seen here; 0: before this was kept.
ALTER TABLE pages ADD COLUMN seen_at INTEGER NOT NULL DEFAULT 0;
CREATE INDEX pages_seen ON pages (service_id, seen_at);
CREATE INDEX pages_key ON pages (key) WHERE key <> '';

-- The first open action of each lane is asked for after every commit.
CREATE INDEX actions_open ON actions (lane, id) WHERE state IN ('planned', 'sending', 'unknown');
