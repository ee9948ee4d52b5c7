package bot

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"firebreak/incident"
	"firebreak/store"
)

// When more pages of one service come than anybody could look at one by one,
// and than Slack would make channels for (20 a minute), the first get channels
// of their own and the rest one for all of them: the storm's incident. It
// gathers for as long as pages keep coming so fast; one that deserves a
// channel of its own is split off by command.

// stormWindow is the time in which Config.StormPages are the most that get
// channels of their own.
const stormWindow = time.Minute

// inStorm says whether a new page comes on top of so many others of its
// service that it is gathered. Pages are counted by when they were first seen
// here: after an outage all of them are news.
func (b *Bot) inStorm(tx *store.Tx, p incident.Page) (bool, error) {
	if b.cfg.StormPages <= 0 || p.ServiceID == "" {
		return false, nil
	}
	n, err := tx.PagesSeen(p.ServiceID, nowUTC().Add(-stormWindow))
	return n >= b.cfg.StormPages, err
}

// gatherPage puts a page of a storm where it belongs: to an earlier page of
// the same dedup key, else to the storm's incident, which is opened by the
// first of them.
func (b *Bot) gatherPage(tx *store.Tx, p incident.Page) error {
	inc, err := tx.IncidentOfKey(p.ServiceID, p.Key)
	if err == nil && !gathersPages(inc) {
		return b.adoptPage(tx, inc, p) // it rings anew, and is the one to acknowledge
	}
	if isNotFound(err) {
		inc, err = tx.IncidentOfStorm(p.ServiceID)
	}
	if isNotFound(err) {
		return b.openIncidentFor(tx, p, incident.Incident{
			Title: "Page storm: " + cmp.Or(p.Service, p.ServiceID), Storm: p.ServiceID,
		})
	}
	if err != nil {
		return err
	}
	if s := b.severityOf(p); s < inc.Severity {
		if err := b.raiseSeverity(tx, inc, s, p); err != nil {
			return err
		}
	}
	if err := tx.SavePage(p, inc.Number); err != nil {
		return err
	}
	if err := b.recordPage(tx, inc.Number, p); err != nil {
		return err
	}
	if err := b.planStormPage(tx, inc.Number, p); err != nil {
		return err
	}
	return b.planPageReading(tx, inc.Number, p)
}

// raiseSeverity makes a storm as severe as the worst of its pages.
func (b *Bot) raiseSeverity(tx *store.Tx, inc incident.Incident, to incident.Severity, p incident.Page) error {
	from := inc.Severity
	inc.Severity = to
	if err := b.changedIncident(tx, inc, "page:"+p.ID); err != nil {
		return err
	}
	_, _, err := tx.Record("severity:page:"+p.ID, incident.Entry{
		Incident: inc.Number, Kind: incident.KindSeverity, Lane: incident.LaneResponder, OccurredAt: nowUTC(),
		Actor: b.actor(), Text: fmt.Sprintf("severity %s, was %s, for page #%d", to, from, p.Number),
		Source: incident.Source{System: "firebreak"}, Data: map[string]any{"from": int(from), "to": int(to), "page": p.ID},
	})
	return err
}

// planStormPage has the storm's channel told of a page, together with others
// that come at the same time.
func (b *Bot) planStormPage(tx *store.Tx, n incident.Number, p incident.Page) error {
	needs, err := channelAction(tx, n)
	if err != nil {
		return err
	}
	return plan(tx, step{
		Key: "storm-page:" + p.ID, Kind: kindStormPages, Lane: slackLane(n), Incident: n, Needs: needs, Payload: []string{p.ID},
		NotBefore: nextBeat(nowUTC()),
	})
}

func tellStormPages(ctx context.Context, b *Bot, a incident.Action) (any, error) {
	ids, err := payloadOf[[]string](a)
	if err != nil {
		return nil, err
	}
	inc, err := b.incidentOf(ctx, a)
	if err != nil {
		return nil, err
	}
	var pages []incident.Page
	err = b.store.View(ctx, func(v *store.View) error {
		for _, id := range ids {
			row, err := v.Page(id)
			if err != nil {
				return err
			}
			pages = append(pages, row.Page)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return b.chat.Post(ctx, stormPagesMessage(pages).post(inc.Channel.ID, a.Key))
}

func findStormPages(ctx context.Context, b *Bot, a incident.Action) (any, bool, error) {
	inc, err := b.incidentOf(ctx, a)
	if err != nil {
		return nil, false, err
	}
	return b.findSent(ctx, a, incident.Post{Channel: inc.Channel.ID, Key: a.Key})
}

// split gives one of several pages of an incident an incident of its own.
func (o *order) split() (message, error) {
	row, err := o.pageEntry()
	if err != nil {
		return message{}, err
	}
	p := row.Page
	rest, err := o.tx.PagesOf(o.inc.Number)
	if err != nil {
		return message{}, err
	}
	if len(rest) < 2 {
		return message{}, refuse("It is the only page of " + o.inc.Number.String() + ", so there is nothing to split off.")
	}
	if err := o.leavePage(p, rest); err != nil {
		return message{}, err
	}
	inc, err := o.b.openIncident(o.tx, incident.Incident{
		Title: p.Title, Severity: o.b.severityOf(p), Private: o.inc.Private, OpenedAt: o.at, OpenedBy: o.slash.UserID,
		Service: p.Service, Urgency: p.Urgency, Page: pageRef(p), Milestones: milestonesAt(incident.Detected, p.CreatedAt),
	})
	if err != nil {
		return message{}, err
	}
	if err := o.tx.SavePage(p, inc.Number); err != nil {
		return message{}, err
	}
	if err := o.b.recordSplit(o.tx, o.inc.Number, inc.Number, p); err != nil {
		return message{}, err
	}
	m := splitMessage(p, inc, o.slash.UserID)
	return m, o.tell(m)
}

// pageEntry is the page that the command names by its entry.
func (o *order) pageEntry() (store.PageRow, error) {
	e, err := o.tx.Entry(incident.Operator(), o.inc.Number, o.cmd.N)
	if err != nil && !isNotFound(err) {
		return store.PageRow{}, err
	}
	id, _ := e.Data["page"].(string)
	row, err := o.tx.Page(id)
	if isNotFound(err) || err == nil && row.Incident != o.inc.Number {
		return row, refuse("Entry " + strconv.Itoa(o.cmd.N) + " is no page of " + o.inc.Number.String() + ". " +
			parser{slash: o.slash.Command}.do("timeline kind:page") + " lists them with their numbers.")
	}
	return row, err
}

// recordSplit says in both timelines where the page is now.
func (b *Bot) recordSplit(tx *store.Tx, from, to incident.Number, p incident.Page) error {
	_, _, err := tx.Record("page-split:"+p.ID+":"+to.String(), b.pageEntry(from, nowUTC(),
		"page #"+strconv.Itoa(p.Number)+" has an incident of its own now: "+to.String(),
		map[string]any{"page": p.ID, "type": "split", "to": to.String()}))
	if err != nil {
		return err
	}
	_, _, err = tx.Record("page:"+p.ID+":"+to.String(), b.pageEntry(to, p.CreatedAt, p.Title, pageData(p)))
	return err
}

// leavePage gives the incident another of its pages to answer if the one that
// leaves is the one it answers: no page is that of two.
func (o *order) leavePage(p incident.Page, all []store.PageRow) error {
	if o.inc.Page.ID != p.ID {
		return nil
	}
	next := slices.IndexFunc(all, func(row store.PageRow) bool { return row.Page.ID != p.ID })
	o.inc.Page = pageRef(all[next].Page)
	return o.b.changedIncident(o.tx, o.inc, o.key)
}

func pageRef(p incident.Page) incident.PageRef {
	return incident.PageRef{ID: p.ID, Number: p.Number, URL: p.URL}
}
