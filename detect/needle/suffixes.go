package needle

import "strings"

// sizes are how many bytes of a text's end are looked up.
var sizes = [...]int{8, 6, 4, 2, 1}

// suffixes finds needles that end a text. Each is kept under as much of its
// end as one of the sizes.
type suffixes struct {
	used  bool
	kinds [len(sizes)]endings
}

// endings are needles kept under ends of one size.
type endings struct {
	filter filter
	under  map[uint64][]Needle
}

func newSuffixes(all []Needle) suffixes {
	s := suffixes{used: len(all) > 0}
	for _, l := range all {
		for i, size := range sizes {
			if len(l.Text) < size {
				continue
			}
			if s.kinds[i].under == nil {
				s.kinds[i] = endings{newFilter(len(all), 16), map[uint64][]Needle{}}
			}
			end := ending(l.Text, size)
			s.kinds[i].under[end] = append(s.kinds[i].under[end], l)
			s.kinds[i].filter.add(spread(end))
			break
		}
	}
	return s
}

func (s *suffixes) find(text string, marks []uint64) {
	if !s.used {
		return
	}
	for i := range s.kinds {
		k := &s.kinds[i]
		if k.under == nil || len(text) < sizes[i] {
			continue
		}
		end := ending(text, sizes[i])
		if !k.filter.has(spread(end)) {
			continue
		}
		for _, l := range k.under[end] {
			if strings.HasSuffix(text, l.Text) {
				mark(marks, l.Marks)
			}
		}
	}
}

// ending is the last size bytes of s, which has as many.
func ending(s string, size int) uint64 {
	n := len(s)
	switch size {
	case 8:
		return load8(s, n-8)
	case 6:
		return uint64(load4(s, n-6)) | uint64(load4(s, n-4))<<32
	case 4:
		return uint64(load4(s, n-4))
	case 2:
		return uint64(s[n-2]) | uint64(s[n-1])<<8
	}
	return uint64(s[n-1])
}
