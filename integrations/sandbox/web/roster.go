package web

import (
	"slices"
	"strings"

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

func (s *Server) pagerServices(people []pagerPerson) []pagerService {
	out := []pagerService{}
	for _, service := range s.sb.PagerDuty.Services() {
		sv := pagerService{ID: service.ID, Name: service.Name, OnCall: []onCall{}}
		for i, emails := range service.Levels {
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

func (s *Server) pagerPeople() []pagerPerson {
	out := []pagerPerson{}
	for _, u := range s.sb.PagerDuty.People() {
		out = append(out, pagerPerson{ID: u.ID, Name: u.Name, Email: u.Email})
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

func (s *Server) gitlabPeople() []gitlabPerson {
	out := []gitlabPerson{}
	for _, u := range s.sb.GitLab.Users() {
		out = append(out, gitlabPerson{Username: u.Username, Name: u.Name, Bot: u.Bot})
	}
	return out
}

// username names somebody as GitLab knows them. People of Slack are found by
// their address: somebody else may have their handle there.
func (s *Server) username(name string) string {
	u, err := s.reader(name)
	if err != nil || u.Email == "" {
		return name
	}
	users := s.sb.GitLab.Users()
	i := slices.IndexFunc(users, func(other sandbox.GitLabUser) bool { return strings.EqualFold(other.Email, u.Email) })
	if i < 0 {
		return u.Email // which GitLab will say it does not know
	}
	return users[i].Username
}
