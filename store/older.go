package store

import (
	"strings"

	"firebreak/incident"
)

// sought is what a query looks for in texts.
type sought struct {
	terms      []string
	indicators []incident.Indicator
}

// phrases are all of it, an indicator by its value.
func (s sought) phrases() [][]string {
	list := phrases(s.terms)
	for _, i := range s.indicators {
		_, value, scheme := strings.Cut(i.Value, "://")
		if !scheme {
			value = i.Value
		}
		list = append(list, phrases([]string{value})...)
	}
	return list
}

// olderIn gives the revision of an entry in which the sought was found: 0
// where what it says now has as much of it as any, else the newest of those
// that have most.
func (s sought) olderIn(e incident.Entry, names string) int {
	if len(e.Revisions) < 2 {
		return 0
	}
	terms := s.phrases()
	most, older := says(e.Text+"\n"+names, terms), 0
	left := mostEarlier // what is further back is not searched, either
	for i := len(e.Revisions) - 1; i >= 0; i-- {
		if left -= len(e.Revisions[i].Text); left < 0 && i > 0 {
			continue
		}
		if n := says(e.Revisions[i].Text, terms); n > most {
			most, older = n, e.Revisions[i].Rev
		}
	}
	return older
}

// says counts the phrases that a text holds.
func says(text string, terms [][]string) (n int) {
	words := wordsOf(text)
	for _, term := range terms {
		if len(occurrences(words, term)) > 0 {
			n++
		}
	}
	return n
}
