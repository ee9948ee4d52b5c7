package behaviour

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"firebreak/incident"
)

// Limits on beacons.
const (
	maxCallers = 8               // whose beats are kept: those that called last
	leastBeat  = 5 * time.Second // shorter ones are people's pages with many parts
)

// beacon finds a value that comes again and again after the same time, if few
// others come too: what many do is no one's implant.
func (m *memory) beacon(r Rule, h hit) (finding, bool) {
	m.know(h)
	for v, s := range m.Known {
		if h.At-s.Last > r.Within.Microseconds() {
			delete(m.Known, v)
			delete(m.Beats, v)
		}
	}
	if r.Common > 0 && len(m.Known) >= r.Common {
		m.Beats = nil
		return finding{}, false
	}
	if m.Beats == nil {
		m.Beats = map[string]row{}
	}
	var f finding
	for _, v := range h.Values {
		beats := append(m.Beats[v], hit{ID: h.ID, At: h.At, Source: h.Source})
		m.Beats[v] = beats[max(0, len(beats)-r.AtLeast-1):]
		if every, ok := regular(r, m.Beats[v]); ok {
			f = finding{hits: slices.Clone(m.Beats[v]), why: fmt.Sprintf("%s %s called every %s, %d times in a row",
				r.Of, v, incident.FormatDuration(every), len(m.Beats[v]))}
		}
	}
	m.fewer()
	return f, len(f.hits) > 0
}

// fewer forgets callers beyond maxCallers.
func (m *memory) fewer() {
	for len(m.Beats) > maxCallers {
		delete(m.Beats, slices.MinFunc(slices.Collect(maps.Keys(m.Beats)), func(a, b string) int {
			return cmp.Or(cmp.Compare(m.Known[a].Last, m.Known[b].Last), strings.Compare(a, b))
		}))
	}
}

// regular gives the median interval, if enough intervals are like it.
func regular(r Rule, beats row) (time.Duration, bool) {
	if len(beats) <= r.AtLeast {
		return 0, false
	}
	between := make([]float64, len(beats)-1)
	for i := range between {
		between[i] = float64(beats[i+1].At - beats[i].At)
	}
	slices.Sort(between)
	median := between[len(between)/2]
	like := 0
	for _, d := range between {
		if math.Abs(d-median) <= r.Jitter*median {
			like++
		}
	}
	every := time.Duration(median) * time.Microsecond
	return every, every >= leastBeat && float64(like) >= r.Regular*float64(len(between))
}
