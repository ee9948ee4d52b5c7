package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"firebreak/incident"
	"firebreak/integrations/sandbox"
)

// TestSlackFollowsWhatMoved: an edit, a reaction and a deletion in Slack of a
// message that was moved into a private incident count there, also after a time
// without a bot, and nothing of it comes back to those who cannot see that one.
func TestSlackFollowsWhatMoved(t *testing.T) {
	inChannel(t, func(w *world, c sandbox.SlackChannel) {
		m := c.Say("kim", "the insider is mallory")
		c.React("kim", m.TS, "pushpin")
		w.settle()
		said := w.entryOf(1, m)
		file := c.Upload("kim", "mallory.txt", []byte("it was mallory"), "")
		w.settle()
		_, secret := w.opened("sam", "Leak")
		w.wantAnswer(c, "sam", fmt.Sprintf("/inc move %d INC-2", said.N), "of INC-2 now")
		w.wantAnswer(c, "sam", fmt.Sprintf("/inc move %d INC-2", w.entryOf(1, file).N), "of INC-2 now")
		w.wantAnswer(secret, "sam", "/inc evidence", "no evidence yet") // its custody is where it was dropped
		w.pass(2 * time.Second)
		c.Edit("kim", m.TS, "the insider is robin")
		w.settle()
		moved := w.wantEntry(2, incident.KindMessage, "the insider is robin")
		if !moved.Pinned() || !strings.Contains(w.rca(2), "robin") {
			t.Errorf("there: %+v", moved)
		}
		for _, line := range []string{"/inc timeline", fmt.Sprintf("/inc history %d", said.N), "/inc find insider", "/inc evidence", "/inc status", "/inc ioc", fmt.Sprintf("/inc edit %d x", said.N)} {
			for _, word := range []string{"robin", "mallory", "INC-2"} {
				if shown := answer(c.Command("kim", line)); strings.Contains(shown, word) {
					t.Errorf("kim reads %q in the answer to %s: %s", word, line, shown)
				}
			}
		}
		w.stop()
		c.Edit("kim", m.TS, "the insider is nobody")
		c.Unreact("kim", m.TS, "pushpin")
		w.start()
		w.compare(2)
		if got := w.entryN(2, moved.N); got.Text != "the insider is nobody" || got.Pinned() {
			t.Errorf("after a time without a bot: %+v", got)
		}
		c.React("kim", m.TS, "no_entry")
		w.settle()
		w.wantAnswer(secret, "sam", fmt.Sprintf("/inc show %d", moved.N), "kept out by the reaction")
		c.Delete("kim", m.TS)
		w.settle()
		if got := w.entryN(2, moved.N); !got.Deleted || !got.Hidden {
			t.Errorf("deleted in Slack: %+v", got)
		}
		w.wantAnswer(secret, "sam", "/inc find insider", "Nothing found")
		w.verified()
	})
}

// TestSlackFollowsWhatWasMerged: the words of a message that was merged into
// another entry stay those that its author wrote last, and taking the merge back
// shows both as they are in Slack.
func TestSlackFollowsWhatWasMerged(t *testing.T) {
	inChannel(t, func(w *world, c sandbox.SlackChannel) {
		ns := w.noted(c, "sam", "three hosts")
		m := c.Say("kim", "and a forth")
		w.settle()
		said := w.entryOf(1, m)
		w.wantAnswer(c, "sam", fmt.Sprintf("/inc merge %d %d", ns[0], said.N), "stands for entry")
		f := w.entryForm(w.editor(c, "sam"), w.entryN(1, ns[0]))
		w.pass(2 * time.Second)
		c.Edit("kim", m.TS, "and a fourth")
		c.React("kim", m.TS, "no_entry")
		w.settle()
		got := w.entryN(1, ns[0])
		if got.Text != "three hosts\n"+said.Actor.Name+": and a fourth" || !got.Hidden || strings.Contains(w.rca(1), "three hosts") {
			t.Errorf("merged: %+v", got)
		}
		if shown := f.fill("text", "many hosts").Submit(); !strings.HasPrefix(shown[f.name("when")], "@kim changed this entry") && !strings.HasPrefix(shown[f.name("when")], "@Kim") {
			t.Errorf("sam is shown %v", shown)
		}
		w.wantAnswer(c, "sam", fmt.Sprintf("/inc history %d", ns[0]), "and a fourth", "edited in Slack")
		w.wantAnswer(c, "kim", "/inc undo", "no change of yours")
		w.wantAnswer(c, "sam", "/inc undo", "Taken back for 2 entries")
		if first, second := w.entryN(1, ns[0]), w.entryOf(1, m); first.Text != "three hosts" || first.Hidden || second.Text != "and a fourth" || second.Dropped {
			t.Errorf("taken back: %+v %+v", first, second)
		}
		w.wantAnswer(c, "sam", fmt.Sprintf("/inc hide %d", ns[0]), "left out")
		w.wantAnswer(c, "sam", fmt.Sprintf("/inc split %d at hosts", ns[0]), "hosts")
		if half := w.wantEntry(1, incident.KindNote, "hosts"); !half.Hidden {
			t.Errorf("half of what was hidden is not: %+v", half)
		}
		c.Delete("kim", m.TS)
		w.settle()
		w.wantAnswer(c, "sam", fmt.Sprintf("/inc merge %d %d", ns[0], said.N), "deleted in Slack by its author")
		w.compare(1)
		w.verified()
	})
}
