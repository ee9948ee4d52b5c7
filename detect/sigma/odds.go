package sigma

import "firebreak/detect/needle"

// odds says how often events have what questions need, as a share of all: what
// a sample says, or, of what was not seen, a guess.
type odds struct {
	*workspace // share says how often events have a term
	sample     *sample
	seen       map[int32]*needle.Counts // by chain
	// presents, by chain, and the offers of questions are made when they are first
	// asked for. In numbers is where a question's begin, counted from 1, for the
	// answers yes and no: as many as it has choices.
	presents []*offer // by chain
	// least, by chain, is how long a text must be that is worth looking through
	// the whole field for.
	least   []int
	efforts []float64 // by program: how long trying it takes
}

// Costs that witnesses are chosen by, in nanoseconds. Only their proportions
// matter, and those not much.
const (
	tryCost  = 50.0 // to begin to try a rule
	askCost  = 10.0 // to ask a question of a value
	readCost = 0.05 // to look for one text, by byte
	foldCost = 0.2  // to look at a field at all, by byte
	stepCost = 1.5  // to look for all texts, by step of needle.Stride
)

// newOdds takes the odds of a sample of so many chains.
func newOdds(w *workspace, programs []*program, s *sample, chains int) *odds {
	o := &odds{workspace: w, sample: s, seen: map[int32]*needle.Counts{}, presents: make([]*offer, chains), least: make([]int, chains)}
	needles := make([][]term, chains)
	for _, p := range programs {
		o.collect(p.step, needles)
	}
	for _, p := range programs {
		o.efforts = append(o.efforts, tryCost+o.effort(p.step))
	}
	for chain, terms := range needles {
		if len(terms) > 0 {
			o.countNeedles(int32(chain), terms)
		}
	}
	return o
}

// collect finds all needles that questions may need, by chain.
func (o *odds) collect(x *step, needles [][]term) {
	for _, kid := range x.kids {
		o.collect(kid, needles)
	}
	if x.question == nil {
		return
	}
	for _, choice := range x.question.needs {
		for _, t := range choice {
			if t.kind == termNeedle && !o.met[t.number] {
				o.met[t.number] = true
				needles[t.chain] = append(needles[t.chain], t)
			}
		}
	}
}

// countNeedles takes from the sample how often a chain has the needles of terms.
func (o *odds) countNeedles(chain int32, terms []term) {
	f := o.sample.fields[chain]
	if f == nil {
		return
	}
	needles := make([]needle.Needle, 0, len(terms))
	marks := make([]int32, 0, len(terms))
	for i, t := range terms {
		marks = append(marks, int32(i))
		needles = append(needles, needle.Needle{Kind: t.where, Text: t.text, Marks: marks[i : i+1]})
	}
	found, seen := f.counts(needles, o.workspace)
	o.seen[chain] = seen
	for i, n := range found {
		o.share[terms[i].number] = float64(n) / float64(o.sample.events)
	}
}

// of is the share of events that have what a term wants. What the sample never
// had may still come; what is long, or must stand at a certain place, less.
func (o *odds) of(t term) float64 {
	guess, there := 0.5, 1.0
	if t.kind == termNeedle {
		guess = 0.02 / float64(max(len(t.text), 1))
		if t.where == needle.Contains {
			guess *= 4
			if len(t.text) < 4 {
				guess = 0.3
			}
		}
	}
	f := o.sample.fields[t.chain]
	if f == nil {
		return guess
	}
	events := float64(o.sample.events)
	switch there = float64(f.present) / events; t.kind {
	case termThere:
		return float64(f.there) / events
	case termNeedle:
		return o.share[t.number] + guess*there/10
	case termFraction:
		return there / 10
	}
	return there
}

// effort is how long trying a step takes.
func (o *odds) effort(s *step) float64 {
	if s.question != nil {
		f := o.sample.fields[s.question.chain]
		if f == nil || f.there == 0 {
			return askCost
		}
		times := float64(f.count) / float64(f.there)
		return (times+1)*askCost + float64(s.question.cost())*readCost*float64(f.length)/float64(f.there)
	}
	var all float64
	for i, kid := range s.kids {
		effort := o.effort(kid)
		if s.op == opAnd && i > 0 {
			effort /= 4 // most often one before has said no
		}
		all += effort
	}
	return all
}
