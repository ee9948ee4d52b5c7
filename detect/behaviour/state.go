package behaviour

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"

	"firebreak/incident"
)

// hit is what a rule needs of an alert.
type hit struct {
	ID     string   `json:"i"`
	At     int64    `json:"t"` // microseconds
	Source string   `json:"s,omitempty"`
	Action string   `json:"a,omitempty"`
	Values []string `json:"v,omitempty"` // of what the rule looks at
	Place  *Place   `json:"p,omitempty"`
}

func (h hit) before(other hit) int {
	return cmp.Or(cmp.Compare(h.At, other.At), strings.Compare(h.ID, other.ID))
}

// state is all that is known of one group of one rule.
type state struct {
	Kind    string  `json:"k"`
	Newest  int64   `json:"n"`           // time of its newest alert
	Mark    int64   `json:"w"`           // the watermark: what is older comes too late
	Pending []hit   `json:"p,omitempty"` // not older, in order of time
	Told    []int64 `json:"o,omitempty"` // times of what was told at once
	Memory  memory  `json:"m"`           // of what is older
}

// memory is what remains of alerts that have been taken in order. Each kind of
// rule uses some of it.
type memory struct {
	First  int64           `json:"f,omitempty"` // time of the first alert
	Alerts int             `json:"n,omitempty"`
	Last   int64           `json:"l,omitempty"` // time of the last finding
	Hits   []hit           `json:"h,omitempty"` // within the window
	Known  map[string]span `json:"k,omitempty"` // values that were seen
	Beats  map[string]row  `json:"b,omitempty"` // by value
	Hours  *hours          `json:"v,omitempty"`
}

// span is when something was seen first and last.
type span struct {
	First int64 `json:"f"`
	Last  int64 `json:"l"`
}

type row []hit

// finding is a detection in the making.
type finding struct {
	at    int64
	hits  []hit // never empty
	count int   // of alerts, if more than hits
	why   string
}

// read reads a state. One that is damaged, or of another kind of rule, is
// forgotten: starting anew is better than never looking again.
func readState(kind string, b []byte) state {
	var s state
	if len(b) == 0 || json.Unmarshal(b, &s) != nil || s.Kind != kind {
		return state{Kind: kind}
	}
	return s
}

// add takes an alert in, unless it is late or known. It says whether it is
// late.
func (s *state) add(h hit) (fresh, late bool) {
	if h.At < s.Mark {
		return false, true
	}
	at, known := slices.BinarySearchFunc(s.Pending, h, hit.before)
	if known {
		return false, false
	}
	s.Pending = slices.Insert(s.Pending, at, h)
	s.Newest = max(s.Newest, h.At)
	return true, false
}

// settle moves the watermark and gives what was found up to there.
func (s *state) settle(r Rule, mark int64) []finding {
	s.Mark = max(s.Mark, mark)
	var found []finding
	for len(s.Pending) > 0 && (s.Pending[0].At < s.Mark || len(s.Pending) > maxPending) {
		h := s.Pending[0]
		s.Pending = slices.Delete(s.Pending, 0, 1)
		s.Mark = max(s.Mark, h.At+1)
		if f, ok := s.Memory.fold(r, h); ok && !s.told(r, f) {
			found = append(found, f)
		}
	}
	return found
}

// peek gives what would be found if no older alert came.
func (s *state) peek(r Rule) []finding {
	if s.stands(r) {
		return nil // a flood costs no more than keeping it
	}
	m := s.Memory.clone()
	var found []finding
	for _, h := range s.Pending {
		if f, ok := m.fold(r, h); ok && !s.told(r, f) {
			found = append(found, f)
			s.Told = append(s.Told, f.at)
		}
	}
	s.Told = s.Told[max(0, len(s.Told)-16):]
	return found
}

// stands says whether something that was found covers all that is pending.
func (s *state) stands(r Rule) bool {
	from := s.Newest - r.Stands.Microseconds()
	covers := func(at int64) bool { return at >= from && at <= s.Pending[0].At }
	return len(s.Pending) > 0 && r.Stands > 0 && (covers(s.Memory.Last) || slices.ContainsFunc(s.Told, covers))
}

// told says whether something that still stands was told at once.
func (s *state) told(r Rule, f finding) bool {
	return slices.ContainsFunc(s.Told, func(at int64) bool {
		return time.Duration(max(at-f.at, f.at-at))*time.Microsecond <= r.Stands
	})
}

func (m memory) clone() memory {
	m.Hits = slices.Clone(m.Hits)
	m.Known = maps.Clone(m.Known)
	return m // kinds with more are never told at once
}

// fold takes the next alert in order and gives what it completes. What
// stands is not found again.
func (m *memory) fold(r Rule, h hit) (finding, bool) {
	if m.Alerts == 0 {
		m.First = h.At
	}
	f, ok := m.look(r, h)
	m.Alerts++
	if !ok || m.Last != 0 && r.Stands > 0 && h.At-m.Last <= r.Stands.Microseconds() {
		return finding{}, false
	}
	m.Last, f.at = h.At, h.At
	return f, true
}

func (m *memory) look(r Rule, h hit) (finding, bool) {
	switch r.Kind {
	case "count":
		return m.count(r, h)
	case "distinct":
		return m.distinct(r, h)
	case "sequence":
		return m.sequence(r, h)
	case "travel":
		return m.travel(r, h)
	case "first":
		return m.first(r, h)
	case "volume":
		return m.volume(r, h)
	}
	return m.beacon(r, h)
}

// slide adds a hit to the window and drops what has left it.
func (m *memory) slide(r Rule, h hit) {
	m.Hits = append(m.Hits, h)
	from := 0
	for m.Hits[from].At < h.At-r.Within.Microseconds() {
		from++
	}
	m.Hits = slices.Delete(m.Hits, 0, max(from, len(m.Hits)-maxHits))
}

// know notes values as seen, and forgets those seen longest ago beyond
// maxKnown.
func (m *memory) know(h hit) {
	if m.Known == nil {
		m.Known = map[string]span{}
	}
	for _, v := range h.Values {
		s, ok := m.Known[v]
		if !ok {
			s.First = h.At
		}
		s.Last = h.At
		m.Known[v] = s
	}
	if len(m.Known) > maxKnown {
		m.forget(maxKnown / 4)
	}
}

// forget drops the n values that were seen longest ago. Several at once, as
// looking for them takes as long as for one.
func (m *memory) forget(n int) {
	values := slices.SortedFunc(maps.Keys(m.Known), func(a, b string) int {
		return cmp.Or(cmp.Compare(m.Known[a].Last, m.Known[b].Last), strings.Compare(a, b))
	})
	for _, v := range values[:n] {
		delete(m.Known, v)
	}
}

// knew says whether a value was known for longer than the rule calls new.
func (m *memory) knew(r Rule, value string, at int64) bool {
	s, ok := m.Known[value]
	return ok && r.New > 0 && at-s.First > r.New.Microseconds()
}

// moment is when an alert happened: what claims to lie ahead happened when it
// was received, else one wrong clock would make everything after it late.
func moment(a incident.Alert) int64 {
	if !a.SeenAt.IsZero() && a.At.After(a.SeenAt) {
		return a.SeenAt.UnixMicro()
	}
	return a.At.UnixMicro()
}

// encode writes a state. Numbers that JSON cannot write do not come into one.
func (s state) encode() []byte {
	b, err := json.Marshal(s)
	if err != nil {
		return nil // read as a new state
	}
	return b
}
