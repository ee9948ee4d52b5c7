package needle

import "strings"

// grams finds needles of at least gramSize bytes anywhere in a text.
type grams struct {
	used    bool
	table   table
	needles []Needle
}

func newGrams(all []Needle, counts *Counts) grams {
	if len(all) == 0 {
		return grams{}
	}
	texts := make([]string, 0, len(all))
	for _, n := range all {
		texts = append(texts, n.Text)
	}
	return grams{true, newTable(texts, 0, counts), all}
}

func (g *grams) find(text string, marks []uint64) {
	if !g.used {
		return
	}
	for i := g.table.next(text, 0); i >= 0; i = g.table.next(text, i+g.table.stride) {
		bytes, entries := g.table.at(text, i)
		for _, e := range entries {
			if e.bytes != bytes || int(e.offset) > i {
				continue
			}
			if n := &g.needles[e.text]; strings.HasPrefix(text[i-int(e.offset):], n.Text) {
				mark(marks, n.Marks)
			}
		}
	}
}
