package behaviour

import (
	"fmt"
	"time"
)

const (
	hour     = int64(time.Hour / time.Microsecond)
	weekLong = 168     // hours
	oldWeeks = 8       // after so many silent weeks only their first ones count
	newShare = 0.25    // of the newest hour in a mean, at least
	maxCount = 1 << 40 // of one hour; nothing is counted beyond
)

// mean is one that follows what goes on: the plain one at first, later new
// numbers count for newShare.
type mean struct {
	N     int     `json:"n"`
	Value float64 `json:"v"`
}

func (m *mean) add(x, least float64) {
	m.N++
	m.Value += (x - m.Value) * max(1/float64(m.N), least)
}

// hours counts alerts by the hour, and keeps what is usual.
type hours struct {
	Now   int64 `json:"h"` // hours since 1970
	Count int   `json:"c"`
	Hits  []hit `json:"e,omitempty"` // of this hour, the newest
	All   mean  `json:"a"`
	// By hour of the week; two rows of numbers are read faster than objects.
	Weeks [weekLong]int     `json:"n"`
	Week  [weekLong]float64 `json:"w"`
}

// volume finds more alerts within an hour than so many times what is usual:
// the mean of this hour of the week, or of all hours if that is more.
func (m *memory) volume(r Rule, h hit) (finding, bool) {
	if m.Hours == nil {
		m.Hours = &hours{Now: h.At / hour}
	}
	v := m.Hours
	learnt := h.At-m.First >= r.LearnFor.Microseconds()
	for n := 0; v.Now < h.At/hour; n++ {
		v.next(r, learnt)
		if n > oldWeeks*weekLong {
			v.Now = h.At / hour
		}
	}
	v.Count = min(v.Count+1, maxCount)
	v.Hits = append(v.Hits, hit{ID: h.ID, At: h.At, Source: h.Source})
	v.Hits = v.Hits[max(0, len(v.Hits)-maxEvidence):]
	usual := v.usual()
	if !learnt || v.Count < r.AtLeast || float64(v.Count) <= r.Times*usual {
		return finding{}, false
	}
	hits := append([]hit(nil), v.Hits...)
	return finding{hits: hits, count: v.Count, why: fmt.Sprintf("%d alerts within an hour, usual at this hour of the week are %.1f", v.Count, usual)}, true
}

func (v *hours) usual() float64 { return max(v.Week[v.Now%weekLong], v.All.Value) }

// next closes an hour. One that is far above what is usual counts as what is
// just not told: else an attack would make the next one usual.
func (v *hours) next(r Rule, learnt bool) {
	count := float64(v.Count)
	if learnt {
		count = min(count, max(r.Times*v.usual(), float64(r.AtLeast)))
	}
	at := v.Now % weekLong
	usual := mean{v.Weeks[at], v.Week[at]}
	usual.add(count, newShare)
	v.Weeks[at], v.Week[at] = usual.N, usual.Value
	v.All.add(count, 1.0/(4*weekLong))
	v.Now, v.Count, v.Hits = v.Now+1, 0, nil
}
