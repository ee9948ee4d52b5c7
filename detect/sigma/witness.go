package sigma

import (
	"regexp"
	"strings"

	"firebreak/detect/event"
	"firebreak/detect/needle"
)

// termKind is what a term wants of its chain.
type termKind uint8

const (
	termThere    termKind = iota // the field is there, be it null
	termPresent                  // it says something
	termFraction                 // it says something that may be a number with a fraction or exponent
	termNeedle                   // one of its values has a literal
)

// term is something an event must have; what it says is never more than the
// question that it was made of asks.
type term struct {
	chain int32
	kind  termKind
	where needle.Kind // of termNeedle
	text  string      // of termNeedle, folded
	// number tells terms apart (engine.number).
	number int32
}

func needleTerm(chain int32, where needle.Kind, text string) term {
	return term{chain: chain, kind: termNeedle, where: where, text: text}
}

// presentTerm is that a chain says anything; its number is the chain's.
func presentTerm(chain int32) term { return term{chain: chain, kind: termPresent, number: chain} }

// maxWitness is the most bytes of a literal that are looked for: a part of a
// text that must be there must be there as well.
const maxWitness = 64

// choices are what a question's answer yes needs.
func (q *question) choices() [][]term {
	present := []term{presentTerm(q.chain)}
	switch t := q.test.(type) {
	case textTest:
		if found := q.pattern(t.pattern); len(found) > 0 {
			return found
		}
	case numberTest:
		terms := []term{needleTerm(q.chain, needle.Exact, event.Fold(t.number.text)), {chain: q.chain, kind: termFraction}}
		if strings.ContainsAny(t.number.text, ".eE") {
			return [][]term{present}
		}
		return [][]term{terms}
	case nullTest:
		return nil
	case existsTest:
		if !t.there {
			return nil
		}
		return [][]term{{{chain: q.chain, kind: termThere}}}
	case regexpTest:
		return append(q.expression(t.re), present) // of what can match anything, a value
	}
	return [][]term{present}
}

// exact gives the term that an event has just when the answer is yes, if there
// is one.
func (q *question) exact() (term, bool) {
	t, ok := q.test.(textTest)
	if !ok || t.pattern.cased || len(q.needs) != 1 || len(q.needs[0]) != 1 || q.needs[0][0].kind != termNeedle {
		return term{}, false
	}
	found := q.needs[0][0]
	return found, t.pattern.is(found.where, found.text)
}

// denials are what a question's answer no needs.
func (q *question) denials() [][]term {
	switch t := q.test.(type) {
	case nullTest:
		return [][]term{{presentTerm(q.chain)}}
	case existsTest:
		if !t.there {
			return [][]term{{{chain: q.chain, kind: termThere}}}
		}
	}
	return nil
}

// expression gives what a regular expression needs.
func (q *question) expression(re *regexp.Regexp) (found [][]term) {
	for _, texts := range necessaryOf(re) {
		var terms []term
		for _, text := range texts {
			terms = append(terms, needleTerm(q.chain, needle.Contains, text[:min(len(text), maxWitness)]))
		}
		found = append(found, terms)
	}
	return found
}

// pattern gives a choice for each literal of a pattern.
func (q *question) pattern(p *pattern) [][]term {
	var found [][]term
	add := func(where needle.Kind, text string) {
		if p.cased {
			text = event.Fold(text)
		}
		if text == "" && where != needle.Exact {
			return
		}
		switch {
		case where == needle.Suffix:
			text = text[max(len(text)-maxWitness, 0):]
		case where != needle.Exact:
			text = text[:min(len(text), maxWitness)]
		}
		found = append(found, []term{needleTerm(q.chain, where, text)})
	}
	first, last := p.runs[0], p.runs[len(p.runs)-1]
	if len(p.runs) == 1 && first.simple {
		add(needle.Exact, first.literal)
		return found
	}
	for i, r := range p.runs {
		for j, part := range r.parts {
			switch {
			case part.kind != literal:
			case i == 0 && j == 0:
				add(needle.Prefix, part.text)
			case i == len(p.runs)-1 && j == len(last.parts)-1:
				add(needle.Suffix, part.text)
			default:
				add(needle.Contains, part.text)
			}
		}
	}
	return found
}

// fraction says whether a text may be a number that another text is as well:
// 4625.0 is 4625.
func fraction(s string) bool {
	return s != "" && len(s) <= 64 && strings.IndexByte(numeric, s[0]) >= 0 && strings.IndexByte(numeric, s[len(s)-1]) >= 0 &&
		strings.ContainsAny(s, ".eE")
}

// numeric are the bytes of numbers.
const numeric = "+-.0123456789eE"
