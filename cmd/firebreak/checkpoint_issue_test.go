package main

import (
	"context"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"firebreak/integrations/sandbox"
	"firebreak/store"
)

// checkpointIssues are the issues kept for checkpoints.
func (w *world) checkpointIssues() []sandbox.Issue {
	return slices.DeleteFunc(w.sb.GitLab.Issues(), func(i sandbox.Issue) bool { return !slices.Contains(i.Labels, "firebreak-checkpoints") })
}

// copied is what somebody copies of an issue into a file.
func copied(t *testing.T, i sandbox.Issue) string {
	t.Helper()
	lines := []string{i.Description}
	for _, n := range i.Notes {
		if !n.System {
			lines = append(lines, n.Body)
		}
	}
	return published(t, lines...)
}

// TestCheckpointsOnAnIssue: one confidential issue, made once whatever is lost;
// each checkpoint is a comment on it, at most one a minute; what is copied from
// there holds the database. Deleted, it is begun anew; opened to all, it gets
// nothing more.
func TestCheckpointsOnAnIssue(t *testing.T) {
	inWorld(t, func(w *world) {
		w.env["FIREBREAK_CHECKPOINT_ISSUE"], w.env["FIREBREAK_GITLAB_CONFIDENTIAL"] = "true", "false"
		w.env["FIREBREAK_CHECKPOINT_INTERVAL"] = "5m"
		w.rarelyPolled()
		lose := func(method string) {
			w.sb.Faults.Add(sandbox.Fault{Service: "gitlab", Method: "POST /api/v4/projects/{id}/issues" + method, Kind: sandbox.DropAfter})
		}
		lose("")
		w.start()
		w.opened("sam", "An old one")
		w.settle()
		w.pass(2 * time.Minute)
		issues := w.checkpointIssues()
		if len(issues) != 1 || !issues[0].Confidential || len(issues[0].Notes) != 1 || strings.Contains(issues[0].Description+issues[0].Notes[0].Body, "old one") {
			t.Fatalf("issues: %+v", issues)
		}
		var channels []sandbox.SlackChannel
		for range 3 {
			_, c := w.opened("sam", "A drill")
			join(c, "sam")
			channels = append(channels, c)
		}
		w.pass(7 * time.Minute)
		lose("/{iid}/notes")
		for _, c := range channels { // three checkpoints in one comment
			w.wantAnswer(c, "sam", "/inc close drill", "is closed")
			w.pass(5 * time.Second)
		}
		w.stop()
		w.start()
		w.pass(3 * time.Minute)
		if left := w.sb.Faults.Waiting(); len(left) > 0 {
			t.Errorf("nothing was lost: %+v", left)
		}
		issue := w.checkpointIssues()[0]
		known, err := readCheckpoints(copied(t, issue), "")
		if err != nil || known.Signed < 6 || len(known.Missing) > 0 {
			t.Errorf("copied from there: %+v, %v", known, err)
		}
		if _, err := store.Verify(context.Background(), filepath.Join(w.dir, "firebreak.db"), nil, known.Heads); err != nil {
			t.Error(err)
		}
		seen := map[string]bool{}
		var last time.Time
		for _, n := range issue.Notes {
			if seen[n.Body] || n.At.Sub(last) < 50*time.Second {
				t.Errorf("twice, or too soon: %s", n.Body)
			}
			seen[n.Body], last = true, n.At
		}

		note := func() {
			w.wantAnswer(channels[0], "sam", "/inc note something", "Noted")
			w.pass(7 * time.Minute)
		}
		w.sb.GitLab.Delete(issue.IID, "sam")
		note()
		issues = w.checkpointIssues()
		if len(issues) != 1 || len(issues[0].Notes) != 1 {
			t.Fatalf("after it was deleted: %+v", issues)
		}
		if known, err := readCheckpoints(copied(t, issues[0]), ""); err != nil || known.Signed != 2 || len(known.Heads) != 5 {
			t.Errorf("begun anew with %+v, %v", known, err)
		}
		w.sb.GitLab.SetConfidential(issues[0].IID, "sam", false)
		note()
		if got := w.checkpointIssues()[0]; len(got.Notes) != len(issues[0].Notes)+1 { // with the line that says who opened it
			t.Errorf("others can read %+v", got.Notes)
		}
		if said := w.saidIn(w.control(), "is not confidential any more"); len(said) != 1 {
			t.Errorf("the control channel was told %d times", len(said))
		}
		w.sb.GitLab.SetConfidential(issues[0].IID, "sam", true)
		w.pass(15 * time.Minute)
		if known, err := readCheckpoints(copied(t, w.checkpointIssues()[0]), ""); err != nil || known.Signed != 3 || len(known.Missing) > 0 {
			t.Errorf("confidential again: %+v, %v", known, err)
		}
	})
}
