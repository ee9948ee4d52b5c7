package sigma

import "time"

// hits is what was found in one event. It holds nothing of the event.
type hits struct {
	found []foundField // in the order the rules were read
	at    time.Time
	timed bool
	all   bool // the event tells nothing of where it is from
}

// hits gives what the matcher found last.
func (m *matcher) hits() hits {
	h := hits{all: m.plan.all}
	if len(m.found) == 0 {
		return h
	}
	h.at, h.timed = m.time()
	for _, number := range m.found {
		f := foundField{rule: m.plan.tries[number].rule}
		if f.rule.member {
			f.fields = m.texts(m.plan.programs[number].needs)
		}
		h.found = append(h.found, f)
	}
	return h
}

// time gives when the matcher's event happened, as Event.Time does.
func (m *matcher) time() (time.Time, bool) {
	for _, chain := range m.engine.time {
		if at, ok := m.values(chain).Time(); ok {
			return at, true
		}
	}
	return time.Time{}, false
}
