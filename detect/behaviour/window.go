package behaviour

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// count finds many alerts.
func (m *memory) count(r Rule, h hit) (finding, bool) {
	m.slide(r, h)
	if len(m.Hits) < r.AtLeast {
		return finding{}, false
	}
	return finding{hits: slices.Clone(m.Hits), why: fmt.Sprintf("%d × %s", len(m.Hits), h.Action)}, true
}

// distinct finds many values that are new, and not cleared, as told by enough
// log sources.
func (m *memory) distinct(r Rule, h hit) (finding, bool) {
	m.slide(r, h)
	if r.New > 0 {
		m.know(h)
	}
	cleared, counted, sources := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, seen := range m.Hits {
		if len(r.Clear) > 0 && fits(r.Clear, seen.Action) {
			for _, v := range seen.Values {
				cleared[v] = true
			}
		}
	}
	var hits []hit
	for _, seen := range m.Hits {
		counts := false
		for _, v := range seen.Values {
			if !cleared[v] && !m.knew(r, v, seen.At) {
				counts, counted[v] = true, true
			}
		}
		if counts {
			hits, sources[seen.Source] = append(hits, seen), true
		}
	}
	if len(counted) < r.AtLeast || len(sources) < r.FromSources {
		return finding{}, false
	}
	why := plural(len(counted), r.Of) + " (" + some(counted) + ")"
	return finding{hits: hits, why: why + ", as told by " + some(sources)}, true
}

// sequence finds many alerts and then one that completes them, from where
// the group is not known.
func (m *memory) sequence(r Rule, h hit) (finding, bool) {
	if !fits(r.Then, h.Action) {
		m.slide(r, h)
		return finding{}, false
	}
	known := slices.ContainsFunc(h.Values, func(v string) bool { return m.knew(r, v, h.At) })
	m.know(h)
	var hits []hit
	for _, seen := range m.Hits {
		if h.At-seen.At <= r.Within.Microseconds() {
			hits = append(hits, seen)
		}
	}
	if known || len(hits) < r.AtLeast {
		return finding{}, false
	}
	why := fmt.Sprintf("%d × %s, then %s", len(hits), hits[0].Action, h.Action)
	if len(h.Values) > 0 {
		why += " with " + r.Of + " " + h.Values[0] + ", not known before"
	}
	return finding{hits: append(hits, h), why: why}, true
}

func plural(n int, what string) string {
	many := what + "s"
	if strings.HasSuffix(what, "s") {
		many = what + "es"
	} else if what == "country" {
		many = "countries"
	}
	if n == 1 {
		many = what
	}
	return fmt.Sprintf("%d %s", n, many)
}

// some names up to five.
func some(set map[string]bool) string {
	names := slices.Sorted(maps.Keys(set))
	if len(names) > 5 {
		return strings.Join(names[:5], ", ") + fmt.Sprintf(" and %d more", len(names)-5)
	}
	return strings.Join(names, ", ")
}
