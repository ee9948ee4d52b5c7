package sigma

import (
	"slices"
	"sync"
	"sync/atomic"
)

// maxPlans bounds how many plans are remembered: an event can be made to look
// as if it came from any combination of logs.
const maxPlans = 1024

// plan is what is tried on events of one origin.
type plan struct {
	tries []try
	all   bool // the event tells nothing of where it is from

	// Of the engine: the tries compiled, and what finds those that an event can
	// match. The index is made anew, better, once events have been seen.
	programs []*program
	index    atomic.Pointer[index]
	sampling atomic.Bool
	mu       sync.Mutex
	sample   *sample
	begun    uint32 // the event, by number, that the sample began with
}

// try is a rule with the names its fields have in the log.
type try struct {
	rule  *Rule
	names *names
}

// planKey is the same for events that are tried with the same rules. bare is
// asked of an event that tells nothing of where it is from.
func (o origin) planKey(given Logsource, bare func() bool) (key string, isBare bool) {
	switch {
	case len(o.routes) > 0:
		return o.key(), false
	case given.empty() && bare():
		return "bare", true
	}
	return "-" + given.Product + "," + given.Category + "," + given.Service, false
}

// planFor gives what is to be tried on events of an origin. One that does not
// tell where it is from is tried with every rule but those that would find too
// much in what is not their log: rules that ask for nothing to be there, and,
// unless it is a bare log line, rules that search the whole event. A given
// logsource stands for what an event does not tell.
func (s *Set) planFor(o origin, given Logsource, bare func() bool) *plan {
	key, isBare := o.planKey(given, bare)
	s.mu.Lock()
	defer s.mu.Unlock()
	p, ok := s.plans[key]
	if !ok {
		p = s.newPlan(o, given, isBare)
		if len(s.plans) < maxPlans {
			s.plans[key] = p
		}
	}
	return p
}

func (s *Set) newPlan(o origin, given Logsource, bare bool) *plan {
	p := &plan{all: len(o.routes) == 0 && given.empty()}
	for _, r := range s.rules {
		switch {
		case p.all && !r.open && (bare || !r.keyword), len(o.routes) == 0 && !p.all && r.Logsource.contains(given):
			p.tries = append(p.tries, try{r, s.general})
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

// Limits on the plans that a matcher remembers by signature.
const (
	maxSignature  = 1 << 10 // bytes
	maxSignatures = 1 << 12
)

// planOfSignature gives the plan for an event that was decoded for its fields
// only. Where it is from depends on few of them, which seldom say anything new.
func (m *matcher) planOfSignature() *plan {
	m.signature = m.decoder.Signature(m.signature[:0])
	if m.engine.blind || len(m.signature) > maxSignature {
		return m.engine.planOf(m)
	}
	p, known := m.plans[string(m.signature)]
	if !known {
		if len(m.plans) >= maxSignatures {
			clear(m.plans)
		}
		p = m.engine.planOf(m)
		m.plans[string(m.signature)] = p
	}
	return p
}

// planOf gives the plan for the matcher's event, compiled.
func (e *engine) planOf(m *matcher) *plan {
	p := e.set.planFor(m.origin(), m.given, func() bool {
		return slices.ContainsFunc(e.messages, func(chain int32) bool { return m.values(chain).Present })
	})
	if p.index.Load() == nil {
		e.compile(p)
	}
	return p
}

// compile makes a plan's programs and its first index.
func (e *engine) compile(p *plan) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if p.index.Load() != nil {
		return
	}
	for _, t := range p.tries {
		p.programs = append(p.programs, e.program(t.rule, t.names))
	}
	x := everything(len(p.programs))
	x.questions, x.terms = len(e.questions), len(e.chains)+len(e.terms)
	p.sample = newSample(p.programs)
	p.sampling.Store(true)
	p.index.Store(x)
}

// patience bounds how many events of all kinds are waited for a sample, as a
// multiple of its size: what is so seldom need not be found so quickly.
const patience = 32

// observe has an event seen, until enough were, and makes the index anew: once
// few were seen, and at the end.
func (p *plan) observe(m *matcher) {
	if !p.sampling.Load() {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.sample == nil {
		return
	}
	if p.begun == 0 {
		p.begun = m.number
	}
	if m.number > p.begun+uint32(m.engine.samples)*patience {
		if p.sample.events*sampleSteps < m.engine.samples { // it has none yet
			p.index.Store(m.engine.better(p))
		}
		p.settle(m.engine)
		return
	}
	before := p.sample.bytes
	p.sample.take(m)
	all := m.engine.sampled.Add(int64(p.sample.bytes - before))
	seen := p.sample.events
	last := seen >= m.engine.samples || all > maxSampledAll
	if !last && seen*sampleSteps != m.engine.samples {
		return
	}
	p.index.Store(m.engine.better(p))
	if last {
		p.settle(m.engine)
	}
}

// settle leaves the index as it is.
func (p *plan) settle(e *engine) {
	e.sampled.Add(-int64(p.sample.bytes))
	p.sample = nil
	p.sampling.Store(false)
}
