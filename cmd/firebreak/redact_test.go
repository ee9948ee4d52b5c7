package main

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"firebreak/incident"
	"firebreak/integrations/sandbox"
	"firebreak/store"
)

// wantNoByte ends the bot, which empties its -wal file, and looks for words in
// the raw database and in what lies beside it, in any letter case, as the search
// index has them in its own.
func (w *world) wantNoByte(words ...string) {
	w.t.Helper()
	w.settle()
	w.stop()
	files := 0
	err := filepath.WalkDir(w.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := os.ReadFile(path)
		raw = bytes.ToLower(raw)
		for _, word := range words {
			if at := bytes.Index(raw, []byte(strings.ToLower(word))); at >= 0 {
				w.t.Errorf("%q stands in %s: …%q…", word, path, raw[max(0, at-200):min(len(raw), at+100)])
			}
		}
		files++
		return err
	})
	if err != nil || files == 0 {
		w.t.Fatalf("looked at %d files, %v", files, err)
	}
	w.start()
}

// proven has the whole database verified, as the CLI does.
func (w *world) proven() store.Verified {
	w.t.Helper()
	v, err := store.Verify(context.Background(), filepath.Join(w.dir, "firebreak.db"), nil, nil)
	if err != nil {
		w.t.Error(err)
	}
	return v
}

// wantRedacted wants the entry under a label to be there without content.
func (w *world) wantRedacted(n incident.Number, label int) incident.Entry {
	w.t.Helper()
	for _, e := range w.entries(n) {
		if e.N != label {
			continue
		}
		if !e.Redacted || e.Text != "" || len(e.Data)+len(e.Files)+len(e.Revisions) > 0 {
			w.t.Errorf("entry %d holds something: %+v", label, e)
		}
		return e
	}
	w.t.Errorf("entry %d is not there any more", label)
	return incident.Entry{}
}

// TestRedact: of a note, a message with its edits, and a dropped file no byte
// is left, whatever quoted them; that they were there stays, and Slack brings
// nothing back.
func TestRedact(t *testing.T) {
	inChannel(t, func(w *world, c sandbox.SlackChannel) {
		// A note, corrected, looked at, looked for, and given from elsewhere.
		w.wantAnswer(c, "sam", "/inc note the root pw is Hunter2Kangaroo & more", "root pw is")
		note := w.wantEntry(1, incident.KindNote, "Kangaroo")
		w.correct(c, "sam", "edit", note, "the root pw is Zebra9Walrus", "Zebra9Walrus")
		w.correct(c, "sam", "edit", note, "pw Emu8", "Emu8")
		w.wantAnswer(c, "kim", "/inc timeline", "Emu8")
		w.wantAnswer(c, "kim", "/inc find root pw is Zebra9Walrus", "hit")
		w.wantAnswer(w.sb.Slack.In("#general"), "sam", fmt.Sprintf("/inc INC-1 edit %d the root pw is Bongo5Ibex, again", note.N), "root pw is")
		w.wantAnswer(c, "sam", "/inc task add the root pw is Bongo5Ibex, again @kim", "New task")

		// A message in a thread, edited twice, pinned, shown in the channel.
		m := c.Say("alex", "customer key sk-Wombat-4711-live, please rotate")
		c.React("kim", m.TS, "pushpin")
		w.pass(2 * time.Second)
		c.Edit("alex", m.TS, "customer key sk-Numbat-0815-live, please rotate")
		c.Broadcast("kim", m.TS, "rotating it")
		w.pass(2 * time.Second)
		c.Edit("alex", m.TS, "customer key is gone, sorry")
		quoting := c.Say("kim", "you wrote: customer key sk-Numbat-0815-live, please rotate")

		// A file.
		f := c.Upload("kim", "dump.bin", []byte("platypus-master-key"), "the dump, for the vault only")
		w.settle()
		said, file := w.entryOf(1, m), w.entryOf(1, f)

		w.wantAnswer(c, "sam", fmt.Sprintf("/inc redact %d holds the root pw is Hunter2Kangaroo &amp; more", note.N), "quotes what is to be redacted")
		w.wantAnswer(c, "sam", fmt.Sprintf("/inc redact %d a password", note.N), "is redacted", "Redacted with it", "1 task title", "backups made until now")
		w.wantAnswer(c, "sam", fmt.Sprintf("/inc redact %d a customer's key", said.N), "still in Slack: delete it there", said.Source.Permalink,
			fmt.Sprintf("entry %d says it too: `/inc redact %d REASON`", w.entryOf(1, quoting).N, w.entryOf(1, quoting).N))
		w.wantAnswer(c, "sam", fmt.Sprintf("/inc redact %d the same key", w.entryOf(1, quoting).N), "is redacted")
		w.wantAnswer(c, "sam", fmt.Sprintf("/inc redact %d a key", file.N), "is redacted")
		w.wantAnswer(c, "sam", fmt.Sprintf("/inc redact %d a key", file.N), "was redacted")
		secrets := []string{"Kangaroo", "Walrus", "Emu8", "Ibex", "Wombat", "Numbat", "customer key is gone", "platypus", "the dump, for", "dump.bin"}
		w.wantNoByte(secrets...)

		w.wantRedacted(1, note.N)
		w.wantRedacted(1, file.N)
		if e := w.wantRedacted(1, said.N); e.Actor.ID != w.user("alex") || e.Source != said.Source || !e.OccurredAt.Equal(said.OccurredAt) || !e.Pinned() {
			t.Errorf("its header is %+v, want that of %+v", e, said)
		}
		if task := w.tasks(1)[0]; task.Title != incident.Gone {
			t.Errorf("the task's title is %q", task.Title)
		}
		w.wantEntry(1, incident.KindRedaction, fmt.Sprintf("redacted entry %d: a password", note.N))
		if v := w.proven(); v.Erased < 10 {
			t.Errorf("%d records are erased", v.Erased)
		}

		// Slack goes on showing it: compared, told again, edited, replied to.
		c.Edit("alex", m.TS, "customer key sk-Wombat-4711-live it was")
		c.Reply("kim", m.TS, "done")
		w.sb.Slack.InjectEvent(fmt.Sprintf(`{"type":"message","channel":%q,"user":%q,"text":"customer key sk-Wombat-4711-live, please rotate","ts":%q,"event_ts":%q}`, c.ID(), w.user("alex"), m.TS, m.TS))
		w.pass(2 * time.Hour)
		w.deaf(func() { c.Edit("alex", m.TS, "customer key sk-Wombat-4711-live it is") })
		w.stop()
		w.start()
		w.settle()
		c.Delete("alex", m.TS)
		w.wantNoByte(secrets...)
		w.wantRedacted(1, said.N)
		w.wantAnswer(c, "kim", "/inc timeline", "_redacted_")
		w.wantAnswer(c, "sam", fmt.Sprintf("/inc edit %d x", said.N), "nothing of it is left to correct")
		w.proven()
	})
}

// TestRedactAlert: of an alert nothing is left, nor of what detectors made of
// it; the same alert sent again stays away.
func TestRedactAlert(t *testing.T) {
	inWorld(t, func(w *world) {
		w.env["FIREBREAK_ALERTS_TOKEN"] = "alerts-secret"
		w.start()
		var lines []string
		at := time.Now()
		for i := range 5 {
			lines = append(lines, fmt.Sprintf(`{"id":"1763800000.%06d","event":"login_failed","src_ip":"203.0.113.50","user":"Hunter2Kangaroo","title":"login of Hunter2Kangaroo failed","timestamp":%q}`,
				i, at.Add(time.Duration(i)*time.Second).UTC().Format(time.RFC3339)))
		}
		body := "[" + strings.Join(lines, ",") + "]"
		if status, said := w.sendAlerts(body, "Idempotency-Key", "one"); status != http.StatusAccepted {
			t.Fatalf("%d %s", status, said)
		}
		c := w.channel(1)
		join(c, "sam")
		w.settle()
		w.siem(fenced(told(time.Now(), "malware", "203.0.113.50", "Hunter3Wombat", "lab-3", 77))...) // joins it, from a channel
		w.settle()
		labels := map[int]bool{}
		for _, e := range w.entries(1) {
			if e.Kind == incident.KindAlert {
				labels[e.N] = true
			}
		}
		if len(labels) < 2 {
			t.Fatalf("there are %d alerts", len(labels))
		}
		for n := range labels {
			w.wantAnswer(c, "sam", fmt.Sprintf("/inc redact %d a password as a user name", n), "is redacted")
		}
		w.wantNoByte("Kangaroo", "Wombat")
		for n := range labels {
			w.wantRedacted(1, n)
		}
		for _, key := range []string{"one", "two"} { // a repeat of the request, and the same alerts by another
			if status, said := w.sendAlerts(body, "Idempotency-Key", key); status != http.StatusAccepted {
				t.Errorf("%s: %d %s", key, status, said)
			}
		}
		w.wantNoByte("Kangaroo", "Wombat")
		w.proven()
	})
}

// TestRedactRearranged: of an entry that was merged, split or moved nothing is
// left, neither in its parts nor in the other incident.
func TestRedactRearranged(t *testing.T) {
	inWorld(t, func(w *world) {
		w.start()
		_, c := w.opened("sam", "Phishing")
		_, other := w.opened("sam", "Another")
		join(c, "sam")
		join(other, "sam")
		label := func(text string) int {
			w.wantAnswer(c, "sam", "/inc note "+text, text)
			return w.wantEntry(1, incident.KindNote, text).N
		}
		a, b := label("it begins with Hunter2Kangaroo"), label("and goes on with Hunter3Wombat")
		w.wantAnswer(c, "sam", fmt.Sprintf("/inc merge %d %d", a, b))
		s := label("first the Emu8Cassowary then the Quokka4Bilby")
		w.wantAnswer(c, "sam", fmt.Sprintf("/inc split %d at then the", s))
		m := label("this belongs elsewhere, says Dingo7Numbat")
		w.wantAnswer(c, "sam", fmt.Sprintf("/inc move %d INC-2", m))
		w.settle()
		if moved := w.wantEntry(2, incident.KindNote, "Numbat"); moved.Redacted {
			t.Fatal("it is redacted already")
		}
		for _, n := range []int{a, s, m} {
			w.wantAnswer(c, "sam", fmt.Sprintf("/inc redact %d a secret", n), "is redacted")
		}
		w.wantNoByte("Kangaroo", "Wombat", "Cassowary", "Bilby", "Numbat")
		w.proven()
	})
}
