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
	chosen []choice
	asked  map[int32]float64 // by chain: how often something is
	least  map[int32]int     // by chain: the shortest text it is looked through for
}

// decide has them marked.
func (x *indexer) decide(made *index, chosen []choice) {
	d := decider{x, chosen, map[int32]float64{}, map[int32]int{}}
	d.look()
	for i, p := range x.programs {
		p.step.each(func(q *question) {
			t, exact := q.exact()
			if !exact || q.chain == x.keywords || made.decides.has(q.number) || !d.worth(t, chosen[i].share) {
				return
			}
			x.want(t, int32(made.tries*64+len(made.decided)))
			made.decided = append(made.decided, q.number)
			made.decides.add(q.number)
		})
	}
	made.always = append(made.always, make([]uint64, words(len(made.decided)))...)
}

// look finds out what is looked for anyway, and what is asked.
func (d *decider) look() {
	for _, t := range d.looked {
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
	if len(d.wanted[t.number]) > 0 {
		return true
	}
	if t.where == needle.Contains && (d.least[t.chain] == 0 || len(t.text) < d.least[t.chain]) {
		return false // it would take longer to look through the field
	}
	return share > askedOften && d.asked[t.chain] > askedMostly
}
