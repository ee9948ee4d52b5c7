package needle

import (
	"slices"
	"strings"
)

// prefixes finds needles that begin a text. They are sorted: all that begin a
// text are the one that sorts just before it, or begin that one.
type prefixes struct {
	texts []string
	marks [][]int32
	// within is the longest other one that begins it, or -1.
	within []int32
}

func newPrefixes(all []Needle) prefixes {
	var p prefixes
	merged := map[string][]int32{}
	for _, l := range all {
		if _, known := merged[l.Text]; !known {
			p.texts = append(p.texts, l.Text)
		}
		merged[l.Text] = append(merged[l.Text], l.Marks...)
	}
	slices.Sort(p.texts)
	for i, t := range p.texts {
		p.marks = append(p.marks, merged[t])
		within := int32(i) - 1
		for within >= 0 && !strings.HasPrefix(t, p.texts[within]) {
			within = p.within[within]
		}
		p.within = append(p.within, within)
	}
	return p
}

func (p *prefixes) find(text string, marks []uint64) {
	if len(p.texts) == 0 {
		return
	}
	i, same := slices.BinarySearch(p.texts, text)
	at := int32(i)
	if !same {
		at--
	}
	for at >= 0 && !strings.HasPrefix(text, p.texts[at]) {
		at = p.within[at]
	}
	for ; at >= 0; at = p.within[at] {
		mark(marks, p.marks[at])
	}
}
