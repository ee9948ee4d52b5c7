-- Alerts in order of event time, for a back-test that reads them page by page.
CREATE INDEX alerts_at ON alerts (at, id);
