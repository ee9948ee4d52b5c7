package web

import (
	"slices"

	"firebreak/integrations/sandbox"
)

// onCall is who a service calls at one level of its policy.
type onCall struct {
	Level int      `json:"level"`
	Names []string `json:"names"`
}

// pagerService is a service of PagerDuty.
type pagerService struct {
	ID     string   `json:"id"`
	Name   string   `json:"name"`
	OnCall []onCall `json:"oncall"`
}

type pagerPerson struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Email string `json:"email"`
}

// worldServices are those of the sandbox's default world, which names no
// others by itself.
func worldServices() []string { return []string{"Edge firewall", "Identity", "Payments API"} }

// rota finds out who is on call in a default world by paging them: the
// sandbox tells it to its clients only, and a call of the window's own would
// stand in the ledger. Keys are services, values e-mails by level.
func rota() map[string][][]string {
	world := sandbox.New(sandbox.Options{})
	defer func() { _ = world.Close() }() // it never listened
	out := map[string][][]string{}
	for _, name := range worldServices() {
		first := world.PagerDuty.Trigger(sandbox.Trigger{Title: "Who is on call?", Service: name})
		levels := [][]string{first.Assignees}
		if sandbox.Try(func() { world.PagerDuty.Escalate(first.ID, first.Assignees[0]) }) == nil {
			levels = append(levels, world.PagerDuty.Incident(first.ID).Assignees)
		}
		out[name] = levels
	}
	return out
}

// pagerServices are the services of the default world and those that ever
// paged somebody.
func (s *Server) pagerServices(pages []sandbox.PagerDutyIncident, people []pagerPerson) []pagerService {
	names := worldServices()
	for _, p := range pages {
		if !slices.Contains(names, p.Service) {
			names = append(names, p.Service)
		}
	}
	out := []pagerService{}
	for _, name := range names {
		sv := pagerService{Name: name, OnCall: []onCall{}}
		if sandbox.Try(func() { sv.ID = s.sb.PagerDuty.ServiceID(name) }) != nil {
			continue
		}
		for i, emails := range s.rota[name] {
			sv.OnCall = append(sv.OnCall, onCall{Level: i + 1, Names: namesOf(emails, people)})
		}
		out = append(out, sv)
	}
	return out
}

func namesOf(emails []string, people []pagerPerson) []string {
	names := []string{}
	for _, email := range emails {
		name := email
		if i := slices.IndexFunc(people, func(p pagerPerson) bool { return p.Email == email }); i >= 0 {
			name = people[i].Name
		}
		names = append(names, name)
	}
	return names
}

// pagerPeople are the people of Slack whom PagerDuty knows by their address.
func (s *Server) pagerPeople() []pagerPerson {
	out := []pagerPerson{}
	for _, u := range s.sb.Slack.Users() {
		p := pagerPerson{Name: u.RealName, Email: u.Email}
		if u.Email == "" || sandbox.Try(func() { p.ID = s.sb.PagerDuty.UserID(u.Email) }) != nil {
			continue
		}
		out = append(out, p)
	}
	return out
}

// pager names somebody as PagerDuty knows them: by address.
func (s *Server) pager(name string) string {
	if u, err := s.reader(name); err == nil && u.Email != "" {
		return u.Email
	}
	return name
}

type gitlabPerson struct {
	Username string `json:"username"`
	Name     string `json:"name"`
	Bot      bool   `json:"bot"`
}

// gitlabPeople are the bot and the workspace's own people, who have the same
// name in both.
func (s *Server) gitlabPeople() []gitlabPerson {
	bot := s.sb.GitLab.Bot()
	out := []gitlabPerson{{Username: bot.Username, Name: bot.Name, Bot: true}}
	for _, u := range s.sb.Slack.Users() {
		if u.Bot || u.Guest || u.Deleted || u.TeamID != s.sb.Slack.TeamID() {
			continue
		}
		out = append(out, gitlabPerson{Username: u.Name, Name: u.RealName})
	}
	return out
}

// username names somebody as GitLab knows them.
func (s *Server) username(name string) string {
	if u, err := s.reader(name); err == nil {
		return u.Name
	}
	return name
}
