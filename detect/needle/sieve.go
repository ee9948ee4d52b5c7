package needle

// Sieve finds which needles a JSON text can have in any of its strings, before
// anything in it is decoded: every one that is there, and some that are not. It
// looks for pieces of needles that JSON writes as they are, letter case aside,
// unless it writes them as \u.
type Sieve struct {
	table  table
	pieces []Needle
}

// sameCase is the bit in which letters differ that differ in case, in each of
// four bytes. Some that are no letters differ in it as well.
const sameCase = 0x20202020

// NewSieve makes one for needles that may stand anywhere, folded. There is none
// (nil) if some needle has no piece that is long enough.
func NewSieve(all []Needle, counts *Counts) *Sieve {
	s := &Sieve{}
	var texts []string
	for _, n := range all {
		p := piece(n.Text, counts)
		if n.Kind != Contains || len(p) < gramSize {
			return nil
		}
		texts, s.pieces = append(texts, p), append(s.pieces, Needle{Text: p, Marks: n.Marks})
	}
	s.table = newTable(texts, sameCase, counts)
	return s
}

// piece gives the best piece of a needle that JSON writes as it is.
func piece(text string, counts *Counts) string {
	best, most, begin := "", -1.0, 0
	for i := range len(text) + 1 {
		if i < len(text) && asItIs(text[i]) {
			continue
		}
		if p := text[begin:i]; len(p) >= gramSize {
			seen := counts.of(load4(p, rarest(p, 1, counts)))
			if worth := float64(min(len(p), 2*gramSize)) / float64(seen+1); worth > most {
				best, most = p, worth
			}
		}
		begin = i + 1
	}
	return best
}

// asItIs says whether JSON writes a byte only as it is, or as \u.
func asItIs(c byte) bool { return c >= ' ' && c < 0x80 && c != '"' && c != '\\' && c != '/' }

// Find sets the marks of the needles that a JSON text without \u can have.
func (s *Sieve) Find(text string, marks []uint64) {
	for i := s.table.next(text, 0); i >= 0; i = s.table.next(text, i+s.table.stride) {
		bytes, entries := s.table.at(text, i)
		for _, e := range entries {
			if e.bytes != bytes || int(e.offset) > i {
				continue
			}
			if p := &s.pieces[e.text]; alike(text[i-int(e.offset):], p.Text) {
				mark(marks, p.Marks)
			}
		}
	}
}

// alike says whether a text begins with a piece, letter case aside.
func alike(text, piece string) bool {
	if len(text) < len(piece) {
		return false
	}
	for i := range len(piece) {
		if (text[i]^piece[i])&^0x20 != 0 {
			return false
		}
	}
	return true
}
