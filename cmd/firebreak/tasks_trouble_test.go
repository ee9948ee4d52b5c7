package main

import (
	"slices"
	"strings"
	"testing"
	"time"

	"firebreak/incident"
	"firebreak/integrations/sandbox"
)

// TestIssueGone: an issue that was deleted or moved away leaves its task to
// itself. It is said once, and the task goes on here.
func TestIssueGone(t *testing.T) {
	for name, tt := range map[string]struct {
		gone func(g *sandbox.GitLab, iid int)
		said string
	}{
		"deleted": {func(g *sandbox.GitLab, iid int) { g.Delete(iid, "kim") }, "was deleted. The task stays here only"},
		"moved":   {func(g *sandbox.GitLab, iid int) { g.Move(iid, "kim") }, "was moved to another project"},
	} {
		t.Run(name, func(t *testing.T) {
			inTask(t, "Rotate the keys @sam", func(w *world, c sandbox.SlackChannel, iid int) {
				tt.gone(w.sb.GitLab, iid)
				w.both()
				w.wantAnswer(c, "sam", "/inc task assign 1 @alex", "is")
				w.both()
				if got := w.tasks(1)[0]; got.State != incident.TaskOpen || got.Owner != w.user("alex") || got.Apart != name {
					t.Errorf("task: %+v", got)
				}
				w.wantAnswer(c, "sam", "/inc task done 1", "is done")
				w.both()
				if said := w.saidIn(c, tt.said); len(said) != 1 {
					t.Errorf("said %d times", len(said))
				}
				w.wantEntry(1, incident.KindTask, "was "+name)
				if parked := w.parked(); len(parked) > 0 {
					t.Errorf("parked: %+v", parked)
				}
			})
		})
	}
}

// TestIssueLocked: a lock concerns comments; the fields go both ways.
func TestIssueLocked(t *testing.T) {
	inTask(t, "Rotate the keys", func(w *world, c sandbox.SlackChannel, iid int) {
		w.sb.GitLab.Lock(iid, "kim", true)
		w.both()
		c.Command("sam", "/inc task assign 1 @kim")
		w.sb.GitLab.SetDue(iid, "kim", "2026-12-24")
		w.both()
		if is, got := w.sb.GitLab.Issue(iid), w.tasks(1)[0]; !slices.Equal(is.Assignees, []string{"kim"}) || got.DueDay != "2026-12-24" {
			t.Errorf("issue %+v, task %+v", is, got)
		}
		if said := w.saidIn(c, "was locked"); len(said) != 1 {
			t.Errorf("said %d times", len(said))
		}
	})
}

// TestGitLabShutsTheDoor: while the token is refused or the project is out of
// sight everything waits. It is told once, over restarts too, /readyz shows
// it, and what waited is done when the door opens.
func TestGitLabShutsTheDoor(t *testing.T) {
	for name, tt := range map[string]struct {
		shut, open func(g *sandbox.GitLab)
		said       string
	}{
		"revoked token": {
			func(g *sandbox.GitLab) { g.RevokeToken(true) }, func(g *sandbox.GitLab) { g.RevokeToken(false) },
			"GitLab refuses my token",
		},
		"renamed project": {
			func(g *sandbox.GitLab) { g.RenameProject("security/responses") }, func(g *sandbox.GitLab) { g.RenameProject("security/incidents") },
			"GitLab does not show me the project",
		},
		"no access": {
			func(g *sandbox.GitLab) { g.SetRole(sandbox.RoleNone) }, func(g *sandbox.GitLab) { g.SetRole(sandbox.RoleReporter) },
			"GitLab does not show me the project",
		},
	} {
		t.Run(name, func(t *testing.T) {
			inTask(t, "Rotate the keys", func(w *world, c sandbox.SlackChannel, iid int) {
				tt.shut(w.sb.GitLab)
				c.Command("sam", "/inc task add Another")
				c.Command("sam", "/inc task assign 1 @kim")
				c.Command("sam", "/inc rca publish")
				w.pass(5 * time.Minute)
				w.stop()
				w.start()
				w.pass(5 * time.Minute)
				if said := w.saidIn(w.control(), tt.said); len(said) != 1 {
					t.Errorf("said %d times", len(said))
				}
				if r := w.ready(); r.Ready || r.Checks["gitlab"].OK || r.Checks["gitlab"].Detail == "" {
					t.Errorf("readyz: %+v", r)
				}
				if got := w.tasks(1); got[0].Apart != "" || len(w.parked()) > 0 {
					t.Errorf("given up: %+v, parked %+v", got, w.parked())
				}
				tt.open(w.sb.GitLab)
				w.both()
				if got := w.tasks(1); got[1].Issue.IID == 0 || w.incident(1).RCA.IID == 0 {
					t.Errorf("tasks: %+v", got)
				}
				if is := w.sb.GitLab.Issue(iid); !slices.Equal(is.Assignees, []string{"kim"}) {
					t.Errorf("the issue is %v's", is.Assignees)
				}
				if said := w.saidIn(w.control(), "GitLab works again"); len(said) != 1 {
					t.Errorf("well again is said %d times", len(said))
				}
				w.compareOnce()
			})
		})
	}
}

// TestGitLabDropsWhatARoleMayNot: a guest's assignee and due date are dropped
// without a word by GitLab, but not by us.
func TestGitLabDropsWhatARoleMayNot(t *testing.T) {
	inTask(t, "Rotate the keys", func(w *world, c sandbox.SlackChannel, iid int) {
		w.sb.GitLab.SetRole(sandbox.RoleGuest)
		c.Command("sam", "/inc task assign 1 @kim")
		c.Command("sam", "/inc task due 1 2026-12-24 9:00")
		w.both()
		if got := w.tasks(1)[0]; got.Owner != w.user("kim") || got.DueDay != "2026-12-24" {
			t.Errorf("task: %+v", got)
		}
		if n := len(w.saidIn(c, "GitLab did not take the due date")); n != 1 {
			t.Errorf("said %d times", n)
		}
		if is := w.sb.GitLab.Issue(iid); is.Due != "" || strings.Join(is.Assignees, "") != "" {
			t.Errorf("issue: %+v", is)
		}
	})
}
