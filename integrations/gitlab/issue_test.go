package gitlab

import (
	"encoding/json"
	"net/http"
	"os"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"firebreak/incident"
)

const secret = "glpat-s3cr3t"

// client gives a client of h, under a base with a path and a trailing slash.
func client(t *testing.T, h http.Handler, change ...func(*Config)) *Client {
	t.Helper()
	cfg := Config{URL: "http://gl.test/git/", Token: secret, Project: "sec/incidents.log", HTTP: serve(t, h)}
	for _, f := range change {
		f(&cfg)
	}
	c, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// on is where a path below the project lies.
const on = "/git/api/v4/projects/sec%2Fincidents%2Elog/"

func answer(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v)
}

// server is a project with issues, its flaws set by each test.
type server struct {
	t      *testing.T
	issues map[int]issue
	calls  []string // method and path below the project
	bodies []map[string]any
	store  func(text string) string // what becomes of a description
	status int                      // of writes; 0: GitLab's own
}

func newServer(t *testing.T, issues ...issue) *server {
	s := &server{t: t, issues: map[int]issue{}, store: func(text string) string { return text }}
	for _, i := range issues {
		s.issues[i.IID] = i
	}
	return s
}

var bot = user{ID: 7, Username: "firebreak-bot"}

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("PRIVATE-TOKEN") != secret {
		s.t.Errorf("token %q", r.Header.Get("PRIVATE-TOKEN"))
	}
	if r.URL.Path == "/git/api/v4/user" {
		answer(w, 200, bot)
		return
	}
	path := r.URL.EscapedPath()[len(on):]
	s.calls = append(s.calls, r.Method+" "+path)
	var body map[string]any
	_ = json.NewDecoder(r.Body).Decode(&body)
	s.bodies = append(s.bodies, body)
	switch {
	case r.Method == http.MethodPost && path == "issues":
		s.create(w, body)
	case r.Method == http.MethodPut:
		s.update(w, path, body)
	default:
		s.get(w, path)
	}
}

func (s *server) create(w http.ResponseWriter, body map[string]any) {
	i := issue{ID: 1000 + len(s.issues), IID: len(s.issues) + 1, Author: bot, State: "opened"}
	i.Title, _ = body["title"].(string)
	i.Confidential, _ = body["confidential"].(bool)
	i.Description = s.store(body["description"].(string))
	s.issues[i.IID] = i
	status := 201
	if s.status != 0 {
		status = s.status
	}
	answer(w, status, i)
}

func (s *server) update(w http.ResponseWriter, path string, body map[string]any) {
	i, ok := s.find(path)
	if !ok {
		answer(w, 404, map[string]string{"message": "404 Issue Not Found"})
		return
	}
	if text, ok := body["description"].(string); ok {
		i.Description = s.store(text)
	}
	switch body["state_event"] {
	case "close":
		i.State = "closed"
	case "reopen":
		i.State = "opened"
	}
	s.issues[i.IID] = i
	answer(w, 200, i)
}

func (s *server) get(w http.ResponseWriter, path string) {
	if i, ok := s.find(path); ok {
		answer(w, 200, i)
		return
	}
	answer(w, 404, map[string]string{"message": "404 Not found"})
}

func (s *server) find(path string) (issue, bool) {
	for _, i := range s.issues {
		if path == "issues/"+itoa(i.IID) {
			return i, true
		}
	}
	return issue{}, false
}

func TestIssueOfSample(t *testing.T) {
	b, err := os.ReadFile("testdata/issues.json")
	if err != nil {
		t.Fatal(err)
	}
	c := client(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(b) }))
	got, err := c.UpdatedSince(t.Context(), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	want := []incident.TrackerIssue{{
		ID: 76, IID: 6, URL: "http://example.com/my-group/my-project/issues/6",
		Title:       "Consequatur vero maxime deserunt laboriosam est voluptas dolorem.",
		Description: "Ratione dolores corrupti mollitia soluta quia.",
		Author:      "eileen.lowe", AuthorID: 18, Assignees: []string{"root"}, Labels: []string{"foo", "bar"},
		DueDate:   time.Date(2016, 7, 22, 0, 0, 0, 0, time.UTC),
		CreatedAt: time.Date(2016, 1, 4, 15, 31, 51, 81e6, time.UTC),
		UpdatedAt: time.Date(2016, 1, 4, 15, 31, 51, 81e6, time.UTC),
	}}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("issues (-want +got):\n%s", d)
	}
}

func TestIssueNotFound(t *testing.T) {
	for _, iid := range []int{0, 17} {
		_, err := client(t, newServer(t)).Issue(t.Context(), iid)
		if incident.OutcomeOf(err) != incident.OutcomeRefused || incident.CodeOf(err) != "404" {
			t.Errorf("issue %d: %v", iid, err)
		}
	}
}

func TestIssueTellsThatItMoved(t *testing.T) {
	c := client(t, newServer(t, issue{ID: 3, IID: 3, State: "closed", MovedToID: 99}))
	if i, err := c.Issue(t.Context(), 3); err != nil || i.MovedTo != 99 || !i.Closed {
		t.Errorf("%+v %v", i, err)
	}
}

// TestEditSendsOnlyWhatChanges: labels are added, never replaced, and what is
// not named is not sent.
func TestEditSendsOnlyWhatChanges(t *testing.T) {
	yes, no := true, false
	for name, tt := range map[string]struct {
		edit incident.IssueEdit
		want string
	}{
		"title":    {incident.IssueEdit{Title: new("x")}, `{"title":"x"}`},
		"close":    {incident.IssueEdit{Closed: &yes}, `{"state_event":"close"}`},
		"reopen":   {incident.IssueEdit{Closed: &no}, `{"state_event":"reopen"}`},
		"assign":   {incident.IssueEdit{AssigneeID: new(7)}, `{"assignee_ids":[7]}`},
		"unassign": {incident.IssueEdit{AssigneeID: new(0)}, `{"assignee_ids":[0]}`},
		"due":      {incident.IssueEdit{DueDate: new("2026-03-04")}, `{"due_date":"2026-03-04"}`},
		"not due":  {incident.IssueEdit{DueDate: new("")}, `{"due_date":""}`},
		"labels":   {incident.IssueEdit{AddLabels: []string{"a", "b"}}, `{"add_labels":"a,b"}`},
	} {
		t.Run(name, func(t *testing.T) {
			var sent json.RawMessage
			c := client(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.Method != http.MethodPut {
					t.Errorf("%s %s", r.Method, r.URL)
				}
				_ = json.NewDecoder(r.Body).Decode(&sent)
				answer(w, 200, issue{ID: 3, IID: 3, Title: "as stored"})
			}))
			after, err := c.EditIssue(t.Context(), 3, tt.edit)
			if err != nil || after.Title != "as stored" || string(sent) != tt.want {
				t.Errorf("sent %s, got %+v: %v", sent, after, err)
			}
		})
	}
}

func TestEditTakes304(t *testing.T) {
	c := client(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPut {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		answer(w, 200, issue{ID: 3, IID: 3, State: "closed"})
	}))
	if after, err := c.EditIssue(t.Context(), 3, incident.IssueEdit{Title: new("x")}); err != nil || !after.Closed {
		t.Errorf("%+v: %v", after, err)
	}
}

func TestEditRefuses(t *testing.T) {
	s := newServer(t)
	c := client(t, s)
	for _, e := range []incident.IssueEdit{{}, {AddLabels: []string{"a,b"}}, {AddLabels: []string{""}}} {
		if _, err := c.EditIssue(t.Context(), 3, e); incident.OutcomeOf(err) != incident.OutcomeRefused || len(s.calls) > 0 {
			t.Errorf("%+v: %v", e, err)
		}
	}
}

func TestLinkIssues(t *testing.T) {
	for status, want := range map[int]bool{201: true, 409: true, 404: false} {
		var sent map[string]any
		c := client(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.EscapedPath() != on+"issues/3/links" {
				t.Errorf("path %s", r.URL.EscapedPath())
			}
			_ = json.NewDecoder(r.Body).Decode(&sent)
			answer(w, status, map[string]string{"message": "x"})
		}))
		if err := c.LinkIssues(t.Context(), 3, 4); (err == nil) != want {
			t.Errorf("%d: %v", status, err)
		}
		wanted := map[string]any{"target_project_id": "sec/incidents.log", "target_issue_iid": "4", "link_type": "relates_to"}
		if d := cmp.Diff(wanted, sent); d != "" {
			t.Errorf("sent (-want +got):\n%s", d)
		}
	}
}
