package pagerduty

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"
)

// PagerDuty: "unless required, any field can be null", and fields below
// channel and event_details are explicitly unstable ("REST API Overview",
// "Types and Schemas"). The types below take what they can and never fail, so
// that one odd field does not cost a whole page of results.

// text takes a string, a number or a bool; anything else is empty.
type text string

// UnmarshalJSON never fails.
func (t *text) UnmarshalJSON(raw []byte) error {
	*t = ""
	switch {
	case len(raw) == 0 || raw[0] == 'n' || raw[0] == '{' || raw[0] == '[': // null, no value
	case raw[0] == '"':
		var s string
		if json.Unmarshal(raw, &s) == nil {
			*t = text(s)
		}
	default: // a number or a bool: what is there is valid JSON
		*t = text(raw)
	}
	return nil
}

// number gives the whole number t holds, or 0.
func (t text) number() int {
	n, err := strconv.Atoi(string(t))
	if err != nil {
		return 0
	}
	return n
}

// when gives the time t holds in UTC, or the zero time.
func (t text) when() time.Time {
	at, err := time.Parse(time.RFC3339, string(t))
	if err != nil {
		return time.Time{}
	}
	return at.UTC()
}

// list takes an array; anything else is empty, elements that do not fit are
// left out.
type list[T any] []T

// UnmarshalJSON never fails.
func (l *list[T]) UnmarshalJSON(raw []byte) error {
	*l = nil
	var all []T
	if json.Unmarshal(raw, &all) == nil {
		*l = all
		return nil
	}
	var elements []json.RawMessage
	if json.Unmarshal(raw, &elements) != nil {
		return nil
	}
	for _, e := range elements {
		var v T
		if json.Unmarshal(e, &v) == nil {
			*l = append(*l, v)
		}
	}
	return nil
}

// thing is a reference to any of PagerDuty's objects, or the object itself
// where it was included.
type thing struct {
	ID      text `json:"id"`
	Type    text `json:"type"`
	Summary text `json:"summary"`
	Name    text `json:"name"`
	Email   text `json:"email"`
	Content text `json:"content"` // of a note's channel
}

// UnmarshalJSON never fails: what is not an object is empty.
func (t *thing) UnmarshalJSON(raw []byte) error {
	type plain thing
	var p plain
	if json.Unmarshal(raw, &p) != nil {
		p = plain{}
	}
	*t = thing(p)
	return nil
}

// title gives the name, or the summary that a reference carries instead.
func (t thing) title() string {
	if t.Name != "" {
		return string(t.Name)
	}
	return string(t.Summary)
}

// kind gives the type without "_reference".
func (t thing) kind() string { return strings.TrimSuffix(string(t.Type), "_reference") }
