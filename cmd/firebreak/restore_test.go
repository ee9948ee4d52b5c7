package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"firebreak/incident"
	"firebreak/integrations/sandbox"
	"firebreak/store"
)

// putBack replaces a database by a copy, as docs/guide/operations.md says.
func putBack(t *testing.T, path, copied string) {
	t.Helper()
	for _, end := range []string{"", "-wal", "-shm"} {
		if err := os.Rename(path+end, path+end+".old"); err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
	}
	b, err := os.ReadFile(copied)
	if err == nil {
		err = os.WriteFile(path, b, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// TestRestoredBotRepeatsNothing takes a backup while a channel, messages and
// issues are planned and none is made, lets the bot make them, and puts the
// backup back: the bot finds that all of it has been done.
func TestRestoredBotRepeatsNothing(t *testing.T) {
	inWorld(t, func(w *world) {
		w.start()
		w.sb.PagerDuty.Trigger(sandbox.Trigger{Title: "odd logins", Service: "Identity"})
		c := w.channel(1)
		join(c, "sam", "alex")
		w.settle()
		away := func(service, method string) {
			w.sb.Faults.Add(sandbox.Fault{Service: service, Method: method, Kind: sandbox.Err5xxBefore, Times: -1})
		}
		away("slack", "chat.postMessage")
		away("slack", "conversations.create")
		w.sb.GitLab.Down(true)
		c.Say("sam", "before the backup")
		w.wantAnswer(c, "sam", "/inc task add Rotate the keys @alex", "Rotate the keys")
		w.wantAnswer(c, "sam", "/inc sev 1", "SEV1")
		w.sb.PagerDuty.Trigger(sandbox.Trigger{Title: "a second page", Service: "Identity"})
		w.until("the second incident is open", func() bool { return w.incident(2).Number == 2 })
		w.pass(5 * time.Second)
		path, copied := w.app.cfg.DatabasePath(), filepath.Join(w.dir, "copy.db")
		sum, err := store.Backup(context.Background(), path, copied)
		if err != nil || sum.Incidents != 2 {
			t.Fatalf("%+v, %v", sum, err)
		}
		w.sb.Faults.Clear()
		w.sb.GitLab.Down(false)
		c.Say("sam", "after the backup")
		w.channel(2)
		w.settle()
		done := len(w.truth().postKeys())
		if len(w.sb.GitLab.Issues()) != 1 || len(w.channels()[2]) != 1 {
			t.Fatalf("%d issues, channels %v", len(w.sb.GitLab.Issues()), w.channels())
		}
		w.stop()
		putBack(t, path, copied)
		w.pass(time.Hour)
		w.start()
		w.channel(2)
		w.pass(time.Minute) // what stood in the found channel is taken up from its history, at backfill's pace
		w.settle()
		w.compare(1)
		w.compare(2)
		w.compareOnce()
		if now := len(w.truth().postKeys()); now != done+1 {
			t.Errorf("%d posts after the restore, %d before: want one more, that says so", now, done)
		}
		w.wantSaid(w.control(), "goes on from a backup")
		if _, err := w.app.store.CheckChains(context.Background()); err != nil {
			t.Error(err)
		}
		w.stop()
		w.start() // it is said once
		w.settle()
		if now := len(w.truth().postKeys()); now != done+1 {
			t.Errorf("%d posts after a restart, want %d", now, done+1)
		}
	})
}

// TestRestoreDrill takes backups from a real process that serves while people
// work, puts the last one back, and lets firebreak go on from it.
func TestRestoreDrill(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a binary and runs it for some seconds")
	}
	t.Parallel()
	s := newSiege(t)
	s.people.known = func(string, sandbox.Message) bool { return false } // nobody deletes: a message that came and went since cannot be known
	s.launch("")
	s.until("firebreak is connected", func() bool { return s.sb.Slack.Sockets() > 0 })
	rest := s.people.goOn()
	t.Cleanup(rest)
	var copied string
	for n := range 3 {
		s.task()
		<-time.After(700 * time.Millisecond)
		copied = filepath.Join(t.TempDir(), fmt.Sprintf("copy-%d.db", n))
		s.backup(copied)
	}
	<-time.After(time.Second)
	rest()
	s.people.answers()
	s.proc.terminate()
	putBack(t, s.path, copied)
	s.launch("")
	s.settle()
	s.proc.terminate()
	db, err := store.Open(t.Context(), store.Config{Path: s.path})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	sum, err := db.CheckChains(t.Context())
	if err != nil || sum.Incidents != 1 {
		t.Errorf("%+v, %v", sum, err)
	}
	tr := truth{t, s.sb, db, load(s.env).PinEmoji}
	tr.compareOnce()
	s.wantAllSaid(tr)
}

// backup runs "firebreak backup" beside the bot.
func (s *siege) backup(to string) {
	s.t.Helper()
	cmd := exec.CommandContext(s.t.Context(), s.program, "backup", to)
	cmd.Env = []string{"FIREBREAK_DATABASE_URL=" + s.env["FIREBREAK_DATABASE_URL"]}
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Run(); err != nil || strings.Count(out.String(), "\n") != 1 || !strings.Contains(out.String(), "1 incident, ") {
		s.t.Fatalf("%v: %s", err, out.String())
	}
}

// wantAllSaid checks that each message of the first incident's channel has
// one entry with the text that it has now.
func (s *siege) wantAllSaid(tr truth) {
	s.t.Helper()
	var inc incident.Incident
	var entries []incident.Entry
	tr.view(func(v *store.View) (err error) {
		if inc, err = v.Incident(incident.Operator(), 1); err != nil {
			return err
		}
		entries, err = v.Entries(incident.Operator(), 1, store.Filter{})
		return err
	})
	said := s.sb.Slack.In(inc.Channel.ID).Messages()
	for _, m := range said {
		same := slices.DeleteFunc(slices.Clone(entries), func(e incident.Entry) bool { return e.Source.TS != m.TS })
		if len(same) != 1 || same[0].Text != incident.DecodeSlack(m.Text) {
			s.t.Errorf("message %s %q has the entries %+v", m.TS, m.Text, same)
		}
	}
	s.t.Logf("%d messages, each once", len(said))
}
