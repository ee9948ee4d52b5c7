package behaviour

import (
	"fmt"
	"time"

	"firebreak/incident"
)

// first finds a value that the group was not seen with, once the group is
// known for long enough.
func (m *memory) first(r Rule, h hit) (finding, bool) {
	learnt := m.Alerts >= r.LearnEvents && h.At-m.First >= r.LearnFor.Microseconds()
	value := ""
	for _, v := range h.Values {
		if s, ok := m.Known[v]; !ok || h.At-s.Last > r.Forget.Microseconds() {
			value = v
		}
	}
	m.know(h)
	if value == "" || !learnt {
		return finding{}, false
	}
	since := time.Duration(h.At-m.First) * time.Microsecond
	return finding{hits: []hit{h}, why: fmt.Sprintf("%s %s for the first time: not among its %d alerts of %s",
		r.Of, value, m.Alerts, incident.FormatDuration(since))}, true
}
