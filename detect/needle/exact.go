package needle

// exact finds needles that are the whole text.
type exact struct {
	used   bool
	marks  map[string][]int32
	filter filter
}

func newExact(all []Needle) exact {
	if len(all) == 0 {
		return exact{}
	}
	x := exact{true, make(map[string][]int32, len(all)), newFilter(len(all), 16)}
	for _, l := range all {
		x.marks[l.Text] = append(x.marks[l.Text], l.Marks...)
		x.filter.add(ends(l.Text))
	}
	return x
}

func (x *exact) find(text string, marks []uint64) {
	if x.used && x.filter.has(ends(text)) {
		mark(marks, x.marks[text])
	}
}

// ends is a hash of a text's length and both its ends.
func ends(s string) uint64 {
	n := len(s)
	switch {
	case n >= 8:
		return spread(load8(s, 0) + spread(load8(s, n-8)+uint64(n)))
	case n >= 4:
		return spread(uint64(load4(s, 0)) | uint64(load4(s, n-4))<<32 + uint64(n))
	}
	h := uint64(n)
	for i := range n {
		h = h<<8 | uint64(s[i])
	}
	return spread(h)
}
