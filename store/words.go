package store

import (
	"slices"
	"strings"
	"unicode"
)

// mostWords of a query count: FTS5 takes seconds for a long phrase of one
// word that a message repeats.
const mostWords = 32

// searchTerms gives the words and phrases of a query that the index can know,
// each once, up to mostWords words.
func searchTerms(typed []string) []string {
	var terms []string
	left := mostWords
	for _, term := range typed {
		term, words := firstWords(strings.ReplaceAll(strings.ReplaceAll(term, `"`, " "), "\x00", " "), left)
		if words > 0 && !slices.Contains(terms, term) {
			terms = append(terms, term)
			left -= words
		}
		if left == 0 {
			break
		}
	}
	return terms
}

// firstWords cuts a term after so many words as the index sees them (10.0.0.1
// is four), and says how many there are.
func firstWords(term string, most int) (string, int) {
	words, inside := 0, false
	for i, r := range term {
		is := searchable(r) || inside && unicode.IsMark(r)
		if is && !inside {
			if words == most {
				return term[:i], words
			}
			words++
		}
		inside = is
	}
	return term, words
}

// searchable says whether the index may know the rune: SQLite's unicode61
// tokenizer takes letters, digits and private use, all else separates.
func searchable(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.Is(unicode.Co, r)
}

// word is a word of a text as the index sees it, and at which rune it begins.
type word struct {
	folded string
	at     int
}

// wordsOf divides a text into words. It follows the index's tokenizer but
// for accents outside Europe's Latin letters: there, a snippet may start at
// the text's beginning and a score miss a word.
func wordsOf(text string) []word {
	var list []word
	var b strings.Builder
	at, start := 0, -1
	end := func() {
		if start >= 0 {
			list = append(list, word{b.String(), start})
			b.Reset()
		}
		start = -1
	}
	for _, r := range text {
		switch {
		case searchable(r):
			if start < 0 {
				start = at
			}
			b.WriteString(folded(r))
		case start >= 0 && unicode.IsMark(r): // an accent of its own
		default:
			end()
		}
		at++
	}
	end()
	return list
}

// folded is a letter in lower case and without its accent.
func folded(r rune) string {
	r = unicode.ToLower(r)
	if r < 0xe0 || r > 0x17f {
		return string(r)
	}
	for plain, accented := range accents {
		if strings.ContainsRune(accented, r) {
			return plain
		}
	}
	return string(r)
}

// accents are the letters of Latin-1 and Latin Extended-A that Unicode
// decomposes.
var accents = map[string]string{
	"a": "àáâãäåāăą", "c": "çćĉċč", "d": "ď", "e": "èéêëēĕėęě", "g": "ĝğġģ", "h": "ĥ", "i": "ìíîïĩīĭį", "j": "ĵ", "k": "ķ",
	"l": "ĺļľ", "n": "ñńņň", "o": "òóôõöōŏő", "r": "ŕŗř", "s": "śŝşš", "t": "ţť", "u": "ùúûüũūŭůűų", "w": "ŵ", "y": "ýÿŷ", "z": "źżž",
}

// phrases divides the terms of a query into words.
func phrases(terms []string) [][]string {
	var list [][]string
	for _, term := range terms {
		var words []string
		for _, w := range wordsOf(term) {
			words = append(words, w.folded)
		}
		list = append(list, words)
	}
	return list
}

// places of a phrase: at which words of a text it begins.
func occurrences(text []word, phrase []string) []int {
	var at []int
	for i := 0; len(phrase) > 0 && i+len(phrase) <= len(text); i++ {
		if phraseAt(text[i:], phrase) {
			at = append(at, i)
		}
	}
	return at
}

func phraseAt(text []word, phrase []string) bool {
	for i, w := range phrase {
		if text[i].folded != w {
			return false
		}
	}
	return true
}

// score says how well a text answers: BM25 of each term with its usual
// constants, but with a length that is not measured and a rareness of 1.
// Both would tell of texts that the viewer may not see.
func score(text []word, terms [][]string) float64 {
	const saturation, lengthPart, usualLength = 1.2, 0.75, 30
	weight := saturation * (1 - lengthPart + lengthPart*float64(len(text))/usualLength)
	total := 0.0
	for _, term := range terms {
		count := float64(len(occurrences(text, term)))
		total += count * (saturation + 1) / (count + weight)
	}
	return total
}

const (
	snippetBefore = 40 // runes shown before what was found
	snippetLength = 160
)

// snippet shows, on one line, where a text first says one of the terms; its
// start where it says none. FTS5's own snippet takes time quadratic in the
// number of matches, with which one message of one repeated word could stop
// the bot.
func snippet(text string, terms [][]string) string {
	text = strings.Join(strings.Fields(text), " ")
	runes, words := []rune(text), wordsOf(text)
	at := len(runes)
	for _, term := range terms {
		if first := occurrences(words, term); len(first) > 0 {
			at = min(at, words[first[0]].at)
		}
	}
	if at == len(runes) {
		at = 0
	}
	start := max(0, at-snippetBefore)
	end := min(len(runes), start+snippetLength)
	cut := string(runes[start:end])
	if start > 0 {
		cut = "…" + cut
	}
	if end < len(runes) {
		cut += "…"
	}
	return cut
}
