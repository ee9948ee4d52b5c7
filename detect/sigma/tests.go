package sigma

import (
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"firebreak/detect/correlate"
	"firebreak/detect/event"
)

// textTest wants one of the patterns to be a whole value.
type textTest struct{ pattern *pattern }

func (t textTest) of(values event.Values) bool {
	return slices.ContainsFunc(values.List, t.pattern.matches)
}
func (t textTest) key() string { return "is " + t.pattern.key() }

// number is a rule's number: as text, and as what it is worth.
type number struct {
	text  string
	worth float64
}

// numberTest wants the number, be it written as a number or as text.
type numberTest struct{ number number }

func (t numberTest) of(values event.Values) bool { return slices.ContainsFunc(values.List, t.is) }
func (t numberTest) key() string                 { return "number " + t.number.text }

func (t numberTest) is(v event.Value) bool {
	if v.Text == t.number.text {
		return true
	}
	// 4625.0 is 4625, but of two long integers floats would say too much.
	if !strings.ContainsAny(v.Text, ".eE") && !strings.ContainsAny(t.number.text, ".eE") {
		return false
	}
	worth, ok := worth(v.Text)
	return ok && worth == t.number.worth
}

// worth reads a decimal number; no other notation is one.
func worth(s string) (float64, bool) {
	if s == "" || len(s) > 64 || strings.Trim(s, "+-.0123456789eE") != "" {
		return 0, false
	}
	f, err := strconv.ParseFloat(s, 64)
	return f, err == nil
}

// nullTest wants a field that says nothing: absent, null or an empty list.
type nullTest struct{}

func (nullTest) of(values event.Values) bool { return len(values.List) == 0 }
func (nullTest) key() string                 { return "null" }

// existsTest wants the field to be there, be it null.
type existsTest struct{ there bool }

func (t existsTest) of(values event.Values) bool { return values.Present == t.there }
func (t existsTest) key() string                 { return fmt.Sprint("exists ", t.there) }

// regexpTest wants a match anywhere in a value, as it is written.
type regexpTest struct{ re *regexp.Regexp }

func (t regexpTest) key() string { return "re " + t.re.String() }
func (t regexpTest) of(values event.Values) bool {
	return slices.ContainsFunc(values.List, func(v event.Value) bool { return t.re.MatchString(v.Text) })
}

// networkTest wants an address within the network.
type networkTest struct{ network netip.Prefix }

func (t networkTest) key() string { return "cidr " + t.network.String() }
func (t networkTest) of(values event.Values) bool {
	return slices.ContainsFunc(values.List, func(v event.Value) bool {
		addr, err := netip.ParseAddr(v.Text)
		return err == nil && t.network.Contains(addr.Unmap().WithZone(""))
	})
}

// compareTest wants a number on one side of the rule's; text that is no
// number is on neither.
type compareTest struct {
	op    correlate.Op
	bound number
}

func (t compareTest) key() string { return string(t.op) + " " + t.bound.text }
func (t compareTest) of(values event.Values) bool {
	return slices.ContainsFunc(values.List, func(v event.Value) bool {
		worth, ok := worth(v.Text)
		return ok && t.op.Holds(worth, t.bound.worth)
	})
}

// timeTest compares a part of a time, in UTC.
type timeTest struct {
	part  timePart
	op    correlate.Op
	bound number
}

func (t timeTest) key() string { return string(t.part) + " " + string(t.op) + " " + t.bound.text }
func (t timeTest) of(values event.Values) bool {
	return slices.ContainsFunc(values.List, func(v event.Value) bool {
		at, ok := event.ParseTime(v.Text, time.Time{})
		return ok && t.op.Holds(float64(t.part.of(at.UTC())), t.bound.worth)
	})
}

// timePart is a part of a time, as the modifier names it.
type timePart string

func (p timePart) of(at time.Time) int {
	switch p {
	case "minute":
		return at.Minute()
	case "hour":
		return at.Hour()
	case "day":
		return at.Day()
	case "week":
		_, week := at.ISOWeek()
		return week
	case "month":
		return int(at.Month())
	}
	return at.Year()
}

// maxCompared is how many values of two fields are compared with each other.
const maxCompared = 1000

// fieldTest wants the field to say what another says, letter case aside.
// before and behind allow more to stand around it. Of lists only the first
// maxCompared values count.
type fieldTest struct {
	other          string
	before, behind bool
}

func (t fieldTest) key() string { return fmt.Sprintf("field %t %t %q", t.before, t.behind, t.other) }

// of is asked of its own field's values and of the other's.
func (t fieldTest) of(own, other event.Values) bool {
	for _, a := range own.List[:min(len(own.List), maxCompared)] {
		for _, b := range other.List[:min(len(other.List), maxCompared)] {
			if t.compare(a.Folded, b.Folded) {
				return true
			}
		}
	}
	return false
}

func (t fieldTest) compare(own, other string) bool {
	switch {
	case t.before && t.behind:
		return strings.Contains(own, other)
	case t.before:
		return strings.HasSuffix(own, other)
	case t.behind:
		return strings.HasPrefix(own, other)
	}
	return own == other
}
