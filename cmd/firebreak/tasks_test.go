package main

import (
	"slices"
	"strings"
	"testing"
	"time"

	"firebreak/incident"
	"firebreak/integrations/sandbox"
)

// both waits until a poll has come by and all is done.
func (w *world) both() {
	w.t.Helper()
	w.pass(35 * time.Second)
	w.settle()
}

// inTask runs f with one task of sam's that has its issue.
func inTask(t *testing.T, line string, f func(w *world, c sandbox.SlackChannel, iid int)) {
	t.Helper()
	t.Parallel()
	inTaskNow(t, line, f)
}

// inTaskNow is inTask for a test that plays it more than once.
func inTaskNow(t *testing.T, line string, f func(w *world, c sandbox.SlackChannel, iid int)) {
	t.Helper()
	inChannelNow(t, func(w *world, c sandbox.SlackChannel) {
		c.Command("sam", "/inc task add "+line)
		w.settle()
		f(w, c, w.tasks(1)[0].Issue.IID)
	})
}

func TestOwnerIsAssignedAtCreation(t *testing.T) {
	inTask(t, "Rotate the keys @alex due 2026-11-25 9:00", func(w *world, _ sandbox.SlackChannel, iid int) {
		is := w.sb.GitLab.Issue(iid)
		if !slices.Equal(is.Assignees, []string{"alex"}) || is.Due != "2026-11-25" {
			t.Errorf("issue is %v's, due %s", is.Assignees, is.Due)
		}
		w.both()
		if n := len(w.of(1, incident.KindTask)); n != 1 {
			t.Errorf("%d task entries: our own issue came back as news", n)
		}
	})
}

// TestFieldsGoOut: each thing that is changed here stands there, alone.
func TestFieldsGoOut(t *testing.T) {
	inTask(t, "Rotate the keys", func(w *world, c sandbox.SlackChannel, iid int) {
		w.sb.GitLab.SetLabels(iid, "kim", "firebreak", "firebreak-inc-1", "theirs")
		for _, step := range []struct{ line, assignee, due, state string }{
			{"task assign 1 @kim", "kim", "", "opened"},
			{"task due 1 2026-12-24 18:00", "kim", "2026-12-24", "opened"},
			{"task done 1", "kim", "2026-12-24", "closed"},
			{"task assign 1 @alex", "alex", "2026-12-24", "closed"},
			{"task due 1 none", "alex", "", "closed"},
			{"task reopen 1", "alex", "", "opened"},
		} {
			c.Command("sam", "/inc "+step.line)
			w.settle()
			is := w.sb.GitLab.Issue(iid)
			if strings.Join(is.Assignees, ",") != step.assignee || is.Due != step.due || is.State != step.state || is.Title != "Rotate the keys" {
				t.Errorf("after %s: %+v", step.line, is)
			}
			if !slices.Contains(is.Labels, "theirs") {
				t.Errorf("after %s the labels are %v", step.line, is.Labels)
			}
		}
		before := len(w.of(1, incident.KindTask))
		w.both()
		if got := len(w.of(1, incident.KindTask)); got != before {
			t.Errorf("our own edits came back as %d entries", got-before)
		}
		w.harmless()
	})
}

// TestFieldsComeIn: each thing that is changed there stands here, with an
// entry and one message.
func TestFieldsComeIn(t *testing.T) {
	inTask(t, "Rotate the keys @sam due 2026-11-25 9:30", func(w *world, c sandbox.SlackChannel, iid int) {
		w.sb.GitLab.EditTitle(iid, "kim", "Rotate *all* <keys>")
		w.sb.GitLab.Assign(iid, "kim", "alex")
		w.sb.GitLab.SetDue(iid, "kim", "2026-11-27")
		w.sb.GitLab.SetLabels(iid, "kim", "firebreak", "firebreak-inc-1", "zeta", "alpha")
		w.both()
		got := w.tasks(1)[0]
		if got.Title != "Rotate *all* <keys>" || got.Owner != w.user("alex") || got.DueDay != "2026-11-27" || !slices.Equal(got.Labels, []string{"alpha", "zeta"}) {
			t.Errorf("task: %+v", got)
		}
		for _, words := range []string{"title in GitLab", "owner in GitLab", "due date in GitLab", "labels in GitLab"} {
			w.wantEntry(1, incident.KindTask, words)
		}
		if n := len(w.saidIn(c, "was changed in GitLab")); n != 1 {
			t.Errorf("%d messages about one visit", n)
		}
		w.wantAnswer(c, "sam", "/inc task list", "alpha, zeta")
		w.pass(10 * time.Minute)
		if is := w.sb.GitLab.Issue(iid); is.Title != "Rotate *all* <keys>" || is.Due != "2026-11-27" {
			t.Errorf("it swung back: %+v", is)
		}
	})
}

// TestSameDayKeepsTheTime: GitLab's date is no reason to forget our hour, and
// another date keeps the hour in the owner's zone.
func TestSameDayKeepsTheTime(t *testing.T) {
	inTask(t, "Rotate the keys @sam due 2026-11-25 9:30", func(w *world, _ sandbox.SlackChannel, iid int) {
		before := w.tasks(1)[0].Due
		w.sb.GitLab.SetDue(iid, "kim", "2026-11-25")
		w.both()
		if got := w.tasks(1)[0].Due; !got.Equal(before) {
			t.Errorf("due %s, was %s", got, before)
		}
		w.sb.GitLab.SetDue(iid, "kim", "2026-11-26")
		w.both()
		if got := w.tasks(1)[0].Due; !got.Equal(before.Add(24 * time.Hour)) {
			t.Errorf("due %s, a day after %s", got, before)
		}
		w.sb.GitLab.SetDue(iid, "kim", "")
		w.both()
		if got := w.tasks(1)[0]; !got.Due.IsZero() {
			t.Errorf("due %s", got.Due)
		}
	})
}

// TestBothChanged: GitLab wins, and what was lost here is said and recorded.
func TestBothChanged(t *testing.T) {
	inTask(t, "Rotate the keys @sam due 2026-11-25 9:30", func(w *world, c sandbox.SlackChannel, iid int) {
		w.sb.GitLab.Down(true)
		c.Command("sam", "/inc task assign 1 @alex")
		c.Command("sam", "/inc task due 1 2026-12-01 10:00")
		w.sb.GitLab.Assign(iid, "kim", "kim")
		w.sb.GitLab.SetDue(iid, "kim", "2026-12-05")
		w.pass(time.Minute)
		w.sb.GitLab.Down(false)
		w.both()
		is, got := w.sb.GitLab.Issue(iid), w.tasks(1)[0]
		if !slices.Equal(is.Assignees, []string{"kim"}) || is.Due != "2026-12-05" {
			t.Errorf("issue: %+v", is)
		}
		if got.Owner != w.user("kim") || got.DueDay != "2026-12-05" {
			t.Errorf("task: %+v", got)
		}
		w.wantEntry(1, incident.KindTask, "owner changed here and in GitLab", "Lost here: @alex")
		w.wantEntry(1, incident.KindTask, "due date changed here and in GitLab", "Lost here: 2026-12-01")
		w.wantSaid(c, "changed here too. GitLab’s stays")
	})
}

// TestMaskedTitleIsNoEdit: what left masked is not taken for GitLab's word.
func TestMaskedTitleIsNoEdit(t *testing.T) {
	secret := "glpat-" + "Zx9Kq2Lm4Np7Rt5Vw8Yb"
	inTask(t, "Revoke "+secret+" of @all #12", func(w *world, c sandbox.SlackChannel, iid int) {
		if is := w.sb.GitLab.Issue(iid); strings.Contains(is.Title, secret) {
			t.Fatalf("title %s", is.Title)
		}
		c.Command("sam", "/inc task assign 1 @kim")
		w.sb.GitLab.Comment(iid, "kim", "looking")
		w.both()
		if got := w.tasks(1)[0].Title; !strings.Contains(got, secret) {
			t.Errorf("the task is called %q", got)
		}
	})
}

// TestOwnLabelsStay: without them an issue cannot be found again.
func TestOwnLabelsStay(t *testing.T) {
	inTask(t, "Rotate the keys", func(w *world, _ sandbox.SlackChannel, iid int) {
		w.sb.GitLab.SetLabels(iid, "kim", "theirs")
		w.both()
		if got := w.sb.GitLab.Issue(iid).Labels; !slices.Equal(got, []string{"firebreak", "firebreak-inc-1", "theirs"}) {
			t.Errorf("labels %v", got)
		}
		if got := w.tasks(1)[0].Labels; !slices.Equal(got, []string{"theirs"}) {
			t.Errorf("the task's labels are %v", got)
		}
	})
}

// TestOwnEditIsNoConflict loses the answer to an edit, changes the field again
// here, and must not take its own first value for GitLab's.
func TestOwnEditIsNoConflict(t *testing.T) {
	for _, kind := range []sandbox.FaultKind{sandbox.DropAfter, sandbox.Err5xxAfter, sandbox.Hang, sandbox.DropBefore, sandbox.Err5xxBefore, sandbox.Refuse429, sandbox.Refuse429Plain} {
		t.Run(string(kind), func(t *testing.T) {
			inTask(t, "Rotate the keys", func(w *world, c sandbox.SlackChannel, iid int) {
				w.sb.Faults.Add(sandbox.Fault{Service: "gitlab", Method: "PUT /api/v4/projects/{id}/issues/{iid}", Kind: kind})
				c.Command("sam", "/inc task assign 1 @kim")
				w.until("the edit is on its way", func() bool { return len(w.sb.Faults.Waiting()) == 0 })
				c.Command("sam", "/inc task assign 1 @alex")
				w.both()
				if is := w.sb.GitLab.Issue(iid); !slices.Equal(is.Assignees, []string{"alex"}) {
					t.Errorf("the issue is %v's", is.Assignees)
				}
				if got := w.tasks(1)[0].Owner; got != w.user("alex") {
					t.Errorf("the task is %s's", got)
				}
				if lost := w.saidIn(c, "changed here too"); len(lost) > 0 {
					t.Errorf("said %s", lost[0].Text)
				}
			})
		})
	}
}

// TestAssigneeWithoutSlack is shown by username, and stays so.
func TestAssigneeWithoutSlack(t *testing.T) {
	inTask(t, "Rotate the keys @sam", func(w *world, c sandbox.SlackChannel, iid int) {
		w.sb.GitLab.AddUser("vendor.joe", "Joe of the vendor", sandbox.RoleReporter)
		w.sb.GitLab.Assign(iid, "kim", "vendor.joe")
		w.both()
		if got := w.tasks(1)[0]; got.Owner != "" || got.OwnerName != "vendor.joe" {
			t.Errorf("task: %+v", got)
		}
		w.wantAnswer(c, "sam", "/inc task list", "vendor.joe")
		w.wantAnswer(c, "sam", "/inc map @alex vendor.joe", "vendor.joe")
		w.both()
		if got := w.tasks(1)[0]; got.Owner != w.user("alex") {
			t.Errorf("after the mapping: %+v", got)
		}
		if is := w.sb.GitLab.Issue(iid); !slices.Equal(is.Assignees, []string{"vendor.joe"}) {
			t.Errorf("the issue is %v's", is.Assignees)
		}
	})
}

// TestOwnerWithoutAccount stays the owner here; it is said once, and a mapping
// mends it.
func TestOwnerWithoutAccount(t *testing.T) {
	inTask(t, "Rotate the keys @jo", func(w *world, c sandbox.SlackChannel, iid int) {
		c.Command("sam", "/inc task add Another @jo")
		w.both()
		if got := w.tasks(1)[0].Owner; got != w.user("jo") {
			t.Errorf("the task is %s's", got)
		}
		if said := w.saidIn(c, "/inc map @user"); len(said) != 1 {
			t.Errorf("said %d times", len(said))
		}
		w.wantAnswer(c, "sam", "/inc map @jo jo", "is")
		w.both()
		for _, is := range w.sb.GitLab.Issues() {
			if !slices.Equal(is.Assignees, []string{"jo"}) {
				t.Errorf("issue %d is %v's", is.IID, is.Assignees)
			}
		}
		if !w.told("sam", "GitLab knows") {
			t.Error("nobody said that GitLab knows the name")
		}
		w.wantAnswer(c, "sam", "/inc map @jo no.such.one", "is")
		w.both()
		if !w.told("sam", "GitLab knows no user") {
			t.Error("nobody said that GitLab does not know the name")
		}
	})
}

// TestAgreementIsKept changes a field twice here before any poll comes by: the
// second change is no conflict with the first.
func TestAgreementIsKept(t *testing.T) {
	inWorld(t, func(w *world) {
		w.env["FIREBREAK_GITLAB_SYNC_INTERVAL"] = "1h"
		w.start()
		_, c := w.opened("sam", "Phishing")
		join(c, "sam", "alex", "kim")
		for _, line := range []string{"task add Rotate the keys", "task assign 1 @kim", "task assign 1 @alex"} {
			c.Command("sam", "/inc "+line)
			w.settle()
		}
		if is := w.sb.GitLab.Issues()[0]; !slices.Equal(is.Assignees, []string{"alex"}) {
			t.Errorf("the issue is %v's", is.Assignees)
		}
		if n := len(w.saidIn(c, "changed here too")); n != 0 {
			t.Errorf("%d conflicts with ourselves", n)
		}
	})
}
