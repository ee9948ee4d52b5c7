package needle

import "strings"

// short finds needles of fewer than gramSize bytes anywhere in a text: by
// their first byte, then one after the other.
type short struct {
	used  bool
	plain bool // one of them begins with ASCII
	first *[256][]Needle
}

func newShort(all []Needle) short {
	s := short{used: len(all) > 0}
	if s.used {
		s.first = new([256][]Needle)
	}
	for _, l := range all {
		if l.Text == "" {
			continue
		}
		s.plain = s.plain || l.Text[0] < 0x80
		s.first[l.Text[0]] = append(s.first[l.Text[0]], l)
	}
	return s
}

func (s *short) find(text string, marks []uint64) {
	if !s.used || !s.plain && ascii(text) {
		return
	}
	for i := range len(text) {
		for j := range s.first[text[i]] {
			if l := &s.first[text[i]][j]; strings.HasPrefix(text[i:], l.Text) {
				mark(marks, l.Marks)
			}
		}
	}
}

func ascii(s string) bool {
	for len(s) >= 8 {
		if load8(s, 0)&0x8080808080808080 != 0 {
			return false
		}
		s = s[8:]
	}
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}
