package bot

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"firebreak/detect/sigma"
	"firebreak/incident"
)

// pairs gives a group's names and texts in the order of the names.
func pairs(group map[string]string) (names, texts []string) {
	for _, name := range slices.Sorted(maps.Keys(group)) {
		names, texts = append(names, name), append(texts, group[name])
	}
	return names, texts
}

// whyCorrelated says how many alerts a correlation has found together, about
// what, within which time, and what they are.
func (b *Bot) whyCorrelated(found sigma.Detection, evidence []incident.Alert, last incident.Alert) string {
	if len(evidence) == 0 {
		evidence = []incident.Alert{last}
	}
	first := evidence[0]
	names, texts := pairs(found.Group)
	var about strings.Builder
	for i, name := range names[:min(len(names), saidShown)] {
		about.WriteString(", " + b.shown(name) + " " + b.quoted(texts[i]))
	}
	within := incident.FormatDuration(max(found.At.Sub(Happened(first)), time.Second))
	s := fmt.Sprintf("%s within %s%s, up to %s UTC", count(len(evidence), "alert"), within, about.String(), found.At.UTC().Format(time.DateTime))
	if found.Count > len(evidence) {
		s = fmt.Sprintf("%d counted, of which ", found.Count) + s
	}
	return s + ": " + strings.Join(b.kindsOf(evidence), ", ")
}

// kindsOf names what alerts say, each once.
func (b *Bot) kindsOf(alerts []incident.Alert) []string {
	var kinds []string
	for _, a := range alerts {
		kind := b.shown(strings.TrimSpace(a.Source + " " + a.Action))
		if kind != "" && !slices.Contains(kinds, kind) {
			kinds = append(kinds, kind)
		}
	}
	if more := len(kinds) - saidShown; more > 0 {
		kinds = append(kinds[:saidShown], fmt.Sprintf("and %d more", more))
	}
	return kinds
}
