package web

import (
	"cmp"
	"mime"
	"net/http"
	"slices"
	"strconv"

	"firebreak/integrations/sandbox"
)

// issueRow is an issue of GitLab's in a list.
type issueRow struct {
	IID          int      `json:"iid"`
	Title        string   `json:"title"`
	State        string   `json:"state"`
	Type         string   `json:"type"`
	Labels       []string `json:"labels"`
	Confidential bool     `json:"confidential"`
	Assignees    []string `json:"assignees"`
	Author       string   `json:"author"`
	Due          string   `json:"due"`
	CreatedAt    string   `json:"created_at"`
	UpdatedAt    string   `json:"updated_at"`
	ClosedAt     string   `json:"closed_at"`
	Comments     int      `json:"comments"`
	URL          string   `json:"url"`
}

// issueWhole is an issue that somebody looks at.
type issueWhole struct {
	issueRow
	Description []node        `json:"description"`
	Source      string        `json:"source"`
	Notes       []issueNote   `json:"notes"`
	Links       []int         `json:"links"`
	Quick       []quickAction `json:"quick"`
}

type issueNote struct {
	Author   string `json:"author"`
	Body     []node `json:"body"`
	Source   string `json:"source"`
	System   bool   `json:"system"`
	Internal bool   `json:"internal"`
	At       string `json:"at"`
}

type quickAction struct {
	Command  string `json:"command"`
	Argument string `json:"argument"`
	By       string `json:"by"`
	In       string `json:"in"`
	Applied  bool   `json:"applied"`
}

func issueRowOf(is sandbox.Issue) issueRow {
	out := issueRow{
		IID: is.IID, Title: is.Title, State: is.State, Type: is.Type, Labels: list(is.Labels),
		Confidential: is.Confidential, Assignees: list(is.Assignees), Author: is.Author, Due: is.Due,
		CreatedAt: stamp(is.CreatedAt), UpdatedAt: stamp(is.UpdatedAt), ClosedAt: stamp(is.ClosedAt), URL: is.URL,
	}
	for _, n := range is.Notes {
		if !n.System {
			out.Comments++
		}
	}
	return out
}

// getIssues lists the project's issues, the newest first.
func (s *Server) getIssues(http.ResponseWriter, *http.Request) (any, error) {
	rows := []issueRow{}
	for _, is := range s.sb.GitLab.Issues() {
		rows = append(rows, issueRowOf(is))
	}
	slices.SortFunc(rows, func(a, b issueRow) int { return cmp.Compare(b.IID, a.IID) })
	return map[string]any{
		"project": s.sb.Env()["FIREBREAK_GITLAB_PROJECT"], "issues": rows, "users": s.gitlabPeople(),
	}, nil
}

// getIssue gives one issue with its text as nodes.
func (s *Server) getIssue(_ http.ResponseWriter, r *http.Request) (any, error) {
	iid, err := strconv.Atoi(r.PathValue("iid"))
	if err != nil {
		return nil, notFound("there is no issue " + r.PathValue("iid"))
	}
	all := s.sb.GitLab.Issues()
	i := slices.IndexFunc(all, func(is sandbox.Issue) bool { return is.IID == iid })
	if i < 0 {
		return nil, notFound("there is no issue #" + strconv.Itoa(iid))
	}
	is, md := all[i], s.markdown(all)
	out := issueWhole{
		issueRow: issueRowOf(is), Description: md.nodes(is.Description), Source: is.Description,
		Notes: []issueNote{}, Links: list(is.Links), Quick: []quickAction{},
	}
	for _, n := range is.Notes {
		out.Notes = append(out.Notes, issueNote{
			Author: n.Author, Body: md.nodes(n.Body), Source: n.Body, System: n.System, Internal: n.Internal, At: stamp(n.At),
		})
	}
	for _, q := range is.QuickActions {
		out.Quick = append(out.Quick, quickAction(q))
	}
	return out, nil
}

// markdown reads texts of the project, of which the issues, people and uploads
// are known to be there.
func (s *Server) markdown(all []sandbox.Issue) *markdown {
	known := map[string]string{}
	for _, is := range all {
		known["#"+strconv.Itoa(is.IID)] = "#/gitlab/" + strconv.Itoa(is.IID)
	}
	for _, p := range s.gitlabPeople() {
		known["@"+p.Username] = "#/gitlab?user=" + p.Username
	}
	for _, u := range s.sb.GitLab.Uploads() {
		known[u.Path] = gitlabPath + u.Path
	}
	return newMarkdown(known)
}

// gitlabPath is where the project's uploads stand in the window.
const gitlabPath = "/api/gitlab"

// getUpload gives a picture that was uploaded to the project.
func (s *Server) getUpload(w http.ResponseWriter, r *http.Request) {
	for _, u := range s.sb.GitLab.Uploads() {
		kind := pictured(u.Content)
		if kind == "" || gitlabPath+u.Path != r.URL.Path {
			continue
		}
		h := w.Header()
		h.Set("Content-Type", kind)
		h.Set("Content-Disposition", mime.FormatMediaType("inline", map[string]string{"filename": u.Name}))
		h.Set("Content-Security-Policy", policy+"; sandbox")
		h.Set("Cache-Control", "private, max-age=60")
		_, _ = w.Write(u.Content) // whoever asked has gone if this fails
		return
	}
	s.fail(w, r, notFound("the project has no picture at "+r.URL.Path))
}
