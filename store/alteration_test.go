package store_test

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"firebreak/incident"
	"firebreak/store"
)

// corrections is what entries must look like after corrections and their
// undoing, by the simplest means: each entry has a pile, the top of each kind
// holds, and taking back takes out of the pile.
type corrections struct {
	entries []*piled
	next    int // of the batch
}

type piled struct {
	entry  incident.Entry // as recorded
	folded string
	moved  string
	pile   []laid
}

type laid struct {
	by, batch string
	what      incident.What // "": text and time
	to        string
	at        time.Time
}

// shownEntry is an entry as corrections leave it.
type shownEntry struct {
	Text   string
	At     time.Time
	Kind   incident.Kind
	Phase  incident.Phase
	Hidden bool
	Off    bool
	Folded int
	Moved  string
}

func (p *piled) value(w incident.What, first string) string {
	for _, l := range slices.Backward(p.pile) {
		if l.what == w {
			return l.to
		}
	}
	return first
}

func (p *piled) shown() shownEntry {
	s := shownEntry{Text: p.entry.Text, At: p.entry.OccurredAt, Kind: incident.Kind(p.value(incident.WhatKind, string(p.entry.Kind)))}
	for _, l := range p.pile {
		if l.what == "" {
			s.Text, s.At = l.to, l.at
		}
	}
	s.Phase = incident.Phase(p.value(incident.WhatPhase, ""))
	s.Hidden = p.value(incident.WhatHidden, "") != ""
	s.Moved = p.value(incident.WhatMoved, p.moved)
	folded := p.value(incident.WhatFolded, p.folded)
	s.Folded, _ = strconv.Atoi(folded)
	s.Off = p.value(incident.WhatDropped, "") != "" || folded != "" || s.Moved != ""
	return s
}

func shownOf(e incident.Entry) shownEntry {
	s := shownEntry{Text: e.Text, At: e.OccurredAt, Kind: e.Kind, Phase: e.Phase, Hidden: e.Hidden, Off: e.Dropped, Folded: e.Folded}
	if e.Moved != 0 {
		s.Moved = e.Moved.String()
	}
	return s
}

// TestCorrectionsAsAPile: whatever is corrected and taken back in whatever
// order by two people, the timeline shows what the pile shows, its rebuilding
// from the log gives the same to the last byte, and the log holds.
func TestCorrectionsAsAPile(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s := fresh(t)
		defer s.Close()
		m := &corrections{}
		update(t, s, func(tx *store.Tx) error { return opened(tx, 2) })
		for i := range 4 {
			m.record(t, s, incident.Number(1+i/3), fmt.Sprintf("said %d", i))
		}
		steps := rapid.IntRange(1, 25).Draw(rt, "steps")
		for i := range steps {
			at := noon.Add(time.Duration(i+1) * time.Minute)
			update(t, s, func(tx *store.Tx) error { return m.step(rt, tx, at) })
		}
		before := m.check(rt, s, "as corrected")
		if err := s.Rebuild(t.Context()); err != nil {
			rt.Fatal(err)
		}
		if diff := cmp.Diff(before, m.check(rt, s, "rebuilt")); diff != "" {
			rt.Fatalf("rebuilt otherwise (-before +after):\n%s", diff)
		}
	})
}

func (m *corrections) record(t *testing.T, s *store.Store, n incident.Number, text string) {
	update(t, s, func(tx *store.Tx) error {
		key, e := message(n, fmt.Sprintf("1.%06d", len(m.entries)+1), text)
		rec, _, err := tx.Record(key, e)
		m.entries = append(m.entries, &piled{entry: rec})
		return err
	})
}

// check compares what is shown, and gives the lines that are printed.
func (m *corrections) check(rt *rapid.T, s *store.Store, when string) []string {
	var lines []string
	err := s.View(rt.Context(), func(v *store.View) error {
		for _, p := range m.entries {
			e, err := v.Entry(incident.Operator(), p.entry.Incident, p.entry.N)
			if err != nil {
				return err
			}
			if diff := cmp.Diff(p.shown(), shownOf(e)); diff != "" {
				rt.Fatalf("%s, entry %d of %s (-want +got):\n%s", when, e.N, e.Incident, diff)
			}
			line, err := incident.MarshalEntry(e)
			if err != nil {
				return err
			}
			lines = append(lines, string(line))
		}
		return nil
	})
	if err != nil {
		rt.Fatal(err)
	}
	return lines
}

// step corrects something, or takes something back.
func (m *corrections) step(rt *rapid.T, tx *store.Tx, at time.Time) error {
	by := rapid.SampledFrom([]string{"U1", "U2"}).Draw(rt, "by")
	p := rapid.SampledFrom(m.entries).Draw(rt, "entry")
	m.next++
	name := ""
	if rapid.Bool().Draw(rt, "in a batch") {
		name = fmt.Sprintf("batch %d", m.next)
	}
	return tx.Together(name, func() error {
		switch what := rapid.IntRange(0, 8).Draw(rt, "what"); what {
		case 0:
			return m.edit(tx, p, by, name, fmt.Sprintf("meant %d", m.next), at)
		case 1, 2, 3:
			w := []incident.What{incident.WhatKind, incident.WhatPhase, incident.WhatHidden}[what-1]
			to := rapid.SampledFrom(map[incident.What][]string{
				incident.WhatKind: {"note", "message", "update"}, incident.WhatPhase: {"", "review", "recovery"}, incident.WhatHidden: {"", "yes"},
			}[w]).Draw(rt, "to")
			return m.alter(tx, p, by, name, w, to, at)
		case 4:
			return m.drop(tx, p, by, name, rapid.Bool().Draw(rt, "off"), at)
		case 5: // merged: one says both, the other is folded
			if err := m.edit(tx, p, by, name, fmt.Sprintf("both %d", m.next), at); err != nil {
				return err
			}
			return m.alter(tx, m.entries[0], by, name, incident.WhatFolded, strconv.Itoa(p.entry.N), at)
		case 6:
			return m.made(tx, p, by, name, at, rapid.Bool().Draw(rt, "moved"))
		}
		return m.undo(tx, by, p.entry.Incident, at)
	})
}

func (m *corrections) edit(tx *store.Tx, p *piled, by, batch, text string, at time.Time) error {
	p.pile = append(p.pile, laid{by: by, batch: batch, to: text, at: at})
	return tx.Edit(p.entry.ID, incident.Revision{At: at, By: by, Text: text, OccurredAt: at})
}

func (m *corrections) alter(tx *store.Tx, p *piled, by, batch string, w incident.What, to string, at time.Time) error {
	first := map[incident.What]string{incident.WhatKind: string(p.entry.Kind), incident.WhatFolded: p.folded, incident.WhatMoved: p.moved}[w]
	want := p.value(w, first) != to
	if want {
		p.pile = append(p.pile, laid{by: by, batch: batch, what: w, to: to})
	}
	changed, err := tx.Alter(p.entry.ID, incident.Alteration{At: at, By: by, What: w, To: to})
	if err == nil && changed != want {
		err = fmt.Errorf("%s to %q: changed is %t", w, to, changed)
	}
	return err
}

func (m *corrections) drop(tx *store.Tx, p *piled, by, batch string, off bool, at time.Time) error {
	to := map[bool]string{true: incident.Yes}[off]
	want := p.value(incident.WhatDropped, "") != to
	if want {
		p.pile = append(p.pile, laid{by: by, batch: batch, what: incident.WhatDropped, to: to})
	}
	changed, err := tx.Drop(p.entry.ID, off, by, "", at)
	if err == nil && changed != want {
		err = fmt.Errorf("drop %t: changed is %t", off, changed)
	}
	return err
}

// made makes an entry of another: split off, or moved to the other incident.
func (m *corrections) made(tx *store.Tx, p *piled, by, batch string, at time.Time, moved bool) error {
	e := p.entry
	e.Text, e.Source.TS = fmt.Sprintf("part %d", m.next), ""
	made := store.Made{Folded: e.N, By: by, At: at}
	n := &piled{folded: strconv.Itoa(e.N)}
	if moved {
		made = store.Made{Moved: e.Incident, By: by, At: at}
		n = &piled{moved: e.Incident.String()}
		e.Incident = 3 - e.Incident
		if err := m.alter(tx, p, by, batch, incident.WhatMoved, e.Incident.String(), at); err != nil {
			return err
		}
	}
	rec, err := tx.Make(fmt.Sprintf("made:%d", m.next), e, made)
	n.entry = rec
	w := incident.WhatFolded
	if moved {
		w = incident.WhatMoved
	}
	n.pile = []laid{{by: by, batch: batch, what: w}}
	m.entries = append(m.entries, n)
	return err
}

func (m *corrections) undo(tx *store.Tx, by string, n incident.Number, at time.Time) error {
	c, err := tx.LastCorrection(n, by)
	if errors.Is(err, store.ErrNotFound) {
		for _, p := range m.entries {
			if p.entry.Incident == n && slices.ContainsFunc(p.pile, func(l laid) bool { return l.by == by }) {
				return fmt.Errorf("%s has nothing to take back, but entry %d", by, p.entry.N)
			}
		}
		return nil
	}
	if err != nil {
		return err
	}
	tied, err := tx.Tied(c)
	if err != nil {
		return err
	}
	for _, c := range tied {
		if err := tx.Undo(c, by, at); err != nil {
			return err
		}
	}
	return m.takeOut(tied, by)
}

// takeOut takes the same out of the piles: of the entry's, the topmost of that
// person and batch that is about the same.
func (m *corrections) takeOut(tied []store.Correction, by string) error {
	for _, c := range tied {
		i := slices.IndexFunc(m.entries, func(p *piled) bool { return p.entry.ID == c.Entry })
		p := m.entries[i]
		for j, l := range slices.Backward(p.pile) {
			if l.by == by && l.what == c.What && (c.What == "" || l.to == c.To) {
				p.pile = slices.Delete(p.pile, j, j+1)
				break
			}
			if j == 0 {
				return fmt.Errorf("took back what nobody did: %+v", c)
			}
		}
	}
	return nil
}
