package sandbox

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
)

// gitlabSamples are the sort of an answer's objects and the samples of it, by
// the path that is called. GitLab publishes no schema of its REST API: samples
// are from its documentation and from its Go client's tests.
var gitlabSamples = []struct{ call, sort, samples string }{
	{"/notes", "note", "rest/*_notes_*.json"},
	{"/notes/{note_id}", "note", "rest/*_notes_*.json"},
	{"POST /api/v4/projects/{id}/issues/{iid}/links", "link", "rest/*_issue_links_*.json"},
	{"GET /api/v4/projects/{id}/issues/{iid}/links", "issue", "rest/*_issue_links_TestIssueLinksService_ListIssueRelations_1.json"},
	{"/issues", "issue", "rest/*_issues_*.json"},
	{"/issues/{iid}", "issue", "rest/*_issues_*.json"},
	{"/labels", "label", "rest/*_labels_*.json"},
}

// gitlabAnswers takes the answer out of a sample file. Lists become their
// items: docs_issues_list and docs_issues_put_close are one sort.
func gitlabAnswers(file string, v any) (sort string, list []any) {
	switch {
	case strings.HasPrefix(file, "webhooks/"):
		return "hook", []any{v}
	case strings.Contains(file, "_notes_"):
		sort = "note"
	case strings.Contains(file, "CreateIssueLink"), strings.Contains(file, "DeleteIssueLink"):
		sort = "link"
	case strings.Contains(file, "issue_move"), strings.Contains(file, "_issues_"), strings.Contains(file, "ListIssueRelations"):
		sort = "issue"
	case strings.Contains(file, "_labels_"):
		sort = "label"
	default:
		sort = "answer"
	}
	if items, isList := v.([]any); isList {
		return sort, items
	}
	return sort, []any{v}
}

// TestGitLabShapes compares every answer of GitLab's API, and the webhook, with
// the samples.
func TestGitLabShapes(t *testing.T) {
	d := &dialect{sorts: map[string]string{
		"author": "person", "assignee": "person", "assignees": "person", "closed_by": "person", "user": "person",
		"source_issue": "issue", "target_issue": "issue", "labels": "label",
	}}
	c := newComparison(t, "gitlab", d, gitlabAnswers)
	slackTestWith(t, Options{Seed: 1}, func(t *testing.T, r *rig) {
		c.t = t
		hooks := r.playGitLab()
		c.answers(r, "gitlab", r.sb.GitLab.Calls(), func(what string) (string, []string) {
			for _, s := range gitlabSamples {
				if strings.HasSuffix(what, s.call) {
					return s.sort, c.named(s.samples, "rest/"+map[string]string{"issue": "issue_move.json"}[s.sort])
				}
			}
			return "answer", nil
		})
		for _, hook := range hooks {
			c.check("issue hook", "hook", hook, c.named("webhooks/v*.0_issue.json"))
		}
		c.report("gitlab.golden", gitlabUnsampled)
	})
}

// gitlabUnsampled are what the emulator says and no sample has, with the
// ground it stands on: GitLab's documentation and source.
var gitlabUnsampled = map[string]string{
	"answer.error":   "documented: of a parameter that is wrong",
	"answer.message": "documented: of what is refused",

	"answer.avatar_url":   "documented: Users API",
	"answer.bot":          "documented: Users API",
	"answer.email":        "documented: Users API, of oneself",
	"answer.job_title":    "documented: Users API",
	"answer.public_email": "documented: Users API",
	"answer.username":     "documented: Users API",
	"answer.web_url":      "documented: Users API and Projects API",

	"answer.issues_enabled":      "documented: Projects API",
	"answer.path":                "documented: Projects API",
	"answer.path_with_namespace": "documented: Projects API",
	"answer.permissions":         "documented: Projects API",
	"answer.visibility":          "documented: Projects API",

	"answer.alt":       "documented: Markdown uploads API",
	"answer.full_path": "documented: Markdown uploads API",
	"answer.markdown":  "documented: Markdown uploads API",
	"answer.url":       "documented: Markdown uploads API",

	"answer.revision": "documented: Version API",
	"answer.version":  "documented: Version API",

	"issue.issue_type":                      "documented: Issues API",
	"issue.moved_to_id as number, not null": "documented: Issues API",
	"issue.type":                            "observed in lib/api/entities/issue_basic.rb",
	"label.is_project_label":                "documented: Labels API",
	"note.commands_changes":                 "observed in lib/api/entities/note.rb: the note was commands only",
	"note.summary":                          "observed in lib/api/entities/note.rb: the note was commands only",
}

// playGitLab makes every call that GitLab's emulator knows and returns what
// the webhook got meanwhile.
func (r *rig) playGitLab() []any {
	g := r.sb.GitLab
	stop, hooks := r.receiveHooks()
	call := func(status int, call, body string) {
		r.t.Helper()
		method, at, _ := strings.Cut(call, " ")
		r.rest(status, "gitlab", method+" /api/v4"+at, body)
	}
	const project = "/projects/security%2Fincidents"
	for _, what := range []string{"user", "version", "users?username=sam", "users/" + strconv.Itoa(g.Bot().ID), "projects/4201"} {
		call(200, "GET /"+what, "")
	}
	call(201, "POST "+project+"/labels", `{"name":"red","color":"#ff0000"}`)
	call(201, "POST "+project+"/issues", `{"title":"a","description":"x","labels":"red","due_date":"2026-01-02","assignee_id":102}`)
	call(201, "POST "+project+"/issues", `{"title":"b","issue_type":"incident","confidential":true}`)
	call(201, "POST "+project+"/issues/1/notes", `{"body":"first"}`)
	call(201, "POST "+project+"/issues/1/notes", `{"body":"second","internal":true}`)
	call(202, "POST "+project+"/issues/1/notes", `{"body":"/close"}`)
	call(200, "PUT "+project+"/issues/1/notes/7001", `{"body":"changed"}`)
	call(200, "GET "+project+"/issues/1/notes/7001", "")
	call(200, "GET "+project+"/issues/1/notes", "")
	call(201, "POST "+project+"/issues/1/links", `{"target_project_id":4201,"target_issue_iid":2}`)
	call(200, "GET "+project+"/issues/1/links", "")
	r.uploadToGitLab(project, "timeline.png", "\x89PNG")
	call(400, "POST "+project+"/uploads", `{}`)
	call(200, "PUT "+project+"/issues/1", `{"state_event":"reopen"}`)
	call(200, "PUT "+project+"/issues/1", `{"state_event":"close"}`)
	g.Lock(2, "sam", true)
	g.Move(2, "sam")
	for _, what := range []string{"/issues", project + "/issues", project + "/issues?with_labels_details=true", project + "/issues/1", project + "/issues/2", project + "/labels"} {
		call(200, "GET "+what, "")
	}
	call(400, "POST "+project+"/issues", `{"title":" "}`)
	call(400, "POST "+project+"/issues", `{}`)
	call(404, "GET "+project+"/issues/99", "")
	r.sb.Faults.Add(Fault{Service: "gitlab", Kind: Refuse429})
	call(429, "GET /user", "")
	synctest.Wait()
	stop()
	return *hooks
}

// receiveHooks keeps what a webhook of the project gets, until stop.
func (r *rig) receiveHooks() (stop func(), got *[]any) {
	l, err := r.net.Listen("hook.test")
	if err != nil {
		r.t.Fatal(err)
	}
	var mu sync.Mutex
	got = &[]any{}
	srv := &http.Server{Handler: http.HandlerFunc(func(_ http.ResponseWriter, req *http.Request) {
		b, _ := io.ReadAll(req.Body)
		v, err := parsed(b)
		if err != nil {
			r.t.Errorf("hook %s: %v", b, err)
		}
		mu.Lock()
		defer mu.Unlock()
		*got = append(*got, v)
	})}
	var wg sync.WaitGroup
	wg.Go(func() { _ = srv.Serve(l) })
	client := &http.Client{Transport: &http.Transport{DialContext: r.net.DialContext, DisableKeepAlives: true}}
	r.sb.GitLab.AddWebhook("http://hook.test/", "secret", client)
	return func() { _ = srv.Close(); wg.Wait() }, got
}

// TestGitLabTotalsEnd: above 10 000 rows there are no totals.
func TestGitLabTotalsEnd(t *testing.T) {
	slackTestWith(t, Options{}, func(t *testing.T, r *rig) {
		p := r.sb.GitLab.projects[0]
		for n := range 10000 {
			p.labels = append(p.labels, &glLabel{id: n, name: strconv.Itoa(n)})
		}
		head := func() http.Header {
			req, err := http.NewRequestWithContext(t.Context(), "GET", r.sb.base("gitlab")+"/api/v4/projects/4201/labels", nil)
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("PRIVATE-TOKEN", gitlabToken)
			res, err := r.http.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			_ = res.Body.Close()
			return res.Header
		}
		if h := head(); h.Get("X-Total") != "10000" || h.Get("X-Total-Pages") != "500" || !strings.Contains(h.Get("Link"), `rel="last"`) {
			t.Errorf("at the limit: %v", h)
		}
		p.labels = append(p.labels, &glLabel{id: 10000, name: "one more"})
		if h := head(); h.Get("X-Total") != "" || h.Get("X-Total-Pages") != "" || strings.Contains(h.Get("Link"), `rel="last"`) || h.Get("X-Next-Page") != "2" {
			t.Errorf("above it: %v", h)
		}
	})
}

// uploadToGitLab uploads a file as a form does.
func (r *rig) uploadToGitLab(project, name, content string) {
	r.t.Helper()
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	part, _ := form.CreateFormFile("file", name)
	_, _ = io.WriteString(part, content)
	_ = form.Close()
	req, err := http.NewRequestWithContext(r.t.Context(), http.MethodPost, r.sb.base("gitlab")+"/api/v4"+project+"/uploads", &b)
	if err != nil {
		r.t.Fatal(err)
	}
	req.Header.Set("Content-Type", form.FormDataContentType())
	req.Header.Set("PRIVATE-TOKEN", gitlabToken)
	res, err := r.http.Do(req)
	if err != nil {
		r.t.Fatal(err)
	}
	defer res.Body.Close()
	if kept := r.sb.GitLab.Uploads(); res.StatusCode != http.StatusCreated || len(kept) != 1 || string(kept[0].Content) != content || kept[0].Name != name {
		r.t.Errorf("upload: %d, kept %+v", res.StatusCode, kept)
	}
}
