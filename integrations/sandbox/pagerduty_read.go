package sandbox

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

func (p *PagerDuty) reads() map[string]http.HandlerFunc {
	return map[string]http.HandlerFunc{
		"GET /incidents":                  p.rest(p.getIncidents),
		"GET /incidents/{id}":             p.rest(p.withIncident(p.getIncident)),
		"GET /incidents/{id}/alerts":      p.rest(p.withIncident(p.getAlerts)),
		"GET /incidents/{id}/notes":       p.rest(p.withIncident(p.getNotes)),
		"GET /incidents/{id}/log_entries": p.rest(p.withIncident(p.getLog)),
		"GET /log_entries":                p.rest(func(c pdCall) error { return p.getLog(c, nil) }),
		"GET /oncalls":                    p.rest(p.getOnCalls),
		"GET /escalation_policies":        p.rest(p.getPolicies),
		"GET /users":                      p.rest(p.getUsers),
		"GET /users/me":                   p.rest(p.getSelf),
		"GET /users/{id}":                 p.rest(p.getUser),
		"GET /services":                   p.rest(p.getServices),
		"GET /services/{id}":              p.rest(p.getService),
		"GET /priorities":                 p.rest(p.getPriorities),
		"GET /abilities":                  p.rest(p.getAbilities),
	}
}

func (p *PagerDuty) getIncident(c pdCall, inc *pdIncident) error {
	writeJSON(c.w, http.StatusOK, map[string]any{"incident": p.incidentJSON(inc, includes(c.r.URL.Query()))})
	return nil
}

func (p *PagerDuty) getNotes(c pdCall, inc *pdIncident) error {
	notes := []any{}
	for _, n := range slices.Backward(inc.notes) { // newest first (assumed)
		notes = append(notes, p.noteJSON(n))
	}
	writeJSON(c.w, http.StatusOK, map[string]any{"notes": notes}) // never paged (documented)
	return nil
}

// getLog serves the log of one incident, or of the account.
func (p *PagerDuty) getLog(c pdCall, inc *pdIncident) error {
	p.listLog(c.w, c.r, inc)
	return nil
}

// getSelf refuses. Documented: only user tokens have a "me"; ours is an
// account key.
func (p *PagerDuty) getSelf(pdCall) error {
	return pdError{http.StatusBadRequest, 2001, "Invalid Input Provided", []string{"Request was authenticated with an account token, which has no user"}}
}

func (p *PagerDuty) getAbilities(c pdCall) error {
	names := []string{}
	for name, has := range p.abilities {
		if has {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	writeJSON(c.w, http.StatusOK, map[string]any{"abilities": names})
	return nil
}

func (p *PagerDuty) withIncident(do func(pdCall, *pdIncident) error) func(pdCall) error {
	return func(c pdCall) error {
		inc := p.find(c.r.PathValue("id"))
		if inc == nil {
			return errPDNotFound
		}
		return do(c, inc)
	}
}

// pdFilter is what GET /incidents selects.
type pdFilter struct {
	since, until time.Time // zero: no bound
	statuses     []string
	services     []string
	teams        []string
	urgencies    []string
	users        []string
	key          string
}

func (p *PagerDuty) getIncidents(c pdCall) error {
	q := c.r.URL.Query()
	f, err := p.incidentFilter(q)
	if err != nil {
		return err
	}
	order, err := incidentOrder(q["sort_by"])
	if err != nil {
		return err
	}
	var found []*pdIncident
	for _, inc := range p.incidents {
		if f.admits(inc) {
			found = append(found, inc)
		}
	}
	slices.SortStableFunc(found, order)
	var rows []any
	for _, inc := range found {
		rows = append(rows, p.incidentJSON(inc, includes(q)))
	}
	p.writePage(c.w, q, "incidents", rows)
	return nil
}

func (p *PagerDuty) incidentFilter(q url.Values) (pdFilter, error) {
	f := pdFilter{
		statuses: q["statuses[]"], services: q["service_ids[]"], teams: q["team_ids[]"],
		urgencies: q["urgencies[]"], users: q["user_ids[]"], key: q.Get("incident_key"),
	}
	for _, s := range f.statuses {
		if !slices.Contains([]string{pdTriggered, pdAcknowledged, pdResolved}, s) {
			return f, pdError{http.StatusBadRequest, 1003, "Invalid Status Provided", nil}
		}
	}
	// Documented: these filters need account abilities.
	if len(f.teams) > 0 && !p.abilities["teams"] || len(f.urgencies) > 0 && !p.abilities["urgencies"] {
		return f, errPDAbility
	}
	if q.Get("date_range") == "all" { // documented: since and until are ignored
		return f, nil
	}
	var err error
	if f.since, err = p.timeParam(q, "since"); err != nil {
		return f, err
	}
	if f.until, err = p.timeParam(q, "until"); err != nil {
		return f, err
	}
	return f, f.defaultWindow()
}

// defaultWindow fills the window: one month up to now, or one month from the
// end that was given (observed: a maintainer's answer); six months at most
// (documented).
func (f *pdFilter) defaultWindow() error {
	switch {
	case f.since.IsZero() && f.until.IsZero():
		f.until = time.Now()
		f.since = f.until.AddDate(0, -1, 0)
	case f.until.IsZero():
		f.until = f.since.AddDate(0, 1, 0)
	case f.since.IsZero():
		f.since = f.until.AddDate(0, -1, 0)
	}
	if f.until.Before(f.since) || f.until.After(f.since.AddDate(0, 6, 0)) {
		return errPDRange
	}
	return nil
}

// admits applies the filter. since and until compare created_at (observed),
// both ends included (assumed).
func (f *pdFilter) admits(inc *pdIncident) bool {
	assigned := slices.ContainsFunc(inc.assigned, func(s pdStamp) bool { return slices.Contains(f.users, s.user.ID) })
	return (f.since.IsZero() || !inc.created.Before(f.since)) &&
		(f.until.IsZero() || !inc.created.After(f.until)) &&
		oneOf(f.statuses, inc.status) &&
		oneOf(f.services, inc.service.ID) &&
		oneOf(f.teams, inc.service.team.ID) &&
		oneOf(f.urgencies, inc.urgency) &&
		(len(f.users) == 0 || assigned) && // so resolved ones are never found by user (documented)
		(f.key == "" || f.key == inc.key)
}

func oneOf(wanted []string, have string) bool {
	return len(wanted) == 0 || slices.Contains(wanted, have)
}

// incidentOrder reads sort_by: at most two of four fields, ascending unless
// ":desc" (documented). Without it by number (assumed).
func incidentOrder(sortBy []string) (func(a, b *pdIncident) int, error) {
	fields := strings.Split(cmp.Or(strings.Join(sortBy, ","), "incident_number"), ",")
	if len(fields) > 2 {
		return nil, pdInvalid("sort_by takes at most two fields")
	}
	byField := map[string]func(a, b *pdIncident) int{
		"incident_number": func(a, b *pdIncident) int { return cmp.Compare(a.number, b.number) },
		"created_at":      func(a, b *pdIncident) int { return a.created.Compare(b.created) },
		"resolved_at":     func(a, b *pdIncident) int { return a.resolved.Compare(b.resolved) },
		"urgency":         func(a, b *pdIncident) int { return cmp.Compare(a.urgency, b.urgency) },
	}
	var orders []func(a, b *pdIncident) int
	for _, f := range fields {
		name, direction, _ := strings.Cut(f, ":")
		by := byField[name]
		if by == nil || !slices.Contains([]string{"", "asc", "desc"}, direction) {
			return nil, pdInvalid("sort_by %q is unknown", f)
		}
		if direction == "desc" {
			asc := by
			by = func(a, b *pdIncident) int { return asc(b, a) }
		}
		orders = append(orders, by)
	}
	return func(a, b *pdIncident) int {
		for _, by := range orders {
			if d := by(a, b); d != 0 {
				return d
			}
		}
		return 0
	}, nil
}

func (p *PagerDuty) getAlerts(c pdCall, inc *pdIncident) error {
	q := c.r.URL.Query()
	var rows []any
	for _, a := range inc.alerts {
		if oneOf(q["statuses[]"], a.status) && (q.Get("alert_key") == "" || q.Get("alert_key") == a.key) {
			rows = append(rows, p.alertJSON(inc, a))
		}
	}
	p.writePage(c.w, q, "alerts", rows)
	return nil
}

func (p *PagerDuty) getOnCalls(c pdCall) error {
	q := c.r.URL.Query()
	in := includes(q)
	var rows []any
	for _, e := range p.policies {
		if !oneOf(q["escalation_policy_ids[]"], e.ID) {
			continue
		}
		for i, users := range e.levels {
			for _, u := range users {
				if !oneOf(q["user_ids[]"], u.ID) {
					continue
				}
				rows = append(rows, map[string]any{
					"escalation_policy": p.policyRef(e), "escalation_level": i + 1,
					// Null for someone who is always on call (documented).
					"schedule": nil, "start": nil, "end": nil, "user": p.userRef(u, in),
				})
			}
		}
	}
	p.writePage(c.w, q, "oncalls", rows)
	return nil
}

func (p *PagerDuty) getUsers(c pdCall) error {
	q := c.r.URL.Query()
	var rows []any
	for _, u := range p.users {
		if s := strings.ToLower(q.Get("query")); strings.Contains(strings.ToLower(u.Name), s) || strings.Contains(strings.ToLower(u.Email), s) {
			rows = append(rows, p.userJSON(u))
		}
	}
	p.writePage(c.w, q, "users", rows)
	return nil
}

func (p *PagerDuty) getUser(c pdCall) error {
	u := p.userByID(c.r.PathValue("id"))
	if u == nil {
		return errPDNotFound
	}
	writeJSON(c.w, http.StatusOK, map[string]any{"user": p.userJSON(u)})
	return nil
}

func (p *PagerDuty) getServices(c pdCall) error {
	q := c.r.URL.Query()
	var rows []any
	for _, s := range p.services {
		if strings.Contains(strings.ToLower(s.Name), strings.ToLower(q.Get("query"))) && oneOf(q["team_ids[]"], s.team.ID) {
			rows = append(rows, p.serviceJSON(s))
		}
	}
	p.writePage(c.w, q, "services", rows)
	return nil
}

func (p *PagerDuty) getService(c pdCall) error {
	for _, s := range p.services {
		if s.ID == c.r.PathValue("id") {
			writeJSON(c.w, http.StatusOK, map[string]any{"service": p.serviceJSON(s)})
			return nil
		}
	}
	return errPDNotFound
}

func (p *PagerDuty) getPriorities(c pdCall) error {
	var rows []any
	for i := range p.priorities {
		rows = append(rows, p.priorityJSON(&p.priorities[i]))
	}
	p.writePage(c.w, c.r.URL.Query(), "priorities", rows)
	return nil
}
