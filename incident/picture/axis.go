package picture

import (
	"cmp"
	"slices"
	"time"
)

// axis places times between two edges, in pixels. Where nothing happens for
// long, time is left out, so that an hour of work is not a hair's breadth when
// the incident was closed two weeks later.
type axis struct {
	stretches []stretch
}

// stretch is time that is drawn to scale.
type stretch struct {
	first       time.Time // what happens first in it
	from, to    time.Time
	left, right float64
}

const (
	// quietShare is the share of the time drawn from which on a pause is left
	// out.
	quietShare = 3
	// quietWidth is what is drawn of it, in pixels.
	quietWidth = 26
	// quietLeast is the shortest pause that is left out.
	quietLeast = 2 * time.Minute
	// mostQuiet is how many pauses are left out at most, and perQuiet how many
	// moments there must be for each: a few scattered ones are best to scale.
	mostQuiet = 4
	perQuiet  = 8
	// shortest is the least time that is drawn.
	shortest = 20 * time.Second
)

// newAxis makes an axis on which all moments, sorted, have room.
func newAxis(moments []time.Time, left, right float64) axis {
	if len(moments) == 0 {
		return axis{}
	}
	out := pauses(moments)
	parts := []stretch{{first: moments[0], from: moments[0], to: moments[0]}}
	for i, t := range moments {
		if slices.Contains(out, i) {
			parts = append(parts, stretch{first: t, from: t, to: t})
		}
		parts[len(parts)-1].to = t
	}
	pad(parts)
	return spread(parts, left, right)
}

// pauses gives the moments before which time is left out: behind the longest
// pauses, as long as they are long against what is then left.
func pauses(moments []time.Time) (out []int) {
	drawn := moments[len(moments)-1].Sub(moments[0])
	pause := func(i int) time.Duration { return moments[i].Sub(moments[i-1]) }
	all := make([]int, 0, len(moments))
	for i := 1; i < len(moments); i++ {
		if pause(i) >= quietLeast {
			all = append(all, i)
		}
	}
	slices.SortStableFunc(all, func(a, b int) int { return cmp.Compare(pause(b), pause(a)) })
	for _, i := range all[:min(len(all), mostQuiet, len(moments)/perQuiet)] {
		if pause(i) < drawn/quietShare {
			break
		}
		out, drawn = append(out, i), drawn-pause(i)
	}
	return out
}

// pad gives each stretch some time around what happens in it.
func pad(parts []stretch) {
	var drawn time.Duration
	for _, p := range parts {
		drawn += p.to.Sub(p.from)
	}
	least := max(drawn/8, shortest)
	for i, p := range parts {
		around := max(p.to.Sub(p.from)/30, (least-p.to.Sub(p.from))/2, time.Second)
		parts[i].from, parts[i].to = p.from.Add(-around), p.to.Add(around)
	}
}

// spread shares the room out by how long the stretches are.
func spread(parts []stretch, left, right float64) axis {
	var drawn time.Duration
	for _, p := range parts {
		drawn += p.to.Sub(p.from)
	}
	room := right - left - quietWidth*float64(len(parts)-1)
	for i := range parts {
		parts[i].left = left
		left += room * float64(parts[i].to.Sub(parts[i].from)) / float64(drawn)
		parts[i].right = left
		left += quietWidth
	}
	return axis{parts}
}

// at is where a time is drawn. Times that the axis leaves out are drawn at the
// edge before them.
func (a axis) at(t time.Time) float64 {
	x := 0.0
	for i, s := range a.stretches {
		if i == 0 {
			x = s.left
		}
		if t.Before(s.from) {
			return x
		}
		if !t.After(s.to) {
			return s.left + (s.right-s.left)*float64(t.Sub(s.from))/float64(s.to.Sub(s.from))
		}
		x = s.right
	}
	return x
}

// steps are the distances that ticks may have.
var steps = []time.Duration{
	time.Second, 5 * time.Second, 15 * time.Second, 30 * time.Second,
	time.Minute, 2 * time.Minute, 5 * time.Minute, 10 * time.Minute, 15 * time.Minute, 30 * time.Minute,
	time.Hour, 2 * time.Hour, 3 * time.Hour, 6 * time.Hour, 12 * time.Hour,
	day, 2 * day, 7 * day, 14 * day, 28 * day, 91 * day, 365 * day, 1460 * day,
}

const day = 24 * time.Hour

// tick is a time that is written at the axis.
type tick struct {
	x     float64
	label string
}

// ticks are those of a stretch, at least apart pixels from each other: none
// where it is too narrow. byDay says that they are days.
func (s stretch) ticks(apart float64) (ticks []tick, byDay bool) {
	long, wide := s.to.Sub(s.from), s.right-s.left
	for _, step := range steps {
		if wide*float64(step)/float64(long) < apart {
			continue
		}
		for t := ceil(s.from, step); !t.After(s.to); t = t.Add(step) {
			ticks = append(ticks, tick{s.left + wide*float64(t.Sub(s.from))/float64(long), label(t, step)})
		}
		return ticks, step >= day
	}
	return nil, true
}

// ceil is the first multiple of step, in UTC, that is not before t.
func ceil(t time.Time, step time.Duration) time.Time {
	f := t.UTC().Truncate(step)
	if f.Before(t) {
		f = f.Add(step)
	}
	return f
}

func label(t time.Time, step time.Duration) string {
	switch {
	case step >= 365*day:
		return t.Format("2006")
	case step >= day:
		return t.Format("2 Jan")
	case step < time.Minute:
		return t.Format("15:04:05")
	}
	return t.Format("15:04")
}
