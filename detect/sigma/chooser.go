package sigma

import (
	"cmp"
	"slices"

	"firebreak/detect/needle"
)

// witness is what an event must have to match a rule: one of the terms. With
// always there is none such.
type witness struct {
	always bool
	terms  []term
	share  float64 // of events that have it, estimated
}

var alwaysWitness = witness{always: true, share: 1}

// offer is a witness of one question, and the length of the shortest text in
// it that the whole field is looked through for; 0 if there is none.
type offer struct {
	witness
	shortest int
}

// offer makes offers of a question's choices.
func (o *odds) offer(choices [][]term) []offer {
	var all []offer
	for _, terms := range choices {
		made := offer{witness: witness{terms: terms}}
		for _, t := range terms {
			made.share += o.of(t)
			if n := len(t.text); t.kind == termNeedle && t.where == needle.Contains && (made.shortest == 0 || n < made.shortest) {
				made.shortest = n
			}
		}
		all = append(all, made)
	}
	return all
}

// atom gives the best witness of a question.
func (o *odds) atom(q *question, negated bool) witness {
	known, choices := o.offers[0], q.needs
	if negated {
		known, choices = o.offers[1], q.denied
	}
	offers, ok := known[q]
	if !ok {
		offers = o.offer(choices)
		known[q] = offers
	}
	best := alwaysWitness
	for _, made := range offers {
		w := made.witness
		if made.shortest > 0 && made.shortest < o.least[q.chain] {
			present := term{chain: q.chain, kind: termPresent}
			w = witness{terms: []term{present}, share: o.of(present)}
		}
		if best.always || w.share < best.share {
			best = w
		}
	}
	return best
}

// witness gives what must be there for a step to say yes or, negated, no.
func (o *odds) witness(s *step, negated bool) witness {
	switch {
	case s.op == opNot:
		return o.witness(s.kids[0], !negated)
	case s.op == opAtom:
		return o.atom(s.question, negated)
	case (s.op == opAnd) != negated:
		best := alwaysWitness
		for _, kid := range s.kids {
			if w := o.witness(kid, negated); !w.always && (best.always || w.share < best.share) {
				best = w
			}
		}
		return best
	}
	var all witness
	for _, kid := range s.kids {
		w := o.witness(kid, negated)
		if w.always {
			return alwaysWitness
		}
		all.terms, all.share = append(all.terms, w.terms...), all.share+w.share
	}
	return all
}

// chooser chooses a witness for each program.
type chooser struct {
	odds     *odds
	programs []*program
	chosen   []witness
}

// choose chooses. Looking through a long field costs more than trying a few
// rules in vain, and the more the shorter the texts are: short ones, then
// fields, are given up one by one, as long as that saves time.
func choose(o *odds, programs []*program) []witness {
	c := &chooser{odds: o, programs: programs}
	for _, p := range programs {
		c.chosen = append(c.chosen, o.witness(p.step, false))
	}
	if o.sample == nil {
		return c.chosen
	}
	cost := c.cost()
	for _, chain := range c.longest() {
		asking := c.asking(chain)
		for _, least := range []int{8, maxWitness + 1} {
			before, chosen := o.least[chain], slices.Clone(c.chosen)
			o.least[chain] = least
			for _, i := range asking {
				c.chosen[i] = o.witness(programs[i].step, false)
			}
			if less := c.cost(); less < cost {
				cost = less
			} else {
				o.least[chain], c.chosen = before, chosen
			}
		}
	}
	return c.chosen
}

// asking gives the programs that ask for something in a chain.
func (c *chooser) asking(chain int32) (programs []int) {
	for i, p := range c.programs {
		if p.step.asks(chain) {
			programs = append(programs, i)
		}
	}
	return programs
}

func (s *step) asks(chain int32) bool {
	if s.question != nil {
		return s.question.chain == chain
	}
	return slices.ContainsFunc(s.kids, func(kid *step) bool { return kid.asks(chain) })
}

// cost is what an event costs with what is chosen.
func (c *chooser) cost() (cost float64) {
	shortest := map[int32]int{}
	for i, w := range c.chosen {
		cost += min(w.share, 1) * c.odds.efforts[i]
		for _, t := range w.terms {
			if t.kind != termNeedle || t.where != needle.Contains {
				continue
			}
			if n, looked := shortest[t.chain]; !looked || len(t.text) < n {
				shortest[t.chain] = len(t.text)
			}
		}
	}
	for chain, n := range shortest {
		if f := c.odds.sample.fields[chain]; f != nil {
			cost += float64(f.length) / float64(c.odds.sample.events) * (foldCost + stepCost/float64(needle.Stride(n)))
		}
	}
	return cost
}

// longest gives the chains that take longest to look through.
func (c *chooser) longest() []int32 {
	var chains []int32
	for chain, f := range c.odds.sample.fields {
		if f.length > 32*c.odds.sample.events {
			chains = append(chains, chain)
		}
	}
	slices.SortFunc(chains, func(a, b int32) int {
		return cmp.Or(cmp.Compare(c.odds.sample.fields[b].length, c.odds.sample.fields[a].length), cmp.Compare(a, b))
	})
	return chains[:min(len(chains), 8)]
}
