package sigma

import (
	"strconv"
	"time"
)

func readReferences(n node) ([]reference, error) {
	names, err := n.words()
	refs := make([]reference, 0, len(names))
	for i, name := range names {
		line := n.line
		if n.kind == kindList {
			line = n.kids[i].line
		}
		refs = append(refs, reference{name, line})
	}
	return refs, err
}

func readAliases(n node) ([]alias, error) {
	var aliases []alias
	for i, key := range n.keys {
		a := alias{key.text, map[string]string{}, key.line}
		for j, ref := range n.kids[i].keys {
			a.fields[ref.text] = n.kids[i].kids[j].text
		}
		if len(a.fields) == 0 {
			return nil, faultf(key.line, "the alias %s is no mapping of rules to fields", quote(key.text))
		}
		aliases = append(aliases, a)
	}
	if len(aliases) == 0 && !n.null() {
		return nil, faultf(n.line, "the aliases are no mapping")
	}
	return aliases, nil
}

// units are those of timespans. A month and a year are means, as in the
// reference implementation.
var units = map[byte]time.Duration{
	's': time.Second, 'm': time.Minute, 'h': time.Hour, 'd': 24 * time.Hour,
	'w': 7 * 24 * time.Hour, 'M': 2_629_746 * time.Second, 'y': 31_556_952 * time.Second,
}

// maxSpan is the longest timespan.
const maxSpan = 10 * 365 * 24 * time.Hour

func readSpan(n node) (time.Duration, error) {
	if last := len(n.text) - 1; last > 0 && last < 10 {
		count, err := strconv.ParseUint(n.text[:last], 10, 32)
		unit, ok := units[n.text[last]]
		if span := time.Duration(count) * unit; err == nil && ok && span > 0 && count <= uint64(maxSpan/unit) {
			return span, nil
		}
	}
	return 0, faultf(n.line, "the timespan %s is no number with s, m, h, d, w, M or y, from 1s to 10y", quote(n.text))
}
