package sigma

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strconv"

	"firebreak/detect/correlate"
)

// maxKeptText is the most bytes of a value that correlations keep as it is; a
// longer one is told apart by its sum.
const maxKeptText = 1024

// texts gives what fields say, for correlations.
func (v *view) texts(fields []string) [][]string {
	all := make([][]string, len(fields))
	for i, field := range fields {
		for _, value := range v.values(field).List {
			all[i] = append(all[i], short(value.Text))
		}
	}
	return all
}

func short(s string) string {
	if len(s) <= maxKeptText {
		return s
	}
	sum := sha256.Sum256([]byte(s))
	return s[:maxKeptText/2] + "… sha256 " + hex.EncodeToString(sum[:])
}

// outcome is how a correlation stands after an event, with what outer ones
// need of it.
type outcome struct {
	correlate.Result
	group  map[string]string
	fields map[string][]string
}

// correlate gives an event to all correlations, inner ones first, and tells
// what begins with it.
func (r *Run) correlate(k kept) []Detection {
	var told []Detection
	var outcomes map[*Correlation]outcome
	here := []correlate.Place{k.place}
	for _, co := range r.set.correlations {
		o := r.outcome(co, k, here, outcomes)
		if !o.Holds {
			continue
		}
		if outcomes == nil {
			outcomes = map[*Correlation]outcome{}
		}
		outcomes[co] = o
		if o.Begins && (r.Loud || !co.Silent) {
			told = append(told, Detection{
				Rule: co.Head, At: k.at, Event: k.place,
				Group: o.group, Count: o.Count, Evidence: o.Places,
			})
		}
	}
	return told
}

// outcome gives an event to one correlation. Of several members that one event
// is, the later come first: it must not be its own successor.
func (r *Run) outcome(co *Correlation, k kept, here []correlate.Place, inner map[*Correlation]outcome) (o outcome) {
	for i, m := range slices.Backward(co.members) {
		read, places := m.reader(k, here, inner, co.steady())
		if read == nil {
			continue
		}
		h := correlate.Hit{At: k.at, Member: i, Places: places}
		if !co.fill(&h, m, read) {
			r.Tally.Ungrouped++
			continue
		}
		if !co.valued(h) {
			continue
		}
		result := r.windows[co].Add(h)
		if result.Holds && (!o.Holds || result.Begins) {
			result.Begins = result.Begins || o.Begins
			o = outcome{result, co.group(m, read), co.kept(m, read)}
		}
	}
	return o
}

// reader gives what reads the fields of what a member found in an event, and
// the events behind it; nil when it found nothing.
func (m member) reader(k kept, here []correlate.Place, outcomes map[*Correlation]outcome, steady bool) (func(string) []string, []correlate.Place) {
	if m.inner != nil {
		inner, ok := outcomes[m.inner]
		if !ok || !steady && !inner.Begins {
			return nil, nil
		}
		return func(field string) []string { return inner.fields[field] }, inner.Places
	}
	for _, f := range k.found {
		if f.rule == m.rule {
			read := func(field string) []string { return f.fields[slices.Index(f.rule.needs, field)] }
			return read, here
		}
	}
	return nil, nil
}

// fill reads a hit's group and values. It is of no use when it lacks a field
// of the group.
func (co *Correlation) fill(h *correlate.Hit, m member, read func(string) []string) bool {
	for _, field := range m.group {
		text, ok := one(read(field))
		if !ok {
			return false
		}
		if len(m.group) > 1 {
			text = strconv.Itoa(len(text)) + ":" + text // so that no two groups are joined to the same
		}
		h.Group += text
	}
	if len(m.value) == 1 {
		h.Values = read(m.value[0])
		for i := 0; i < len(h.Values) && co.calculates(); i++ {
			if n, ok := worth(h.Values[i]); ok {
				h.Numbers = append(h.Numbers, n)
			}
		}
		return true
	}
	var together []string
	for _, field := range m.value {
		if text, ok := one(read(field)); ok {
			together = append(together, text)
		}
	}
	if len(together) == len(m.value) {
		h.Values = []string{asJSON(together)}
	}
	return true
}

// calculates says whether the correlation has a use for numbers.
func (co *Correlation) calculates() bool {
	return co.spec.Kind != correlate.ValueCount && co.spec.Kind != correlate.EventCount && !temporal(co.spec.Kind)
}

// group gives what the fields of a hit's group say.
func (co *Correlation) group(m member, read func(string) []string) map[string]string {
	group := map[string]string{}
	for i, field := range m.group {
		group[co.groupBy[i]], _ = one(read(field))
	}
	return group
}

// valued says whether a hit has what the correlation counts or calculates.
func (co *Correlation) valued(h correlate.Hit) bool {
	switch {
	case len(co.values) == 0:
		return true
	case co.spec.Kind == correlate.ValueCount:
		return len(h.Values) > 0
	}
	return len(h.Numbers) > 0
}

// kept reads what outer correlations need.
func (co *Correlation) kept(m member, read func(string) []string) map[string][]string {
	fields := map[string][]string{}
	for i, name := range co.needs {
		fields[name] = read(m.keep[i])
	}
	return fields
}

// one makes one text of what a field says: of a list its JSON.
func one(texts []string) (string, bool) {
	if len(texts) > 1 {
		return short(asJSON(texts)), true
	}
	if len(texts) == 0 {
		return "", false
	}
	return short(texts[0]), true
}

func asJSON(texts []string) string {
	b, err := json.Marshal(texts)
	if err != nil {
		return ""
	}
	return string(b)
}
