package sigma

import "time"

// Hits is what was found in one event. It holds nothing of the event.
type Hits struct {
	found []foundField // in the order the rules were read
	at    time.Time
	timed bool
	all   bool // the event tells nothing of where it is from
}

// Worker tries a run's rules on events, in a goroutine of its own: the run
// then takes what was found, in the order that events have for it.
type Worker struct{ matcher *matcher }

// Worker makes one more worker for the run.
func (r *Run) Worker() *Worker { return &Worker{r.matcher.engine.matcher(r.matcher.given)} }

// Data tries the rules on an event. The error is event.Decode's, and says why
// data is no event. Data may be changed afterwards.
func (w *Worker) Data(data []byte) (Hits, error) {
	if err := w.matcher.matchData(data); err != nil {
		return Hits{}, err
	}
	return w.matcher.hits(), nil
}

// Time gives when the event that Data had last happened, as Set.Time does.
func (w *Worker) Time() (time.Time, bool) { return w.matcher.time() }

// hits gives what the matcher found last.
func (m *matcher) hits() Hits {
	h := Hits{all: m.plan.all}
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
			return at, !at.IsZero()
		}
	}
	return time.Time{}, false
}
