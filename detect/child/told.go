package child

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"firebreak/detect/correlate"
	"firebreak/detect/own"
	"firebreak/detect/sigma"
)

// maxTold is how many events a process may still name as evidence.
const maxTold = 100_000

// told remembers the events that a process was told. Their numbers count from
// 1.
type told struct {
	first  int64 // number of the first that is remembered
	events []toldEvent
}

type toldEvent struct {
	at    time.Time
	place correlate.Place
}

// add gives an event its number.
func (t *told) add(ev own.Event) int64 {
	if t.first == 0 {
		t.first = 1
	}
	if len(t.events) >= 2*maxTold {
		t.first += maxTold
		t.events = slices.Clone(t.events[maxTold:])
	}
	t.events = append(t.events, toldEvent{ev.At, ev.Place})
	return t.last()
}

func (t *told) last() int64 { return t.first + int64(len(t.events)) - 1 }

func (t *told) get(n int64) (toldEvent, bool) {
	if n < t.first || n > t.last() || t.first == 0 {
		return toldEvent{}, false
	}
	return t.events[n-t.first], true
}

// tell writes the events of a batch that the rule wants, then a sync.
func (p *process) tell(batch []own.Event) (out []byte, asked int, err error) {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	for _, ev := range batch {
		object := ev.Object()
		if len(p.hello.Fields) > 0 {
			if object = ev.Pick(p.hello.Fields); len(object) == 0 {
				continue
			}
		}
		asked++
		err = enc.Encode(struct {
			Type  string         `json:"type"`
			ID    int64          `json:"id"`
			At    *string        `json:"at"`
			Event map[string]any `json:"event"`
		}{"event", p.told.add(ev), written(ev.At), object})
		if err != nil {
			return nil, 0, fmt.Errorf("encode event: %w", err)
		}
	}
	p.syncs++
	err = enc.Encode(struct {
		Type string `json:"type"`
		Sync int64  `json:"sync"`
	}{"sync", p.syncs})
	return buf.Bytes(), asked, err
}

// answers takes what a process says of one batch.
type answers struct {
	head   sigma.Head
	p      *process
	before int64 // number of the last event before the batch
	result own.Result
}

func (a *answers) take(m message) (done bool, err error) {
	switch m.kind {
	case "done":
		if m.sync != a.p.syncs {
			return false, fmt.Errorf("said done to sync %d, the last was %d", m.sync, a.p.syncs)
		}
		return true, nil
	case "detection":
		return false, a.detection(m.detection)
	case "error":
		return false, a.complaint(m.complaint)
	}
	return false, fmt.Errorf("said %s for a second time", m.kind)
}

// event is one of the batch.
func (a *answers) event(n int64) (toldEvent, error) {
	ev, ok := a.p.told.get(n)
	if !ok || n <= a.before {
		return ev, fmt.Errorf("answered for event %d, which is not in the batch", n)
	}
	return ev, nil
}

func (a *answers) detection(d detection) error {
	ev, err := a.event(d.Event)
	if err != nil {
		return err
	}
	found := sigma.Detection{Rule: a.head, At: ev.at, Event: ev.place, Group: d.Group, Count: 1, Evidence: []correlate.Place{ev.place}}
	if !a.head.Correlation {
		if len(d.Evidence) > 1 || len(d.Evidence) == 1 && d.Evidence[0] != d.Event || d.Count > 1 {
			return fmt.Errorf("named other evidence than event %d, which only a rule of type %s may", d.Event, own.TypeCorrelation)
		}
		a.result.Found = append(a.result.Found, found)
		return nil
	}
	if len(d.Evidence) > 0 {
		if found.Evidence, err = a.evidence(d.Evidence); err != nil {
			return err
		}
	}
	if found.Count = len(found.Evidence); d.Count != 0 {
		found.Count = d.Count
	}
	if found.Count < 1 {
		return fmt.Errorf("counted %d", d.Count)
	}
	a.result.Found = append(a.result.Found, found)
	return nil
}

// evidence names the events, oldest first.
func (a *answers) evidence(numbers []int64) ([]correlate.Place, error) {
	numbers = slices.Compact(slices.Sorted(slices.Values(numbers)))
	if len(numbers) > correlate.MaxPlaces {
		return nil, fmt.Errorf("named more than %d events as evidence", correlate.MaxPlaces)
	}
	var places []correlate.Place
	for _, n := range numbers {
		ev, ok := a.p.told.get(n)
		if !ok {
			return nil, fmt.Errorf("named event %d as evidence, which it was never told, or too long ago", n)
		}
		places = append(places, ev.place)
	}
	return places, nil
}

func (a *answers) complaint(c complaint) error {
	ev, err := a.event(c.Event)
	if err != nil {
		return err
	}
	a.result.Missed++
	a.result.Troubles = append(a.result.Troubles, own.Trouble{Rule: a.head, Place: ev.place, Reason: c.Message})
	return nil
}
