package correlate

import (
	"math"
	"time"
)

// Kind is what is measured.
type Kind int

// The kinds of Sigma, and two of its old aggregations (Min and Max).
const (
	EventCount      Kind = iota // hits
	ValueCount                  // different values
	Temporal                    // different members
	TemporalOrdered             // different members, in their order
	Sum
	Average
	Percentile
	Median
	Min
	Max
)

// Op compares what was measured with a bound.
type Op string

// The comparisons, by their names in Sigma.
const (
	Equal        Op = "eq"
	Unequal      Op = "neq"
	Less         Op = "lt"
	LessEqual    Op = "lte"
	Greater      Op = "gt"
	GreaterEqual Op = "gte"
)

// Holds says whether a stands to b as the comparison wants.
func (o Op) Holds(a, b float64) bool {
	switch o {
	case Equal:
		return a == b
	case Unequal:
		return a != b
	case Less:
		return a < b
	case LessEqual:
		return a <= b
	case Greater:
		return a > b
	case GreaterEqual:
		return a >= b
	}
	return false
}

// Bound is one side of what is looked for.
type Bound struct {
	Op    Op
	Value float64
}

// Limits.
const (
	MaxGroups  = 100_000   // of one correlation
	MaxValues  = 100_000   // of one group, where all are added up: the newest
	MaxRanked  = 10_000    // of one group, where they are sorted: the newest
	MaxCount   = 1_000_000 // in a bound on a count
	MaxMembers = 64
	MaxPlaces  = 200 // that one result names
)

// Spec says what to look for.
type Spec struct {
	Kind    Kind
	Members int           // of Temporal and TemporalOrdered, at most MaxMembers
	Span    time.Duration // > 0
	Bounds  []Bound       // all must hold
	Percent float64       // of Percentile, 0 to 100
	// When, of Temporal, takes the place of bounds: it is told which members
	// were seen.
	When func(seen []bool) bool
	// Always names the places of every result that holds, not only of those
	// that begin: for what is a hit of another correlation all the time.
	Always bool
}

// enough is how many hits or values tell whether the bounds hold: beyond, it
// does not matter how many there are.
func (s Spec) enough() int {
	most := 1.0
	for _, b := range s.Bounds {
		most = max(most, math.Floor(b.Value)+1)
	}
	return int(min(most, MaxCount+1))
}

// holds says whether what was measured is what is looked for.
func (s Spec) holds(measured float64) bool {
	for _, b := range s.Bounds {
		if !b.Op.Holds(measured, b.Value) {
			return false
		}
	}
	return true
}

// Place is where an event stands.
type Place struct {
	File string `json:"file"`
	Line int64  `json:"line"`
}

// Hit is something one of the members found.
type Hit struct {
	At      time.Time
	Member  int    // of Temporal and TemporalOrdered, from 0
	Group   string // what the group's fields say, joined
	Values  []string
	Numbers []float64
	Places  []Place // the events behind it, oldest first
}

// Result is how things stand in a hit's group after it.
type Result struct {
	Holds    bool // the hit completes or continues what is looked for
	Begins   bool // it did not hold before
	Count    int  // what was counted: hits, values or members
	Measured float64
	Places   []Place // of what is in the window, oldest first, at most MaxPlaces; see Spec.Always
}
