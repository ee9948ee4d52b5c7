package bot

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"firebreak/incident"
	"firebreak/store"
)

// ackOrder is an acknowledgement as somebody gave it.
type ackOrder struct {
	PageID string
	By     incident.Actor
	At     time.Time
}

// acknowledge plans to acknowledge the incident's page, or all pages of a
// storm. Doing it twice, or for a page that is over, is harmless and said.
func (o *order) acknowledge() (message, error) {
	if o.inc.Page.ID == "" || !o.b.cfg.Poll {
		return message{}, refuse("There is no PagerDuty page behind " + o.inc.Number.String() + " to acknowledge.")
	}
	if gathersPages(o.inc) {
		return o.acknowledgeAll("All pages gathered here are acknowledged or resolved already, or are being acknowledged.")
	}
	row, err := o.tx.Page(o.inc.Page.ID)
	if err != nil {
		return message{}, err
	}
	switch row.Page.Status {
	case incident.PageResolved:
		return o.acknowledgeAll("The page is resolved already, so there is nothing to acknowledge.")
	case incident.PageAcknowledged:
		return sentence("The page is acknowledged already" + ackedBy(o.inc) + "."), nil
	}
	under, err := o.acksUnderWay()
	if err != nil {
		return message{}, err
	}
	if under[o.inc.Page.ID] {
		return sentence("The page is being acknowledged already."), nil
	}
	if err := o.planAck(o.key+":ack", o.inc.Page.ID); err != nil {
		return message{}, err
	}
	m := sentence(who(o.slash.UserID) + " acknowledges the page.")
	return m, o.tell(m)
}

func (o *order) planAck(key, page string) error {
	return plan(o.tx, step{
		Key: key, Kind: kindPageAck, Lane: "pagerduty:" + page, Incident: o.inc.Number,
		Payload: ackOrder{PageID: page, By: o.actor(), At: o.at},
	})
}

// acknowledgeAll acknowledges each page of the incident that rings; without
// one, that is said.
func (o *order) acknowledgeAll(none string) (message, error) {
	pages, err := o.tx.PagesOf(o.inc.Number)
	if err != nil {
		return message{}, err
	}
	under, err := o.acksUnderWay()
	if err != nil {
		return message{}, err
	}
	ringing := 0
	for _, row := range pages {
		if row.Page.Status != incident.PageTriggered || under[row.Page.ID] {
			continue
		}
		ringing++
		if err := o.planAck(o.key+":ack:"+row.Page.ID, row.Page.ID); err != nil {
			return message{}, err
		}
	}
	if ringing == 0 {
		return sentence(none), nil
	}
	m := sentence(who(o.slash.UserID) + " acknowledges the " + count(ringing, "page") + " here that nobody has acknowledged yet.")
	return m, o.tell(m)
}

func ackedBy(inc incident.Incident) string {
	if inc.AcknowledgedBy == (incident.Actor{}) {
		return ""
	}
	return ", by " + personOf(inc.AcknowledgedBy)
}

// acksUnderWay are the pages that somebody has acknowledged and PagerDuty has
// not answered for yet.
func (o *order) acksUnderWay() (map[string]bool, error) {
	actions, err := o.tx.Actions(o.inc.Number, true)
	if err != nil {
		return nil, err
	}
	under := map[string]bool{}
	for _, a := range actions {
		if p, err := payloadOf[ackOrder](a); a.Kind == kindPageAck && a.State.Open() && err == nil {
			under[p.PageID] = true
		}
	}
	return under, nil
}

func ackPage(ctx context.Context, b *Bot, a incident.Action) (any, error) {
	p, err := payloadOf[ackOrder](a)
	if err != nil {
		return nil, err
	}
	return b.pager.Acknowledge(ctx, p.PageID)
}

// pageAcked makes whoever gave the command the one who acknowledged, unless
// somebody in PagerDuty was first. What PagerDuty's feed tells of our own call
// names its user for all of us.
func pageAcked(tx *store.Tx, b *Bot, a incident.Action, result json.RawMessage) error {
	p, err := payloadOf[ackOrder](a)
	if err != nil {
		return err
	}
	var was incident.PageStatus
	if err := json.Unmarshal(result, &was); err != nil {
		return fmt.Errorf("read the page's status: %w", err)
	}
	if was == incident.PageResolved {
		return nil
	}
	row, err := tx.Page(p.PageID)
	if err != nil {
		return err
	}
	if row.Page.Status == incident.PageTriggered {
		row.Page.Status = incident.PageAcknowledged
		if err := tx.SavePage(row.Page, row.Incident); err != nil {
			return err
		}
	}
	if was == incident.PageTriggered || a.Attempts > 1 {
		if err := b.forgetAck(tx, a.Incident); err != nil {
			return err
		}
	}
	return b.acknowledged(tx, a.Incident, p.PageID, p.By, p.At, a.Key)
}

// acknowledged keeps who acknowledged the incident's page first, and when,
// and shows it in the header.
func (b *Bot) acknowledged(tx *store.Tx, n incident.Number, pageID string, by incident.Actor, at time.Time, why string) error {
	inc, err := tx.Incident(incident.Operator(), n)
	if err != nil {
		return err
	}
	_, set := inc.Milestones[incident.Acknowledged]
	if set && (inc.AcknowledgedBy != (incident.Actor{}) || inc.Page.ID != pageID) {
		return nil // an earlier page of a storm has shown all of this
	}
	if !set {
		if inc.Milestones == nil {
			inc.Milestones = map[incident.Milestone]time.Time{}
		}
		inc.Milestones[incident.Acknowledged] = at
	}
	if inc.AcknowledgedBy == (incident.Actor{}) && inc.Page.ID == pageID {
		inc.AcknowledgedBy = incident.Actor{ID: by.ID, Name: by.Name}
	}
	return b.refreshHeader(tx, inc, why)
}

// unacknowledged takes back who acknowledged when PagerDuty calls people
// again, unless somebody has acknowledged since.
func (b *Bot) unacknowledged(tx *store.Tx, n incident.Number, c incident.PageChange) error {
	row, err := tx.Page(c.PageID)
	if err != nil || row.Page.Status != incident.PageTriggered {
		return err
	}
	inc, err := tx.Incident(incident.Operator(), n)
	if err != nil || inc.Page.ID != c.PageID || inc.AcknowledgedBy == (incident.Actor{}) {
		return err
	}
	inc.AcknowledgedBy = incident.Actor{}
	return b.refreshHeader(tx, inc, changeKey(c))
}

func (b *Bot) forgetAck(tx *store.Tx, n incident.Number) error {
	inc, err := tx.Incident(incident.Operator(), n)
	if err != nil {
		return err
	}
	inc.AcknowledgedBy = incident.Actor{}
	return tx.SaveIncident(inc)
}

// refreshHeader saves an incident and brings its header alone up to date: a
// topic that stays the same would be told in the channel again.
func (b *Bot) refreshHeader(tx *store.Tx, inc incident.Incident, why string) error {
	if err := tx.SaveIncident(inc); err != nil {
		return err
	}
	n := inc.Number
	needs, err := channelAction(tx, n)
	if err != nil {
		return err
	}
	return planHeaderUpdate(tx, n, why, needs)
}
