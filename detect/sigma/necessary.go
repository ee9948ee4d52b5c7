package sigma

import (
	"regexp"
	"regexp/syntax"
	"unicode/utf8"

	"firebreak/detect/event"
	"firebreak/detect/needle"
)

// maxNecessary is how many texts are looked for in place of an expression.
const maxNecessary = 64

// regexp gives texts of which whatever an expression matches has one, folded;
// nothing if there are none such, or only short ones.
func (q *question) regexp(re *regexp.Regexp) []term {
	parsed, err := syntax.Parse(re.String(), syntax.Perl)
	if err != nil {
		return nil
	}
	var terms []term
	for _, text := range necessary(parsed) {
		terms = append(terms, term{q.chain, termNeedle, needle.Contains, text[:min(len(text), maxWitness)]})
	}
	return terms
}

// necessary gives the best texts for an expression: those whose shortest is
// longest.
func necessary(re *syntax.Regexp) []string {
	switch re.Op {
	case syntax.OpLiteral:
		return necessaryLiteral(re)
	case syntax.OpCapture, syntax.OpPlus:
		return necessary(re.Sub[0])
	case syntax.OpRepeat:
		if re.Min > 0 {
			return necessary(re.Sub[0])
		}
	case syntax.OpConcat:
		var best []string
		for _, sub := range re.Sub {
			if texts := necessary(sub); shortest(texts) > shortest(best) {
				best = texts
			}
		}
		return best
	case syntax.OpAlternate:
		return necessaryOf(re.Sub)
	}
	return nil
}

// necessaryOf gives the texts of alternatives, each of which must have some.
func necessaryOf(alternatives []*syntax.Regexp) []string {
	var all []string
	for _, sub := range alternatives {
		texts := necessary(sub)
		if all = append(all, texts...); len(texts) == 0 || len(all) > maxNecessary {
			return nil
		}
	}
	return all
}

// necessaryLiteral gives the longest piece of a literal that is the same after
// folding, however it is written: without regard to case K is also the Kelvin
// sign, which folding leaves as it is.
func necessaryLiteral(re *syntax.Regexp) []string {
	best, piece := "", ""
	for _, r := range re.Rune {
		if re.Flags&syntax.FoldCase != 0 && !foldsAlone(r) || r == utf8.RuneError {
			piece = ""
			continue
		}
		if piece += event.Fold(string(r)); len(piece) > len(best) {
			best = piece
		}
	}
	if best == "" {
		return nil
	}
	return []string{best}
}

// foldsAlone says whether a letter equals, case aside, only letters that
// folding makes the same.
func foldsAlone(r rune) bool {
	return r < utf8.RuneSelf && r != 'k' && r != 'K' && r != 's' && r != 'S'
}

func shortest(texts []string) int {
	least := 0
	for i, t := range texts {
		if i == 0 || len(t) < least {
			least = len(t)
		}
	}
	return least
}
