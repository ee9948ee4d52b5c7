package sandbox

import (
	"fmt"
	"slices"
	"strings"
)

// PagerDutyUser is a person with a PagerDuty login.
type PagerDutyUser struct {
	ID    string // made up when empty
	Name  string
	Email string
	TZ    string // IANA name; empty means UTC
}

type pdService struct {
	ID, Name   string
	policy     *pdPolicy
	team       pdTeam
	routingKey string // of its Events API v2 integration; 32 characters
	integ      string // that integration's id
}

type pdTeam struct{ ID, Name string }

type pdPolicy struct {
	ID, Name string
	levels   [2][]*PagerDutyUser // who is on call at level 1 and 2
}

type pdPriority struct{ ID, Name string }

// fillDefaultWorld makes the residents and the bot, three services with a
// policy of two levels each, and the stock priorities.
func (p *PagerDuty) fillDefaultWorld() {
	for _, r := range residents() {
		p.AddUser(PagerDutyUser{Name: r.name, Email: r.email()})
	}
	p.AddUser(PagerDutyUser{Name: "Firebreak Bot", Email: "firebreak@example.com"})
	for _, name := range []string{"P1", "P2", "P3", "P4", "P5"} {
		p.priorities = append(p.priorities, pdPriority{ID: "P" + p.sb.token(6), Name: name})
	}
	p.AddService("Edge firewall")
	p.AddService("Identity")
	p.AddService("Payments API")
	p.OnCall("Edge firewall", 1, "alex")
	p.OnCall("Edge firewall", 2, "sam")
	p.OnCall("Identity", 1, "sam")
	p.OnCall("Identity", 2, "kim")
	p.OnCall("Payments API", 1, "kim")
	p.OnCall("Payments API", 2, "jo")
}

// AddUser adds a person and returns them with their id.
func (p *PagerDuty) AddUser(u PagerDutyUser) PagerDutyUser {
	p.mu.Lock()
	defer p.mu.Unlock()
	if u.ID == "" {
		u.ID = "P" + p.sb.token(6)
	}
	if u.TZ == "" {
		u.TZ = "UTC"
	}
	p.users = append(p.users, &u)
	return u
}

// AddService adds a service with an escalation policy of two empty levels, a
// team and an Events API v2 integration, and returns the service's id.
func (p *PagerDuty) AddService(name string) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	policy := &pdPolicy{ID: "P" + p.sb.token(6), Name: name + " escalation"}
	s := &pdService{
		ID:         "P" + p.sb.token(6),
		Name:       name,
		policy:     policy,
		team:       pdTeam{ID: "P" + p.sb.token(6), Name: name + " team"},
		routingKey: strings.ToLower(p.sb.token(32)),
		integ:      "P" + p.sb.token(6),
	}
	p.policies = append(p.policies, policy)
	p.services = append(p.services, s)
	return s.ID
}

// OnCall sets who is on call for a service's policy at level 1 or 2; nobody is
// allowed.
func (p *PagerDuty) OnCall(service string, level int, users ...string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	on := make([]*PagerDutyUser, 0, len(users))
	for _, u := range users {
		on = append(on, p.user(u))
	}
	p.service(service).policy.levels[level-1] = on
}

// RoutingKey returns the Events API v2 integration key of a service.
func (p *PagerDuty) RoutingKey(service string) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.service(service).routingKey
}

// ServiceID, TeamID and PolicyID give the ids below a service's name.
func (p *PagerDuty) ServiceID(service string) string { return p.idsOf(service).ID }

// TeamID returns the id of the team that owns a service.
func (p *PagerDuty) TeamID(service string) string { return p.idsOf(service).team.ID }

// PolicyID returns the id of a service's escalation policy.
func (p *PagerDuty) PolicyID(service string) string { return p.idsOf(service).policy.ID }

func (p *PagerDuty) idsOf(service string) *pdService {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.service(service)
}

// UserID returns the id of a person named by id, e-mail, its local part or name.
func (p *PagerDuty) UserID(user string) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.user(user).ID
}

// user finds a person for a script; a stranger is the script's mistake.
func (p *PagerDuty) user(who string) *PagerDutyUser {
	i := slices.IndexFunc(p.users, func(u *PagerDutyUser) bool {
		local, _, _ := strings.Cut(u.Email, "@")
		return who == u.ID || strings.EqualFold(who, u.Email) || who == local || who == u.Name
	})
	if i < 0 {
		panic(fmt.Sprintf("sandbox: PagerDuty knows no user %q", who))
	}
	return p.users[i]
}

func (p *PagerDuty) userByID(id string) *PagerDutyUser {
	for _, u := range p.users {
		if u.ID == id {
			return u
		}
	}
	return nil
}

func (p *PagerDuty) userByEmail(email string) *PagerDutyUser {
	for _, u := range p.users {
		if strings.EqualFold(u.Email, email) {
			return u
		}
	}
	return nil
}

func (p *PagerDuty) service(name string) *pdService {
	for _, s := range p.services {
		if name == s.Name || name == s.ID {
			return s
		}
	}
	panic(fmt.Sprintf("sandbox: PagerDuty knows no service %q", name))
}

func (p *PagerDuty) priority(name string) *pdPriority {
	for i, pr := range p.priorities {
		if name == pr.Name || name == pr.ID {
			return &p.priorities[i]
		}
	}
	return nil
}
