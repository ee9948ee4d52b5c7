package gitlab

//lint:file-ignore SA1019 go-gitlab is frozen; see client.go.

import (
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	gl "github.com/xanzy/go-gitlab"

	"firebreak/integrations/sandbox"
)

// throughSDK runs a story with GitLab's client library against the emulator;
// afterwards every call of calls must have been made.
func throughSDK(t *testing.T, calls func(string) bool, story func(*testing.T, *sandbox.Sandbox, *gl.Client)) {
	t.Helper()
	inSandbox(t, func(t *testing.T, sb *sandbox.Sandbox, c *Client) {
		story(t, sb, c.api)
		made := map[string]bool{}
		for _, call := range sb.Faults.Calls() {
			made[call.Method] = true
		}
		for _, call := range sb.GitLab.Calls() {
			if calls(call) && !made[call] {
				t.Errorf("the SDK did not call %s", call)
			}
		}
	})
}

func ofIssues(call string) bool { return strings.Contains(call, "/issues") }

// TestSDKPlaces reads people, the project and its labels.
func TestSDKPlaces(t *testing.T) {
	throughSDK(t, func(call string) bool { return !ofIssues(call) }, func(t *testing.T, sb *sandbox.Sandbox, sdk *gl.Client) {
		me, _, err := sdk.Users.CurrentUser()
		if bot := sb.GitLab.Bot(); err != nil || me.ID != bot.ID || me.Username != bot.Username || me.Email != bot.Email || me.Bot != bot.Bot {
			t.Errorf("me %+v: %v", me, err)
		}
		found, _, err := sdk.Users.ListUsers(&gl.ListUsersOptions{Username: new("sam")})
		if err != nil || len(found) != 1 || found[0].Name != "Sam Okafor" {
			t.Fatalf("sam %+v: %v", found, err)
		}
		sam, _, err := sdk.Users.GetUser(found[0].ID, gl.GetUsersOptions{})
		if err != nil || sam.Username != "sam" || sam.PublicEmail != "sam@example.com" || sam.State != "active" {
			t.Errorf("sam %+v: %v", sam, err)
		}
		version, _, err := sdk.Version.GetVersion()
		if err != nil || version.Version == "" || version.Revision == "" {
			t.Errorf("version %+v: %v", version, err)
		}
		project, _, err := sdk.Projects.GetProject("security/incidents", nil)
		if err != nil || project.ID != 4201 || project.PathWithNamespace != "security/incidents" || project.Visibility != gl.PrivateVisibility || project.Permissions.ProjectAccess.AccessLevel != gl.ReporterPermissions {
			t.Errorf("project %+v: %v", project, err)
		}
		label, _, err := sdk.Labels.CreateLabel(4201, &gl.CreateLabelOptions{Name: new("red"), Color: new("#ff0000"), Description: new("hot")})
		if err != nil || label.Name != "red" || label.ID == 0 {
			t.Errorf("label %+v: %v", label, err)
		}
		labels, resp, err := sdk.Labels.ListLabels(4201, nil)
		if err != nil || len(labels) != 1 || labels[0].Color != "#ff0000" || labels[0].Description != "hot" || !labels[0].IsProjectLabel || resp.TotalItems != 1 {
			t.Errorf("labels %+v: %v", labels, err)
		}
		file, _, err := sdk.Projects.UploadFile(4201, strings.NewReader("PNG"), "timeline.png")
		if kept := sb.GitLab.Uploads(); err != nil || len(kept) != 1 || file.URL != kept[0].Path || file.Alt != "timeline" || file.Markdown != "![timeline]("+file.URL+")" {
			t.Errorf("upload %+v: %v", file, err)
		}
		if _, _, err := sdk.Projects.GetProject("finance/ledger", nil); err != gl.ErrNotFound {
			t.Errorf("a stranger's project: %v", err)
		}
	})
}

// TestSDKIssues decodes every answer about issues and compares it with the
// truth.
func TestSDKIssues(t *testing.T) {
	throughSDK(t, func(call string) bool { return ofIssues(call) && !strings.Contains(call, "/notes") }, func(t *testing.T, sb *sandbox.Sandbox, sdk *gl.Client) {
		due, err := gl.ParseISOTime("2026-05-06")
		if err != nil {
			t.Fatal(err)
		}
		made, _, err := sdk.Issues.CreateIssue("security/incidents", &gl.CreateIssueOptions{
			Title: new("Rotate keys"), Description: new("all of them"), Labels: &gl.LabelOptions{"task", "inc-1"},
			Confidential: new(true), DueDate: &due, IssueType: new("incident"), AssigneeIDs: &[]int{102},
		})
		if err != nil {
			t.Fatal(err)
		}
		sameIssue(t, made, sb.GitLab.Issue(made.IID))
		sb.GitLab.Comment(made.IID, "kim", "done?")
		closed, _, err := sdk.Issues.UpdateIssue(4201, made.IID, &gl.UpdateIssueOptions{StateEvent: new("close"), AddLabels: &gl.LabelOptions{"late"}})
		if err != nil || closed.ClosedBy.Username != "firebreak-bot" || closed.UserNotesCount != 1 {
			t.Errorf("closed %+v: %v", closed, err)
		}
		sameIssue(t, closed, sb.GitLab.Issue(made.IID))
		one, _, err := sdk.Issues.GetIssue(4201, made.IID)
		if err != nil || !one.Subscribed || one.References.Full != "security/incidents#1" {
			t.Errorf("read %+v: %v", one, err)
		}
		sameIssue(t, one, sb.GitLab.Issue(made.IID))
		sb.GitLab.Open("kim", "Theirs", "x", "late")
		ours, resp, err := sdk.Issues.ListProjectIssues(4201, &gl.ListProjectIssuesOptions{Labels: &gl.LabelOptions{"late"}, OrderBy: new("updated_at"), Sort: new("asc"), UpdatedAfter: made.CreatedAt, ListOptions: gl.ListOptions{PerPage: 1}})
		if err != nil || len(ours) != 1 || resp.NextPage != 2 || resp.TotalItems != 2 {
			t.Fatalf("first page %+v, %+v: %v", ours, resp, err)
		}
		sameIssue(t, ours[0], sb.GitLab.Issue(made.IID))
		mine, _, err := sdk.Issues.ListIssues(&gl.ListIssuesOptions{WithLabelDetails: new(true)})
		if err != nil || len(mine) != 1 || len(mine[0].LabelDetails) != 3 || mine[0].LabelDetails[0].Name != "inc-1" {
			t.Errorf("mine %+v: %v", mine, err)
		}
		links(t, sb, sdk)
	})
}

func sameIssue(t *testing.T, got *gl.Issue, want sandbox.Issue) {
	t.Helper()
	if got.ID != want.ID || got.IID != want.IID || got.Title != want.Title || got.Description != want.Description || got.State != want.State ||
		got.Confidential != want.Confidential || got.Author.Username != want.Author || got.WebURL != want.URL || *got.IssueType != want.Type {
		t.Errorf("issue %+v, want %+v", got, want)
	}
	if got.DueDate.String() != want.Due || !slices.Equal([]string(got.Labels), want.Labels) || len(got.Assignees) != len(want.Assignees) {
		t.Errorf("due %s, labels %q, assignees %+v; want %s, %q, %q", got.DueDate, got.Labels, got.Assignees, want.Due, want.Labels, want.Assignees)
	}
	for i, a := range got.Assignees {
		if a.Username != want.Assignees[i] {
			t.Errorf("assignee %+v, want %s", a, want.Assignees[i])
		}
	}
	closed := time.Time{}
	if got.ClosedAt != nil {
		closed = *got.ClosedAt
	}
	if !got.CreatedAt.Equal(want.CreatedAt) || !got.UpdatedAt.Equal(want.UpdatedAt) || !closed.Equal(want.ClosedAt) {
		t.Errorf("times %s, %s, %s; want %s, %s, %s", got.CreatedAt, got.UpdatedAt, closed, want.CreatedAt, want.UpdatedAt, want.ClosedAt)
	}
}

func links(t *testing.T, sb *sandbox.Sandbox, sdk *gl.Client) {
	t.Helper()
	link := func(to string) (*gl.IssueLink, *gl.Response, error) {
		return sdk.IssueLinks.CreateIssueLink(4201, 1, &gl.CreateIssueLinkOptions{TargetProjectID: new("4201"), TargetIssueIID: new(to)})
	}
	made, _, err := link("2")
	if err != nil || made.SourceIssue.IID != 1 || made.TargetIssue.Title != "Theirs" || made.LinkType != "relates_to" || !slices.Equal(sb.GitLab.Issue(1).Links, []int{2}) {
		t.Errorf("link %+v: %v", made, err)
	}
	for to, status := range map[string]int{"2": http.StatusConflict, "1": http.StatusUnprocessableEntity} {
		if _, resp, err := link(to); err == nil || resp.StatusCode != status {
			t.Errorf("link to %s: %v", to, err)
		}
	}
	related, _, err := sdk.IssueLinks.ListIssueRelations(4201, 2)
	if err != nil || len(related) != 1 || related[0].IID != 1 || related[0].LinkType != "relates_to" || related[0].IssueLinkID == 0 {
		t.Errorf("related %+v: %v", related, err)
	}
}

// TestSDKNotes decodes comments, and shows the trap of a comment that was
// commands only: no error and no note.
func TestSDKNotes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sb, network := sandbox.New(sandbox.Options{}), sandbox.Memory()
		if err := sb.Start(t.Context(), network); err != nil {
			t.Fatal(err)
		}
		web, env := network.Client(), sb.Env()
		defer func() { web.CloseIdleConnections(); _ = sb.Close() }()
		sdk, err := gl.NewClient(env["FIREBREAK_GITLAB_TOKEN"], gl.WithBaseURL(env["FIREBREAK_GITLAB_URL"]), gl.WithHTTPClient(web), gl.WithoutRetries())
		if err != nil {
			t.Fatal(err)
		}
		sb.GitLab.Open("kim", "Theirs", "x")
		made, _, err := sdk.Notes.CreateIssueNote(4201, 1, &gl.CreateIssueNoteOptions{Body: new("first")})
		if err != nil || made.Body != "first" || made.Internal || made.Author.Username != "firebreak-bot" || made.NoteableType != "Issue" {
			t.Fatalf("note %+v: %v", made, err)
		}
		edited, _, err := sdk.Notes.UpdateIssueNote(4201, 1, made.ID, &gl.UpdateIssueNoteOptions{Body: new("second")})
		if err != nil || edited.Body != "second" || edited.ID != made.ID {
			t.Errorf("edited %+v: %v", edited, err)
		}
		one, _, err := sdk.Notes.GetIssueNote(4201, 1, made.ID)
		if truth := sb.GitLab.Issue(1).Notes[0]; err != nil || one.Body != truth.Body || !one.CreatedAt.Equal(truth.At) {
			t.Errorf("read %+v: %v", one, err)
		}
		only, resp, err := sdk.Notes.CreateIssueNote(4201, 1, &gl.CreateIssueNoteOptions{Body: new("/close")})
		if err != nil || resp.StatusCode != http.StatusAccepted || only.ID != 0 || sb.GitLab.Issue(1).State != "closed" {
			t.Errorf("commands only: %+v %v", only, err)
		}
		all, _, err := sdk.Notes.ListIssueNotes(4201, 1, &gl.ListIssueNotesOptions{Sort: new("asc")})
		if err != nil || len(all) != 2 || all[0].ID != made.ID || all[0].System || !all[1].System {
			t.Errorf("notes %+v: %v", all, err)
		}
	})
}

// TestSDKHook parses what the webhook sends.
func TestSDKHook(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sb, network := sandbox.New(sandbox.Options{}), sandbox.Memory()
		if err := sb.Start(t.Context(), network); err != nil {
			t.Fatal(err)
		}
		l, err := network.Listen("hook.test")
		if err != nil {
			t.Fatal(err)
		}
		events := make(chan any, 10)
		srv := &http.Server{Handler: http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			b, _ := io.ReadAll(r.Body)
			event, err := gl.ParseWebhook(gl.HookEventType(r), b)
			if err != nil {
				t.Errorf("%s: %v", b, err)
			}
			events <- event
		})}
		var wg sync.WaitGroup
		wg.Go(func() { _ = srv.Serve(l) })
		client := &http.Client{Transport: &http.Transport{DialContext: network.DialContext, DisableKeepAlives: true}}
		sb.GitLab.AddWebhook("http://hook.test/", "secret", client)
		is := sb.GitLab.Open("kim", "Theirs", "x")
		opened, ok := (<-events).(*gl.IssueEvent)
		if !ok || opened.ObjectAttributes.IID != is.IID || opened.ObjectAttributes.Action != "open" || opened.ObjectAttributes.State != "opened" || opened.User.Username != "kim" || opened.Project.PathWithNamespace != is.Project {
			t.Errorf("opened %+v", opened)
		}
		sb.GitLab.SetConfidential(is.IID, "kim", true)
		if hidden, ok := (<-events).(*gl.IssueEvent); !ok || !hidden.ObjectAttributes.Confidential {
			t.Errorf("hidden %+v", hidden)
		}
		_ = srv.Close()
		wg.Wait()
		if err := sb.Close(); err != nil {
			t.Error(err)
		}
	})
}
