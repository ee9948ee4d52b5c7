package store_test

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"firebreak/incident"
	"firebreak/store"
)

// rearranged is a store in which responders have put messages elsewhere.
type rearranged struct {
	t  *testing.T
	s  *store.Store
	ts int
}

const mover = "U9"

func later(minutes int) time.Time { return noon.Add(time.Duration(minutes) * time.Minute) }

// say records a message of the first incident.
func (r *rearranged) say(text string) (key string) {
	r.ts++
	key, e := message(1, fmt.Sprintf("%d.000001", r.ts), text)
	update(r.t, r.s, func(tx *store.Tx) error { return must2(tx.Record(key, e)) })
	return key
}

// made makes an entry of another, as moving and splitting do.
func (r *rearranged) made(key, suffix, text string, m store.Made) string {
	e := byKey(r.t, r.s, key)
	made := suffix
	if m.Moved != 0 {
		made = suffix + ":moved:" + e.ID
		e.Incident = 3 - e.Incident
	}
	m.By, m.At = mover, later(10)
	e.Text, e.Source.TS = text, ""
	update(r.t, r.s, func(tx *store.Tx) error {
		return tx.Together(suffix, func() error {
			if err := must(tx.Make(made, e, m)); err != nil || m.Moved == 0 {
				return err
			}
			return must(tx.Alter(byKeyIn(tx, key).ID, incident.Alteration{At: later(10), By: mover, What: incident.WhatMoved, To: e.Incident.String()}))
		})
	})
	return made
}

func byKeyIn(tx *store.Tx, key string) incident.Entry {
	e, err := tx.EntryByKey(key)
	if err != nil {
		panic(err)
	}
	return e
}

func (r *rearranged) move(key string) string {
	return r.made(key, "move "+key, byKey(r.t, r.s, key).Text, store.Made{Moved: byKey(r.t, r.s, key).Incident})
}

func (r *rearranged) lay(key, batch, text string) {
	update(r.t, r.s, func(tx *store.Tx) error {
		return tx.Together(batch, func() error {
			return tx.Edit(byKeyIn(tx, key).ID, incident.Revision{At: later(10), By: mover, Text: text})
		})
	})
}

func (r *rearranged) merge(stands, folds, text string) {
	r.lay(stands, "merge "+folds, text)
	update(r.t, r.s, func(tx *store.Tx) error {
		return tx.Together("merge "+folds, func() error {
			return must(tx.Alter(byKeyIn(tx, folds).ID, incident.Alteration{
				At: later(10), By: mover, What: incident.WhatFolded, To: strconv.Itoa(byKeyIn(tx, stands).N),
			}))
		})
	})
}

// undo takes the mover's last change in the first incident back.
func (r *rearranged) undo() {
	update(r.t, r.s, func(tx *store.Tx) error {
		c, err := tx.LastCorrection(1, mover)
		if err != nil {
			return err
		}
		tied, err := tx.Tied(c)
		for _, c := range tied {
			if err := tx.Undo(c, mover, later(30)); err != nil {
				return err
			}
		}
		return err
	})
}

func (r *rearranged) edit(key, text string, minute int) {
	update(r.t, r.s, func(tx *store.Tx) error {
		return must(tx.AddVersion(1, key, store.Version{At: later(minute), Order: fmt.Sprintf("%d.000001", 100+minute), By: "U1", Text: text}))
	})
}

func (r *rearranged) remove(key string) {
	update(r.t, r.s, func(tx *store.Tx) error { return must(tx.MarkDeleted(1, key, later(20), "U1")) })
}

func (r *rearranged) react(key, by, emoji string, on bool, order int) {
	update(r.t, r.s, func(tx *store.Tx) error {
		set := tx.SetPin
		if emoji == "no_entry" {
			set = tx.SetHide
		}
		return must(set(1, key, incident.Pin{By: by, At: later(20), Emoji: emoji}, on, fmt.Sprintf("%d.000001", 200+order)))
	})
}

// reads is an entry's text, and what is special about it.
func (r *rearranged) reads(key string) string {
	e := byKey(r.t, r.s, key)
	var text strings.Builder
	text.WriteString(e.Text)
	for _, m := range []struct {
		holds bool
		word  string
	}{{e.Pinned(), "pinned"}, {e.Hidden, "hidden"}, {e.Deleted, "deleted"}, {e.Dropped, "off"}} {
		if m.holds {
			text.WriteString(" (" + m.word + ")")
		}
	}
	return text.String()
}

// want compares, and has the log say the same.
func (r *rearranged) want(what string, want map[string]string) {
	r.t.Helper()
	check := func(when string) {
		r.t.Helper()
		got := map[string]string{}
		for key := range want {
			got[key] = r.reads(key)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			r.t.Errorf("%s%s (-want +got):\n%s", what, when, diff)
		}
	}
	check("")
	if err := r.s.Rebuild(r.t.Context()); err != nil {
		r.t.Fatal(err)
	}
	check(", rebuilt")
}

func rearrange(t *testing.T) *rearranged {
	r := &rearranged{t: t, s: fresh(t)}
	openIncident(t, r.s, incident.Incident{Title: "here"})
	openIncident(t, r.s, incident.Incident{Title: "there", Private: true})
	return r
}

// TestFollowsTheMoved: what Slack tells of a message that was moved counts
// where it is now, in that incident's log, once however often it is told; taken
// back, it counts here again.
func TestFollowsTheMoved(t *testing.T) {
	r := rearrange(t)
	k, fixed := r.say("three hosts"), r.say("fife hosts")
	r.edit(k, "four hosts", 1)
	r.react(k, "U1", "pushpin", true, 1)
	r.lay(fixed, "", "five hosts")
	m, f := r.move(k), r.move(fixed)
	update(t, r.s, func(tx *store.Tx) error {
		return tx.Edit(byKeyIn(tx, f).ID, incident.Revision{At: later(10), By: mover, Text: "five hosts"})
	})
	r.want("moved", map[string]string{m: "four hosts (pinned)", f: "five hosts", k: "four hosts (pinned) (off)"})
	update(t, r.s, func(tx *store.Tx) error { // what it said before, told only now
		return must(tx.AddVersion(1, k, store.Version{At: later(0), Order: "1.000002", By: "U1", Text: "hosts"}))
	})
	r.want("told late", map[string]string{m: "four hosts (pinned)"})
	for range 2 {
		r.edit(k, "6 hosts", 12)
		r.edit(fixed, "7 hosts", 12)
		r.react(k, "U2", "pushpin", true, 2)
		r.react(k, "U1", "pushpin", false, 3)
		r.react(k, "U2", "no_entry", true, 4)
	}
	r.want("edited", map[string]string{m: "6 hosts (pinned) (hidden)", f: "five hosts"})
	if n := len(byKey(t, r.s, m).Revisions); n != 3 {
		t.Errorf("%d revisions of the moved", n)
	}
	if e := byKey(t, r.s, k); !e.MovedAway || e.Whither() != "another incident" {
		t.Errorf("here: %+v", e)
	}
	if found := search(t, r.s, incident.Viewer{User: "U7", Responder: true}, "hosts"); len(found) != 0 {
		t.Errorf("an outsider finds %v", found)
	}
	update(t, r.s, func(tx *store.Tx) error {
		return tx.AttachFile(k, incident.File{ID: "F1", Name: "dump", SHA256: "ab", Size: 2})
	})
	if e := byKey(t, r.s, m); len(e.Files) != 1 || e.Files[0].SHA256 != "ab" {
		t.Errorf("a file that was fetched later: %+v", e.Files)
	}
	back := r.made(m, "onward", "6 hosts", store.Made{Moved: 2})
	r.edit(k, "8 hosts", 13)
	r.react(k, "U2", "no_entry", false, 5)
	r.want("moved on", map[string]string{back: "8 hosts (pinned)"})
	r.remove(k)
	r.want("deleted", map[string]string{back: "8 hosts (pinned) (deleted)", f: "five hosts"})
	r.remove(fixed)
	late := r.say("said and deleted")
	r.remove(late)
	out := r.say("kept out")
	r.react(out, "U1", "no_entry", true, 6)
	r.want("moved once it was kept out", map[string]string{r.move(out): "kept out (hidden)"})
	r.want("moved once it was deleted", map[string]string{f: "five hosts (deleted)", r.move(late): "said and deleted (deleted)"})
}

// TestFollowsTheMerged: an edit of a message that was merged into an entry
// changes the words there, a reaction on it counts for both, and what is
// deleted takes its own words along.
func TestFollowsTheMerged(t *testing.T) {
	r := rearrange(t)
	s, p, q := r.say("three hosts"), r.say("and a forth"), r.say("unlike")
	r.merge(s, p, "three hosts\nkim: and a forth")
	r.merge(s, q, "three hosts\nkim: and a forth\nquite another wording")
	r.edit(p, "and a fourth", 12)
	r.edit(q, "like", 12)
	r.edit(s, "3 hosts", 12)
	r.react(p, "U1", "pushpin", true, 1)
	r.react(q, "U1", "no_entry", true, 2)
	r.want("edited", map[string]string{
		s: "three hosts\nkim: and a fourth\nquite another wording (pinned) (hidden)", p: "and a fourth (pinned) (off)", q: "like (hidden) (off)",
	})
	if out := read(t, r.s, func(v *store.View) ([]incident.Pin, error) { return v.HidesOf(s) }); len(out) != 1 {
		t.Errorf("kept out by %v", out)
	}
	for what, query := range map[string]string{"pinned": "pinned:yes", "by its new words": "fourth"} {
		if found := search(t, r.s, incident.Operator(), query); len(found) == 0 {
			t.Errorf("not found %s", what)
		}
	}
	if err := must(read(t, r.s, func(v *store.View) (store.Correction, error) {
		c, err := v.LastCorrection(1, "U1")
		if err == nil {
			t.Errorf("the author is offered to take back %+v", c)
		}
		return c, nil
	}), nil); err != nil {
		t.Fatal(err)
	}
	m := r.move(s)
	update(t, r.s, func(tx *store.Tx) error {
		return tx.Edit(byKeyIn(tx, m).ID, incident.Revision{At: later(10), By: mover, Text: byKeyIn(tx, m).Text})
	})
	r.edit(p, "and a 4th", 14)
	r.react(q, "U1", "no_entry", false, 3)
	r.want("moved together", map[string]string{m: "three hosts\nkim: and a 4th\nquite another wording (pinned)"})
	r.undo() // the move
	r.undo() // the second merge
	r.want("taken back", map[string]string{s: "three hosts\nkim: and a 4th (pinned)", q: "like"})
	r.undo()
	r.want("taken back whole", map[string]string{s: "3 hosts", p: "and a 4th (pinned)", q: "like"})

	r.merge(s, p, "3 hosts\nand a 4th")
	r.remove(p)
	r.want("one of two deleted", map[string]string{s: "3 hosts (pinned)", p: "and a 4th (pinned) (deleted) (off)"})
	if found := search(t, r.s, incident.Operator(), "4th"); len(found) != 0 {
		t.Errorf("what was deleted is found: %+v", found)
	}
	r.merge(s, q, "3 hosts\nlike")
	r.remove(s)
	r.want("the other deleted", map[string]string{s: "3 hosts\nlike (pinned) (deleted)", q: "like"})
}

// TestFollowsTheSplit: an edit of a message that was split changes the half
// that says the changed words, and a message that goes takes both along.
func TestFollowsTheSplit(t *testing.T) {
	r := rearrange(t)
	k := r.say("web-1 and then LSASS dump")
	n := byKey(t, r.s, k).N
	r.lay(k, "x:split", "web-1 and")
	h := r.made(k, "x:split", "then LSASS dump", store.Made{Folded: n})
	for _, step := range []struct{ says, first, second string }{
		{"web-1 and then LSASS dump on web-1", "web-1 and", "then LSASS dump on web-1"},
		{"web-1, web-2 and then LSASS dump on web-1", "web-1, web-2 and", "then LSASS dump on web-1"},
		{"neither of it", "web-1, web-2 and", "then LSASS dump on web-1"},
	} {
		r.ts++
		r.edit(k, step.says, 11+r.ts)
		r.want(step.says, map[string]string{k: step.first, h: step.second})
	}
	r.react(k, "U1", "no_entry", true, 1)
	r.want("kept out", map[string]string{k: "web-1, web-2 and (hidden)", h: "then LSASS dump on web-1 (hidden)"})
	r.remove(k)
	r.want("deleted", map[string]string{k: "web-1, web-2 and (hidden) (deleted)", h: "then LSASS dump on web-1 (hidden) (deleted)"})
	r.undo()
	if got := r.reads(k); !strings.HasPrefix(got, "neither of it") {
		t.Errorf("taken back: %s", got)
	}
}

// TestTheMovedShowsWhatSlackShows: in whatever order Slack tells of a message,
// some of it twice, and whenever that is moved on and on, each copy shows what
// the message's own entry shows.
func TestTheMovedShowsWhatSlackShows(t *testing.T) {
	r := rearrange(t)
	var all [][]string
	compare := func(rt rapid.TB, said []string) {
		want := strings.TrimSuffix(r.reads(said[0]), " (off)")
		for i, key := range said[1:] {
			if got := strings.TrimSuffix(r.reads(key), " (off)"); got != want {
				rt.Fatalf("copy %d shows %q, the message %q", i+1, got, want)
			}
		}
	}
	rapid.Check(t, func(rt *rapid.T) {
		said := []string{r.say("as sent")}
		var tell []func()
		for i := range rapid.IntRange(1, 10).Draw(rt, "events") {
			var event func()
			switch by := rapid.SampledFrom([]string{"U1", "U2"}).Draw(rt, "by"); rapid.IntRange(0, 6).Draw(rt, "what") {
			case 0, 1, 2:
				minute := rapid.IntRange(0, 5).Draw(rt, "minute")
				event = func() { r.edit(said[0], fmt.Sprintf("edit %d", i), minute) }
			case 3, 4:
				on := rapid.Bool().Draw(rt, "on")
				event = func() { r.react(said[0], by, "pushpin", on, i) }
			case 5:
				on := rapid.Bool().Draw(rt, "on")
				event = func() { r.react(said[0], by, "no_entry", on, i) }
			case 6:
				event = func() {
					update(t, r.s, func(tx *store.Tx) error { return must(tx.MarkDeleted(1, said[0], later(20), by)) })
				}
			}
			tell = append(tell, event)
			if rapid.Bool().Draw(rt, "twice") {
				tell = append(tell, event)
			}
		}
		for range rapid.IntRange(1, 3).Draw(rt, "moves") {
			tell = append(tell, func() {
				last := said[len(said)-1]
				said = append(said, r.made(last, fmt.Sprintf("move %d", len(said)), byKey(t, r.s, last).Text, store.Made{Moved: byKey(t, r.s, last).Incident}))
			})
		}
		for _, step := range rapid.Permutation(tell).Draw(rt, "order") {
			step()
		}
		compare(rt, said)
		all = append(all, said)
	})
	if err := r.s.Rebuild(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, said := range all {
		compare(t, said)
	}
}

// TestTakenBackAllIsAsInSlack: whatever was merged and split while Slack went
// on telling, once all of it is taken back each message shows what Slack shows.
func TestTakenBackAllIsAsInSlack(t *testing.T) {
	r := rearrange(t)
	want := map[string]string{}
	batch := 0
	rapid.Check(t, func(rt *rapid.T) {
		keys := []string{r.say("a one"), r.say("b two"), r.say("c three")}
		pinned, hidden := map[string]bool{}, map[string]bool{}
		free := func() (standing []string) {
			for _, key := range keys {
				if !byKey(t, r.s, key).Dropped {
					standing = append(standing, key)
				}
			}
			return standing
		}
		for i := range rapid.IntRange(1, 12).Draw(rt, "steps") {
			key := rapid.SampledFrom(keys).Draw(rt, "message")
			switch rapid.IntRange(0, 5).Draw(rt, "what") {
			case 0, 1:
				r.edit(key, key[len(key)-3:]+rapid.SampledFrom([]string{" and", " or", ", x"}).Draw(rt, "edit")+fmt.Sprint(" more ", i), 1+i)
			case 2:
				pinned[key] = rapid.Bool().Draw(rt, "on")
				r.react(key, "U1", "pushpin", pinned[key], i)
			case 3:
				hidden[key] = rapid.Bool().Draw(rt, "on")
				r.react(key, "U1", "no_entry", hidden[key], i)
			case 4:
				two := rapid.Permutation(free()).Draw(rt, "two")
				if len(two) < 2 {
					continue
				}
				r.merge(two[0], two[1], byKey(t, r.s, two[0]).Text+"\n"+byKey(t, r.s, two[1]).Text)
			case 5:
				e := byKey(t, r.s, key)
				first, second, ok := strings.Cut(e.Text, " ")
				if !ok || e.Dropped {
					continue
				}
				batch++
				suffix := fmt.Sprintf("cut %d:split", batch)
				r.lay(key, suffix, first)
				r.made(key, suffix, second, store.Made{Folded: e.N})
			}
		}
		for range 100 {
			if r.undoOne() {
				break
			}
		}
		for _, key := range keys {
			e := byKey(t, r.s, key)
			text := e.Text
			for _, v := range e.Revisions {
				if v.Via == "slack" && !v.Followed {
					text = v.Text
				}
			}
			want[key] = text + map[bool]string{true: " (pinned)"}[pinned[key]] + map[bool]string{true: " (hidden)"}[hidden[key]]
			if got := r.reads(key); got != want[key] {
				rt.Fatalf("%s shows %q, Slack %q", key, got, want[key])
			}
		}
	})
	r.want("taken back", want)
}

// undoOne takes the mover's last change back, and says whether there was none.
func (r *rearranged) undoOne() (none bool) {
	update(r.t, r.s, func(tx *store.Tx) error {
		_, err := tx.LastCorrection(1, mover)
		none = errors.Is(err, store.ErrNotFound)
		return nil
	})
	if !none {
		r.undo()
	}
	return none
}
