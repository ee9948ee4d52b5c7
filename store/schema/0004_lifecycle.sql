-- Who acknowledged the incident's page: a Slack user id where one is known,
-- and the name that PagerDuty or Slack gives.
ALTER TABLE incidents ADD COLUMN acknowledged_by TEXT NOT NULL DEFAULT '';
ALTER TABLE incidents ADD COLUMN acknowledged_name TEXT NOT NULL DEFAULT '';
-- When its channel was archived; 0: it is not.
ALTER TABLE incidents ADD COLUMN archived_at INTEGER NOT NULL DEFAULT 0;
