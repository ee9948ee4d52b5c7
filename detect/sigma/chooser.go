package sigma

import (
	"cmp"
	"slices"

	"firebreak/detect/needle"
)

// choice is what was chosen for a program: a witness, seen from outside.
type choice struct {
	share float64 // of events that have it, estimated; 1 if there is none
	looks []look
}

// look is a chain that is looked through, and the length of the shortest text
// that it is looked through for.
type look struct{ chain, shortest int32 }

// chooser chooses a witness for each program.
type chooser struct {
	odds     *odds
	programs []*program
	chosen   []choice
	shortest []int32 // by chain; of cost
}

// choose settles for which texts whole fields are looked through. Looking
// through a long field costs more than trying a few rules in vain, and the more
// the shorter the texts are: short ones, then fields, are given up one by one,
// as long as that saves time. It gives what was chosen for each program.
func choose(o *odds, programs []*program) []choice {
	c := &chooser{odds: o, programs: programs, shortest: make([]int32, len(o.least))}
	for _, p := range programs {
		c.chosen = append(c.chosen, o.choice(p.step))
	}
	cost := c.cost()
	for _, chain := range c.longest() {
		asking := c.asking(chain)
		for _, least := range []int{8, maxWitness + 1} {
			before, chosen := o.least[chain], slices.Clone(c.chosen)
			o.least[chain] = least
			for _, i := range asking {
				c.chosen[i] = o.choice(programs[i].step)
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

// choice describes a step's witness.
func (o *odds) choice(s *step) choice {
	share, some := o.chance(s, false)
	if !some {
		return choice{share: 1}
	}
	made := choice{share: share}
	o.each(s, false, func(w *offer) {
		if w.shortest == 0 {
			return
		}
		chain, shortest := w.terms[0].chain, int32(w.shortest)
		for i := range made.looks {
			if l := &made.looks[i]; l.chain == chain {
				l.shortest = min(l.shortest, shortest)
				return
			}
		}
		made.looks = append(made.looks, look{chain, shortest})
	})
	return made
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
	for _, kid := range s.kids {
		if kid.asks(chain) {
			return true
		}
	}
	return false
}

// cost is what an event costs with what is chosen.
func (c *chooser) cost() (cost float64) {
	clear(c.shortest)
	for i, chosen := range c.chosen {
		cost += min(chosen.share, 1) * c.odds.efforts[i]
		for _, l := range chosen.looks {
			if n := &c.shortest[l.chain]; *n == 0 || l.shortest < *n {
				*n = l.shortest
			}
		}
	}
	for chain, n := range c.shortest {
		if f := c.odds.sample.fields[int32(chain)]; n > 0 && f != nil {
			cost += float64(f.length) / float64(c.odds.sample.events) * (foldCost + stepCost/float64(needle.Stride(int(n))))
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
