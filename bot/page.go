package bot

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"firebreak/incident"
	"firebreak/store"
)

// installedAt is the cursor that holds when this database first watched
// PagerDuty. Pages older than that are not adopted unless the operator
// wants them.
const installedAt = "pagerduty.installed_at"

// applyPage brings what PagerDuty says of a page into the store: a new page
// opens its incident, a known one has its changes recorded. Applying the
// same state again changes nothing. keys are the dedup keys of the page's
// alerts, where they had to be known.
func (b *Bot) applyPage(tx *store.Tx, p incident.Page, keys []string) error {
	row, err := tx.Page(p.ID)
	switch {
	case isNotFound(err):
		return b.meetPage(tx, p, keys)
	case err != nil:
		return err
	case row.Incident == 0: // left alone so far: its filters are asked again
		return b.meetPage(tx, p, keys)
	}
	p = kept(row, p)
	if err := b.pageChanged(tx, row, p); err != nil {
		return err
	}
	if samePage(row.Page, p) {
		return nil
	}
	return tx.SavePage(p, row.Incident)
}

// meetPage decides what becomes of a page that has no incident.
func (b *Bot) meetPage(tx *store.Tx, p incident.Page, keys []string) error {
	if p.MergedInto != "" {
		into, err := tx.Page(p.MergedInto)
		if err == nil && into.Incident != 0 {
			return b.mergePage(tx, p, into.Incident)
		}
		if err != nil && !isNotFound(err) {
			return err
		}
	}
	if inc, ok, err := b.ownPage(tx, p, keys); err != nil || ok {
		if err != nil {
			return err
		}
		return b.adoptPage(tx, inc, p)
	}
	wanted, err := b.wantsPage(tx, p)
	if err != nil || !wanted {
		return err
	}
	storm, err := b.inStorm(tx, p)
	if err != nil {
		return err
	}
	if storm {
		return b.gatherPage(tx, p)
	}
	return b.openIncidentFor(tx, p, incident.Incident{Title: p.Title})
}

// wantsPage applies the operator's filters. They are asked again at each
// reading: urgency and priority change after a page was made.
func (b *Bot) wantsPage(tx *store.Tx, p incident.Page) (bool, error) {
	at, err := tx.Cursor(installedAt)
	if err != nil {
		return false, err
	}
	since, err := time.Parse(time.RFC3339, at)
	if err == nil && p.CreatedAt.Before(since) {
		over := p.Status == incident.PageResolved && p.ResolvedAt.Before(since)
		if !b.cfg.AdoptOpen || over {
			return false, nil
		}
	}
	if len(b.cfg.Urgencies) > 0 && !slices.Contains(b.cfg.Urgencies, p.Urgency) {
		return false, nil
	}
	if len(b.cfg.ServiceIDs) > 0 && !slices.Contains(b.cfg.ServiceIDs, p.ServiceID) {
		return false, nil
	}
	if len(b.cfg.TeamIDs) > 0 && !slices.ContainsFunc(p.TeamIDs, func(t string) bool { return slices.Contains(b.cfg.TeamIDs, t) }) {
		return false, nil
	}
	return true, nil
}

// ownPage finds the incident whose detection raised this very page, or that
// had it made to call somebody.
func (b *Bot) ownPage(tx *store.Tx, p incident.Page, keys []string) (incident.Incident, bool, error) {
	if p.Key != "" {
		keys = append(keys, p.Key)
	}
	for _, key := range keys {
		inc, err := tx.IncidentByDedupKey(key)
		if err == nil {
			return inc, true, nil
		}
		if !isNotFound(err) {
			return inc, false, err
		}
		a, err := tx.ActionByKey(callKey(key))
		if err == nil {
			inc, err = tx.Incident(incident.Operator(), a.Incident)
			return inc, err == nil, err
		}
		if !isNotFound(err) {
			return inc, false, err
		}
	}
	return incident.Incident{}, false, nil
}

// adoptPage gives an incident its page. A second page while the first is open
// is recorded under it as well.
func (b *Bot) adoptPage(tx *store.Tx, inc incident.Incident, p incident.Page) error {
	open, err := openPage(&tx.View, inc)
	if err != nil {
		return err
	}
	if !open { // none yet, or one that is resolved: nobody can be added to that
		inc.Page = pageRef(p)
		inc.Service, inc.Urgency, inc.AcknowledgedBy = p.Service, p.Urgency, incident.Actor{}
		if err := b.pageArrived(tx, inc); err != nil {
			return err
		}
	}
	if err := b.recordPage(tx, inc.Number, p); err != nil {
		return err
	}
	if err := tx.SavePage(p, inc.Number); err != nil {
		return err
	}
	return b.planPageReading(tx, inc.Number, p)
}

// pageArrived makes the page that an incident raised itself known in its
// channel, and invites the people whom it has called.
func (b *Bot) pageArrived(tx *store.Tx, inc incident.Incident) error {
	if err := b.changedIncident(tx, inc, inc.Page.ID); err != nil {
		return err
	}
	n := inc.Number
	needs, err := channelAction(tx, n)
	if err != nil {
		return err
	}
	err = plan(tx, step{
		Key: "invite:" + n.String() + ":" + inc.Page.ID, Kind: kindInvite, Lane: inviteLane(n), Incident: n, Needs: needs,
	})
	if err != nil {
		return err
	}
	return plan(tx, pageBookmark(inc, needs))
}

// openIncidentFor opens an incident for a page; inc says what is special.
func (b *Bot) openIncidentFor(tx *store.Tx, p incident.Page, inc incident.Incident) error {
	inc.Severity, inc.Private, inc.OpenedAt = b.severityOf(p), b.cfg.Private, time.Now().UTC()
	inc.Service, inc.Urgency, inc.Page = p.Service, p.Urgency, pageRef(p)
	inc.Milestones = milestonesAt(incident.Detected, p.CreatedAt)
	inc, err := b.openIncident(tx, inc)
	if err != nil {
		return fmt.Errorf("open incident for page %s: %w", p.ID, err)
	}
	if err := tx.SavePage(p, inc.Number); err != nil {
		return err
	}
	if err := b.recordPage(tx, inc.Number, p); err != nil {
		return err
	}
	return b.planPageReading(tx, inc.Number, p)
}

// planPageReading plans what is worth reading beside the page itself: its
// alerts, and the changes it went through before it was seen.
func (b *Bot) planPageReading(tx *store.Tx, n incident.Number, p incident.Page) error {
	if err := rewindChanges(tx, p.CreatedAt); err != nil {
		return err
	}
	return plan(tx, step{
		Key: "page-alerts:" + p.ID, Kind: kindPageAlerts, Lane: "alerts:" + p.ID, Incident: n,
		Payload: pageAlerts{PageID: p.ID},
		// PagerDuty is asked one thing at a time, and who is on call comes first.
		NotBefore: nowUTC().Add(2 * time.Second),
	})
}

// severityOf maps PagerDuty's priority, else its urgency, to a severity.
func (b *Bot) severityOf(p incident.Page) incident.Severity {
	for _, word := range []string{p.Priority, p.Urgency} {
		if s, ok := b.cfg.Severities[word]; ok && word != "" {
			return s
		}
	}
	return incident.SEV3
}

func (b *Bot) recordPage(tx *store.Tx, n incident.Number, p incident.Page) error {
	_, _, err := tx.Record("page:"+p.ID, b.pageEntry(n, p.CreatedAt, p.Title, pageData(p)))
	return err
}

func pageData(p incident.Page) map[string]any {
	return map[string]any{
		"page": p.ID, "number": p.Number, "url": p.URL, "service": p.Service,
		"urgency": p.Urgency, "priority": p.Priority, "type": "trigger",
	}
}

// pageEntry is an entry about a page.
func (b *Bot) pageEntry(n incident.Number, at time.Time, text string, data map[string]any) incident.Entry {
	if at.IsZero() {
		at = time.Now().UTC()
	}
	return incident.Entry{
		Incident: n, Kind: incident.KindPage, Lane: incident.LaneResponder, OccurredAt: at,
		Actor: incident.Actor{Name: "PagerDuty", Kind: incident.ActorSystem},
		Text:  text, Source: incident.Source{System: "pagerduty"}, Data: data,
	}
}

// mergePage records a page that PagerDuty merged into another one before it
// had an incident of its own: it belongs to the survivor's.
func (b *Bot) mergePage(tx *store.Tx, p incident.Page, n incident.Number) error {
	if err := tx.SavePage(p, n); err != nil {
		return err
	}
	if err := b.recordPage(tx, n, p); err != nil {
		return err
	}
	return b.recordMerge(tx, n, p)
}

func (b *Bot) recordMerge(tx *store.Tx, n incident.Number, p incident.Page) error {
	_, _, err := tx.Record("page-merged:"+p.ID, b.pageEntry(n, p.ResolvedAt,
		"page #"+strconv.Itoa(p.Number)+" was merged into another page",
		map[string]any{"page": p.ID, "type": "merge", "into": p.MergedInto}))
	return err
}

// pageChanged records what the page's own fields say has changed. What
// people did to it (acknowledge, resolve, …) comes from the change feed.
func (b *Bot) pageChanged(tx *store.Tx, row store.PageRow, p incident.Page) error {
	if p.MergedInto != "" && row.Page.MergedInto == "" {
		if err := b.recordMerge(tx, row.Incident, p); err != nil {
			return err
		}
	}
	for _, f := range []struct{ name, from, to string }{
		{"priority", row.Page.Priority, p.Priority},
		{"urgency", row.Page.Urgency, p.Urgency},
		{"title", row.Page.Title, p.Title},
		{"service", row.Page.Service, p.Service},
	} {
		if f.from == f.to {
			continue
		}
		now := time.Now().UTC()
		text := f.name + " changed from " + orNone(f.from) + " to " + orNone(f.to)
		key := "page-field:" + p.ID + ":" + f.name + ":" + timeTS(now)
		_, _, err := tx.Record(key, b.pageEntry(row.Incident, now, text, map[string]any{
			"page": p.ID, "type": f.name + "_change", "from": f.from, "to": f.to,
		}))
		if err != nil {
			return err
		}
	}
	return nil
}

func orNone(s string) string {
	if s == "" {
		return "none"
	}
	return s
}

// kept is a page as it is to be kept: without a title that was redacted.
func kept(row store.PageRow, p incident.Page) incident.Page {
	if row.Redacted {
		p.Title = row.Page.Title
	}
	return p
}

// samePage says whether a reading brings nothing new. An idle bot must not
// write.
func samePage(a, b incident.Page) bool {
	return a.Status == b.Status && a.Urgency == b.Urgency && a.Priority == b.Priority &&
		a.Title == b.Title && a.Service == b.Service && a.MergedInto == b.MergedInto &&
		a.ResolvedAt.Equal(b.ResolvedAt)
}
