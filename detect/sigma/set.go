package sigma

import (
	"sync"
	"time"

	"firebreak/detect/event"
)

// Set is rules that belong together, compiled. It never changes; any number of
// goroutines may use it, each with events of its own.
type Set struct {
	mapping      *Mapping
	rules        []*Rule
	correlations []*Correlation // inner ones first
	atoms        int
	refused      []Refusal
	notes        []Refusal
	keys         map[*Rule]string // of rules that serve correlations
	byKey        map[string]*Rule

	general *names         // those that hold for every log
	engine  func() *engine // made when it is first needed

	mu    sync.Mutex
	plans map[string]*plan // by origin
}

func newSet(l *Loader, inOrder []*Correlation) *Set {
	s := &Set{
		mapping: l.mapping, rules: l.rules, correlations: inOrder, atoms: len(l.atoms),
		refused: l.refused, notes: l.notes, plans: map[string]*plan{}, general: &names{general: l.mapping.fields},
	}
	s.engine = sync.OnceValue(func() *engine { return newEngine(s) })
	s.name()
	return s
}

// Refused tells which rules were refused, in the order of their files.
func (s *Set) Refused() []Refusal { return s.refused }

// Notes tells what is likely not meant in rules that were loaded.
func (s *Set) Notes() []Refusal { return s.notes }

// Rules gives the heads of all rules: those for single events in the order
// they were read, then correlations, inner ones first.
func (s *Set) Rules() []Head {
	var heads []Head
	for _, r := range s.rules {
		heads = append(heads, r.Head)
	}
	for _, co := range s.correlations {
		heads = append(heads, co.Head)
	}
	return heads
}

// Time gives when an event happened, by the mapping.
func (s *Set) Time(ev *event.Event) (time.Time, bool) { return ev.Time(s.mapping.time) }

// Atoms says how many different questions the rules ask.
func (s *Set) Atoms() int { return s.atoms }

// plan gives what to try on an event, as the reference finds it out.
func (s *Set) plan(ev *event.Event, given Logsource) *plan {
	o := s.mapping.origin(&view{ev, s.general})
	return s.planFor(o, given, func() bool { return s.mapping.bare(ev) })
}

// matches is the reference: the rules that an event matches, in the order they
// were read, with the view each was matched in. What the engine finds is tested
// against it.
func (s *Set) matches(ev *event.Event, given Logsource) (found []match, all bool) {
	p := s.plan(ev, given)
	for _, t := range p.tries {
		if last := len(found) - 1; last >= 0 && found[last].rule == t.rule {
			continue
		}
		if v := (&view{ev, t.names}); t.rule.expr.holds(v) {
			found = append(found, match{t.rule, v})
		}
	}
	return found, p.all
}

// match is a rule that an event matches.
type match struct {
	rule *Rule
	view *view
}

// Prepare makes fields of what a shipper has wrapped them in. Run.Event does so
// itself.
func (s *Set) Prepare(ev *event.Event) { ev.Lift(s.mapping.lift) }
