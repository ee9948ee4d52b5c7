package behaviour

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"firebreak/incident"
)

// Limits on one alert and one detection.
const (
	maxGroupsOfAlert = 8   // that one alert belongs to, of one rule
	maxValues        = 16  // of an alert that a rule looks at
	maxEvidence      = 200 // alerts that a detection names; Count tells of all
)

// groupMark divides the values of a group's name.
const groupMark = "\x1f"

// Kept is the state of one group of one rule, as the caller keeps it.
type Kept struct {
	Rule, Group string
	State       []byte // JSON, of at most some 200 KB
	// Waits says that there may be something to find when no alert comes for
	// Lateness: Settle must be asked then.
	Waits    bool
	Lateness time.Duration
	// Groups is how many groups of the rule the caller keeps: beyond, the one
	// that was kept longest ago is forgotten, and counted.
	Groups int
	// Late says that an alert came too late and was left out.
	Late bool
}

// Memory keeps states.
type Memory interface {
	Behaviour(rule, group string) ([]byte, error) // nil: none
	KeepBehaviour(k Kept) error
}

// Watch applies rules. It has no state of its own and may be used from any
// goroutine.
type Watch struct {
	rules  []Rule
	places Places
}

// NewWatch makes a watch over rules, with places to look addresses up in.
func NewWatch(rules []Rule, places Places) *Watch { return &Watch{rules: rules, places: places} }

// Has says whether a rule is one of the watch's. A nil Watch has none.
func (w *Watch) Has(rule string) bool {
	return w != nil && slices.ContainsFunc(w.rules, func(r Rule) bool { return r.ID == rule })
}

// Observe takes an alert in and gives what has become known by it.
//
// An alert may come up to the rule's lateness later than newer ones of its
// group, and again: what is found is the same whatever the order. One that
// comes later is left out.
func (w *Watch) Observe(m Memory, a incident.Alert) ([]incident.Detection, error) {
	var found []incident.Detection
	for _, r := range w.rules {
		if !r.matches(a) {
			continue
		}
		h, ok := w.hit(r, a)
		if !ok {
			continue
		}
		for _, group := range groups(r, a) {
			news, err := observe(m, r, group, h)
			if err != nil {
				return nil, fmt.Errorf("observe rule %s: %w", r.ID, err)
			}
			found = append(found, news...)
		}
	}
	return found, nil
}

func observe(m Memory, r Rule, group string, h hit) ([]incident.Detection, error) {
	b, err := m.Behaviour(r.ID, group)
	if err != nil {
		return nil, err
	}
	s := readState(r.Kind, b)
	fresh, late := s.add(h)
	if !fresh && !late {
		return nil, nil
	}
	news := s.settle(r, s.Newest-r.Lateness.Microseconds())
	if r.AtOnce {
		news = append(news, s.peek(r)...)
	}
	return detections(r, group, news), keep(m, r, group, s, late)
}

// Settle gives what there is to find in a group to which no alert has come
// for the rule's lateness. Older ones that come afterwards are late.
func (w *Watch) Settle(m Memory, rule, group string) ([]incident.Detection, error) {
	at := slices.IndexFunc(w.rules, func(r Rule) bool { return r.ID == rule })
	b, err := m.Behaviour(rule, group)
	if err != nil {
		return nil, fmt.Errorf("settle rule %s: %w", rule, err)
	}
	if at < 0 { // a rule that was taken away
		return nil, m.KeepBehaviour(Kept{Rule: rule, Group: group, State: b, Groups: maxGroups})
	}
	r := w.rules[at]
	s := readState(r.Kind, b)
	news := s.settle(r, s.Newest+1)
	return detections(r, group, news), keep(m, r, group, s, false)
}

func keep(m Memory, r Rule, group string, s state, late bool) error {
	return m.KeepBehaviour(Kept{
		Rule: r.ID, Group: group, State: s.encode(), Waits: len(s.Pending) > 0 && !r.AtOnce,
		Lateness: r.Lateness, Groups: r.Groups, Late: late,
	})
}

// hit is what a rule needs of an alert, if it is about such.
func (w *Watch) hit(r Rule, a incident.Alert) (hit, bool) {
	h := hit{ID: a.ID, At: moment(a), Source: a.Source, Action: a.Action}
	if r.Kind == "travel" || r.Of == "country" {
		addresses := a.Values(incident.EntityAddress)
		if len(addresses) == 0 {
			return h, false
		}
		place, ok := w.places.Find(addresses[0])
		if !ok {
			return h, false
		}
		h.Place = &place
		h.Values = []string{place.Country}
		return h, true
	}
	for _, v := range valuesOf(a, r.Of) {
		if r.Of == "host" {
			v, _, _ = strings.Cut(v, ".") // db-1.corp.example is db-1
		}
		if v = v[:min(len(v), maxValueSize)]; listed(r.Only, v) && !slices.Contains(h.Values, v) && len(h.Values) < maxValues {
			h.Values = append(h.Values, v)
		}
	}
	needed := r.Kind == "distinct" || r.Kind == "beacon"
	return h, len(h.Values) > 0 || !needed
}

// groups gives the groups of a rule that an alert belongs to.
func groups(r Rule, a incident.Alert) []string {
	found := []string{""}
	for i, what := range r.By {
		var longer []string
		for _, group := range found {
			for _, v := range valuesOf(a, what) {
				if v == "" || len(v) > maxValueSize || len(longer) >= maxGroupsOfAlert {
					continue
				}
				if i > 0 {
					v = group + groupMark + v
				}
				if !slices.Contains(longer, v) {
					longer = append(longer, v)
				}
			}
		}
		found = longer
	}
	return found
}

// detections writes findings down. An ID is made of the rule, the group, and
// the first and last alert.
func detections(r Rule, group string, news []finding) []incident.Detection {
	values := strings.Split(group, groupMark)
	var found []incident.Detection
	for _, f := range news {
		first, last := f.hits[0], f.hits[len(f.hits)-1]
		sum := sha256.Sum256([]byte(strings.Join([]string{r.ID, group, first.ID, last.ID}, "\x00")))
		id := r.ID + "-" + hex.EncodeToString(sum[:8])
		d := incident.Detection{
			ID: id, Rule: r.ID, Title: r.Title, Level: r.Level, At: time.UnixMicro(f.at).UTC(),
			Group: incident.Entity{Type: incident.EntityType(r.By[0]), Value: values[0]},
			Count: max(f.count, len(f.hits)), Why: why(r, values, f), Techniques: r.Techniques, DedupKey: "firebreak:" + id,
		}
		for _, h := range f.hits[max(0, len(f.hits)-maxEvidence):] {
			d.Evidence = append(d.Evidence, h.ID)
		}
		found = append(found, d)
	}
	return found
}

// why says in one sentence what was found: about whom, what, and when.
func why(r Rule, values []string, f finding) string {
	var about []string
	for i, v := range values {
		about = append(about, r.By[i]+" "+v)
	}
	from, to := time.UnixMicro(f.hits[0].At).UTC(), time.UnixMicro(f.at).UTC()
	when := "at " + to.Format(time.DateTime)
	if len(f.hits) > 1 {
		when = "within " + incident.FormatDuration(max(to.Sub(from), time.Second)) + ", up to " + to.Format(time.DateTime)
	}
	return strings.Join(about, ", ") + ": " + f.why + " (" + when + " UTC)"
}
