package behaviour

import (
	"net/netip"
	"path"
	"slices"
	"time"

	"firebreak/incident"
)

// Limits.
const (
	maxRules     = 200
	maxRuleBytes = 1 << 20
	maxHits      = 250 // that a group remembers within a window, the newest, and AtLeast
	maxPending   = 100 // alerts of a group that wait for older ones
	maxKnown     = 256 // values that a group knows, those seen last
	maxValueSize = 256 // bytes
	maxGroups    = 1_000_000
	maxLateness  = 24 * time.Hour
)

// Rule is something to look for.
type Rule struct {
	ID         string
	Title      string
	Level      string // low, medium, high, critical
	Kind       string // count, distinct, sequence, travel, first, volume, beacon
	Techniques []string

	Actions []string            // that it is about; empty: all
	Sources []string            // log sources that it is about; empty: all
	Except  map[string][]string // by what, patterns or networks that it is not about

	By    []string // what makes a group: address, account, host, source, action
	Of    string   // what is looked at within one: the same, or country
	Only  []string // patterns of values of Of that may be told; empty: all
	Then  []string // sequence: the actions that complete it
	Clear []string // distinct: the actions after which a value counts no more

	AtLeast     int           // alerts, values or intervals
	FromSources int           // distinct: log sources that must tell of it
	Within      time.Duration // the sliding window
	New         time.Duration // distinct, sequence: values known for longer don't count; 0: all count
	Forget      time.Duration // first: a value not seen for so long is new again
	LearnEvents int           // first: alerts of a group before anything is told
	LearnFor    time.Duration // first, volume: time since a group's first alert before anything is told
	Times       float64       // volume: times the mean
	Speed       float64       // travel: km/h
	Distance    float64       // travel: km
	Jitter      float64       // beacon: share by which an interval may differ from the median
	Regular     float64       // beacon: share of intervals that must not differ by more
	Common      int           // beacon: values of Of from which on a group is common

	Stands   time.Duration // for how long one detection stands for what goes on
	Lateness time.Duration // by how much an alert may be older than the group's newest
	AtOnce   bool          // told before the lateness has passed
	Groups   int           // that are remembered
}

func (r Rule) matches(a incident.Alert) bool {
	return listed(r.Actions, a.Action) && listed(r.Sources, a.Source) && !r.excepts(a)
}

// excepts says whether the rule's owner excepts what the alert is about.
func (r Rule) excepts(a incident.Alert) bool {
	for what, patterns := range r.Except {
		if slices.ContainsFunc(valuesOf(a, what), func(v string) bool { return fits(patterns, v) }) {
			return true
		}
	}
	return false
}

func listed(patterns []string, v string) bool { return len(patterns) == 0 || fits(patterns, v) }

// fits says whether one of the patterns, or networks, has v in it.
func fits(patterns []string, v string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool {
		if net, err := netip.ParsePrefix(p); err == nil {
			a, err := netip.ParseAddr(v)
			return err == nil && net.Contains(a)
		}
		ok, err := path.Match(p, v)
		return err == nil && ok
	})
}

// valuesOf gives what an alert says of address, account, host, source or
// action.
func valuesOf(a incident.Alert, what string) []string {
	switch what {
	case "source":
		return []string{a.Source}
	case "action":
		return []string{a.Action}
	}
	return a.Values(incident.EntityType(what))
}
