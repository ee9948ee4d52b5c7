package sigma

import (
	"encoding/json"
	"fmt"
	"time"

	"firebreak/detect/correlate"
)

// Detection is something a rule found.
type Detection struct {
	Rule     Head
	At       time.Time // when the event happened; zero when it does not say
	Event    correlate.Place
	Group    map[string]string // of a correlation: what its group's fields say
	Count    int               // of a correlation: what it counts; 1 for an event
	Evidence []correlate.Place // oldest first, at most correlate.MaxPlaces
}

// timeLayout is RFC 3339 with six decimals, as everything we write has it.
const timeLayout = "2006-01-02T15:04:05.000000Z07:00"

// MarshalJSON writes the detection as INTERFACE describes it: every key is
// there, at is null for an event that tells no time.
func (d Detection) MarshalJSON() ([]byte, error) {
	type rule struct {
		ID    string   `json:"id"`
		Title string   `json:"title"`
		Level string   `json:"level"`
		Tags  []string `json:"tags"`
	}
	line := struct {
		Rule     rule              `json:"rule"`
		Type     string            `json:"type"`
		At       *string           `json:"at"`
		Event    correlate.Place   `json:"event"`
		Group    map[string]string `json:"group"`
		Count    int               `json:"count"`
		Evidence []correlate.Place `json:"evidence"`
	}{
		Rule: rule{d.Rule.ID, d.Rule.Title, d.Rule.Level, append([]string{}, d.Rule.Tags...)},
		Type: "event", Event: d.Event, Group: map[string]string{}, Count: d.Count, Evidence: d.Evidence,
	}
	if d.Rule.Correlation {
		line.Type = "correlation"
	}
	if d.Group != nil {
		line.Group = d.Group
	}
	if !d.At.IsZero() {
		at := d.At.UTC().Format(timeLayout)
		line.At = &at
	}
	b, err := json.Marshal(line)
	if err != nil {
		return nil, fmt.Errorf("write detection: %w", err)
	}
	return b, nil
}
