package sigma

import (
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
	"unicode/utf8"

	"firebreak/detect/event"
)

// Limits on what is looked for in place of an expression.
const (
	maxNecessary = 64 // texts of one choice
	maxChoices   = 8
)

// choices are texts, folded, of which whatever an expression matches has at
// least one of each choice.
type choices [][]string

// necessaryOf gives an expression's choices: none, if it can match anything.
func necessaryOf(re *regexp.Regexp) choices {
	parsed, err := syntax.Parse(re.String(), syntax.Perl)
	if err != nil {
		return nil
	}
	return necessary(parsed)
}

func necessary(re *syntax.Regexp) choices {
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
		var all choices
		for _, sub := range re.Sub {
			all = append(all, necessary(sub)...)
		}
		return all[:min(len(all), maxChoices)]
	case syntax.OpAlternate:
		return alternatives(re.Sub)
	}
	return nil
}

// alternatives takes of each alternative the choice whose shortest text is
// longest. Each must have some.
func alternatives(subs []*syntax.Regexp) choices {
	var all []string
	for _, sub := range subs {
		best := []string(nil)
		for _, texts := range necessary(sub) {
			if shortest(texts) > shortest(best) {
				best = texts
			}
		}
		if all = append(all, best...); len(best) == 0 || len(all) > maxNecessary {
			return nil
		}
	}
	return choices{all}
}

// in says whether a folded text has what is necessary.
func (c choices) in(folded string) bool {
	for _, texts := range c {
		if !slices.ContainsFunc(texts, func(t string) bool { return strings.Contains(folded, t) }) {
			return false
		}
	}
	return true
}

// necessaryLiteral gives the longest piece of a literal that is the same after
// folding, however it is written: without regard to case K is also the Kelvin
// sign, which folding leaves as it is.
func necessaryLiteral(re *syntax.Regexp) choices {
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
	return choices{{best}}
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
