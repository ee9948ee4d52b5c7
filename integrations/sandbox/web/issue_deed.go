package web

import (
	"net/http"
	"strings"
	"time"

	"firebreak/integrations/sandbox"
)

// issueDeed is what somebody does in GitLab.
type issueDeed struct {
	As          string `json:"as"`
	IID         int    `json:"iid"`
	Title       string `json:"title"`
	Description string `json:"description"`
	Labels      names  `json:"labels"`
	Text        string `json:"text"`
	To          string `json:"to"`
	Due         string `json:"due"`
	On          bool   `json:"on"`
}

// postIssue runs a verb of GitLab's.
func (s *Server) postIssue(w http.ResponseWriter, r *http.Request) (any, error) {
	var d issueDeed
	if err := readBody(w, r, &d); err != nil {
		return nil, err
	}
	if d.As == "" {
		return nil, missing("as")
	}
	d.As = s.username(d.As)
	if d.To != "" {
		d.To = s.username(d.To)
	}
	do := s.issueVerb(r.PathValue("verb"), d)
	if do == nil {
		return nil, notFound("nobody can " + r.PathValue("verb") + " an issue")
	}
	var out any
	var err error
	if told := sandbox.Try(func() { out, err = do(s.sb.GitLab) }); told != nil {
		return nil, refused(told.Error())
	}
	if err == nil && out == nil {
		out = done{true}
	}
	return out, err
}

type gitlabVerb func(*sandbox.GitLab) (any, error)

func (s *Server) issueVerb(verb string, d issueDeed) gitlabVerb {
	return map[string]gitlabVerb{
		"open":         d.open,
		"comment":      d.comment,
		"close":        quiet(func(g *sandbox.GitLab) { g.Close(d.IID, d.As) }),
		"reopen":       quiet(func(g *sandbox.GitLab) { g.Reopen(d.IID, d.As) }),
		"title":        d.retitle,
		"description":  quiet(func(g *sandbox.GitLab) { g.SetDescription(d.IID, d.As, d.whole()) }),
		"labels":       quiet(func(g *sandbox.GitLab) { g.SetLabels(d.IID, d.As, d.Labels...) }),
		"assign":       quiet(func(g *sandbox.GitLab) { g.Assign(d.IID, d.As, d.To) }),
		"due":          d.setDue,
		"confidential": quiet(func(g *sandbox.GitLab) { g.SetConfidential(d.IID, d.As, d.On) }),
	}[verb]
}

// quiet is a verb that answers nothing.
func quiet(do func(*sandbox.GitLab)) gitlabVerb {
	return func(g *sandbox.GitLab) (any, error) {
		do(g)
		return nil, nil
	}
}

// whole is the new description, by either name.
func (d issueDeed) whole() string {
	if d.Description != "" {
		return d.Description
	}
	return d.Text
}

func (d issueDeed) open(g *sandbox.GitLab) (any, error) {
	if err := d.titled(); err != nil {
		return nil, err
	}
	return issueRowOf(g.Open(d.As, d.Title, d.Description, d.Labels...)), nil
}

func (d issueDeed) titled() error {
	switch {
	case strings.TrimSpace(d.Title) == "":
		return missing("title")
	case len([]rune(d.Title)) > 255:
		return bad("an issue's title has at most 255 characters")
	}
	return nil
}

func (d issueDeed) retitle(g *sandbox.GitLab) (any, error) {
	if err := d.titled(); err != nil {
		return nil, err
	}
	g.EditTitle(d.IID, d.As, d.Title)
	return nil, nil
}

func (d issueDeed) comment(g *sandbox.GitLab) (any, error) {
	if strings.TrimSpace(d.Text) == "" {
		return nil, missing("text")
	}
	g.Comment(d.IID, d.As, d.Text)
	return nil, nil
}

func (d issueDeed) setDue(g *sandbox.GitLab) (any, error) {
	if _, err := time.Parse(time.DateOnly, d.Due); d.Due != "" && err != nil {
		return nil, bad("due is a day such as 2026-12-01, or empty for none")
	}
	g.SetDue(d.IID, d.As, d.Due)
	return nil, nil
}
