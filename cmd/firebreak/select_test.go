package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"firebreak/incident"
	"firebreak/integrations/sandbox"
	"firebreak/store"
)

// TestSelectionSpansPages: what is ticked stays ticked while other pages and
// filters are looked at, until it is done, or cleared.
func TestSelectionSpansPages(t *testing.T) {
	inChannel(t, func(w *world, c sandbox.SlackChannel) {
		at := time.Now().UTC().Add(-2 * time.Hour)
		if err := w.app.store.Update(context.Background(), func(tx *store.Tx) error {
			for i := range 60 {
				_, _, err := tx.Record(fmt.Sprintf("test:%d", i), incident.Entry{
					Incident: 1, Kind: incident.KindNote, Lane: incident.LaneAdversary, OccurredAt: at.Add(time.Duration(i) * time.Second),
					Text: fmt.Sprintf("line %02d", i), Source: incident.Source{System: "firebreak"},
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
		v.Click("firebreak_edit_choose_0")
		w.send(entryForm{w.screen("sam")}.fill("text", "line").fill("kind", "note").View)
		w.screen("sam").Click("firebreak_edit_select_0")
		box := func(f entryForm, i int) string {
			return boxValue.FindAllStringSubmatch(string(f.JSON), -1)[i][1]
		}
		f := entryForm{w.screen("sam")} // lines 10 to 59
		f.fill("pick0", box(f, 0)+","+box(f, 3)).fill("do", "shift").fill("shift", "-1h").fill("reason", "clock was wrong")
		f.Click("firebreak_edit_select_50")
		f = entryForm{w.screen("sam")} // lines 0 to 9
		if shown := string(f.JSON); !strings.Contains(shown, "*2 selected*, 2 of them on other pages") || f.Value(f.name("shift")) != "-1h" || f.Value(f.name("reason")) != "clock was wrong" {
			t.Fatalf("the second page: %s", shown)
		}
		f.fill("pick0", box(f, 9))
		f.Click("firebreak_edit_page_50")
		page := w.screen("sam")
		if !strings.Contains(string(page.JSON), "Selected: 3") {
			t.Errorf("back: %s", page.JSON)
		}
		e := w.wantEntry(1, incident.KindNote, "line 09")
		w.send(w.entryForm(page, e).fill("text", "line 09, corrected").View)
		for _, button := range []string{"page_30", "page_10", "page_0", "select_0"} { // not by the page that shows it
			w.screen("sam").Click("firebreak_edit_" + button)
		}
		f = entryForm{w.screen("sam")}
		if f.Value(f.name("pick0")) != box(f, 0)+","+box(f, 3) {
			t.Errorf("ticked when it is shown again: %q", f.Value(f.name("pick0")))
		}
		gone := box(f, 3)
		f.fill("pick0", box(f, 0)) // one is unticked
		w.send(f.fill("do", "shift").fill("shift", "-1h").View)
		page = w.screen("sam")
		if shown := string(page.JSON); !strings.Contains(shown, "2 entries 1h earlier") || !strings.Contains(shown, "Select several") {
			t.Errorf("done: %s", shown)
		}
		var shifted []string
		for _, e := range w.of(1, incident.KindNote) {
			if e.OccurredAt.Before(at.Add(-time.Minute)) {
				shifted = append(shifted, e.Text)
			}
		}
		if !slices.Equal(shifted, []string{"line 09, corrected", "line 10"}) {
			t.Errorf("shifted: %v; unticked was %s", shifted, gone)
		}
		w.wantAnswer(c, "sam", "/inc undo", "Taken back for 2 entries")

		page.Click("firebreak_edit_select_0")
		f = entryForm{w.screen("sam")}
		f.fill("pick1", boxValue.FindAllStringSubmatch(string(f.JSON), -1)[12][1])
		f.Click("firebreak_edit_select_50")
		w.screen("sam").Click("firebreak_edit_clear_50")
		f = entryForm{w.screen("sam")}
		if shown := string(f.JSON); strings.Contains(shown, "selected*") {
			t.Errorf("cleared: %s", shown)
		}
		if shown := f.fill("do", "drop").Submit(); !strings.Contains(shown[f.name("do")], "Choose at least one") {
			t.Errorf("nothing chosen: %v", shown)
		}
	})
}
