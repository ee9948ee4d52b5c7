package pagerduty

import (
	"context"
	"net/url"
	"strings"

	"firebreak/incident"
)

// calleesRead bounds how many users and how many policies are listed: enough
// to suggest a name near the one that was typed.
const calleesRead = 500

// person is a user as lists give one.
type person struct {
	ID    text `json:"id"`
	Name  text `json:"name"`
	Email text `json:"email"`
}

// policy is an escalation policy.
type policy struct {
	ID       text        `json:"id"`
	Name     text        `json:"name"`
	Summary  text        `json:"summary"`
	Services list[thing] `json:"services"`
}

// Callees lists the users and escalation policies that PagerDuty finds for a
// name or an e-mail address; for "" the first 500 of each.
func (c *Client) Callees(ctx context.Context, query string) ([]incident.Callee, error) {
	users, err := c.users(ctx, query)
	if err != nil {
		return nil, err
	}
	var found []incident.Callee
	for _, u := range users {
		found = append(found, incident.Callee{Kind: incident.CalleeUser, ID: string(u.ID), Name: string(u.Name), Email: string(u.Email)})
	}
	q := url.Values{}
	if query != "" {
		q.Set("query", query)
	}
	policies, err := c.policies(ctx, q)
	if err != nil {
		return nil, err
	}
	for _, p := range policies {
		found = append(found, p.callee())
	}
	return found, nil
}

func (p policy) callee() incident.Callee {
	name := p.Name
	if name == "" {
		name = p.Summary
	}
	e := incident.Callee{Kind: incident.CalleePolicy, ID: string(p.ID), Name: string(name)}
	for _, s := range p.Services {
		e.Services = append(e.Services, string(s.ID))
	}
	return e
}

func (c *Client) users(ctx context.Context, query string) ([]person, error) {
	q := url.Values{}
	if query != "" {
		q.Set("query", query)
	}
	return some(ctx, func(ctx context.Context, offset, limit int) ([]person, bool, error) {
		var answer struct {
			Users list[person] `json:"users"`
			More  bool         `json:"more"`
		}
		err := c.get(ctx, "pagerduty list users", "/users", page(q, offset, limit), &answer)
		return answer.Users, answer.More, err
	})
}

func (c *Client) policies(ctx context.Context, q url.Values) ([]policy, error) {
	return some(ctx, func(ctx context.Context, offset, limit int) ([]policy, bool, error) {
		var answer struct {
			Policies list[policy] `json:"escalation_policies"`
			More     bool         `json:"more"`
		}
		err := c.get(ctx, "pagerduty list escalation policies", "/escalation_policies", page(q, offset, limit), &answer)
		return answer.Policies, answer.More, err
	})
}

// some reads the first calleesRead results.
func some[T any](ctx context.Context, read reader[T]) ([]T, error) {
	var results []T
	for len(results) < calleesRead {
		got, more, err := read(ctx, len(results), maxLimit)
		if err != nil {
			return nil, err
		}
		results = append(results, got...)
		if !more || len(got) == 0 {
			break
		}
	}
	return results, nil
}

// whoActs is what to do when PagerDuty does not know in whose name we write.
const whoActs = "PagerDuty wants to know who acts: set FIREBREAK_PAGERDUTY_FROM to the e-mail address of a PagerDuty user"

// requester is the id of the user in whose name we write: that of the From
// address, else the token's own ("Get the current user": only a user's token
// has one).
func (c *Client) requester(ctx context.Context) (string, error) {
	const call = "pagerduty get current user"
	if c.from == "" {
		var answer struct {
			User person `json:"user"`
		}
		err := c.get(ctx, call, "/users/me", url.Values{}, &answer)
		if incident.OutcomeOf(err) == incident.OutcomeRefused && err != nil {
			return "", refuse(call, incident.CodeOf(err), whoActs)
		}
		return string(answer.User.ID), err
	}
	users, err := c.users(ctx, c.from)
	if err != nil {
		return "", err
	}
	for _, u := range users {
		if strings.EqualFold(string(u.Email), c.from) {
			return string(u.ID), nil
		}
	}
	return "", refuse("pagerduty list users", codeRequesterUnknown, fromUnknown)
}

// serviceFor is the service under which somebody is called: one that uses the
// policy, or one of a policy that the user is on; of those that are watched,
// where services are chosen.
func (c *Client) serviceFor(ctx context.Context, to incident.Callee) (string, error) {
	services := to.Services
	if to.Kind == incident.CalleeUser {
		policies, err := c.policies(ctx, url.Values{"user_ids[]": {to.ID}})
		if err != nil {
			return "", err
		}
		for _, p := range policies {
			services = append(services, p.callee().Services...)
		}
	}
	for _, watched := range c.serviceIDs {
		for _, s := range services {
			if s == watched {
				return s, nil
			}
		}
	}
	switch {
	case len(c.serviceIDs) > 0:
		return c.serviceIDs[0], nil
	case len(services) > 0:
		return services[0], nil
	}
	return c.anyService(ctx)
}

func (c *Client) anyService(ctx context.Context) (string, error) {
	const call = "pagerduty list services"
	var answer struct {
		Services list[thing] `json:"services"`
	}
	if err := c.get(ctx, call, "/services", page(url.Values{"sort_by": {"name"}}, 0, 1), &answer); err != nil {
		return "", err
	}
	if len(answer.Services) == 0 {
		return "", refuse(call, "no_service", "PagerDuty has no service under which anybody could be called: make one there")
	}
	return string(answer.Services[0].ID), nil
}
