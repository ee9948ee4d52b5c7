package bot

import (
	"context"
	"strings"

	"firebreak/incident"
	"firebreak/store"
)

// newChanges gives those of PagerDuty's change feed that are to be recorded:
// of pages that have an incident, and not recorded yet.
func (b *Bot) newChanges(ctx context.Context, changes []incident.PageChange) (news []incident.PageChange, err error) {
	var pages, keys []string
	for _, c := range changes {
		pages, keys = append(pages, c.PageID), append(keys, changeKey(c))
	}
	err = b.store.View(ctx, func(v *store.View) error {
		rows, err := v.PagesByID(pages)
		if err != nil {
			return err
		}
		recorded, err := v.Recorded(keys)
		if err != nil {
			return err
		}
		for _, c := range changes {
			if tellsSomething(c.Type) && rows[c.PageID].Incident != 0 && !recorded[changeKey(c)] {
				news = append(news, c)
			}
		}
		return nil
	})
	return news, err
}

// takeChange records one of them, once.
func (b *Bot) takeChange(ctx context.Context, c incident.PageChange) error {
	return b.store.Update(ctx, func(tx *store.Tx) error {
		row, err := tx.Page(c.PageID)
		if err != nil {
			return err
		}
		return b.applyChange(tx, row.Incident, c)
	})
}

func changeKey(c incident.PageChange) string { return "page-change:" + c.ID }

// tellsSomething leaves out what the page's own entry and fields say already
// and PagerDuty's notes to itself about whom it notified.
func tellsSomething(changeType string) bool {
	switch normalChange(changeType) {
	case "trigger", "notify", "urgencychange", "prioritychange", "fieldvaluechange", "customfieldvaluechange", "":
		return false
	}
	return true
}

// normalChange reads "acknowledge_log_entry", "AcknowledgeLogEntry" and
// "acknowledge" as one.
func normalChange(t string) string {
	t = strings.ToLower(strings.ReplaceAll(t, "_", ""))
	return strings.TrimSuffix(t, "logentry")
}

func (b *Bot) applyChange(tx *store.Tx, n incident.Number, c incident.PageChange) error {
	what := normalChange(c.Type)
	e := b.pageEntry(n, c.At, changeText(what, c), map[string]any{"page": c.PageID, "type": what, "by": c.By.Name})
	if c.ByKind == "user" {
		e.Actor = incident.Actor{ID: c.By.ID, Name: c.By.Name, Kind: incident.ActorUser}
		if p, err := tx.PersonByEmail(c.By.Email); err == nil && c.By.Email != "" {
			e.Actor.ID, e.Actor.Name = p.ID, p.Name
		}
	}
	_, fresh, err := tx.Record(changeKey(c), e)
	if err != nil || !fresh {
		return err
	}
	switch what {
	case "acknowledge":
		return b.acknowledged(tx, n, c.PageID, e.Actor, c.At, changeKey(c))
	case "unacknowledge", "escalate", "assign", "delegate": // what may call people again
		return b.unacknowledged(tx, n, c)
	case "resolve":
		if err := markResolved(tx, c); err != nil {
			return err
		}
		return b.pageResolved(tx, n, c)
	}
	return nil
}

// changeText is PagerDuty's own sentence, and a note's own words.
func changeText(what string, c incident.PageChange) string {
	switch {
	case what == "annotate" && c.Note != "":
		return c.Note
	case c.Summary != "":
		return c.Summary
	case c.By.Name != "":
		return what + " by " + c.By.Name
	}
	return what
}

// markResolved keeps that a page is resolved: an old one that is no longer
// open is seen by no other loop. One that was reopened meanwhile is among the
// open pages, and the next poll says so.
func markResolved(tx *store.Tx, c incident.PageChange) error {
	row, err := tx.Page(c.PageID)
	if err != nil || row.Page.Status == incident.PageResolved {
		return err
	}
	row.Page.Status, row.Page.ResolvedAt = incident.PageResolved, c.At
	return tx.SavePage(row.Page, row.Incident)
}

// pageResolved says in the channel that PagerDuty is done; the incident is
// not, until a person closes it.
func (b *Bot) pageResolved(tx *store.Tx, n incident.Number, c incident.PageChange) error {
	inc, err := tx.Incident(incident.Operator(), n)
	if err != nil || inc.Closed() {
		return err
	}
	m := pageResolvedMessage(c.By.Name, b.cfg.Command)
	if gathersPages(inc) {
		open, err := tx.PagesOpen(n)
		if err != nil || open > 0 {
			return err
		}
		pages, err := tx.PagesOf(n)
		if err != nil {
			return err
		}
		m = stormOver(len(pages), b.cfg.Command)
	}
	return b.say(tx, n, "resolved:"+c.ID, m)
}
