package bot

import (
	"cmp"
	"slices"

	"firebreak/incident"
	"firebreak/incident/mask"
	"firebreak/store"
)

// levels are the levels of rules, the least first, as Sigma names them.
var levels = []string{"informational", "low", "medium", "high", "critical"}

// levelNever is a threshold that no level reaches.
const levelNever = "never"

// Thresholds are the words that say from which level on something is done.
func Thresholds() []string { return append(slices.Clone(levels), levelNever) }

// defaultOpenLevel opens incidents where the operator says nothing else.
const defaultOpenLevel = "medium"

// reaches says whether a level is at or above a threshold. What is no level
// counts as low.
func reaches(level, threshold string) bool {
	if threshold == levelNever {
		return false
	}
	rank := func(level string) int {
		if i := slices.Index(levels, level); i >= 0 {
			return i
		}
		return 1
	}
	return rank(level) >= rank(threshold)
}

// opens says whether a detection is worth an incident of its own.
func (b *Bot) opens(d incident.Detection) bool { return reaches(d.Level, b.openLevel()) }

func (b *Bot) openLevel() string {
	if b.cfg.OpenLevel == "" {
		return defaultOpenLevel
	}
	return b.cfg.OpenLevel
}

// pages says whether a detection is worth a page: unless the operator says
// otherwise, whatever opens an incident is.
func (b *Bot) pages(d incident.Detection) bool {
	if b.cfg.PageLevel == "" {
		return b.opens(d)
	}
	return reaches(d.Level, b.cfg.PageLevel)
}

// raise pages for a detection's incident, which names the page's key already.
func (b *Bot) raise(tx *store.Tx, inc incident.Incident, d incident.Detection) error {
	return plan(tx, step{
		Key: "page-raise:" + inc.DedupKey, Kind: kindPageRaise, Lane: "pagerduty:raise", Incident: inc.Number,
		Payload: incident.PageEvent{
			Action: incident.PageTrigger, DedupKey: inc.DedupKey, Summary: mask.Text(d.Title + ": " + d.Why),
			Severity: eventSeverity(d.Level), Source: cmp.Or(d.Group.Value, "firebreak"), At: d.At,
			Details: map[string]any{"rule": d.Rule, "incident": inc.Number.String()},
		},
	})
}

// raiseLater pages for a detection in an incident that detections below the
// page level have opened: nobody has been called for it yet.
func (b *Bot) raiseLater(tx *store.Tx, n incident.Number, d incident.Detection) error {
	key := b.pageKey(d)
	if key == "" {
		return nil
	}
	inc, err := tx.Incident(incident.Operator(), n)
	if err != nil || inc.OpenedBy != "" || inc.DedupKey != "" || inc.Page.ID != "" || gathersPages(inc) || inc.Closed() {
		return err
	}
	inc.DedupKey = key
	if err := tx.SaveIncident(inc); err != nil {
		return err
	}
	return b.raise(tx, inc, d)
}
