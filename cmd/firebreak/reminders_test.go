package main

import (
	"strings"
	"testing"
	"time"

	"firebreak/incident"
	"firebreak/integrations/sandbox"
)

// inDays runs f in a channel with polls far apart, so that days pass quickly.
func inDays(t *testing.T, f func(w *world, c sandbox.SlackChannel)) {
	t.Helper()
	inWorld(t, func(w *world) {
		w.env["FIREBREAK_PAGERDUTY_POLL_INTERVAL"], w.env["FIREBREAK_GITLAB_SYNC_INTERVAL"] = "10m", "1h"
		w.env["FIREBREAK_GITLAB_WEBHOOK_TOKEN"] = "hook-secret"
		w.start()
		_, c := w.opened("sam", "Phishing")
		join(c, "sam", "alex", "kim")
		f(w, c)
	})
}

// away stops the bot for d, which costs a test next to nothing, and gives it
// half an hour afterwards.
func (w *world) away(d time.Duration) {
	w.t.Helper()
	w.stop()
	w.pass(d - 30*time.Minute)
	w.start()
	w.pass(30 * time.Minute)
}

// replies are the reminders in a task's thread that hold words.
func (w *world) replies(c sandbox.SlackChannel, words string) (found []sandbox.Message) {
	for _, m := range w.saidIn(c, words) {
		if m.ThreadTS != "" && m.ThreadTS != m.TS {
			found = append(found, m)
		}
	}
	return found
}

// TestReminders follows one task from a day before it is due until nobody
// reminds of it any more, over restarts.
func TestReminders(t *testing.T) {
	inDays(t, func(w *world, c sandbox.SlackChannel) {
		c.Command("sam", "/inc task add Rotate the keys @alex due in 2d")
		c.Command("sam", "/inc task add No owner due in 2d")
		w.settle()
		added := w.saidIn(c, "New task `1`")[0]
		w.away(23 * time.Hour)
		if n := len(w.replies(c, "task `1`")); n != 0 {
			t.Fatalf("%d reminders more than a day before", n)
		}
		w.away(2 * time.Hour)
		for n, words := range []string{"is due <!date", "is due now", "still open", "still open", "still open", "still open", "still open", "still open", "still open"} {
			w.away(time.Hour) // and nothing comes twice
			got := w.replies(c, "task `1`")
			if len(got) != n+1 {
				t.Fatalf("%d reminders, want %d", len(got), n+1)
			}
			last := got[n]
			if last.ThreadTS != added.TS || !strings.Contains(last.Text, "<@"+w.user("alex")+">") || !strings.Contains(last.Text, words) {
				t.Errorf("reminder %d in %s: %s", n, last.ThreadTS, last.Text)
			}
			w.away(23 * time.Hour)
		}
		if n := len(w.replies(c, "task `1`")); n != 9 { // soon, due and seven days
			t.Errorf("%d reminders in all", n)
		}
		if n := len(w.replies(c, "task `2`")); n != 0 {
			t.Errorf("%d reminders of a task that is nobody's", n)
		}
	})
}

// TestRemindersStop: a task that is done, another's, or due another day, and a
// closed incident, are not reminded of as they were.
func TestRemindersStop(t *testing.T) {
	inDays(t, func(w *world, c sandbox.SlackChannel) {
		for _, title := range []string{"done", "given away", "put off", "left"} {
			c.Command("sam", "/inc task add "+title+" @alex due in 20h")
		}
		w.away(10 * time.Hour)
		c.Command("sam", "/inc task done 1")
		c.Command("sam", "/inc task assign 2 @kim")
		c.Command("sam", "/inc task due 3 in 3d")
		w.settle()
		w.away(11 * time.Hour)
		for n, want := range map[string]int{"task `1`": 0, "task `2`": 1, "task `3`": 0, "task `4`": 1} {
			if got := w.replies(c, n); len(got) != want {
				t.Errorf("%s: %d reminders, want %d", n, len(got), want)
			}
		}
		if got := w.replies(c, "task `2`"); len(got) == 1 && !strings.Contains(got[0].Text, w.user("kim")) {
			t.Errorf("reminded %s", got[0].Text)
		}
		c.Command("sam", "/inc close drill")
		w.settle()
		w.away(26 * time.Hour)
		w.away(24 * time.Hour)
		if n := len(w.replies(c, "task `")); n != 2 {
			t.Errorf("%d reminders, want 2: the incident is closed", n)
		}
	})
}

// TestReminderMissed: what could not be given in time is not given late beside
// what is due since.
func TestReminderMissed(t *testing.T) {
	inDays(t, func(w *world, c sandbox.SlackChannel) {
		c.Command("sam", "/inc task add Rotate the keys @alex due in 26h")
		w.settle()
		w.stop()
		w.pass(80 * time.Hour)
		w.start()
		w.pass(10 * time.Minute)
		if got := w.replies(c, "task `1`"); len(got) != 1 || !strings.Contains(got[0].Text, "still open") {
			t.Errorf("%d reminders: %+v", len(got), got)
		}
	})
}

// TestReminderOnceThoughAnswerLost looks a reminder up instead of repeating it.
func TestReminderOnceThoughAnswerLost(t *testing.T) {
	inDays(t, func(w *world, c sandbox.SlackChannel) {
		c.Command("sam", "/inc task add Rotate the keys @alex due in 1h")
		w.settle()
		w.away(50 * time.Minute)
		w.sb.Faults.Add(sandbox.Fault{Service: "slack", Method: "chat.postMessage", Kind: sandbox.DropAfter})
		w.pass(30 * time.Minute)
		if left := w.sb.Faults.Waiting(); len(left) > 0 {
			t.Fatal("the fault never struck")
		}
		if n := len(w.replies(c, "is due now")); n != 1 {
			t.Errorf("%d reminders", n)
		}
		w.compareOnce()
	})
}

// TestDigest comes at nine in the commander's zone, once a day while tasks are
// open, and calls nobody else.
func TestDigest(t *testing.T) {
	inDays(t, func(w *world, c sandbox.SlackChannel) {
		c.Command("sam", "/inc lead @kim")
		c.Command("sam", "/inc task add Rotate the keys @alex")
		w.settle()
		loc, err := time.LoadLocation(w.sb.Slack.User("kim").TZ)
		if err != nil {
			t.Fatal(err)
		}
		next := time.Now().In(loc)
		nine := time.Date(next.Year(), next.Month(), next.Day(), 9, 0, 0, 0, loc)
		if !nine.After(next) {
			nine = nine.AddDate(0, 0, 1)
		}
		w.away(time.Until(nine) - 2*time.Minute)
		if n := len(w.saidIn(c, "1 open task of")); n != 0 {
			t.Fatalf("%d digests before nine", n)
		}
		w.pass(5 * time.Minute)
		w.away(3 * time.Hour)
		got := w.saidIn(c, "1 open task of")
		if len(got) != 1 || !strings.Contains(got[0].Text, w.user("kim")) || strings.Contains(texts(got[0].Blocks), w.user("alex")) {
			t.Fatalf("%d digests: %+v", len(got), got)
		}
		w.away(24 * time.Hour)
		if n := len(w.saidIn(c, "1 open task of")); n != 2 {
			t.Errorf("%d digests on the second day", n)
		}
		c.Command("sam", "/inc task done 1")
		w.settle()
		w.away(24 * time.Hour)
		if n := len(w.saidIn(c, "open task")); n != 2 {
			t.Errorf("%d digests, though nothing is open", n)
		}
	})
}

// TestReminderOvertaken: Slack is away when a reminder is due, and the task is
// done in GitLab before Slack is back.
func TestReminderOvertaken(t *testing.T) {
	inDays(t, func(w *world, c sandbox.SlackChannel) {
		w.sb.GitLab.AddWebhook("http://bot.sandbox/webhooks/gitlab", "hook-secret", w.client)
		c.Command("sam", "/inc task add Rotate the keys @alex due in 1h")
		w.settle()
		w.pass(58 * time.Minute)
		for range 40 {
			w.sb.Faults.Add(sandbox.Fault{Service: "slack", Method: "chat.postMessage", Kind: sandbox.DropBefore})
		}
		w.until("the reminder cannot be given", func() bool { return len(w.sb.Faults.Waiting()) < 40 })
		w.sb.GitLab.Close(w.tasks(1)[0].Issue.IID, "kim")
		w.until("the task is done", func() bool { return w.tasks(1)[0].State == incident.TaskDone })
		w.sb.Faults.Clear()
		w.settle()
		if n := len(w.replies(c, "task `1`")); n != 0 {
			t.Errorf("%d reminders of a task that is done", n)
		}
	})
}
