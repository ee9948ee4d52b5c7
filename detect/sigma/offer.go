package sigma

import "firebreak/detect/needle"

// A witness of a step is what an event must have for the step to say yes (or,
// denied, no): a part of one of some offers, of which each is one question's.

// offer is a witness of one question, or a part of one of a step: what an event
// must have is one of the terms, all of one chain.
type offer struct {
	terms []term
	share float64 // of events that have it, estimated
	// shortest is the length of the shortest text that the whole field is
	// looked through for; 0 if there is none.
	shortest int
}

// offer makes offers of a question's choices. It gives where they begin.
func (o *odds) offer(choices [][]term) int {
	begin := len(o.offers)
	for _, terms := range choices {
		made := offer{terms: terms}
		for _, t := range terms {
			made.share += o.of(t)
			if n := len(t.text); t.kind == termNeedle && t.where == needle.Contains && (made.shortest == 0 || n < made.shortest) {
				made.shortest = n
			}
		}
		o.offers = append(o.offers, made)
	}
	return begin
}

// atom gives a question's best offer, nil if it has none.
func (o *odds) atom(q *question, denied bool) (best *offer) {
	numbers, choices := o.numbers[0], q.needs
	if denied {
		numbers, choices = o.numbers[1], q.denied
	}
	if len(choices) == 0 {
		return nil
	}
	if numbers[q.number] == 0 {
		numbers[q.number] = int32(o.offer(choices)) + 1
	}
	offers := o.offers[numbers[q.number]-1:][:len(choices)]
	for i := range offers {
		w := &offers[i]
		if w.shortest > 0 && w.shortest < o.least[q.chain] {
			w = o.present(q.chain) // too short to look through the field for it
		}
		if best == nil || w.share < best.share {
			best = w
		}
	}
	return best
}

// present is that a chain says anything.
func (o *odds) present(chain int32) *offer {
	made := o.presents[chain]
	if made == nil {
		t := presentTerm(chain)
		made = &offer{terms: []term{t}, share: o.of(t)}
		o.presents[chain] = made
	}
	return made
}

// chance gives the share of events that have a step's witness, if it has one.
func (o *odds) chance(s *step, denied bool) (share float64, some bool) {
	switch {
	case s.op == opNot:
		return o.chance(s.kids[0], !denied)
	case s.op == opAtom:
		if w := o.atom(s.question, denied); w != nil {
			return w.share, true
		}
		return 0, false
	case s.wantsAll(denied):
		_, share = o.rarest(s, denied)
		return share, share >= 0
	}
	for _, kid := range s.kids {
		part, some := o.chance(kid, denied)
		if !some {
			return 0, false
		}
		share += part
	}
	return share, true
}

// wantsAll says whether all steps below must say yes: any one's witness will do.
func (s *step) wantsAll(denied bool) bool { return (s.op == opAnd) != denied }

// rarest gives the step, of those that must all say yes, whose witness fewest
// events have, and their share; none and -1 if none has a witness.
func (o *odds) rarest(s *step, denied bool) (best *step, least float64) {
	least = -1
	for _, kid := range s.kids {
		if share, some := o.chance(kid, denied); some && (best == nil || share < least) {
			best, least = kid, share
		}
	}
	return best, least
}

// each gives the parts of a step's witness, if it has one.
func (o *odds) each(s *step, denied bool, use func(*offer)) {
	switch {
	case s.op == opNot:
		o.each(s.kids[0], !denied, use)
	case s.op == opAtom:
		use(o.atom(s.question, denied))
	case s.wantsAll(denied):
		best, _ := o.rarest(s, denied)
		o.each(best, denied, use)
	default:
		for _, kid := range s.kids {
			o.each(kid, denied, use)
		}
	}
}
