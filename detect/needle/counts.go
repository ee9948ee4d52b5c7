package needle

// countBits is how many bits of a hash tell four bytes apart in Counts.
const countBits = 15

// Counts says how often four bytes that follow each other were seen, those
// that share a hash together.
type Counts struct {
	seen [1 << countBits]uint32
}

// Clear forgets what was seen.
func (c *Counts) Clear() { clear(c.seen[:]) }

// Add counts what stands in a text.
func (c *Counts) Add(text string) {
	for i := 0; i+gramSize <= len(text); i++ {
		c.seen[countOf(load4(text, i))]++
	}
}

// of says how often the four bytes were seen, a little more if they look as
// if they were common.
func (c *Counts) of(gram uint32) uint64 {
	seen := uint64(0)
	if c != nil {
		seen = 16 * uint64(c.seen[countOf(gram)])
	}
	for ; gram != 0; gram >>= 8 {
		switch b := byte(gram); {
		case 'a' <= b && b <= 'z':
			seen += 2
		case b == ' ' || b == '.' || b == '\\' || b == '0':
			seen += 3
		case b == 'q' || b == 'x' || b == 'z' || b == 'j':
		default:
			seen++
		}
	}
	return seen
}

func countOf(gram uint32) uint64 { return spread(uint64(gram)) >> (64 - countBits) }
