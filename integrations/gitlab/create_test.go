package gitlab

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"firebreak/incident"
)

func itoa(n int) string { return strconv.Itoa(n) }

func draft() incident.IssueDraft {
	return incident.IssueDraft{
		Title: "Rotate the key", Description: "> said in Slack", Block: "a table", Key: "task:INC-3:1",
		Labels: []string{"firebreak-inc-3", "task"}, Confidential: true,
		DueDate: time.Date(2026, 3, 4, 23, 0, 0, 0, time.FixedZone("", 5*3600)),
	}
}

const composed = "> said in Slack\n\n<!-- firebreak:begin -->\na table\n<!-- firebreak:end -->\n\n<!-- firebreak:v1 key=task:INC-3:1 -->"

func TestCreateIssue(t *testing.T) {
	s := newServer(t)
	s.store = strings.TrimSpace // GitLab trims
	got, err := client(t, s).CreateIssue(t.Context(), draft())
	if err != nil {
		t.Fatal(err)
	}
	want := []map[string]any{{
		"title": "Rotate the key", "description": composed, "confidential": true,
		"labels": "firebreak-inc-3,task", "due_date": "2026-03-04",
	}}
	if d := cmp.Diff(want, s.bodies); d != "" {
		t.Errorf("sent (-want +got):\n%s", d)
	}
	if got.IID != 1 || got.ID == 0 || got.Key != "task:INC-3:1" || got.AuthorID != bot.ID || !got.Confidential {
		t.Errorf("issue %+v", got)
	}
}

func TestCreateIssueConfidentialByConfig(t *testing.T) {
	s := newServer(t)
	d := draft()
	d.Confidential = false
	c := client(t, s, func(c *Config) { c.Confidential = true })
	if got, err := c.CreateIssue(t.Context(), d); err != nil || !got.Confidential {
		t.Errorf("%+v %v", got, err)
	}
}

func TestCreateIssueSeesThatTextWasAltered(t *testing.T) {
	for name, tt := range map[string]struct {
		spoil func(*server)
		code  string
	}{
		"line removed": {func(s *server) {
			s.store = func(text string) string { return strings.Replace(text, "a table\n", "", 1) }
		}, "rewritten"},
		"accepted, not 201": {func(s *server) { s.status = 202 }, "rewritten"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newServer(t)
			tt.spoil(s)
			got, err := client(t, s).CreateIssue(t.Context(), draft())
			if incident.CodeOf(err) != tt.code || got.IID != 1 {
				t.Errorf("issue %d: %v", got.IID, err)
			}
		})
	}
}

// The library's decoder panics on these answers.
func TestCreateIssueWithoutIssueIsUnknown(t *testing.T) {
	for name, body := range map[string]any{
		"commands only": map[string]any{"commands_changes": map[string]any{}, "summary": []string{"Closed this issue."}},
		"null":          nil, "empty": map[string]any{},
	} {
		t.Run(name, func(t *testing.T) {
			c := client(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { answer(w, 202, body) }))
			_, err := c.CreateIssue(t.Context(), draft())
			if err == nil || incident.OutcomeOf(err) != incident.OutcomeUnknown {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestCreateIssueNotConfidentialIsSaid(t *testing.T) {
	c := client(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		answer(w, 201, issue{ID: 9, IID: 9, Description: composed})
	}))
	got, err := c.CreateIssue(t.Context(), draft())
	if incident.CodeOf(err) != "not_confidential" || got.IID != 9 {
		t.Errorf("issue %d: %v", got.IID, err)
	}
}

func TestCreateIssueRefusesWithoutCalling(t *testing.T) {
	for name, tt := range map[string]struct {
		spoil func(*incident.IssueDraft)
		code  string
	}{
		"comma in label":     {func(d *incident.IssueDraft) { d.Labels = []string{"a,b"} }, "label"},
		"no key":             {func(d *incident.IssueDraft) { d.Key = "" }, "key"},
		"key that ends it":   {func(d *incident.IssueDraft) { d.Key = "a-->b" }, "key"},
		"key of two lines":   {func(d *incident.IssueDraft) { d.Key = "a\nb" }, "key"},
		"other key in text":  {func(d *incident.IssueDraft) { d.Description = "x\n" + keyLine("other") }, "marker"},
		"end mark in block":  {func(d *incident.IssueDraft) { d.Block = "x\n\r" + endMark + "\r\ny" }, "marker"},
		"quick action":       {func(d *incident.IssueDraft) { d.Description = "a\n\n/close" }, "quick_action"},
		"hidden by return":   {func(d *incident.IssueDraft) { d.Block = "a\n\r/close" }, "quick_action"},
		"torn fence between": {func(d *incident.IssueDraft) { d.Description, d.Block = "```\nx", "```\n/close\n```" }, "quick_action"},
		"too long":           {func(d *incident.IssueDraft) { d.Block = strings.Repeat("x", maxDescription) }, "too_long"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newServer(t)
			d := draft()
			tt.spoil(&d)
			_, err := client(t, s).CreateIssue(t.Context(), d)
			if incident.CodeOf(err) != tt.code || incident.OutcomeOf(err) != incident.OutcomeRefused || len(s.calls) > 0 {
				t.Errorf("%d calls: %v", len(s.calls), err)
			}
		})
	}
}

func TestSlashLines(t *testing.T) {
	for _, text := range []string{
		"/close", "\r/close", "a\n\n/close", "```\n/close", "/CLOSE", "/close ", "<div>\n/close\n</div>", "> q\n/close",
		"a\r\n\r/close", "a\u2028/close", "a\v/close", "```\nx\n```\n/close", "```\n/close\n   ```", "```\n/close\n````",
		"```\n```\n```\n/close\n```", "~~~\n```\n~~~\n/close\n```", "<!--\n```\n-->\n/close\n```", ">>>\n```\n>>>\n/close\n```",
		"---\n```\n---\n/close\n```", "a ` b\n```\n/close\n```", "    ```\n/close\n```", "```a`b\n/close\n```", "<pre>\n```\n</pre>\n/close\n```",
	} {
		if len(slashLines(text)) == 0 {
			t.Errorf("%q passes", text)
		}
	}
	for _, text := range []string{
		"", "/", "//close", "/1", " /close", "\t/close", "> /close", "- /close", `\/close`, "see /close", "/ close", "/é",
		"```\n/etc/passwd\n```", "```text\n/etc/passwd\n```\nx `a` y\n```\n/bin/sh\n```",
		"<!-- firebreak:begin -->\n```\n/etc/passwd\n```\n<!-- firebreak:end -->",
	} {
		if got := slashLines(text); len(got) > 0 {
			t.Errorf("%q is refused for %q", text, got)
		}
	}
}
