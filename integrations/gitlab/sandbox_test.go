package gitlab

import (
	"context"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"firebreak/incident"
	"firebreak/integrations/sandbox"
)

// inSandbox runs a story against the emulators inside a bubble.
func inSandbox(t *testing.T, story func(*testing.T, *sandbox.Sandbox, *Client)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		sb, network := sandbox.New(sandbox.Options{LimitScale: -1}), sandbox.Memory()
		if err := sb.Start(t.Context(), network); err != nil {
			t.Fatal(err)
		}
		web, env := network.Client(), sb.Env()
		t.Cleanup(func() {
			web.CloseIdleConnections()
			if err := sb.Close(); err != nil {
				t.Error(err)
			}
		})
		c, err := New(Config{
			URL: env["FIREBREAK_GITLAB_URL"] + "/", Token: env["FIREBREAK_GITLAB_TOKEN"],
			Project: env["FIREBREAK_GITLAB_PROJECT"], Confidential: true, HTTP: web,
		})
		if err != nil {
			t.Fatal(err)
		}
		story(t, sb, c)
		if odd := sb.Unexpected(); len(odd) > 0 {
			t.Errorf("calls that GitLab does not know: %v", odd)
		}
		for _, i := range sb.GitLab.Issues() {
			if len(i.QuickActions) > 0 {
				t.Errorf("issue %d ran %+v", i.IID, i.QuickActions)
			}
		}
	})
}

func TestSandboxIssue(t *testing.T) {
	inSandbox(t, func(t *testing.T, sb *sandbox.Sandbox, c *Client) {
		id, name, err := c.Self(t.Context())
		if bot := sb.GitLab.Bot(); err != nil || id != bot.ID || name != bot.Username {
			t.Errorf("self %d %s: %v", id, name, err)
		}
		began := time.Now()
		made, err := c.CreateIssue(t.Context(), draft())
		if err != nil {
			t.Fatal(err)
		}
		stored := sb.GitLab.Issue(made.IID)
		if !stored.Confidential || stored.Due != "2026-03-04" || stored.Description != composed {
			t.Errorf("stored %+v", stored)
		}
		found, ok, err := c.FindIssue(t.Context(), "firebreak-inc-3", "task:INC-3:1")
		if d := cmp.Diff(made, found); err != nil || !ok || d != "" {
			t.Errorf("found %t: %v (-made +found):\n%s", ok, err, d)
		}
		for range 2 {
			after, err := c.EditIssue(t.Context(), made.IID, closing(true))
			if err != nil || !after.Closed {
				t.Errorf("closed %t: %v", after.Closed, err)
			}
		}
		<-time.After(time.Hour)
		sb.GitLab.Reopen(made.IID, "sam")
		got, err := c.UpdatedSince(t.Context(), began.Add(30*time.Minute))
		if err != nil || len(got) != 1 || got[0].Closed || got[0].IID != made.IID {
			t.Errorf("updated %+v: %v", got, err)
		}
		if got, err := c.UpdatedSince(t.Context(), got[0].UpdatedAt); err != nil || len(got) != 1 {
			t.Errorf("at the very time of its update it is missing: %+v %v", got, err)
		}
		other := sb.GitLab.Open("sam", "Theirs", "x")
		for range 2 {
			if err := c.LinkIssues(t.Context(), made.IID, other.IID); err != nil {
				t.Error(err)
			}
		}
		if links := sb.GitLab.Issue(made.IID).Links; len(links) != 1 {
			t.Errorf("links %v", links)
		}
	})
}

func TestSandboxBlock(t *testing.T) {
	inSandbox(t, func(t *testing.T, sb *sandbox.Sandbox, c *Client) {
		made, err := c.CreateIssue(t.Context(), draft())
		if err != nil {
			t.Fatal(err)
		}
		sb.GitLab.SetDescription(made.IID, "sam", "mine above\n"+sb.GitLab.Issue(made.IID).Description+"\nmine below")
		for range 2 {
			if err := c.UpdateBlock(t.Context(), made.IID, "> new\n> text"); err != nil {
				t.Error(err)
			}
		}
		want := "mine above\n" + strings.Replace(composed, "a table", "> new\n> text", 1) + "\nmine below"
		if d := cmp.Diff(want, sb.GitLab.Issue(made.IID).Description); d != "" {
			t.Errorf("description (-want +got):\n%s", d)
		}
		writes := 0
		for _, call := range sb.Faults.Calls() {
			if strings.HasPrefix(call.Method, "PUT ") {
				writes++
			}
		}
		if writes != 1 {
			t.Errorf("%d PUTs for one change", writes)
		}
		if found, ok, err := c.FindIssue(t.Context(), "task", "task:INC-3:1"); err != nil || !ok || found.IID != made.IID {
			t.Errorf("found %t: %v", ok, err)
		}
	})
}

// Each write that is lost after its effect ends with exactly one effect, and
// each fault is told as what it is.
func TestSandboxFaults(t *testing.T) {
	faults := map[sandbox.FaultKind]incident.Outcome{
		sandbox.Refuse429: incident.OutcomeNotDone, sandbox.Refuse429Plain: incident.OutcomeNotDone,
		sandbox.Err5xxBefore: incident.OutcomeUnknown, sandbox.Err5xxAfter: incident.OutcomeUnknown,
		sandbox.DropBefore: incident.OutcomeUnknown, sandbox.DropAfter: incident.OutcomeUnknown,
		sandbox.Hang: incident.OutcomeUnknown,
	}
	const project = "/api/v4/projects/{id}/issues"
	for kind, want := range faults {
		t.Run(string(kind), func(t *testing.T) {
			inSandbox(t, func(t *testing.T, sb *sandbox.Sandbox, c *Client) {
				other := sb.GitLab.Open("sam", "Theirs", "x")
				repeat(t, sb, kind, want, "POST "+project, func(ctx context.Context) error {
					_, err := c.CreateIssue(ctx, draft())
					return err
				}, func(ctx context.Context) (bool, error) {
					_, ok, err := c.FindIssue(ctx, "firebreak-inc-3", "task:INC-3:1")
					return ok, err
				})
				found, ok, err := c.FindIssue(t.Context(), "firebreak-inc-3", "task:INC-3:1")
				if err != nil || !ok {
					t.Fatalf("found %t: %v", ok, err)
				}
				for _, do := range []func(context.Context) error{
					func(ctx context.Context) error { return c.UpdateBlock(ctx, found.IID, "another") },
					func(ctx context.Context) error { _, err := c.EditIssue(ctx, found.IID, closing(true)); return err },
					func(ctx context.Context) error { _, err := c.EditIssue(ctx, found.IID, closing(false)); return err },
				} {
					repeat(t, sb, kind, want, "PUT "+project+"/{iid}", do, nil)
				}
				repeat(t, sb, kind, want, "POST "+project+"/{iid}/links", func(ctx context.Context) error {
					return c.LinkIssues(ctx, found.IID, other.IID)
				}, nil)
				now := sb.GitLab.Issue(found.IID)
				if len(sb.GitLab.Issues()) != 2 || now.State != "opened" || len(now.Links) != 1 || !strings.Contains(now.Description, "another") {
					t.Errorf("%d issues, ours %+v", len(sb.GitLab.Issues()), now)
				}
			})
		})
	}
}

// repeat does what the action runner does: it spoils the next call of method,
// then repeats as the outcome allows until it is done.
func repeat(t *testing.T, sb *sandbox.Sandbox, kind sandbox.FaultKind, want incident.Outcome, method string,
	do func(context.Context) error, find func(context.Context) (bool, error),
) {
	t.Helper()
	sb.Faults.Add(sandbox.Fault{Service: "gitlab", Method: method, Kind: kind, RetryAfter: 3 * time.Second})
	if err := do(t.Context()); incident.OutcomeOf(err) != want || err == nil {
		t.Errorf("%s: %v", method, err)
	}
	if left := sb.Faults.Waiting(); len(left) > 0 {
		t.Errorf("%s was not called", method)
		sb.Faults.Clear()
	}
	<-time.After(defaultHold)
	if want == incident.OutcomeUnknown && find != nil {
		found, err := find(t.Context())
		if err != nil {
			t.Errorf("%s, looking it up: %v", method, err)
		}
		if found {
			return
		}
	}
	if err := do(t.Context()); err != nil {
		t.Errorf("%s again: %v", method, err)
	}
}

// Whatever text comes: either it is refused before it is sent, or GitLab runs
// nothing of it and stores it as it is. inSandbox looks for quick actions.
func TestSandboxRunsNothing(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	pieces := []string{
		"/close", "/confidential", "\n", "\n", "\n\n", "\r", "\r\n", "```", "````", "\n```\n", "~~~", ">>>", "> ", "- ", " ", "\t",
		"<div>", "</div>", "<!--", "-->", "`", "$$", "---", "text", "\u2028", "\v", "/label ~x", "<pre>", "    ", "[a]: ",
	}
	inSandbox(t, func(t *testing.T, _ *sandbox.Sandbox, c *Client) {
		sent := 0
		for n := range 1500 {
			var b strings.Builder
			for range 1 + random.IntN(10) {
				b.WriteString(pieces[random.IntN(len(pieces))])
			}
			d := draft()
			d.Key = "fuzz:" + strconv.Itoa(n)
			if n%2 == 0 {
				d.Description = b.String()
			} else {
				d.Block = b.String()
			}
			_, err := c.CreateIssue(t.Context(), d)
			switch incident.CodeOf(err) {
			case "quick_action":
			case "":
				sent++
			default:
				t.Errorf("%q: %v", b.String(), err)
			}
			if t.Failed() {
				return
			}
		}
		if sent < 300 {
			t.Errorf("only %d texts were sent", sent)
		}
	})
}

func closing(closed bool) incident.IssueEdit { return incident.IssueEdit{Closed: &closed} }

// TestAccounts finds people as somebody who is no administrator may: by
// username, and by the address they show.
func TestAccounts(t *testing.T) {
	inSandbox(t, func(t *testing.T, sb *sandbox.Sandbox, c *Client) {
		sb.GitLab.AddUser("hidden", "sam@example.com", sandbox.RoleReporter) // a name that looks like an address
		for name, want := range map[string]string{"sam": "sam", "SAM": "sam", "hidden": "hidden", "nobody": "", "sa": ""} {
			if a, ok, err := c.Account(t.Context(), name); err != nil || ok != (want != "") || a.Username != want {
				t.Errorf("%s: %+v %t %v", name, a, ok, err)
			}
		}
		for email, want := range map[string]string{"sam@example.com": "sam", "Sam@Example.com": "sam", "jo@example.com": "", "sam": ""} {
			if a, ok, err := c.AccountByEmail(t.Context(), email); err != nil || ok != (want != "") || a.Username != want {
				t.Errorf("%s: %+v %t %v", email, a, ok, err)
			}
		}
		sb.GitLab.SetRole(sandbox.RoleNone)
		if err := c.Project(t.Context()); incident.CodeOf(err) != "404" {
			t.Errorf("a project out of sight: %v", err)
		}
	})
}

// TestSandboxUpload: a picture is kept and shown, and reaches nobody.
func TestSandboxUpload(t *testing.T) {
	inSandbox(t, func(t *testing.T, sb *sandbox.Sandbox, c *Client) {
		address, err := c.Upload(t.Context(), incident.Upload{Name: "inc 3/tïmeline.png", Content: []byte("\x89PNG")})
		if err != nil {
			t.Fatal(err)
		}
		kept := sb.GitLab.Uploads()
		if len(kept) != 1 || kept[0].Path != address || string(kept[0].Content) != "\x89PNG" || !strings.HasSuffix(address, ".png") {
			t.Errorf("kept %+v under %q", kept, address)
		}
		d := draft()
		d.Block = "![Picture of the timeline of INC-3](" + address + ")"
		made, err := c.CreateIssue(t.Context(), d)
		if err != nil || len(sb.GitLab.Issue(made.IID).Mentions()) > 0 {
			t.Errorf("shown: %v, %q", err, sb.GitLab.Issue(made.IID).Mentions())
		}
		sb.Faults.Add(sandbox.Fault{Service: "gitlab", Method: "POST /api/v4/projects/{id}/uploads", Kind: sandbox.DropAfter})
		if _, err := c.Upload(t.Context(), incident.Upload{Name: "a.png", Content: []byte("x")}); incident.OutcomeOf(err) != incident.OutcomeNotDone {
			t.Errorf("an answer that is lost: %v", err)
		}
		sb.Faults.Add(sandbox.Fault{Service: "gitlab", Method: "POST /api/v4/projects/{id}/uploads", Kind: sandbox.Refuse, Code: "413"})
		if _, err := c.Upload(t.Context(), incident.Upload{Name: "a.png", Content: []byte("x")}); incident.OutcomeOf(err) != incident.OutcomeRefused {
			t.Errorf("too large: %v", err)
		}
	})
}

// TestSandboxComment: a comment is there once, whatever is lost, and is found
// by its key among others; people cannot forge it.
func TestSandboxComment(t *testing.T) {
	inSandbox(t, func(t *testing.T, sb *sandbox.Sandbox, c *Client) {
		made, err := c.CreateIssue(t.Context(), draft())
		if err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		sb.GitLab.Comment(made.IID, "sam", "forged\n\n"+keyLine("checkpoint:1"))
		find := func(ctx context.Context) (bool, error) { return c.FindComment(ctx, made.IID, "checkpoint:1", began) }
		for kind, want := range map[sandbox.FaultKind]incident.Outcome{
			sandbox.Refuse429: incident.OutcomeNotDone, sandbox.DropAfter: incident.OutcomeUnknown, sandbox.Err5xxAfter: incident.OutcomeUnknown,
		} {
			if found, err := find(t.Context()); found || err != nil {
				t.Fatalf("found %t before it is there: %v", found, err)
			}
			repeat(t, sb, kind, want, "POST /api/v4/projects/{id}/issues/{iid}/notes",
				func(ctx context.Context) error { return c.AddComment(ctx, made.IID, "text", "checkpoint:1") }, find)
			there := 0
			for _, n := range sb.GitLab.Issue(made.IID).Notes {
				if n.Body == "text\n\n"+keyLine("checkpoint:1") {
					there++
				}
			}
			if there != 1 {
				t.Errorf("after %s it is there %d times", kind, there)
			}
			made, err = c.CreateIssue(t.Context(), draft())
			if err != nil {
				t.Fatal(err)
			}
		}
		for range 250 {
			sb.GitLab.Comment(made.IID, "sam", "chatter")
		}
		if err := c.AddComment(t.Context(), made.IID, "text", "checkpoint:1"); err != nil {
			t.Error(err)
		}
		for range 250 {
			sb.GitLab.Comment(made.IID, "sam", "chatter")
		}
		if found, err := find(t.Context()); !found || err != nil {
			t.Errorf("found %t among many: %v", found, err)
		}
		for _, bad := range []error{
			c.AddComment(t.Context(), made.IID, "/close", "k"), c.AddComment(t.Context(), made.IID, keyLine("x"), "k"),
			c.AddComment(t.Context(), made.IID, "text", "--"), c.AddComment(t.Context(), made.IID, strings.Repeat("x", maxComment), "k"),
			c.AddComment(t.Context(), 4711, "text", "k"),
		} {
			if incident.OutcomeOf(bad) != incident.OutcomeRefused {
				t.Errorf("it says %v", bad)
			}
		}
	})
}
