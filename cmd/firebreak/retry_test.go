package main

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"firebreak/incident"
	"firebreak/integrations/sandbox"
	"firebreak/store"
)

// actionOf finds an incident's first action of a kind.
func (w *world) actionOf(n incident.Number, kind string) (found incident.Action) {
	w.t.Helper()
	w.view(func(v *store.View) error {
		all, err := v.Actions(n, false)
		for _, a := range all {
			if a.Kind == kind && found.ID == 0 {
				found = a
			}
		}
		return err
	})
	if found.ID == 0 {
		w.t.Fatalf("%s has no action of kind %s", n, kind)
	}
	return found
}

// TestRetryWhenTheReasonIsGone: what was refused is listed with its reason
// and with what waits for it; tried again, everything goes on.
func TestRetryWhenTheReasonIsGone(t *testing.T) {
	inWorld(t, func(w *world) {
		w.env["FIREBREAK_SLACK_ADMINS"] = w.user("sam")
		scopes := w.sb.Slack.Scopes()
		w.without("groups:write")
		w.start()
		w.sb.PagerDuty.Trigger(sandbox.Trigger{Title: "VPN down", Service: "Identity"})
		w.until("making the channel was refused", func() bool { return len(w.parked()) > 0 })
		general := w.sb.Slack.In("#general")
		made, header := w.actionOf(1, "channel.create"), w.actionOf(1, "channel.header")
		again := fmt.Sprintf("/inc INC-1 retry %d", made.ID)
		w.wantSaid(w.control(), again)
		w.wantAnswer(general, "sam", "/inc INC-1 actions", "1 thing could not be done", "groups:write",
			fmt.Sprintf("`%d` Make the channel: *refused*", made.ID), fmt.Sprintf("waits for %d", made.ID))
		w.wantAnswer(general, "sam", "/inc INC-1 status", "1 thing could not be done", "/inc actions")
		w.wantAnswer(general, "kim", "/inc INC-1 actions", "There is no INC-1 that you can see")
		w.wantAnswer(general, "sam", fmt.Sprintf("/inc INC-1 retry %d", header.ID), "Nothing was changed", fmt.Sprintf("waits for %d", made.ID))

		w.wantAnswer(general, "sam", again, "Trying again to make the channel")
		w.until("it is refused again, and said again", func() bool { return len(w.saidIn(w.control(), "I could not make the channel for INC-1")) == 2 })

		w.sb.Slack.SetScopes(scopes...)
		w.wantAnswer(general, "sam", again, "Trying again to make the channel")
		c := w.channel(1)
		w.settle()
		w.wantSaid(c, "*Next*")
		w.wantAnswer(c, "sam", "/inc actions", "nothing is left to do outside")
		w.wantAnswer(c, "sam", fmt.Sprintf("/inc retry %d", made.ID), "Nothing was changed", "done")
		if told := w.of(1, incident.KindAction); len(told) < 2 || told[0].Text != fmt.Sprintf("action %d is tried again: make the channel", made.ID) {
			t.Errorf("entries: %+v", told)
		}
		w.compareOnce()
	})
}

// TestRetryLooksBeforeItRepeats: an action that was set aside may have
// happened all the same.
func TestRetryLooksBeforeItRepeats(t *testing.T) {
	inChannel(t, func(w *world, c sandbox.SlackChannel) {
		w.settle()
		w.sb.Faults.Add(sandbox.Fault{Service: "gitlab", Method: "POST /api/v4/projects/{id}/issues", Kind: sandbox.Err5xxAfter})
		w.sb.Faults.Add(sandbox.Fault{Service: "gitlab", Method: "GET /api/v4/projects/{id}/issues", Kind: sandbox.Err5xxBefore, Times: -1})
		w.wantAnswer(c, "sam", "/inc task add Rotate the keys", "Rotate the keys")
		w.until("the issue is there and nobody knows", func() bool {
			return len(w.sb.GitLab.Issues()) == 1 && w.actionOf(1, "issue.create").State == incident.ActionUnknown
		})
		a := w.actionOf(1, "issue.create")
		err := w.app.store.Update(context.Background(), func(tx *store.Tx) error {
			return tx.FinishAction(a.ID, a.Fence, incident.ActionParked, nil, "set aside by this test")
		})
		if err != nil {
			t.Fatal(err)
		}
		w.sb.Faults.Clear()
		w.wantAnswer(c, "sam", "/inc actions", "set aside by this test")
		w.wantAnswer(c, "kim", fmt.Sprintf("/inc retry %d", a.ID), "Trying again to make the GitLab issue of a task")
		w.settle()
		w.pass(time.Minute)
		if issues := w.sb.GitLab.Issues(); len(issues) != 1 || w.tasks(1)[0].Issue.IID != issues[0].IID {
			t.Errorf("%d issues, the task has #%d", len(issues), w.tasks(1)[0].Issue.IID)
		}
	})
}

// TestActionsOfOthersAreNotThere: the number of an action of an incident that
// the asker may not see gets the answer of a number that nothing has.
func TestActionsOfOthersAreNotThere(t *testing.T) {
	inChannel(t, func(w *world, c sandbox.SlackChannel) {
		w.opened("sam", "Not for kim")
		w.settle()
		theirs := w.actionOf(2, "channel.create").ID
		digits := regexp.MustCompile(`\d+`)
		ask := func(who string, n int64) string {
			return digits.ReplaceAllString(answer(c.Command(who, fmt.Sprintf("/inc retry %d", n))), "N")
		}
		if hidden, none := ask("kim", theirs), ask("kim", 987654); hidden != none || !strings.Contains(none, "There is no action") {
			t.Errorf("kim is told %q of a hidden action and %q of none", hidden, none)
		}
		w.wantAnswer(c, "sam", fmt.Sprintf("/inc retry %d", theirs), "belongs to INC-2")
		join(c, "sam", "guest")
		w.wantAnswer(c, "guest", fmt.Sprintf("/inc retry %d", theirs), "Only full members")
	})
}
