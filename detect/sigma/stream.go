package sigma

import (
	"cmp"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"time"
	"unicode"

	"firebreak/detect/correlate"
	"firebreak/detect/event"
)

// What follows is for input that never ends: the caller keeps what
// correlations need (a Sighting of each event), and gives it to a Stream in
// order of time once nothing older is to be expected.

// Finding is a rule for single events that an event matches, and why.
type Finding struct {
	Rule Head
	Said []Said
}

// Sighting is what correlations need of one event. It can be kept as JSON, and
// means the same to another set as far as that has the same rules.
type Sighting struct {
	At    time.Time       `json:"-"`
	Place correlate.Place `json:"-"`
	Found []Sighted       `json:"found"`
}

// Sighted is a rule that correlations refer to and that the event matches,
// with what the fields say that they read.
type Sighted struct {
	Rule   string              `json:"rule"` // its key
	Fields map[string][]string `json:"fields,omitempty"`
}

// See tries the rules for single events on one event: what is told of it, and
// what correlations need of it.
func (s *Set) See(ev *event.Event) ([]Finding, []Sighted) {
	s.Prepare(ev)
	matches, _ := s.matches(ev, Logsource{})
	var found []Finding
	var sighted []Sighted
	for _, m := range matches {
		if !m.rule.Silent {
			found = append(found, Finding{m.rule.Head, m.rule.expr.said(m.view)})
		}
		if m.rule.member {
			fields := map[string][]string{}
			for i, texts := range m.view.texts(m.rule.needs) {
				if len(texts) > 0 {
					fields[m.rule.needs[i]] = texts
				}
			}
			sighted = append(sighted, Sighted{s.keys[m.rule], fields})
		}
	}
	return found, sighted
}

// Correlates says whether the set has correlations.
func (s *Set) Correlates() bool { return len(s.correlations) > 0 }

// Horizon is how far back what a correlation says of an event can depend on
// others: twice its timespan, since it is also asked how things stood at the
// hit before, and what its inner correlations depend on.
func (s *Set) Horizon() time.Duration {
	reach := map[*Correlation]time.Duration{}
	var most time.Duration
	for _, co := range s.correlations { // inner ones first
		var inner time.Duration
		for _, m := range co.members {
			if m.inner != nil {
				inner = max(inner, reach[m.inner])
			}
		}
		reach[co] = 2*co.spec.Span + inner
		most = max(most, reach[co])
	}
	return most
}

// Stream correlates sightings. It belongs to one goroutine. What it says
// depends on those of the last Horizon alone, as long as no group had to be
// forgotten for room.
type Stream struct{ run *Run }

// NewStream begins with nothing remembered.
func (s *Set) NewStream() *Stream { return &Stream{s.NewRun(Logsource{})} }

// Take gives what begins with a sighting, which must be no older than the one
// before.
func (st *Stream) Take(x Sighting) []Detection {
	k := kept{at: x.At, place: x.Place}
	for _, seen := range x.Found {
		rule := st.run.set.byKey[seen.Rule]
		if rule == nil {
			continue // a rule that was taken away
		}
		f := foundField{rule: rule, fields: make([][]string, len(rule.needs))}
		for i, field := range rule.needs {
			f.fields[i] = seen.Fields[field]
		}
		k.found = append(k.found, f)
	}
	return st.run.correlate(k)
}

// Forgotten counts the groups that were given up for want of room.
func (st *Stream) Forgotten() int {
	n := 0
	for _, w := range st.run.windows {
		n += w.Forgotten()
	}
	return n
}

// Key is what tells a rule apart from others whatever becomes of its text: its
// id, else its name, else its file's name and its title.
func (h Head) Key() string {
	if key := cmp.Or(strings.ToLower(h.ID), h.Name); key != "" {
		return key
	}
	return path.Base(filepath.ToSlash(h.File)) + "/" + slug(h.Title)
}

// slug is a title as one word.
func slug(title string) string {
	words := strings.FieldsFunc(strings.ToLower(title), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	return strings.Join(words, "-")
}

// name gives every rule that serves correlations a key of its own: the parts
// of an old aggregation share a title.
func (s *Set) name() {
	s.keys, s.byKey = map[*Rule]string{}, map[string]*Rule{}
	for _, r := range s.rules {
		if !r.member {
			continue
		}
		head := r.Head
		if r.whole.Title != "" {
			head = r.whole
		}
		key := head.Key()
		for n := 2; s.byKey[key] != nil; n++ {
			key = head.Key() + "#" + strconv.Itoa(n)
		}
		s.keys[r], s.byKey[key] = key, r
	}
}
