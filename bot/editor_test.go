package bot

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/slack-go/slack"

	"firebreak/incident"
	"firebreak/store"
)

// everythingChosen is a filter with all it can have.
func everythingChosen(s scene) chosen {
	return chosen{
		Words: cut(s.entries[0].Text, chosenWordsMax), Kind: incident.KindNote, Lane: incident.LaneAdversary,
		State: stateHidden, Until: renderThen,
	}
}

// rewritten is an entry that people have changed in every way, more often than
// a history shows.
func (s scene) rewritten() incident.Entry {
	e := s.entries[0]
	e.Folded, e.Dropped, e.Hidden, e.FirstKind, e.Phase = 7, true, true, incident.KindMessage, incident.PhaseRecovery
	for i, in := range s.entries {
		at := renderThen.Add(time.Duration(i) * time.Hour)
		e.Revisions = append(e.Revisions, incident.Revision{
			Rev: i + 1, At: at, By: "U0SAM", Via: []string{"slack", "responder"}[i%2], Text: in.Text,
			OccurredAt: renderThen.Add(time.Duration(i/2) * time.Minute), Reason: s.entries[len(s.entries)-1].Text,
		})
		e.Alterations = append(e.Alterations, incident.Alteration{
			At: at.Add(time.Minute), By: "U0ANN", Reason: in.Text, Undone: i%3 == 2,
			What: []incident.What{incident.WhatKind, incident.WhatPhase, incident.WhatHidden, incident.WhatDropped, incident.WhatFolded, incident.WhatMoved}[i%6],
			To:   []string{"note", "", "yes", "", "7", "INC-2"}[i%6],
		})
	}
	return e
}

// TestEditorOfAHugeIncident: of 5,000 entries of hostile texts every page,
// every selection and every history keeps Slack's limits, and each entry stands
// on exactly one page, also of those that say a word.
func TestEditorOfAHugeIncident(t *testing.T) {
	hostile := []string{
		"a needle", strings.Repeat("<!channel> & `x` *y* ", 160), strings.Repeat("🔥", 3100), strings.Repeat("<", 3000) + "\n\r\n\x00\u202e",
		"<https://evil.example|" + strings.Repeat("長", 3100) + ">", "", strings.Repeat("&", 3100) + " NEEDLE",
	}
	const all = 5000
	st := openStore(t)
	write(t, st, func(tx *store.Tx) error {
		if _, err := tx.OpenIncident(incident.Incident{Title: "huge"}); err != nil {
			return err
		}
		for i := range all {
			_, _, err := tx.Record(fmt.Sprintf("test:%d", i), incident.Entry{
				Incident: 1, Kind: incident.KindNote, OccurredAt: renderThen.Add(time.Duration(i) * time.Second), Text: hostile[i%len(hostile)],
				Actor: incident.Actor{ID: "U0ANN", Name: hostile[(i+1)%len(hostile)], Kind: incident.ActorUser},
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	o := origin{Incident: 1, Channel: "C0INC"}
	pickAcrossPages(t, st, all)
	write(t, st, func(tx *store.Tx) error {
		seen := map[int]bool{}
		for skip := 0; skip < all; skip += selectShown {
			p, err := pageOf(tx, 1, chosen{}, skip, selectShown)
			if err != nil {
				return err
			}
			for _, e := range p.Entries {
				if seen[e.N] {
					t.Fatalf("entry %d stands on two pages", e.N)
				}
				seen[e.N] = true
			}
			several := selectModal(o, p, nil, selecting{})
			p.Entries = p.Entries[:editorShown]
			for _, m := range []modal{several, editorModal(o, p, hostile[1])} {
				if problem := modalFault(m.json()); problem != "" {
					t.Fatalf("page at %d: %s", skip, problem)
				}
			}
		}
		if len(seen) != all {
			t.Errorf("%d entries on all pages", len(seen))
		}
		p, err := pageOf(tx, 1, chosen{Words: "nEEdle"}, 1400, editorShown)
		if err != nil {
			return err
		}
		want := 0
		for i := range all {
			if strings.Contains(strings.ToLower(hostile[i%len(hostile)]), "needle") {
				want++
			}
		}
		if p.Total != want || len(p.Entries) != editorShown || slices.ContainsFunc(p.Entries, func(e incident.Entry) bool { return !says(e.Text, []string{"needle"}) }) {
			t.Errorf("%d of %d entries say it, %d are shown", p.Total, want, len(p.Entries))
		}
		near, err := nearby(tx, p.Entries[0])
		if len(near) <= optionsMax/2 || len(near) > optionsMax {
			t.Errorf("%d entries are near", len(near))
		}
		if problem := modalFault(mergeModal(o, p.Entries[0], near).json()); problem != "" {
			t.Errorf("merge: %s", problem)
		}
		return err
	})
}

// pickAcrossPages ticks entries on pages from one end to the other, more than
// can be: what was ticked stays ticked, and Slack's limits hold.
func pickAcrossPages(t *testing.T, st *store.Store, all int) {
	t.Helper()
	o := origin{
		Incident: 1, Channel: "C0INC0INC0INC", Turn: 1000, Page: all,
		Chosen: chosen{Words: strings.Repeat("🔥", chosenWordsMax), Kind: incident.KindDetection, Lane: incident.LaneAdversary, State: stateOff, Until: renderThen.Add(1)},
	}
	write(t, st, func(tx *store.Tx) error {
		ticked := picks{}
		const each = 8
		for skip := 0; skip < all; skip += 5 * selectShown {
			p, err := pageOf(tx, 1, chosen{}, skip, selectShown)
			if err != nil {
				return err
			}
			m := selectModal(o, p, nil, selecting{do: "drop", reason: "why"})
			if problem := modalFault(m.json()); problem != "" {
				t.Fatalf("with %d ticked: %s", len(ticked), problem)
			}
			var more []string
			for _, e := range p.Entries[:each] {
				more = append(more, fmt.Sprintf("%d:%s", e.N, entryHash(e)))
				if len(ticked) < mostPicked {
					ticked[e.N] = entryHash(e)
				}
			}
			now, left := boxes(m, more).selected(m.Origin)
			if diff := cmp.Diff(ticked, now); diff != "" || left > 0 != (len(ticked) == mostPicked) {
				t.Fatalf("from %d on %d are too many (-want +got):\n%s", skip, left, diff)
			}
			o.Picks = now.pack()
			o.Turn++
		}
		p, err := pageOf(tx, 1, chosen{}, 0, selectShown)
		if err != nil {
			return err
		}
		if now, left := boxes(selectModal(o, p, nil, selecting{}), nil).selected(o); left != 0 || len(now) != mostPicked {
			t.Errorf("back on the first page %d are ticked, %d too many", len(now), left)
		}
		return nil
	})
	for _, wrong := range []string{"", "!", "AAAA", "AAAAAAAAAAAA", strings.Repeat("/", 2400)} {
		for n, hash := range unpack(wrong) {
			if n <= 0 || len(hash) != 2*hashSize {
				t.Errorf("%q is read as %d %s", wrong, n, hash)
			}
		}
	}
}

// boxes is a form with the boxes ticked that are ticked when it opens, and some
// more of the first ten.
func boxes(m modal, more []string) (v submitted) {
	v.State.Values = map[string]map[string]fieldValue{}
	for i, b := range m.Blocks {
		in, ok := b.(*slack.InputBlock)
		if !ok {
			continue
		}
		group, ok := in.Element.(*slack.CheckboxGroupsBlockElement)
		if !ok {
			continue
		}
		var f fieldValue
		tick := func(value string) {
			f.Options = append(f.Options, struct {
				Value string `json:"value"`
			}{value})
		}
		for _, o := range group.InitialOptions {
			tick(o.Value)
		}
		for _, box := range more {
			if i <= 1 && len(group.InitialOptions) == 0 {
				tick(box)
			}
		}
		v.State.Values[in.BlockID] = map[string]fieldValue{in.BlockID: f}
	}
	return v
}

// TestShortcutsFitSlack: Slack takes five shortcuts of each type, no more.
func TestShortcutsFitSlack(t *testing.T) {
	count := map[string]int{}
	for _, s := range Shortcuts() {
		count[s.Type]++
		if len([]rune(s.Name)) > 24 || len([]rune(s.Description)) > 150 {
			t.Errorf("%q is too long", s.Name)
		}
	}
	if count["message"] > 5 || count["global"] > 5 {
		t.Errorf("shortcuts: %v", count)
	}
}
