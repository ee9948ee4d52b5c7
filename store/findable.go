package store

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"firebreak/incident"
)

const (
	// mostEarlier is how many bytes of what an entry said before are searched:
	// its first text, and of the others the newest. An edit writes all of them
	// into the index anew.
	mostEarlier = 64 << 10
	// mostFacts is the same for what a detection rests on.
	mostFacts = 16 << 10
	// between stands between two texts, a word to the index (see searchable):
	// no phrase spans both.
	between = "\n\ue000\n"
)

// addFindable adds what an entry is found by besides its text and its files'
// names.
func (tx *Tx) addFindable(key string, s *standing) (err error) {
	if facts := factsOf(s.kind, s.data); facts != "" && !s.erased {
		s.now.names = strings.TrimSpace(s.now.names + "\n" + facts)
	}
	if s.edited {
		s.now.earlier, err = tx.earlierTexts(key, s.newText)
	}
	return err
}

// earlierTexts gives what an entry has said and says no more, each text once.
func (v *View) earlierTexts(key, now string) (string, error) {
	texts, err := all(v, value[string], `SELECT text FROM (
			SELECT v.text, v.at, 0 AS over, v.ord AS seq, v.digest FROM versions v WHERE v.key = ?1
			UNION ALL SELECT x.text, x.at, 1, x.seq, x'' FROM edits x WHERE x.key = ?1)
		ORDER BY at, over, seq, digest`, key)
	if err != nil || len(texts) == 0 {
		return "", err
	}
	gone, err := v.goneWith(key)
	if err != nil {
		return "", err
	}
	slices.Reverse(texts[1:]) // the first, then the newest
	var kept []string
	left := mostEarlier
	for _, text := range texts {
		if text == now || text == "" || slices.Contains(kept, text) || slices.ContainsFunc(gone, func(g string) bool { return strings.Contains(text, g) }) {
			continue
		}
		if left -= len(text) + 1; left < 0 {
			break
		}
		kept = append(kept, text)
	}
	return strings.Join(kept, between), nil
}

// goneWith are the texts of messages that were once merged into an entry and
// have been deleted in Slack: nobody finds those by what they said.
func (v *View) goneWith(key string) ([]string, error) {
	return all(v, value[string], `SELECT DISTINCT d.text FROM entries e
		JOIN alterations a ON a.what = 'folded' AND a.value = CAST(e.n AS TEXT)
		JOIN entries p ON p.key = a.key AND p.incident = e.incident AND p.deleted
		JOIN versions d ON d.key = p.key WHERE e.key = ? AND d.text <> ''`, key)
}

// factsOf gives what a detection is found by besides its text: its rule, its
// techniques, what it is about, and the lines it rests on; "" for entries of
// other kinds.
func factsOf(kind incident.Kind, data string) string {
	if kind != incident.KindDetection || data == "" {
		return ""
	}
	var d struct {
		Rule, File string
		Techniques []string
		Group      map[string]string
		Evidence   []struct{ Text string }
	}
	if json.Unmarshal([]byte(data), &d) != nil {
		return "" // not as detections are written
	}
	facts := append([]string{d.Rule, d.File}, d.Techniques...)
	facts = append(facts, slices.Sorted(maps.Values(d.Group))...)
	for _, line := range d.Evidence {
		facts = append(facts, line.Text)
	}
	var kept []string
	left := mostFacts
	for _, fact := range facts {
		if fact == "" || slices.Contains(kept, fact) {
			continue
		}
		if left -= len(fact) + 1; left < 0 {
			break
		}
		kept = append(kept, fact)
	}
	return strings.Join(kept, "\n")
}
