package main

import (
	"context"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"firebreak/incident"
	"firebreak/integrations/sandbox"
	"firebreak/store"
)

// entryN is an incident's entry with that number.
func (w *world) entryN(n incident.Number, label int) (e incident.Entry) {
	w.t.Helper()
	w.view(func(v *store.View) (err error) {
		e, err = v.Entry(incident.Operator(), n, label)
		return err
	})
	return e
}

// noted puts notes on the timeline and gives their numbers.
func (w *world) noted(c sandbox.SlackChannel, who string, texts ...string) (ns []int) {
	w.t.Helper()
	for _, text := range texts {
		w.wantAnswer(c, who, "/inc note "+text, "Noted")
		w.settle()
		ns = append(ns, w.wantEntry(w.numberOf(c), incident.KindNote, text).N)
	}
	return ns
}

func (w *world) numberOf(c sandbox.SlackChannel) (n incident.Number) {
	w.t.Helper()
	w.view(func(v *store.View) error {
		inc, err := v.IncidentByChannel(c.ID())
		n = inc.Number
		return err
	})
	return n
}

// verified wants the log to hold, and the timeline to be what it says.
func (w *world) verified() {
	w.t.Helper()
	w.settle()
	before := w.lines()
	if err := w.app.store.Rebuild(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
	if after := w.lines(); before != after {
		w.t.Errorf("rebuilt from the log otherwise:\n%s\n--- was\n%s", after, before)
	}
}

// lines are all entries as printed.
func (w *world) lines() string {
	var b strings.Builder
	for _, inc := range w.incidents() {
		for _, e := range w.entries(inc.Number) {
			line, err := incident.MarshalEntry(e)
			if err != nil {
				w.t.Fatal(err)
			}
			b.Write(line)
			b.WriteByte('\n')
		}
	}
	return b.String()
}

// TestKindPhaseVisibility: what an entry is can be changed like what it says,
// from the form and by command; one undo takes one form back.
func TestKindPhaseVisibility(t *testing.T) {
	inChannel(t, func(w *world, c sandbox.SlackChannel) {
		m := c.Say("kim", "attacker came in over VPN")
		w.settle()
		e := w.entryOf(1, m)
		if strings.Contains(w.rca(1), "over VPN") {
			t.Fatal("chatter stands in the RCA")
		}
		w.wantAnswer(c, "sam", "/inc edit", "opens")
		f := w.entryForm(w.screen("sam"), e)
		if form := string(f.JSON); !strings.Contains(form, "By the milestones: detection") {
			t.Errorf("the form: %s", form)
		}
		w.send(f.fill("kind", "note").fill("phase", "recovery").fill("text", "they came in over VPN").fill("reason", "it matters").View)
		got := w.entryOf(1, m)
		if got.Kind != incident.KindNote || got.Phase != incident.PhaseRecovery || got.Text != "they came in over VPN" || got.FirstKind != incident.KindMessage {
			t.Errorf("entry: %+v", got)
		}
		if !strings.Contains(w.rca(1), "they came in over VPN") {
			t.Error("the note is not in the RCA")
		}
		w.correct(c, "kim", "hide", e, "", "left out of the RCA and exports", "`/inc undo` takes this back")
		w.correct(c, "kim", "phase", e, "eradication", "of the phase *eradication* now", "This replaces what <@"+w.user("sam")+"> said: it was of the phase recovery")
		if strings.Contains(w.rca(1), "over VPN") {
			t.Error("hidden, it stands in the RCA")
		}
		w.wantAnswer(c, "kim", "/inc timeline", ":no_entry:")
		w.wantAnswer(c, "kim", "/inc find VPN", "they came in over VPN")
		w.wantAnswer(c, "sam", "/inc undo", "has changed entry", "so I left it")
		w.wantAnswer(c, "kim", fmt.Sprintf("/inc history %d", e.N), "attacker came in over VPN", "it is of kind note", "it matters", "not in the RCA and exports", w.user("sam"))
		w.wantAnswer(c, "kim", "/inc undo", "Taken back")
		w.wantAnswer(c, "kim", "/inc undo", "Taken back")
		w.wantAnswer(c, "sam", "/inc undo", "Taken back")
		got = w.entryOf(1, m)
		if got.Kind != incident.KindMessage || got.Phase != "" || got.Hidden || got.Text != "attacker came in over VPN" {
			t.Errorf("after undo: %+v", got)
		}
		c.React("alex", m.TS, "no_entry")
		w.settle()
		w.correct(c, "kim", "show", e, "", "kept out by the reaction :no_entry: of <@"+w.user("alex")+">")
		f = w.entryForm(w.editor(c, "kim"), w.entryOf(1, m))
		if shown := f.fill("kept", "on").fill("text", "not saved").Submit(); !strings.Contains(shown[f.name("kept")], "kept out by the reaction") || w.entryOf(1, m).Text == "not saved" {
			t.Errorf("kim is shown %v", shown)
		}
		status := w.wantEntry(1, incident.KindStatus, "opened")
		w.correct(c, "sam", "kind", status, "note", "follows from what happened")
		w.correct(c, "sam", "kind", e, "note", "of kind *note* now")
		c.Delete("kim", m.TS) // it is a message of Slack's still
		w.settle()
		if got := w.entryOf(1, m); !got.Deleted {
			t.Errorf("deleted in Slack: %+v", got)
		}
		w.verified()
	})
}

// TestMergeSplitMove: entries are rearranged, both sides kept, and taken back
// whole.
func TestMergeSplitMove(t *testing.T) {
	inChannel(t, func(w *world, c sandbox.SlackChannel) {
		ns := w.noted(c, "sam", "three hosts", "web-1 and then LSASS dump")
		m := c.Say("kim", "and a fourth")
		w.settle()
		said := w.entryOf(1, m)
		w.wantAnswer(c, "sam", fmt.Sprintf("/inc merge %d %d", ns[0], said.N), "stands for entry", "and a fourth")
		if got := w.entryN(1, ns[0]); got.Text != "three hosts\n"+said.Actor.Name+": and a fourth" {
			t.Errorf("merged: %q", got.Text)
		}
		if got := w.entryOf(1, m); got.Folded != ns[0] || !got.Dropped || got.Text != "and a fourth" {
			t.Errorf("folded: %+v", got)
		}
		w.wantAnswer(c, "sam", fmt.Sprintf("/inc edit %d no", said.N), "is part of entry")
		w.wantAnswer(c, "kim", fmt.Sprintf("/inc edit %d four hosts", ns[0]), "four hosts")
		w.wantAnswer(c, "sam", "/inc undo", "<@"+w.user("kim")+"> has changed entry", "so I left it")
		w.wantAnswer(c, "kim", "/inc undo", "Taken back")
		w.wantAnswer(c, "sam", "/inc undo", "Taken back for 2 entries")
		if got, first := w.entryOf(1, m), w.entryN(1, ns[0]); got.Dropped || first.Text != "three hosts" {
			t.Errorf("taken back: %+v %+v", got, first)
		}

		w.wantAnswer(c, "sam", fmt.Sprintf("/inc split %d at then LSASS", ns[1]), "web-1 and", "then LSASS dump")
		second := w.wantEntry(1, incident.KindNote, "then LSASS dump")
		if first := w.entryN(1, ns[1]); first.Text != "web-1 and" || second.N <= ns[1] || second.Actor.ID != w.user("sam") {
			t.Errorf("split: %+v %+v", first, second)
		}
		w.wantAnswer(c, "sam", "/inc undo", "Taken back for 2 entries")
		if first, gone := w.entryN(1, ns[1]), w.entryN(1, second.N); first.Text != "web-1 and then LSASS dump" || !gone.Dropped || gone.Folded != ns[1] {
			t.Errorf("taken back: %+v %+v", first, gone)
		}

		_, other := w.opened("sam", "Ransom note")
		c.React("kim", m.TS, "pushpin")
		w.settle()
		w.wantAnswer(c, "kim", fmt.Sprintf("/inc move %d INC-2", said.N), "no INC-2 that you can see")
		w.wantAnswer(c, "sam", fmt.Sprintf("/inc move %d INC-2", said.N), "of INC-2 now", "and a fourth")
		moved := w.wantEntry(2, incident.KindMessage, "and a fourth")
		if moved.Actor.ID != w.user("kim") || !moved.OccurredAt.Equal(said.OccurredAt) || !moved.Pinned() || moved.Source.TS != "" || moved.Source.Permalink != "" {
			t.Errorf("there: %+v", moved)
		}
		if got := w.entryOf(1, m); got.Moved != 2 || !got.Dropped || strings.Contains(w.rca(1), "a fourth") || !strings.Contains(w.rca(2), "a fourth") {
			t.Errorf("here: %+v", got)
		}
		w.wantAnswer(c, "kim", "/inc timeline", "moved to another incident")
		w.wantAnswer(c, "kim", "/inc find fourth", "1 hit", "no longer what it says") // entry ns[0], as long as both were one
		w.wantAnswer(other, "sam", "/inc undo", "Taken back")
		if here, there := w.entryOf(1, m), w.entryN(2, moved.N); here.Dropped || here.Moved != 0 || there.Moved != 1 || !there.Dropped {
			t.Errorf("taken back: %+v %+v", here, there)
		}
		w.wantAnswer(c, "sam", "/inc undo", "no change of yours")
		w.compare(2)
		w.verified()
	})
}

// TestMoveKeepsPrivateThingsPrivate: nothing of a private incident goes to one
// that everybody may read.
func TestMoveKeepsPrivateThingsPrivate(t *testing.T) {
	inWorld(t, func(w *world) {
		w.env["FIREBREAK_PRIVATE_CHANNELS"] = "false"
		w.start()
		w.opened("sam", "Public")
		w.stop()
		w.env["FIREBREAK_PRIVATE_CHANNELS"] = "true"
		w.start()
		_, c := w.opened("sam", "Secret")
		ns := w.noted(c, "sam", "the insider is known")
		w.wantAnswer(c, "sam", fmt.Sprintf("/inc move %d INC-1", ns[0]), "INC-2 is private and INC-1 is not")
		if got := w.entryN(2, ns[0]); got.Moved != 0 || len(w.of(1, incident.KindNote)) > 0 {
			t.Errorf("it moved: %+v", got)
		}
		m := c.Say("sam", "who knows")
		w.settle()
		v := w.form(c, "sam", m.TS, "add_to_timeline")
		if shown := string(v.JSON); !strings.Contains(shown, "The message is entry") {
			t.Errorf("the form: %s", shown)
		}
		v = w.entryForm(v, w.entryOf(2, m)).View
		v.Click(fmt.Sprintf("firebreak_edit_move_%d", w.entryOf(2, m).N))
		if shown := string(w.screen("sam").JSON); !strings.Contains(shown, "no other incident that you may move it to") {
			t.Errorf("sam is offered %s", shown)
		}
	})
}

var boxValue = regexp.MustCompile(`"value":"(\d+:[0-9a-f]+)"`)

// TestSelectSeveral: entries are chosen on a page and corrected together; what
// somebody changed meanwhile is left and said, and one undo takes all back.
func TestSelectSeveral(t *testing.T) {
	inChannel(t, func(w *world, c sandbox.SlackChannel) {
		ns := w.noted(c, "sam", "alpha one", "alpha two", "beta three", "alpha four")
		at := w.entryN(1, ns[0]).OccurredAt
		v := w.editor(c, "sam")
		v.Click("firebreak_edit_choose_0")
		f := entryForm{w.screen("sam")}
		w.send(f.fill("text", "ALPHA").fill("kind", "note").View)
		page := w.screen("sam")
		if shown := string(page.JSON); !strings.Contains(shown, "alpha two") || strings.Contains(shown, "beta three") || !strings.Contains(shown, "1 to 3 of 3") {
			t.Errorf("chosen: %s", shown)
		}
		several := func(who string, v *sandbox.View, do string) entryForm {
			v.Click("firebreak_edit_select_0")
			f := entryForm{w.screen(who)}
			var boxes []string
			for _, box := range boxValue.FindAllStringSubmatch(string(f.JSON), -1) {
				boxes = append(boxes, box[1])
			}
			if len(boxes) != 3 {
				t.Fatalf("%d boxes: %s", len(boxes), f.JSON)
			}
			return f.fill("pick0", strings.Join(boxes, ",")).fill("do", do)
		}
		f = several("sam", page, "shift")
		if shown := f.Submit(); !strings.Contains(shown[f.name("shift")], "by how much") {
			t.Errorf("without a span: %v", shown)
		}
		w.wantAnswer(c, "kim", fmt.Sprintf("/inc phase %d review", ns[1]), "of the phase *review* now")
		w.send(f.fill("shift", "-1h").fill("reason", "clock was wrong").View)
		page = w.screen("sam")
		if shown := string(page.JSON); !strings.Contains(shown, "2 entries 1h earlier") || !strings.Contains(shown, "1 entry left as it is") || !strings.Contains(shown, "changed this entry while you were writing") {
			t.Errorf("afterwards: %s", shown)
		}
		if got := w.entryN(1, ns[0]); !got.OccurredAt.Equal(at.Add(-time.Hour)) || got.Revisions[1].Reason != "clock was wrong" {
			t.Errorf("shifted: %+v", got)
		}
		if shown := several("sam", page, "phase").Submit(); !strings.Contains(strings.Join(slices.Collect(maps.Values(shown)), ""), "Choose the phase, too") {
			t.Errorf("without a phase: %v", shown)
		}
		w.send(entryForm{w.screen("sam")}.fill("phase", "recovery").View)
		page = w.screen("sam")
		if got := w.entryN(1, ns[3]); got.Phase != incident.PhaseRecovery {
			t.Errorf("of the phase %q", got.Phase)
		}
		w.wantAnswer(c, "sam", "/inc undo", "Taken back for 3 entries")
		w.send(several("sam", page, "hide").View)
		for _, n := range []int{ns[0], ns[1], ns[3]} {
			if !w.entryN(1, n).Hidden {
				t.Errorf("entry %d is not hidden", n)
			}
		}
		w.send(several("sam", w.screen("sam"), "drop").View)
		w.wantAnswer(c, "kim", fmt.Sprintf("/inc restore %d", ns[3]), "on the timeline again")
		w.wantAnswer(c, "sam", "/inc undo", "Taken back for 2 entries", "has changed entry")
		if got := w.entryN(1, ns[0]); got.Dropped || !got.Hidden {
			t.Errorf("taken back: %+v", got)
		}
		w.wantAnswer(c, "sam", fmt.Sprintf("/inc drop %d 999 %d,%d", ns[0], ns[2], ns[3]), "3 entries off the timeline", "1 entry left", "no entry 999")
		w.verified()
	})
}

// TestEditorRearranges: merge, split, history and the filter's way back as
// somebody clicks them, and two people at one entry.
func TestEditorRearranges(t *testing.T) {
	inChannel(t, func(w *world, c sandbox.SlackChannel) {
		ns := w.noted(c, "sam", "three hosts", "then a fourth")
		entry := func(who string, n int) entryForm { return w.entryForm(w.editor(c, who), w.entryN(1, n)) }
		press := func(who string, f entryForm, action string, n int) entryForm {
			f.Click(fmt.Sprintf("firebreak_edit_%s_%d", action, n))
			return entryForm{w.screen(who)}
		}
		f := press("sam", entry("sam", ns[0]), "merge", ns[0])
		other := boxValue.FindAllStringSubmatch(string(f.JSON), -1)
		i := slices.IndexFunc(other, func(b []string) bool { return strings.HasPrefix(b[1], fmt.Sprintf("%d:", ns[1])) })
		f.fill("other", other[i][1])
		w.wantAnswer(c, "kim", fmt.Sprintf("/inc edit %d then a fifth", ns[1]), "then a fifth")
		if shown := f.Submit(); !strings.Contains(shown[f.name("other")], "changed this entry while you were writing") {
			t.Errorf("merged with what it was no more: %v", shown)
		}
		f = press("sam", entry("sam", ns[0]), "merge", ns[0])
		other = boxValue.FindAllStringSubmatch(string(f.JSON), -1)
		w.send(f.fill("other", other[i][1]).fill("reason", "one thing").View)
		if got := w.entryN(1, ns[0]); got.Text != "three hosts\nthen a fifth" {
			t.Errorf("merged: %q", got.Text)
		}
		f = press("sam", entry("sam", ns[0]), "split", ns[0])
		w.send(f.fill("text", "three hosts").fill("rest", "then five").fill("when", "10m ago").View)
		if got := w.wantEntry(1, incident.KindNote, "then five"); !got.Late() {
			t.Errorf("split off: %+v", got)
		}
		f = press("kim", entry("kim", ns[0]), "history", ns[0])
		for _, word := range []string{"merged with entry", "one thing", "split in two", "three hosts", w.user("sam")} {
			if !strings.Contains(string(f.JSON), word) {
				t.Errorf("the history lacks %q: %s", word, f.JSON)
			}
		}
		f = press("kim", f, "page", 0)
		if !strings.Contains(string(f.JSON), "then five") {
			t.Errorf("back: %s", f.JSON)
		}
		m := c.Say("alex", "said in the channel")
		w.settle()
		f = w.entryForm(w.form(c, "alex", m.TS, "add_to_timeline"), w.entryOf(1, m))
		w.send(f.fill("kept", "hidden").View)
		if got := w.entryOf(1, m); !got.Hidden {
			t.Errorf("by shortcut: %+v", got)
		}
		w.verified()
	})
}

// TestEditorInTheHourThatCameTwice: a moment that a field cannot say is kept
// unless it is changed, and asked about when it is.
func TestEditorInTheHourThatCameTwice(t *testing.T) {
	inChannel(t, func(w *world, c sandbox.SlackChannel) {
		w.sb.Slack.AddUser(sandbox.User{Name: "claude", RealName: "Claude Petit", TZ: "Europe/Paris"})
		join(c, "sam", "claude")
		w.settle()
		at := time.Date(1999, 10, 31, 0, 30, 15, 500_000_000, time.UTC) // 02:30:15 for the first time
		if err := w.app.store.Update(context.Background(), func(tx *store.Tx) error {
			_, _, err := tx.Record("test:fold", incident.Entry{Incident: 1, Kind: incident.KindNote, OccurredAt: at, Text: "login and then a dump", Actor: incident.Actor{Name: "log"}})
			return err
		}); err != nil {
			t.Fatal(err)
		}
		n := w.wantEntry(1, incident.KindNote, "login").N
		f := w.entryForm(w.editor(c, "claude"), w.entryN(1, n))
		if got := f.Value(f.name("when")); got != "1999-10-31 02:30:15" {
			t.Errorf("the field says %q", got)
		}
		w.send(f.fill("text", "a login and then a dump").View)
		if got := w.entryN(1, n); !got.OccurredAt.Equal(at) || got.Text != "a login and then a dump" {
			t.Errorf("corrected: %+v", got)
		}
		f = w.entryForm(w.screen("claude"), w.entryN(1, n))
		if shown := f.fill("when", "1999-10-31 02:45").Submit(); !strings.Contains(shown[f.name("when")], "happened twice") || !strings.Contains(shown[f.name("when")], "1999-10-31T02:45:00+01:00") {
			t.Errorf("the hour that came twice shows %v", shown)
		}
		f.fill("when", "1999-10-31 02:30:15").Click(fmt.Sprintf("firebreak_edit_split_%d", n))
		f = entryForm{w.screen("claude")}
		if shown := f.fill("text", "a login").fill("rest", "then a dump").Submit(); len(shown) > 0 {
			t.Fatalf("split: %v", shown)
		}
		w.settle()
		if got := w.wantEntry(1, incident.KindNote, "then a dump"); !got.OccurredAt.Equal(at) {
			t.Errorf("split off at %s: %+v", got.OccurredAt, got)
		}
		f = w.entryForm(w.screen("claude"), w.entryN(1, n))
		w.send(f.fill("when", "1999-10-31T02:45:00+01:00").View)
		if got := w.entryN(1, n); !got.OccurredAt.Equal(at.Add(74*time.Minute + 44*time.Second + 500*time.Millisecond)) {
			t.Errorf("the second time is %s", got.OccurredAt)
		}
	})
}

// TestUndoOfWhatIsElsewhere: a move is not taken back over what somebody made
// of it there, and who asks is told where it is.
func TestUndoOfWhatIsElsewhere(t *testing.T) {
	inChannel(t, func(w *world, c sandbox.SlackChannel) {
		ns := w.noted(c, "sam", "three hosts")
		_, other := w.opened("sam", "Ransom note")
		join(other, "sam", "kim")
		w.wantAnswer(c, "sam", fmt.Sprintf("/inc move %d INC-2", ns[0]), "of INC-2 now")
		moved := w.wantEntry(2, incident.KindNote, "three hosts")
		w.wantAnswer(other, "kim", fmt.Sprintf("/inc edit %d four hosts", moved.N), "four hosts")
		w.wantAnswer(c, "sam", "/inc undo", fmt.Sprintf("it is entry %d of INC-2 now", moved.N), fmt.Sprintf("/inc INC-2 edit %d TEXT", moved.N))
		for _, e := range w.of(1, incident.KindCommand) {
			if line, _ := incident.MarshalEntry(e); strings.Contains(string(line), "INC-2") {
				t.Errorf("the timeline names a private incident: %s", line)
			}
		}
		w.verified()
	})
}
