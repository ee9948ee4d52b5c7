package store

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"firebreak/incident"
)

// Hit is an entry that a search found.
type Hit struct {
	Entry   incident.Entry
	Snippet string  // plain text around what was found
	Score   float64 // greater is a better match; comparable within one search only
}

const (
	mostWords = 32   // of a query count: FTS5 takes seconds for a long phrase of one word that a message repeats
	mostHits  = 1000 // of a search are given

	snippetBefore = 40 // runes shown before what was found
	snippetLength = 160
)

// Search finds entries by what they say now: all words of the query, and
// "quoted words" next to each other, in any letter case and with or without
// accents. Any text is a valid query; one without letters and digits finds
// nothing. The newest hits come first, limit of them (0: 20).
//
// It looks only into incidents that the viewer may see, and never gives
// deleted, dropped or redacted entries.
func (v *View) Search(who incident.Viewer, query string, limit int) ([]Hit, error) {
	terms := searchTerms(query)
	if len(terms) == 0 {
		return nil, nil
	}
	if limit <= 0 {
		limit = 20
	}
	hits, err := v.matching(who, terms, min(limit, mostHits))
	if err != nil {
		return nil, fmt.Errorf("search: %w", err)
	}
	return hits, nil
}

// matching finds the entries in which all terms are. The inner query says
// which, so that the outer one ranks those alone. That an entry leaves is
// asked again, for the index is only a projection.
//
// Each term is a quoted string to FTS5, so that nothing in it can be an
// operator; side by side means AND.
func (v *View) matching(who incident.Viewer, terms []string, limit int) ([]Hit, error) {
	type found struct {
		pos   int64
		score float64
	}
	match := `"` + strings.Join(terms, `" "`) + `"`
	args := append([]any{match, match}, seenBy(who)...)
	list, err := all(v, func(row row) (f found, err error) {
		return f, row.Scan(&f.pos, &f.score)
	}, `SELECT e.pos, -bm25(fts) FROM fts JOIN entries e ON e.pos = fts.rowid
		WHERE fts MATCH ? AND fts.rowid IN (
			SELECT e.pos FROM fts JOIN entries e ON e.pos = fts.rowid JOIN incidents i ON i.number = e.incident
			WHERE fts MATCH ? AND e.deleted = 0 AND e.dropped = 0 AND e.redacted = 0 AND `+visible+newestFirst+` LIMIT ?)`+newestFirst,
		append(args, limit)...)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	args = nil
	for _, f := range list {
		args = append(args, f.pos)
	}
	entries, err := v.entries(`e.pos IN (?`+strings.Repeat(`, ?`, len(args)-1)+`)`, args, newestFirst)
	if err != nil {
		return nil, err
	}
	hits := make([]Hit, len(entries))
	for i, e := range entries {
		hits[i] = Hit{Entry: e, Snippet: snippet(e.Text, terms), Score: list[i].score}
	}
	return hits, nil
}

// newestFirst is the one order of hits, whole: no two entries are equal in it.
const newestFirst = ` ORDER BY e.occurred_at DESC, e.incident DESC, e.n DESC`

// searchTerms gives the words and phrases of what a person typed, each once,
// without those that the index cannot know, up to mostWords words.
func searchTerms(query string) []string {
	var terms []string
	left := mostWords
	for _, term := range splitQuery(query) {
		term, words := firstWords(term, left)
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

// splitQuery gives the words and the quoted phrases, without the quotes. A
// quote never closed reaches to the end.
func splitQuery(query string) []string {
	query = strings.Map(func(r rune) rune {
		switch r {
		case 0:
			return ' '
		case '“', '”', '„', '«', '»': // what phones make of "
			return '"'
		}
		return r
	}, strings.ToValidUTF8(query, " "))
	var terms []string
	for i, part := range strings.Split(query, `"`) {
		if i%2 == 1 {
			terms = append(terms, part)
		} else {
			terms = append(terms, strings.Fields(part)...)
		}
	}
	return terms
}

// snippet shows, on one line, where a text first says one of the terms. What
// it cannot find (the index also ignores accents) it takes to be at the start.
// FTS5's own snippet takes time quadratic in the number of matches, with which
// one message of one repeated word could stop the bot.
func snippet(text string, terms []string) string {
	runes := []rune(strings.Join(strings.Fields(text), " "))
	at := len(runes)
	lower := strings.Map(unicode.ToLower, string(runes))
	for _, term := range terms {
		term = strings.Map(unicode.ToLower, strings.Join(strings.Fields(term), " "))
		if before, _, found := strings.Cut(lower, term); found {
			at = min(at, utf8.RuneCountInString(before))
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
