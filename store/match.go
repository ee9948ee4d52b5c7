package store

import (
	"slices"
	"strings"

	"firebreak/incident"
)

// match writes the query for FTS5: "" when nothing can be found. What people
// typed stands in it as quoted strings and hex only, so that none of it can be
// an operator.
//
// What the viewer may see is part of the query, so that the index skips what
// is hidden instead of handing it out to be thrown away.
//
// With severe unset the severities are left out: see View.newest.
func (v *View) match(who incident.Viewer, q incident.Query, terms []string, severe bool) (string, error) {
	var parts []string
	phrases := slices.DeleteFunc(slices.Clone(terms), isQuad) // their tags say all
	if len(phrases) > 0 {
		parts = append(parts, everSaid(strings.Join(quoted(phrases), " AND ")))
	}
	if len(terms) == 0 && !chooses(q) {
		return "", nil
	}
	groups, err := v.groups(who, q, severe)
	if err != nil {
		return "", err
	}
	for _, tag := range quads(terms...) {
		groups = append(groups, []string{tag})
	}
	for _, tags := range groups {
		if len(tags) == 0 {
			return "", nil
		}
		parts = append(parts, "tags : ("+strings.Join(quoted(tags), " OR ")+")")
	}
	if len(parts) == 0 && len(q.Indicators) > 0 {
		parts = append(parts, "tags : ("+strings.Join(quoted(tellingKinds()), " OR ")+")")
	}
	if len(parts) == 0 { // something must be there for the rest to leave out
		parts = append(parts, "tags : ("+strings.Join(quoted(everyKind()), " OR ")+")")
	}
	match := "(" + strings.Join(parts, " AND ") + ")"
	if without := searchTerms(q.Without); len(without) > 0 {
		match += " NOT " + said(strings.Join(quoted(without), " OR "))
	}
	if !asksForCommands(q) {
		match += ` NOT tags : "` + tagAsked + `"`
	}
	if len(q.Lanes) > 0 && !slices.Contains(q.Lanes, incident.LaneAdversary) {
		match += ` NOT tags : "` + tagAdversary + `"`
	}
	return match, nil
}

func said(expr string) string { return "{text names} : (" + expr + ")" }

// everSaid is said, of earlier texts as well.
func everSaid(expr string) string { return "{text names earlier} : (" + expr + ")" }

func quoted(words []string) []string {
	list := make([]string, len(words))
	for i, w := range words {
		list[i] = `"` + w + `"`
	}
	return list
}

// chooses says whether the query has a filter, words aside.
func chooses(q incident.Query) bool {
	return len(q.Incidents)+len(q.Channels)+len(q.From)+len(q.Kinds)+len(q.Severities)+len(q.Indicators)+len(q.Lanes)+len(searchTerms(q.Without)) > 0 ||
		q.Pinned || !q.After.IsZero() || !q.Before.IsZero()
}

func asksForCommands(q incident.Query) bool {
	return slices.Contains(q.Kinds, incident.KindCommand)
}

// tellingKinds are the kinds of entries that can have indicators.
func tellingKinds() []string {
	var tags []string
	for _, k := range incident.Kinds() {
		if telling(k) {
			tags = append(tags, tagKind(k))
		}
	}
	return tags
}

func everyKind() []string {
	var tags []string
	for _, k := range append(incident.Kinds(), incident.KindRCA) {
		tags = append(tags, tagKind(k))
	}
	return tags
}

// groups gives the tags a hit must have: of each group one.
func (v *View) groups(who incident.Viewer, q incident.Query, severe bool) ([][]string, error) {
	var groups [][]string
	if !who.Admin {
		tags, err := v.seen(who)
		if err != nil {
			return nil, err
		}
		groups = append(groups, tags)
	}
	if len(q.Incidents)+len(q.Channels) > 0 {
		tags, err := v.places(who, q)
		if err != nil {
			return nil, err
		}
		groups = append(groups, tags)
	}
	if len(q.Severities) > 0 && severe {
		numbers, err := v.severe(who, q)
		if err != nil {
			return nil, err
		}
		var tags []string
		for n := range numbers {
			tags = append(tags, tagIncident(n))
		}
		slices.Sort(tags)
		groups = append(groups, tags)
	}
	if len(q.From) > 0 {
		tags, err := v.authors(q.From)
		if err != nil {
			return nil, err
		}
		groups = append(groups, tags)
	}
	var kinds []string
	for _, k := range q.Kinds {
		kinds = append(kinds, tagKind(k))
	}
	if len(kinds) > 0 {
		groups = append(groups, kinds)
	}
	if q.Pinned {
		groups = append(groups, []string{tagPinned})
	}
	if len(q.Lanes) > 0 && !slices.Contains(q.Lanes, incident.LaneResponder) {
		groups = append(groups, []string{tagAdversary})
	}
	return groups, nil
}

// seen gives the tags of what the viewer may see: all that is public, and
// the private incidents one by one.
func (v *View) seen(who incident.Viewer) ([]string, error) {
	tags, err := v.incidentTags(`i.private = 1 AND `+visible, seenBy(who)...)
	if who.Responder {
		tags = append(tags, tagPublic)
	}
	return tags, err
}

func (v *View) incidentTags(where string, args ...any) ([]string, error) {
	numbers, err := all(v, value[incident.Number], `SELECT i.number FROM incidents i WHERE `+where+` ORDER BY i.number`, args...)
	var tags []string
	for _, n := range numbers {
		tags = append(tags, tagIncident(n))
	}
	return tags, err
}

// places gives the tags of the incidents that in: names.
func (v *View) places(who incident.Viewer, q incident.Query) ([]string, error) {
	var tags []string
	for _, n := range q.Incidents {
		tags = append(tags, tagIncident(n))
	}
	for _, c := range q.Channels {
		more, err := v.incidentTags(`(i.channel_id = ? OR i.channel_name = ? COLLATE NOCASE) AND i.channel_id <> '' AND `+visible,
			append([]any{c, c}, seenBy(who)...)...)
		if err != nil {
			return nil, err
		}
		tags = append(tags, more...)
	}
	return tags, nil
}

// severe gives the incidents that are of the severities now.
func (v *View) severe(who incident.Viewer, q incident.Query) (map[incident.Number]bool, error) {
	numbers := map[incident.Number]bool{}
	for _, sev := range q.Severities {
		list, err := all(v, value[incident.Number], `SELECT i.number FROM incidents i WHERE i.severity = ? AND `+visible,
			append([]any{sev}, seenBy(who)...)...)
		if err != nil {
			return nil, err
		}
		for _, n := range list {
			numbers[n] = true
		}
	}
	return numbers, nil
}

// authors gives the tags of people by Slack user id, by the name they have
// now, and by the one an entry was recorded under.
func (v *View) authors(from []string) ([]string, error) {
	var tags []string
	for _, name := range from {
		tags = append(tags, tagID(name), tagName(name))
		ids, err := all(v, value[string], `SELECT id FROM people WHERE name = ? COLLATE NOCASE ORDER BY id`, name)
		if err != nil {
			return nil, err
		}
		for _, id := range ids {
			tags = append(tags, tagID(id))
		}
	}
	return tags, nil
}
