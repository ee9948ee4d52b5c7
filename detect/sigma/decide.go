package sigma

import "firebreak/detect/needle"

// A question that asks for just what is looked for anyway need not be asked. Of
// rules that are often tried it is worth looking for what else they ask.

// askedOften is the share of events from which on that is worth it in a field
// that is looked at anyway; askedMostly in one that would not be.
const (
	askedOften  = 1.0 / 500
	askedMostly = 1.0 / 4
)

// decider chooses the questions that an index decides.
type decider struct {
	*indexer
	wanted map[term][]int32
	chosen []choice
	asked  map[int32]float64 // by chain: how often something is
	least  map[int32]int     // by chain: the shortest text it is looked through for
}

// decide has them marked.
func (x *indexer) decide(made *index, wanted map[term][]int32, chosen []choice) {
	d := decider{x, wanted, chosen, map[int32]float64{}, map[int32]int{}}
	d.look()
	known := map[*question]bool{}
	for i, p := range x.programs {
		p.step.each(func(q *question) {
			t, exact := q.exact()
			if !exact || known[q] || q.chain == x.keywords || !d.worth(t, chosen[i].share) {
				return
			}
			known[q] = true
			wanted[t] = append(wanted[t], int32(made.tries*64+len(made.decided)))
			made.decided = append(made.decided, q.number)
			made.decides.add(q.number)
		})
	}
	made.always = append(made.always, make([]uint64, words(len(made.decided)))...)
}

// look finds out what is looked for anyway, and what is asked.
func (d *decider) look() {
	for t := range d.wanted {
		d.asked[t.chain] = 1
		if n := len(t.text); t.kind == termNeedle && t.where == needle.Contains && (d.least[t.chain] == 0 || n < d.least[t.chain]) {
			d.least[t.chain] = n
		}
	}
	for i, p := range d.programs {
		p.step.each(func(q *question) { d.asked[q.chain] += d.chosen[i].share })
	}
}

// worth says whether it is worth looking for a term that is asked for by a rule
// tried on that share of events.
func (d *decider) worth(t term, share float64) bool {
	if _, looked := d.wanted[t]; looked {
		return true
	}
	if t.where == needle.Contains && (d.least[t.chain] == 0 || len(t.text) < d.least[t.chain]) {
		return false // it would take longer to look through the field
	}
	return share > askedOften && d.asked[t.chain] > askedMostly
}
