package pagerduty

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"slices"
	"sync"
	"time"

	pd "github.com/PagerDuty/go-pagerduty"

	"firebreak/incident"
)

const (
	knownFor    = time.Hour        // how long an e-mail is taken as it was
	unknownFor  = 10 * time.Minute // how long a refused look-up is not repeated
	peopleCache = 1000             // users kept; then all are forgotten
)

// people remembers users, so that a poll does not look up each assignee.
type people struct {
	mu   sync.Mutex
	byID map[string]knownPerson
}

type knownPerson struct {
	incident.Responder
	until time.Time
}

func newPeople() *people { return &people{byID: make(map[string]knownPerson)} }

func (p *people) get(id string) (incident.Responder, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	k, ok := p.byID[id]
	return k.Responder, ok && time.Now().Before(k.until)
}

func (p *people) put(r incident.Responder, lasting time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.byID) >= peopleCache {
		clear(p.byID)
	}
	p.byID[r.ID] = knownPerson{r, time.Now().Add(lasting)}
}

// User tells a user's name and e-mail, remembered for an hour. A user whom
// PagerDuty does not show (deleted, or the token may not read users) comes
// back without an e-mail.
func (c *Client) User(ctx context.Context, id string) (incident.Responder, error) {
	const call = "pagerduty get user"
	if id == "" {
		return incident.Responder{}, refuse(call, "404", "a user needs an id")
	}
	if r, ok := c.people.get(id); ok {
		return r, nil
	}
	var user *pd.User
	err := c.rest.pass(ctx, call, func(ctx context.Context) (err error) {
		user, err = c.api.GetUserWithContext(ctx, url.PathEscape(id), pd.GetUserOptions{})
		return err
	})
	switch {
	case err == nil:
		r := incident.Responder{ID: id, Name: user.Name, Email: user.Email}
		c.people.put(r, knownFor)
		return r, nil
	case incident.OutcomeOf(err) == incident.OutcomeRefused:
		r := incident.Responder{ID: id}
		c.people.put(r, unknownFor)
		return r, nil
	}
	return incident.Responder{}, err
}

// completed adds the e-mail to a responder that came without. A look-up that
// fails costs the e-mail, never the page: seeing the page matters more, and
// the next read tries again.
func (c *Client) completed(ctx context.Context, r incident.Responder) incident.Responder {
	if r.ID == "" {
		return r
	}
	if r.Email != "" {
		c.people.put(r, knownFor)
		return r
	}
	known, err := c.User(ctx, r.ID)
	if err != nil {
		c.logger.WarnContext(ctx, "look up pagerduty user", "user", r.ID, "error", err)
		return r
	}
	r.Email = known.Email
	if r.Name == "" {
		r.Name = known.Name
	}
	return r
}

func (t thing) responder() incident.Responder {
	return incident.Responder{ID: string(t.ID), Name: t.title(), Email: string(t.Email)}
}

// OnCall tells who is on call now at one level of an escalation policy,
// counted from 1; level 0 gives all levels, lowest first.
func (c *Client) OnCall(ctx context.Context, policyID string, level int) ([]incident.Responder, error) {
	const call = "pagerduty list on-calls"
	if policyID == "" {
		return nil, refuse(call, "404", "an escalation policy needs an id")
	}
	got, _, err := readAll(ctx, false, onCallID, func(ctx context.Context, offset, limit int) ([]pd.OnCall, bool, error) {
		var answer *pd.ListOnCallsResponse
		err := c.rest.pass(ctx, call, func(ctx context.Context) (err error) {
			answer, err = c.api.ListOnCallsWithContext(ctx, pd.ListOnCallOptions{
				Offset: uint(offset), Limit: uint(limit), TimeZone: "UTC",
				Includes: []string{"users"}, EscalationPolicyIDs: []string{policyID},
			})
			return err
		})
		if err != nil {
			return nil, false, err
		}
		return answer.OnCalls, answer.More, nil
	})
	if err != nil {
		return nil, err
	}
	return c.onLevel(ctx, got, level), nil
}

// onLevel gives each person once, by rising level.
func (c *Client) onLevel(ctx context.Context, calls []pd.OnCall, level int) []incident.Responder {
	slices.SortStableFunc(calls, func(a, b pd.OnCall) int { return cmp.Compare(a.EscalationLevel, b.EscalationLevel) })
	var rs []incident.Responder
	seen := make(map[string]bool)
	for _, o := range calls {
		if o.User.ID == "" || seen[o.User.ID] || (level > 0 && int(o.EscalationLevel) != level) {
			continue
		}
		seen[o.User.ID] = true
		name := cmp.Or(o.User.Name, o.User.Summary)
		rs = append(rs, c.completed(ctx, incident.Responder{ID: o.User.ID, Name: name, Email: o.User.Email}))
	}
	return rs
}

// onCallID tells on-calls apart: they have no id of their own.
func onCallID(o pd.OnCall) string {
	return fmt.Sprintf("%s %s %d %s %s", o.User.ID, o.Schedule.ID, o.EscalationLevel, o.Start, o.End)
}
