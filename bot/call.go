package bot

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"firebreak/incident"
	"firebreak/incident/mask"
	"firebreak/store"
)

// call is somebody being called for an incident.
type call struct {
	To     incident.Callee
	By     incident.Actor
	PageID string // the page they are added to; empty: the one that is on its way
	Key    string // incident_key of the page that calls them
}

// planCall adds somebody to the incident's page. Where none is open a page of
// its own calls them, which then is the incident's: the key it is made under
// is in the action log before PagerDuty knows of it.
func (b *Bot) planCall(tx *store.Tx, inc incident.Incident, c call, cause string) error {
	s := step{Key: cause + ":request", Kind: kindPageRequest, Lane: callsLane(inc.Number), Incident: inc.Number}
	open, err := openPage(&tx.View, inc)
	if err != nil {
		return err
	}
	waits, err := awaitsRaised(&tx.View, inc)
	switch {
	case err != nil:
		return err
	case open:
		c.PageID = inc.Page.ID
	case !waits:
		sum := sha256.Sum256([]byte(cause))
		c.Key = "firebreak:" + inc.Number.String() + ":" + hex.EncodeToString(sum[:8])
		s.Key, s.Kind = callKey(c.Key), kindPageCreate
	}
	s.Payload = c
	return plan(tx, s)
}

// callKey is what the action that makes a page is known by, from the page's
// incident_key.
func callKey(incidentKey string) string { return "page-create:" + incidentKey }

// openPage says whether a page is behind the incident that people can be
// added to.
func openPage(v *store.View, inc incident.Incident) (bool, error) {
	if inc.Page.ID == "" {
		return false, nil
	}
	row, err := v.Page(inc.Page.ID)
	return row.Page.Status != incident.PageResolved, err
}

// awaitsRaised says whether a page is on its way: one being made, or one that
// a detection has raised a moment ago.
func awaitsRaised(v *store.View, inc incident.Incident) (bool, error) {
	actions, err := v.Actions(inc.Number, false)
	return slices.ContainsFunc(actions, func(a incident.Action) bool {
		raised := a.Kind == kindPageRaise && inc.Page.ID == ""
		justNow := a.State == incident.ActionDone && time.Since(a.DoneAt) < ownPageWithin
		return raised && (a.State.Open() || justNow) || a.Kind == kindPageCreate && a.State.Open()
	}), err
}

// requestResponder adds somebody to an open page.
func requestResponder(ctx context.Context, b *Bot, a incident.Action) (any, error) {
	c, inc, err := b.callOf(ctx, a)
	if err != nil {
		return nil, err
	}
	return c, b.pager.RequestResponder(ctx, c.PageID, c.To, mask.Text(callText(inc, c.By)), a.Key)
}

func findRequest(ctx context.Context, b *Bot, a incident.Action) (any, bool, error) {
	c, _, err := b.callOf(ctx, a)
	if err != nil {
		return nil, false, err
	}
	found, err := b.pager.FindRequest(ctx, c.PageID, a.Key)
	return c, found, err
}

// callOf reads a call, with the page it belongs to by now.
func (b *Bot) callOf(ctx context.Context, a incident.Action) (call, incident.Incident, error) {
	c, err := payloadOf[call](a)
	if err != nil {
		return c, incident.Incident{}, err
	}
	inc, err := b.incidentOf(ctx, a)
	if err != nil || c.PageID != "" {
		return c, inc, err
	}
	if c.PageID = inc.Page.ID; c.PageID == "" {
		failure := &incident.CallError{
			Call: "pagerduty incidents", Outcome: incident.OutcomeNotDone, RetryAfter: 5 * time.Second,
			Reason: "the incident's own page has not shown up in PagerDuty yet",
		}
		if time.Since(a.CreatedAt) > ownPageWithin {
			failure.Outcome = incident.OutcomeRefused
		}
		return c, inc, failure
	}
	return c, inc, nil
}

// createPage makes the page that calls somebody.
func createPage(ctx context.Context, b *Bot, a incident.Action) (any, error) {
	c, err := payloadOf[call](a)
	if err != nil {
		return nil, err
	}
	inc, err := b.incidentOf(ctx, a)
	if err != nil {
		return nil, err
	}
	return b.pager.CreatePage(ctx, incident.PageDraft{Title: mask.Text(callText(inc, c.By)), Key: c.Key, To: c.To})
}

func findPage(ctx context.Context, b *Bot, a incident.Action) (any, bool, error) {
	c, err := payloadOf[call](a)
	if err != nil {
		return nil, false, err
	}
	page, found, err := b.pager.PageByKey(ctx, c.Key)
	return page, found, err
}

// pageCreated gives the incident its page, unless a poll was quicker.
func pageCreated(tx *store.Tx, b *Bot, a incident.Action, result json.RawMessage) error {
	c, err := payloadOf[call](a)
	if err != nil {
		return err
	}
	var p incident.Page
	if err := json.Unmarshal(result, &p); err != nil {
		return fmt.Errorf("read the page made: %w", err)
	}
	if err := b.applyPage(tx, p, []string{c.Key}); err != nil {
		return err
	}
	c.PageID = p.ID
	return b.called(tx, a, c)
}

func responderRequested(tx *store.Tx, b *Bot, a incident.Action, result json.RawMessage) error {
	var c call
	if err := json.Unmarshal(result, &c); err != nil {
		return fmt.Errorf("read whom was called: %w", err)
	}
	return b.called(tx, a, c)
}

// called keeps a call that was made as an entry, says it in the channel and
// invites who was called.
func (b *Bot) called(tx *store.Tx, a incident.Action, c call) error {
	_, fresh, err := tx.Record("called:"+a.Key, incident.Entry{
		Incident: a.Incident, Kind: incident.KindPage, Lane: incident.LaneResponder, OccurredAt: time.Now().UTC(),
		Actor: c.By, Text: "called " + c.To.Name + " (" + string(c.To.Kind) + ") through PagerDuty",
		Source: incident.Source{System: "firebreak"},
		Data:   map[string]any{"type": "call", "page": c.PageID, "callee": c.To.ID, "name": c.To.Name},
	})
	if err != nil || !fresh {
		return err
	}
	if err := b.say(tx, a.Incident, a.Key+":shown", calledMessage(c)); err != nil {
		return err
	}
	needs, err := channelAction(tx, a.Incident)
	if err != nil {
		return err
	}
	return plan(tx, step{
		Key: a.Key + ":invite", Kind: kindInviteCalled, Lane: inviteLane(a.Incident), Incident: a.Incident, Needs: needs,
		Payload: c,
	})
}

// inviteCalled invites who was called into the channel: they need it more
// than anybody.
func inviteCalled(ctx context.Context, b *Bot, a incident.Action) (any, error) {
	c, err := payloadOf[call](a)
	if err != nil {
		return nil, err
	}
	inc, err := b.incidentOf(ctx, a)
	if err != nil {
		return nil, err
	}
	users, later := b.calledUsers(ctx, c.To, a.Attempts < patientAttempts)
	if len(users) == 0 {
		return invitation{}, later
	}
	refused, err := b.chat.Invite(ctx, inc.Channel.ID, users)
	if err != nil {
		return nil, err
	}
	users = slices.DeleteFunc(users, func(u string) bool { _, no := refused[u]; return no })
	return invitation{Invited: users, Refused: refused}, later
}

// calledUsers are the Slack users behind a callee.
func (b *Bot) calledUsers(ctx context.Context, to incident.Callee, patient bool) ([]string, error) {
	if to.Slack != "" {
		return []string{to.Slack}, nil
	}
	responders := []incident.Responder{{ID: to.ID, Name: to.Name, Email: to.Email}}
	if to.Kind == incident.CalleePolicy {
		var err error
		if responders, err = b.pager.OnCall(ctx, to.ID, 1); err != nil {
			return nil, err
		}
	}
	return b.slackUsers(ctx, responders, patient)
}

// calledInvited says so when who was called is not to be found in Slack.
func calledInvited(tx *store.Tx, b *Bot, a incident.Action, result json.RawMessage) error {
	c, err := payloadOf[call](a)
	if err != nil {
		return err
	}
	var in invitation
	if err := json.Unmarshal(result, &in); err != nil {
		return fmt.Errorf("read invitation: %w", err)
	}
	if len(in.Invited) > 0 {
		return nil
	}
	return b.say(tx, a.Incident, a.Key+":nobody", sentence(calleeName(c.To)+" was called, but I found nobody of theirs in Slack to invite. Please let them in by hand."))
}
