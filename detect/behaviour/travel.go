package behaviour

import (
	"fmt"
	"time"

	"firebreak/incident"
)

// travel finds two places that nobody can be at so soon after each other. It
// compares with all places of the window, not with the last only: an alert in
// between that comes late takes nothing back.
func (m *memory) travel(r Rule, h hit) (finding, bool) {
	if h.Place == nil {
		return finding{}, false
	}
	var f finding
	for _, seen := range m.Hits {
		km, took := seen.Place.kilometres(*h.Place), h.At-seen.At
		if took > r.Within.Microseconds() {
			continue
		}
		// Clocks of two tools differ by up to a minute.
		hours := (time.Duration(took)*time.Microsecond + time.Minute).Hours()
		if km >= r.Distance && km/hours > r.Speed {
			f = finding{hits: []hit{seen, h}, why: fmt.Sprintf("%s, then %s, %.0f km apart, within %s: %.0f km/h",
				seen.Place.Country, h.Place.Country, km, incident.FormatDuration(time.Duration(took)*time.Microsecond), km/hours)}
		}
	}
	m.slide(r, h)
	return f, len(f.hits) > 0
}
