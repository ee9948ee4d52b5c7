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

// editor opens the timeline editor from the answer to /inc timeline.
func (w *world) editor(c sandbox.SlackChannel, who string) *sandbox.View {
	w.t.Helper()
	w.wantAnswer(c, who, "/inc timeline", "Correct…")
	c.Press(who, "firebreak_edit_timeline")
	return w.screen(who)
}

// entryForm turns the editor into the form of an entry.
func (w *world) entryForm(v *sandbox.View, e incident.Entry) entryForm {
	w.t.Helper()
	v.Click(fmt.Sprintf("firebreak_edit_entry_%d", e.N))
	return entryForm{w.screen(v.User)}
}

// entryForm fills fields by the first part of their names.
type entryForm struct{ *sandbox.View }

func (f entryForm) name(field string) string {
	return regexp.MustCompile(`"block_id":"(` + field + `_[^"]+)"`).FindStringSubmatch(string(f.JSON))[1]
}

func (f entryForm) fill(field, value string) entryForm {
	f.Fill(f.name(field), value)
	return f
}

// TestEditorCorrects: a page of the timeline, an entry's form, and the page
// again, with what was done.
func TestEditorCorrects(t *testing.T) {
	inChannel(t, func(w *world, c sandbox.SlackChannel) {
		m := c.Say("kim", "attacker cam in <over> VPN")
		w.settle()
		e := w.entryOf(1, m)
		v := w.editor(c, "sam")
		if page := string(v.JSON); !strings.Contains(page, "attacker cam in ") || strings.Contains(page, "/inc timeline") {
			t.Errorf("the page: %s", page)
		}
		f := w.entryForm(v, e)
		if got := f.Value(f.name("text")); got != e.Text {
			t.Errorf("the text is prefilled with %q", got)
		}
		shown := f.fill("when", "quarter past").Submit()
		if !strings.Contains(shown[f.name("when")], "could not read the time") {
			t.Errorf("a wrong time shows %v", shown)
		}
		w.send(f.fill("when", "20m ago").fill("text", "attacker came in <over> VPN").fill("reason", "typo").View)
		got := w.entryOf(1, m)
		last := got.Revisions[len(got.Revisions)-1]
		if got.Text != "attacker came in <over> VPN" || !got.Late() || last.Reason != "typo" || last.By != w.user("sam") {
			t.Errorf("entry: %+v", got)
		}
		page := w.screen("sam")
		if !strings.Contains(string(page.JSON), "It was: attacker cam in") {
			t.Errorf("the page: %s", page.JSON)
		}
		f = w.entryForm(page, got)
		if !strings.Contains(string(f.JSON), "attacker cam in") || f.Value(f.name("reason")) != "" {
			t.Errorf("the form: %s", f.JSON)
		}
		w.send(f.fill("kept", "off").View)
		if got := w.entryOf(1, m); !got.Dropped {
			t.Errorf("entry: %+v", got)
		}
		f = w.entryForm(w.screen("sam"), got)
		w.send(f.fill("kept", "on").fill("text", "all of it").View)
		if got := w.entryOf(1, m); got.Dropped || got.Text != "all of it" || !got.OccurredAt.Equal(last.OccurredAt) {
			t.Errorf("entry: %+v", got)
		}
		f = w.entryForm(w.screen("sam"), got)
		w.send(f.View)
		if page := w.screen("sam"); !strings.Contains(string(page.JSON), "Nothing was changed") {
			t.Errorf("the page: %s", page.JSON)
		}
		if n := len(w.entryOf(1, m).Revisions); n != 3 {
			t.Errorf("%d revisions", n)
		}
	})
}

// TestEditorOfTwo: who saves second is told what the first made of it, and
// nothing is overwritten.
func TestEditorOfTwo(t *testing.T) {
	inChannel(t, func(w *world, c sandbox.SlackChannel) {
		m := c.Say("kim", "three hosts")
		w.settle()
		e := w.entryOf(1, m)
		sam, kim := w.entryForm(w.editor(c, "sam"), e), w.entryForm(w.editor(c, "kim"), e)
		w.send(sam.fill("text", "four hosts").View)
		shown := kim.fill("text", "five hosts").Submit()
		if said := shown[kim.name("when")]; !strings.Contains(said, "@Sam Okafor changed this entry") && !strings.Contains(said, "@sam changed this entry") || !strings.Contains(said, "four hosts") {
			t.Errorf("kim is shown %v", shown)
		}
		c.Edit("kim", m.TS, "six hosts") // beneath sam's correction
		w.settle()
		if got := w.entryOf(1, m); got.Text != "four hosts" {
			t.Errorf("entry: %+v", got)
		}
	})
}

// TestEditorPages: 5,000 entries in pages, from one end to the other.
func TestEditorPages(t *testing.T) {
	longUnderRace(t)
	inChannel(t, func(w *world, c sandbox.SlackChannel) {
		long := strings.Repeat("a long line & <more> ", 400)
		at := time.Now().UTC()
		if err := w.app.store.Update(context.Background(), func(tx *store.Tx) error {
			for i := range 5000 {
				_, _, err := tx.Record(fmt.Sprintf("test:%d", i), incident.Entry{
					Incident: 1, Kind: incident.KindNote, Lane: incident.LaneAdversary, OccurredAt: at.Add(time.Duration(i) * time.Second),
					Text: fmt.Sprintf("line %d %s", i, long), Source: incident.Source{System: "firebreak"},
				})
				if err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		v := w.editor(c, "sam")
		if page := string(v.JSON); !strings.Contains(page, "line 4999") || !strings.Contains(page, "line 4980") || strings.Contains(page, "line 4979 ") {
			t.Errorf("the first page: %.300s", page)
		}
		v.Click("firebreak_edit_page_20")
		v = w.screen("sam")
		if page := string(v.JSON); !strings.Contains(page, "line 4979") || strings.Contains(page, "line 4980 ") {
			t.Errorf("the second page: %.300s", page)
		}
		f := w.entryForm(v, w.wantEntry(1, incident.KindNote, "line 4970 "))
		if !strings.Contains(string(f.JSON), "too long to edit here") {
			t.Errorf("the form of a long entry: %.300s", f.JSON)
		}
		w.send(f.fill("kept", "off").View)
		v = w.screen("sam")
		if page := string(v.JSON); !strings.Contains(page, "line 4979") || !strings.Contains(page, "taken off the timeline") {
			t.Errorf("the page afterwards: %.300s", page)
		}
		v.Click("firebreak_edit_page_0")
		if page := string(w.screen("sam").JSON); !strings.Contains(page, "line 4999") {
			t.Errorf("back on the first page: %.300s", page)
		}
	})
}

// TestEditorIsForResponders: what may not be seen or changed is not, even in
// an editor that was open before.
func TestEditorIsForResponders(t *testing.T) {
	inWorld(t, func(w *world) {
		w.env["FIREBREAK_SLACK_RESPONDERS"] = w.user("sam") + "," + w.user("kim")
		w.env["FIREBREAK_PRIVATE_CHANNELS"] = "true"
		w.start()
		_, c := w.opened("sam", "Phishing")
		join(c, "sam", "kim", "alex")
		m := c.Say("sam", "three hosts")
		w.settle()
		v := w.editor(c, "alex")
		if page := string(v.JSON); !strings.Contains(page, "Only ") || strings.Contains(page, "three hosts") {
			t.Errorf("alex is shown %s", page)
		}
		f := w.entryForm(w.editor(c, "kim"), w.entryOf(1, m))
		c.Leave("kim")
		w.settle()
		shown := f.fill("text", "no hosts").Submit()
		if said := shown[f.name("when")]; !strings.Contains(said, "no INC-1 that you can see") {
			t.Errorf("kim is shown %v", shown)
		}
		if got := w.entryOf(1, m); got.Text != "three hosts" {
			t.Errorf("entry: %+v", got)
		}
	})
}
