package main

import (
	"bytes"
	"image/png"
	"slices"
	"strings"
	"testing"
	"time"

	"firebreak/incident"
	"firebreak/integrations/sandbox"
)

// harmless asks of every issue that it is hidden, ran nothing and reaches
// nobody.
func (w *world) harmless() {
	w.t.Helper()
	for _, is := range w.sb.GitLab.Issues() {
		if len(is.QuickActions) > 0 {
			w.t.Errorf("issue %d ran %v", is.IID, is.QuickActions)
		}
		if out := is.Mentions(); len(out) > 0 {
			w.t.Errorf("issue %d reaches out: %q", is.IID, out)
		}
		if !is.Confidential {
			w.t.Errorf("issue %d is not confidential", is.IID)
		}
	}
}

func TestTaskBecomesOneIssue(t *testing.T) {
	inChannel(t, func(w *world, c sandbox.SlackChannel) {
		w.wantAnswer(c, "sam", "/inc task add Rotate the VPN keys @alex due 2026-11-25", "Rotate the VPN keys")
		w.settle()
		issues := w.sb.GitLab.Issues()
		if len(issues) != 1 {
			t.Fatalf("issues: %+v", issues)
		}
		is := issues[0]
		if is.Title != "Rotate the VPN keys" || !slices.Contains(is.Labels, "firebreak-inc-1") || issueKey(is.Description) == "" {
			t.Errorf("issue: %+v", is)
		}
		if got := w.tasks(1)[0].Issue; got.IID != is.IID || got.URL != is.URL {
			t.Errorf("the task's issue is %+v", got)
		}
		w.wantAnswer(c, "sam", "/inc task list", is.URL)
		w.wantEntry(1, incident.KindAction, "for task 1")
		w.harmless()
	})
}

// TestIssueOnceThoughAnswerLost loses the answer to the issue's creation in
// every way it can be lost.
func TestIssueOnceThoughAnswerLost(t *testing.T) {
	for _, kind := range []sandbox.FaultKind{sandbox.DropAfter, sandbox.Err5xxAfter, sandbox.Hang, sandbox.DropBefore, sandbox.Err5xxBefore, sandbox.Refuse429, sandbox.Refuse429Plain} {
		t.Run(string(kind), func(t *testing.T) {
			inChannel(t, func(w *world, c sandbox.SlackChannel) {
				w.sb.Faults.Add(sandbox.Fault{Service: "gitlab", Method: "POST /api/v4/projects/{id}/issues", Kind: kind})
				c.Command("sam", "/inc task add Rotate the keys")
				w.settle()
				if left := w.sb.Faults.Waiting(); len(left) > 0 {
					t.Fatalf("the fault never struck: %+v", w.sb.Faults.Calls())
				}
				w.compareOnce()
				if got := w.tasks(1)[0].Issue.IID; got == 0 || len(w.sb.GitLab.Issues()) != 1 {
					t.Errorf("task has issue %d of %d", got, len(w.sb.GitLab.Issues()))
				}
			})
		})
	}
}

func TestIssueClosedThereIsDoneHere(t *testing.T) {
	inChannel(t, func(w *world, c sandbox.SlackChannel) {
		c.Command("sam", "/inc task add Rotate the keys")
		w.settle()
		iid := w.tasks(1)[0].Issue.IID
		w.sb.GitLab.Close(iid, "kim")
		w.pass(35 * time.Second)
		w.settle()
		if got := w.tasks(1)[0].State; got != incident.TaskDone {
			t.Errorf("task is %s", got)
		}
		if e := w.wantEntry(1, incident.KindTask, "task 1 done"); e.Source.System != "gitlab" || !strings.Contains(e.Actor.Name, "kim") {
			t.Errorf("entry by %+v from %s", e.Actor, e.Source.System)
		}
		w.wantSaid(c, "is done, says kim in GitLab")
		w.sb.GitLab.Reopen(iid, "kim")
		w.pass(35 * time.Second)
		w.settle()
		if got := w.tasks(1)[0].State; got != incident.TaskOpen {
			t.Errorf("task is %s after it was reopened there", got)
		}
		w.wantSaid(c, "is open again, says")
		w.pass(10 * time.Minute) // and nothing swings back
		if got := w.sb.GitLab.Issue(iid).State; got != "opened" || w.tasks(1)[0].State != incident.TaskOpen {
			t.Errorf("issue is %s, task %s", got, w.tasks(1)[0].State)
		}
	})
}

func TestTaskDoneHereClosesThere(t *testing.T) {
	inChannel(t, func(w *world, c sandbox.SlackChannel) {
		c.Command("sam", "/inc task add Rotate the keys")
		w.settle()
		iid := w.tasks(1)[0].Issue.IID
		for _, step := range []struct{ line, state string }{{"task done 1", "closed"}, {"task reopen 1", "opened"}, {"task done 1", "closed"}} {
			c.Command("sam", "/inc "+step.line)
			w.pass(2 * time.Minute)
			w.settle()
			if got := w.sb.GitLab.Issue(iid).State; got != step.state {
				t.Errorf("after %s the issue is %s", step.line, got)
			}
		}
		if got := w.tasks(1)[0].State; got != incident.TaskDone {
			t.Errorf("task is %s", got)
		}
		w.harmless()
	})
}

func TestTaskDoneBeforeItsIssueIsThere(t *testing.T) {
	inChannel(t, func(w *world, c sandbox.SlackChannel) {
		w.sb.GitLab.Down(true)
		c.Command("sam", "/inc task add Rotate the keys")
		w.wantAnswer(c, "sam", "/inc task done 1", "is done")
		w.pass(5 * time.Minute)
		w.sb.GitLab.Down(false)
		w.pass(15 * time.Second)
		w.settle()
		if issues := w.sb.GitLab.Issues(); len(issues) != 1 || issues[0].State != "closed" {
			t.Errorf("issues: %+v", issues)
		}
	})
}

func TestGitLabAwayForLong(t *testing.T) {
	longUnderRace(t)
	inChannel(t, func(w *world, c sandbox.SlackChannel) {
		c.Command("sam", "/inc task add Before")
		w.settle()
		iid := w.tasks(1)[0].Issue.IID
		w.sb.GitLab.Down(true)
		c.Command("sam", "/inc task add Meanwhile @kim")
		c.Command("sam", "/inc rca publish")
		w.sb.GitLab.Close(iid, "kim") // on the website, which works again first
		w.pass(40 * time.Minute)
		m := c.Say("sam", "Slack works all the same")
		w.sb.GitLab.Down(false)
		w.pass(15 * time.Second)
		if got := w.tasks(1); got[0].State != incident.TaskDone || got[1].Issue.IID == 0 {
			t.Errorf("15 s after the outage the tasks are %+v", got)
		}
		if w.incident(1).RCA.IID == 0 {
			t.Error("15 s after the outage there is no RCA")
		}
		w.settle()
		w.entryOf(1, m)
		w.compareOnce()
		w.harmless()
	})
}

// TestRepublishingTouchesOnlyOurBlock keeps what people wrote around it.
func TestRepublishingTouchesOnlyOurBlock(t *testing.T) {
	inChannel(t, func(w *world, c sandbox.SlackChannel) {
		c.Command("sam", "/inc rca set summary the first version")
		c.Command("sam", "/inc rca publish")
		w.settle()
		iid := w.incident(1).RCA.IID
		is := w.sb.GitLab.Issue(iid)
		if !strings.Contains(is.Description, "the first version") {
			t.Fatalf("RCA: %s", is.Description)
		}
		w.sb.GitLab.SetDescription(iid, "kim", "Read this first.\n\n"+is.Description+"\n\nReviewed by the board.\n\n/label ~reviewed")
		theirs := w.sb.GitLab.Issue(iid).QuickActions
		w.sb.GitLab.EditTitle(iid, "kim", "Our big RCA")
		c.Command("sam", "/inc rca set summary the second version")
		w.sb.Faults.Add(sandbox.Fault{Service: "gitlab", Method: "PUT /api/v4/projects/{id}/issues/{iid}", Kind: sandbox.Err5xxAfter})
		c.Command("sam", "/inc rca publish")
		w.settle()
		if left := w.sb.Faults.Waiting(); len(left) > 0 {
			t.Fatalf("the fault never struck: %+v", left)
		}
		is = w.sb.GitLab.Issue(iid)
		for _, want := range []string{"Read this first.", "Reviewed by the board.", "the second version"} {
			if strings.Count(is.Description, want) != 1 {
				t.Errorf("%q stands %d times in %s", want, strings.Count(is.Description, want), is.Description)
			}
		}
		if strings.Contains(is.Description, "the first version") || is.Title != "Our big RCA" {
			t.Errorf("RCA %q: %s", is.Title, is.Description)
		}
		if len(is.QuickActions) != len(theirs) {
			t.Errorf("the bot ran %v", is.QuickActions[len(theirs):])
		}
		if n := len(w.sb.GitLab.Issues()); n != 1 {
			t.Errorf("%d issues", n)
		}
	})
}

// TestNothingHostileLeaves types what GitLab would obey into everything that
// leaves for GitLab.
func TestNothingHostileLeaves(t *testing.T) {
	hostile := []string{
		"/close", "x\r/close", "x\u2028/assign @alex", "\u200b/confidential", "> /close", "```\n/close", "<!-- -->\n/close", "/shrug\n/tableflip",
		"@alex @all look", "#12 !3 &4 ~bug %v1", "![x](https://evil.example/pixel.png)", "<img src=https://evil.example/p.png>",
		"<!-- firebreak:end -->", "<!-- firebreak:v1 key=task:INC-1:1 -->", "[x](javascript:alert(1))", "security/incidents#1", "GL-1 CVE-2021-44228",
	}
	inChannel(t, func(w *world, c sandbox.SlackChannel) {
		for _, text := range hostile {
			c.Command("sam", "/inc task add "+strings.ReplaceAll(text, "\n", " "))
			m := c.Say("kim", text)
			c.React("kim", m.TS, "pushpin")
		}
		for i, section := range incident.SectionNames() {
			c.Command("sam", "/inc rca set "+section+" "+hostile[i]+"\n"+hostile[len(hostile)-1-i])
		}
		c.Command("sam", "/inc note "+strings.Join(hostile, "\n"))
		c.Command("sam", "/inc rca publish")
		w.settle()
		if n := len(w.sb.GitLab.Issues()); n != len(hostile)+1 {
			t.Errorf("%d issues, want %d", n, len(hostile)+1)
		}
		w.harmless()
		w.compareOnce()
		owned := map[int]bool{}
		for _, task := range w.tasks(1) {
			owned[task.Issue.IID] = task.Owned() // a person at the end of a title is the owner, whatever stands before
		}
		for _, is := range w.sb.GitLab.Issues() {
			if is.State != "opened" || len(is.Assignees) > 0 != owned[is.IID] {
				t.Errorf("issue %d is %s and %v's", is.IID, is.State, is.Assignees)
			}
		}
	})
}

func TestSecretsAreMasked(t *testing.T) {
	inChannel(t, func(w *world, c sandbox.SlackChannel) {
		secrets := []string{
			"glpat-" + "Zx9Kq2Lm4Np7Rt5Vw8Yb", "AKIA" + "Z7QWERTYUIOPLKJH", "ghp_" + "a8Fj2Kd9Sl3Qw7Er5Ty1Ui6Op4Zx0Cv2Bn8M",
			"xoxb-" + "123456789012-123456789012-Ab3dEf6hIj9kLm2nOp5qRs8t",
		}
		for _, s := range secrets {
			m := c.Say("kim", "the token is "+s+" here")
			c.React("kim", m.TS, "pushpin")
			c.Command("sam", "/inc task add Revoke "+s)
		}
		c.Command("sam", "/inc rca set summary leaked "+strings.Join(secrets, " and "))
		c.Command("sam", "/inc rca publish")
		w.settle()
		for _, is := range w.sb.GitLab.Issues() {
			for _, s := range secrets {
				if strings.Contains(is.Title+is.Description, s) {
					t.Errorf("issue %d %q shows %s", is.IID, is.Title, s)
				}
			}
		}
	})
}

func TestDeletedMessagesStayOutOfGitLab(t *testing.T) {
	inChannel(t, func(w *world, c sandbox.SlackChannel) {
		m := c.Say("kim", "a customer's name")
		c.React("kim", m.TS, "pushpin")
		stays := c.Say("kim", "it is contained")
		c.React("kim", stays.TS, "pushpin")
		c.Command("sam", "/inc rca publish")
		w.settle()
		iid := w.incident(1).RCA.IID
		if !strings.Contains(w.sb.GitLab.Issue(iid).Description, "customer") {
			t.Fatal("a pinned message is not in the RCA")
		}
		c.Delete("kim", m.TS)
		w.settle()
		c.Command("sam", "/inc rca publish")
		w.settle()
		got := w.sb.GitLab.Issue(iid).Description
		if strings.Contains(got, "customer") || !strings.Contains(got, "it is contained") {
			t.Errorf("RCA: %s", got)
		}
	})
}

// TestDeletedWhileAwayStaysOutOfGitLab: what was deleted unseen does not get
// published from memory.
func TestDeletedWhileAwayStaysOutOfGitLab(t *testing.T) {
	inChannel(t, func(w *world, c sandbox.SlackChannel) {
		m := c.Say("kim", "a customer's name")
		c.React("kim", m.TS, "pushpin")
		w.settle()
		w.deaf(func() { c.Delete("kim", m.TS) })
		c.Command("sam", "/inc rca publish")
		w.settle()
		if got := w.sb.GitLab.Issue(w.incident(1).RCA.IID).Description; strings.Contains(got, "customer") {
			t.Errorf("RCA: %s", got)
		}
	})
}

func TestRCALinksItsTasks(t *testing.T) {
	inChannel(t, func(w *world, c sandbox.SlackChannel) {
		c.Command("sam", "/inc task add One @sam")
		c.Command("sam", "/inc rca publish")
		c.Command("sam", "/inc task add Two @sam")
		c.Command("sam", "/inc rca publish")
		w.settle()
		links := w.sb.GitLab.Issue(w.incident(1).RCA.IID).Links
		slices.Sort(links)
		var want []int
		for _, task := range w.tasks(1) {
			want = append(want, task.Issue.IID)
		}
		slices.Sort(want)
		if !slices.Equal(links, want) {
			t.Errorf("the RCA is linked with %v, want %v", links, want)
		}
		w.wantSaid(c, "is published")
	})
}

func TestWithoutGitLab(t *testing.T) {
	inWorld(t, func(w *world) {
		w.env["FIREBREAK_GITLAB_TOKEN"], w.env["FIREBREAK_GITLAB_PROJECT"] = "", ""
		w.start()
		_, c := w.opened("sam", "Phishing")
		w.wantAnswer(c, "sam", "/inc task add Rotate the keys", "Rotate the keys")
		w.wantAnswer(c, "sam", "/inc task done 1", "is done")
		w.wantAnswer(c, "sam", "/inc rca publish", "GitLab is not set up")
		w.settle()
		if len(w.saidIn(c, "GitLab"))+len(w.saidIn(w.control(), "GitLab")) == 0 {
			t.Error("nobody was told that follow-ups stay local")
		}
		if parked := w.parked(); len(parked) > 0 {
			t.Errorf("parked: %+v", parked)
		}
	})
}

// TestBothSidesAtOnce: done here and closed there while GitLab was away, or
// reopened here and closed there: it ends alike on both sides.
func TestBothSidesAtOnce(t *testing.T) {
	for _, here := range []string{"task done 1", "task reopen 1"} {
		t.Run(here, func(t *testing.T) {
			inChannel(t, func(w *world, c sandbox.SlackChannel) {
				c.Command("sam", "/inc task add Rotate the keys")
				if here == "task reopen 1" {
					c.Command("sam", "/inc task done 1")
				}
				w.settle()
				iid := w.tasks(1)[0].Issue.IID
				w.sb.GitLab.Down(true)
				w.pass(time.Minute)
				c.Command("sam", "/inc "+here)
				if here == "task reopen 1" {
					w.sb.GitLab.Comment(iid, "kim", "still true")
				} else {
					w.sb.GitLab.Close(iid, "kim")
				}
				w.pass(time.Minute)
				w.sb.GitLab.Down(false)
				w.pass(2 * time.Minute)
				w.settle()
				state, want := w.tasks(1)[0].State, map[incident.TaskState]string{incident.TaskDone: "closed", incident.TaskOpen: "opened"}
				if got := w.sb.GitLab.Issue(iid).State; got != want[state] {
					t.Errorf("task is %s, issue %s", state, got)
				}
				if here == "task reopen 1" && state != incident.TaskOpen {
					t.Errorf("a comment undid the reopening: %s", state)
				}
			})
		})
	}
}

// TestRCAHasThePicture: of the timeline as it stands then, once for each
// publishing, and without it where GitLab takes none.
func TestRCAHasThePicture(t *testing.T) {
	inChannel(t, func(w *world, c sandbox.SlackChannel) {
		const uploads = "POST /api/v4/projects/{id}/uploads"
		w.sb.Faults.Add(sandbox.Fault{Service: "gitlab", Method: uploads, Kind: sandbox.Refuse, Code: "413"})
		c.Command("sam", "/inc rca publish")
		w.settle()
		iid := w.incident(1).RCA.IID
		if got := w.sb.GitLab.Issue(iid).Description; strings.Contains(got, "![") || !strings.Contains(got, "## Timeline") {
			t.Errorf("without a picture: %s", got)
		}
		w.sb.Faults.Add(sandbox.Fault{Service: "gitlab", Method: "PUT /api/v4/projects/{id}/issues/{iid}", Kind: sandbox.Err5xxAfter})
		c.Command("sam", "/inc rca publish")
		w.settle()
		kept := w.sb.GitLab.Uploads()
		if len(kept) != 1 || !strings.Contains(w.sb.GitLab.Issue(iid).Description, "![Picture of the timeline of INC-1]("+kept[0].Path+")") {
			t.Fatalf("%d pictures; the RCA: %s", len(kept), w.sb.GitLab.Issue(iid).Description)
		}
		if img, err := png.Decode(bytes.NewReader(kept[0].Content)); err != nil || img.Bounds().Dx() != 780 {
			t.Errorf("the picture: %v", err)
		}
		w.harmless()
		w.compareOnce()
	})
}
