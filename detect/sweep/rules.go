package sweep

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"firebreak/detect/correlate"
	"firebreak/detect/event"
	"firebreak/detect/sigma"
	"firebreak/incident"
)

// rules are the Sigma rules at work.
type rules struct {
	set   *sigma.Set
	run   *sigma.Run
	found map[string]*match // by rule
	with  Detectors
}

// match is all that one rule has found.
type match struct {
	head  sigma.Head
	first sigma.Detection
	count int
	lines []int64 // the first events, by number
}

// newRules makes do with none, which still know how logs tell their time.
func newRules(d Detectors) (*rules, error) {
	set := d.Rules
	if set == nil {
		mapping, err := sigma.Builtin()
		if err != nil {
			return nil, err
		}
		set = sigma.NewLoader(mapping).Set()
	}
	run := set.NewRun(sigma.Logsource{})
	run.KeepAtMost(maxMembers)
	return &rules{set: set, run: run, found: map[string]*match{}, with: d}, nil
}

func (r *rules) event(ev *event.Event, place correlate.Place) { r.add(r.run.Event(ev, place)) }

func (r *rules) add(found []sigma.Detection) {
	for _, d := range found {
		key := fmt.Sprintf("%s:%d:%s", d.Rule.File, d.Rule.Line, d.Rule.Title)
		m := r.found[key]
		if m == nil {
			m = &match{head: d.Rule, first: d}
			r.found[key] = m
		}
		m.count++
		for _, place := range d.Evidence {
			if len(m.lines) < maxLines && !slices.Contains(m.lines, place.Line) {
				m.lines = append(m.lines, place.Line)
			}
		}
	}
}

// finish correlates and gives a detection per rule.
func (r *rules) finish(s *sweep) []finding {
	r.add(r.run.Finish())
	var found []finding
	for _, key := range slices.Sorted(maps.Keys(r.found)) {
		m := r.found[key]
		d := incident.Detection{
			Rule: r.name(m.head), Title: cmp.Or(m.head.Title, m.head.ID), Level: level(m.head.Level),
			At: m.first.At, Count: m.count, Why: m.why(), Techniques: techniques(m.head.Tags),
		}
		if r.with.Shadow != nil && r.with.Shadow(m.head) {
			d.Handling = incident.HandlingShadow
		}
		d.ID = s.detectionID(d.Rule + "\x00" + d.Title)
		found = append(found, finding{d, m.lines})
	}
	return found
}

func (r *rules) name(h sigma.Head) string {
	if r.with.Name != nil {
		return r.with.Name(h)
	}
	return h.Key()
}

// why says in one sentence what was found.
func (m *match) why() string {
	if !m.head.Correlation {
		if m.count == 1 {
			return "1 event matches"
		}
		return fmt.Sprintf("%d events match", m.count)
	}
	var group []string
	for _, field := range slices.Sorted(maps.Keys(m.first.Group)) {
		group = append(group, field+" "+m.first.Group[field])
	}
	s := fmt.Sprintf("%d events together", m.first.Count)
	if len(group) > 0 {
		s += " about " + strings.Join(group, ", ")
	}
	if m.count > 1 {
		s += fmt.Sprintf(", and %d times more", m.count-1)
	}
	return s
}

// notes says what the run could not use.
func (r *rules) notes() (notes []string) {
	for _, n := range []struct {
		n    int
		what string
	}{
		{r.run.Tally.Late, "events came too late in the file to be correlated"},
		{r.run.Tally.Forgotten, "groups of correlations were given up for want of room"},
	} {
		if n.n > 0 {
			notes = append(notes, fmt.Sprintf("%d %s", n.n, n.what))
		}
	}
	return notes
}

// level is one of ours for one of Sigma's.
func level(of string) string {
	switch of {
	case "critical", "high", "medium":
		return of
	case "":
		return "medium"
	}
	return "low"
}

var attack = regexp.MustCompile(`^attack\.(t\d{4}(?:\.\d{3})?)$`)

// techniques are the ATT&CK techniques that a rule's tags name.
func techniques(tags []string) (found []string) {
	for _, tag := range tags {
		if m := attack.FindStringSubmatch(strings.ToLower(tag)); m != nil {
			found = append(found, strings.ToUpper(m[1]))
		}
	}
	return found
}
