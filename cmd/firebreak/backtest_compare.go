package main

import (
	"cmp"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"firebreak/detect/correlate"
)

// The two sides of a back-test.
const (
	before = 0
	after  = 1
)

// Limits on what a back-test keeps.
const (
	maxQuiet  = 20        // rules of each change that are named though they find the same
	maxShown  = 10        // detections of a rule that are shown, each of new and gone
	maxKept   = 1_000_000 // detections that are kept to be shown, or to be compared at the end
	maxPlaces = 3         // of its evidence that a detection names
)

// finding is a detection as the comparison needs it.
type finding struct {
	rule   string // the key of its row
	at     time.Time
	group  string            // what it is about, for people
	about  map[string]string // likewise, for programs
	count  int
	first  correlate.Place   // of its evidence
	places []correlate.Place // the first of its evidence, at most maxPlaces
}

// same tells the detections that both sides have by what they are of: the
// rule, the group and the first of the evidence. That a threshold makes one be
// told earlier or later, or with more evidence, is no difference.
type same struct {
	rule, group string
	first       correlate.Place
}

func (f finding) same() same { return same{f.rule, f.group, f.first} }

// cancel takes away what both sides have, each as often as both have it.
func cancel(was, is []finding) (gone, fresh []finding) {
	open := map[same][]int{}
	for i, f := range was {
		open[f.same()] = append(open[f.same()], i)
	}
	matched := make([]bool, len(was))
	for _, f := range is {
		if at := open[f.same()]; len(at) > 0 {
			matched[at[0]], open[f.same()] = true, at[1:]
			continue
		}
		fresh = append(fresh, f)
	}
	for i, f := range was {
		if !matched[i] {
			gone = append(gone, f)
		}
	}
	return gone, fresh
}

// ruleInfo is what a row says of a rule on one side.
type ruleInfo struct {
	id, title, level, file string
	sum                    string // the same for the same content
	stored                 string // what its stored detections call it
}

// row is a rule and what it finds on both sides.
type row struct {
	key   string
	rule  [2]*ruleInfo // nil on the side that lacks it
	found [2]int
	gone  difference
	fresh difference
	// What people said about its detections: how many there are that the side
	// before finds, and how many of those the side after does not.
	confirmed, wrong tallied
}

// difference is what only one side finds.
type difference struct {
	count int
	shown []finding // the first of them
}

// tallied counts judged detections.
type tallied struct{ had, lost int }

// The ways in which a rule can differ.
const (
	ruleAdded   = "added"
	ruleRemoved = "removed"
	ruleChanged = "changed"
	ruleSame    = "same"
)

func (r *row) change() string {
	switch {
	case r.rule[before] == nil:
		return ruleAdded
	case r.rule[after] == nil:
		return ruleRemoved
	case r.rule[before].sum != r.rule[after].sum:
		return ruleChanged
	}
	return ruleSame
}

// info is the rule as it is to be, or as it was.
func (r *row) info() *ruleInfo {
	if r.rule[after] != nil {
		return r.rule[after]
	}
	return r.rule[before]
}

// differs says whether there is anything to tell.
func (r *row) differs() bool {
	return r.change() != ruleSame || !r.quiet()
}

// comparison is what both sides find, compared. Detections of single events
// are compared as soon as both sides have seen the event, so only what differs
// takes room; those of several events are compared at the end, as the sides
// may tell them at different moments.
type comparison struct {
	rows  map[string]*row
	shown int // of each difference of a rule
	kept  int
	step  [2][]finding
	late  [2][]finding
	once  [2]map[same]bool // what was found of an alert in this step: it may have several forms
}

// errTooManyFound ends a run that would not fit into the memory.
var errTooManyFound = errors.New("more than a million detections of correlations and detectors: give fewer events, or rules that find less")

func newComparison(all bool) *comparison {
	c := &comparison{rows: map[string]*row{}, shown: maxShown, once: [2]map[same]bool{{}, {}}}
	if all {
		c.shown = maxKept
	}
	return c
}

// rule makes a row know a rule. What is no rule of its own, such as the part
// an aggregation is on, shares one.
func (c *comparison) rule(side int, key string, info ruleInfo) {
	r, ok := c.rows[key]
	if !ok {
		r = &row{key: key}
		c.rows[key] = r
	}
	r.rule[side] = &info
}

// take notes what a side found; late says that the other may find it at
// another moment.
func (c *comparison) take(side int, f finding, late bool) error {
	if f.first.Line == 0 && !late {
		if c.once[side][f.same()] {
			return nil
		}
		c.once[side][f.same()] = true
	}
	c.rows[f.rule].found[side]++
	if !late {
		c.step[side] = append(c.step[side], f)
		return nil
	}
	if len(c.late[side]) >= maxKept {
		return errTooManyFound
	}
	c.late[side] = append(c.late[side], f)
	return nil
}

// stepped compares what was found since the last call.
func (c *comparison) stepped() {
	if len(c.step[before])+len(c.step[after]) > 0 {
		c.settle(cancel(c.step[before], c.step[after]))
		c.step[before], c.step[after] = c.step[before][:0], c.step[after][:0]
		clear(c.once[before])
		clear(c.once[after])
	}
}

// finish compares the rest.
func (c *comparison) finish() {
	c.stepped()
	gone, fresh := cancel(c.late[before], c.late[after])
	inTime := func(a, b finding) int {
		return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.rule, b.rule), cmp.Compare(a.group, b.group))
	}
	slices.SortStableFunc(gone, inTime)
	slices.SortStableFunc(fresh, inTime)
	c.settle(gone, fresh)
	c.late = [2][]finding{}
}

func (c *comparison) settle(gone, fresh []finding) {
	for _, f := range gone {
		c.add(&c.rows[f.rule].gone, f)
	}
	for _, f := range fresh {
		c.add(&c.rows[f.rule].fresh, f)
	}
}

func (c *comparison) add(d *difference, f finding) {
	d.count++
	if len(d.shown) < c.shown && c.kept < maxKept {
		d.shown = append(d.shown, f)
		c.kept++
	}
}

// sorted gives the rows: those that would lose confirmed detections first,
// then those that find something else, each by title.
func (c *comparison) sorted() []*row {
	return slices.SortedFunc(maps.Values(c.rows), func(a, b *row) int {
		return cmp.Or(cmp.Compare(a.rank(), b.rank()), strings.Compare(a.info().title, b.info().title), strings.Compare(a.key, b.key))
	})
}

func (r *row) rank() int {
	switch {
	case r.confirmed.lost > 0:
		return 0
	case !r.quiet():
		return 1
	}
	return 2
}

// quiet says that the rule finds what it found.
func (r *row) quiet() bool { return r.gone.count+r.fresh.count+r.confirmed.lost+r.wrong.lost == 0 }
