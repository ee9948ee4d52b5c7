package store

import (
	"slices"
	"strings"
)

// The index knows an address as four words, each of which stands in every
// other entry: to find them in a row in a million entries takes it a tenth of a
// second. So four short numbers in a row are a tag as well, which names the few
// documents worth looking at.

// quads gives the tags of all four short numbers in a row, each once. A row
// of five holds two.
func quads(texts ...string) (tags []string) {
	seen := map[string]bool{}
	for _, text := range texts {
		if !mayHoldQuad(text) {
			continue
		}
		var row []string
		for _, w := range wordsOf(text) {
			if !shortNumber(w.folded) {
				row = row[:0]
				continue
			}
			row = append(row, w.folded)
			if len(row) < 4 {
				continue
			}
			tag := "q" + strings.Join(row[len(row)-4:], "x")
			if !seen[tag] {
				seen[tag] = true
				tags = append(tags, tag)
			}
		}
	}
	return tags
}

// isQuad says whether a term is no more than what a tag says.
func isQuad(term string) bool {
	words := wordsOf(term)
	return len(words) == 4 && !slices.ContainsFunc(words, func(w word) bool { return !shortNumber(w.folded) })
}

// mayHoldQuad leaves out most texts without dividing them into words.
func mayHoldQuad(text string) bool {
	numbers, inside := 0, false
	for i := range len(text) {
		digit := '0' <= text[i] && text[i] <= '9'
		if digit && !inside {
			numbers++
		}
		inside = digit
	}
	return numbers >= 4
}

// shortNumber says whether a word is one to three digits.
func shortNumber(word string) bool {
	if len(word) > 3 {
		return false
	}
	for i := range len(word) {
		if word[i] < '0' || word[i] > '9' {
			return false
		}
	}
	return word != ""
}
