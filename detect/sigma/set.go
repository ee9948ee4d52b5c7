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

	mu    sync.Mutex
	plans map[string]plan // by origin
}

// maxPlans bounds how many plans are remembered: an event can be made to look
// as if it came from any combination of logs.
const maxPlans = 1024

func newSet(l *Loader, inOrder []*Correlation) *Set {
	s := &Set{
		mapping: l.mapping, rules: l.rules, correlations: inOrder, atoms: len(l.atoms),
		refused: l.refused, notes: l.notes, plans: map[string]plan{},
	}
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

// plan is what is tried on events of one origin.
type plan struct {
	tries []try
	all   bool // the event tells nothing of where it is from
}

// try is a rule with the names its fields have in the log.
type try struct {
	rule  *Rule
	names *names
}

// plan gives what is to be tried on an event. One that does not tell where it
// is from is tried with every rule but those that would find too much in what
// is not their log: rules that ask for nothing to be there, and, unless it is
// a bare log line, rules that search the whole event. A given logsource stands
// for what an event does not tell.
func (s *Set) plan(ev *event.Event, given Logsource) plan {
	general := &view{ev, &names{general: s.mapping.fields}}
	o := s.mapping.origin(general)
	bare := len(o.routes) == 0 && given.empty() && s.mapping.bare(ev)
	key := o.key()
	if len(o.routes) == 0 {
		key = "-" + given.Product + "," + given.Category + "," + given.Service
		if bare {
			key = "bare"
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	p, ok := s.plans[key]
	if !ok {
		p = s.newPlan(o, given, bare, general.names)
		if len(s.plans) < maxPlans {
			s.plans[key] = p
		}
	}
	return p
}

func (s *Set) newPlan(o origin, given Logsource, bare bool, general *names) plan {
	p := plan{all: len(o.routes) == 0 && given.empty()}
	for _, r := range s.rules {
		switch {
		case p.all && !r.open && (bare || !r.keyword), len(o.routes) == 0 && !p.all && r.Logsource.contains(given):
			p.tries = append(p.tries, try{r, general})
		default:
			p.tries = append(p.tries, s.routed(r, o)...)
		}
	}
	return p
}

// routed gives a try for each set of names that the rule's logsource has in
// an event of this origin.
func (s *Set) routed(r *Rule, o origin) []try {
	var tries []try
	plain := false // a route without names of its own was there
	for i, kind := range o.kinds {
		own := s.mapping.routes[o.routes[i]].names
		if !r.Logsource.contains(kind) || len(own.route) == 0 && plain {
			continue
		}
		plain = plain || len(own.route) == 0
		tries = append(tries, try{r, own})
	}
	return tries
}

// matches gives the rules that an event matches, in the order they were read,
// with the view each was matched in.
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
