package picture

import (
	"slices"
	"time"
)

// Story is what a picture shows. Times may come in any order.
type Story struct {
	Title      string // such as "INC-3: Stolen key"
	Facts      string // one line under it, such as "SEV2, closed (resolved)"
	Opened     time.Time
	Closed     time.Time // zero: it is open
	Milestones []Mark
	Detections []Mark
	Pins       []Mark
	Adversary  []time.Time // every entry of the lane
	Responder  []time.Time
}

// Mark is a moment with a name.
type Mark struct {
	At   time.Time
	Text string
}

// earliest and latest bound times: what lies outside of them is a mistake of
// somebody's clock and would squeeze the rest.
var earliest, latest = time.Date(1990, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC)

func sane(t time.Time) bool { return t.After(earliest) && t.Before(latest) }

// tidy gives the story with its times sorted and without the impossible ones,
// and no more milestones than there are letters for.
func (s Story) tidy() Story {
	marks := func(ms []Mark) []Mark {
		ms = slices.DeleteFunc(slices.Clone(ms), func(m Mark) bool { return !sane(m.At) })
		slices.SortStableFunc(ms, func(a, b Mark) int { return a.At.Compare(b.At) })
		return ms
	}
	times := func(ts []time.Time) []time.Time {
		ts = slices.DeleteFunc(slices.Clone(ts), func(t time.Time) bool { return !sane(t) })
		slices.SortFunc(ts, time.Time.Compare)
		return ts
	}
	s.Milestones, s.Detections, s.Pins = marks(s.Milestones), marks(s.Detections), marks(s.Pins)
	s.Milestones = s.Milestones[:min(len(s.Milestones), mostMilestones)]
	s.Adversary, s.Responder = times(s.Adversary), times(s.Responder)
	return s
}

// moments are all times of a tidy story, sorted.
func (s Story) moments() []time.Time {
	all := slices.Concat(s.Adversary, s.Responder)
	for _, ms := range [][]Mark{s.Milestones, s.Detections, s.Pins} {
		for _, m := range ms {
			all = append(all, m.At)
		}
	}
	for _, t := range []time.Time{s.Opened, s.Closed} {
		if sane(t) {
			all = append(all, t)
		}
	}
	slices.SortFunc(all, time.Time.Compare)
	return all
}
