package bot

import (
	"slices"
	"strings"

	"firebreak/incident"
	"firebreak/store"
)

// Filter narrows a timeline.
type Filter struct {
	Words  []string
	Kinds  []incident.Kind
	Lane   incident.Lane // "": both
	From   string        // a Slack user id, or a name when nobody was mentioned
	Pinned bool
}

// ParseFilter reads a filter as people type it after `timeline`.
func ParseFilter(text string) (Filter, error) {
	var c Command
	err := readTimeline(&c, text)
	return c.Filter, err
}

// Stored is the filter as the store takes it.
func (f Filter) Stored() store.Filter {
	s := store.Filter{Kinds: f.Kinds, Lane: f.Lane, From: f.From, Pinned: f.Pinned}
	for _, w := range f.Words {
		s.Words = append(s.Words, incident.DecodeSlack(w))
	}
	return s
}

func knownKind(k incident.Kind) bool { return slices.Contains(incident.Kinds(), k) }

func readTimeline(c *Command, args string) error {
	for word := range strings.FieldsSeq(args) {
		key, value, found := strings.Cut(word, ":")
		var err error
		switch {
		case found && strings.EqualFold(key, "kind"):
			err = c.Filter.addKind(value)
		case found && strings.EqualFold(key, "lane"):
			err = c.Filter.setLane(value)
		case found && strings.EqualFold(key, "from"):
			err = c.Filter.setFrom(value)
		case found && strings.EqualFold(key, "pinned"):
			err = c.Filter.setPinned(value)
		default:
			c.Filter.Words = append(c.Filter.Words, word)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (f *Filter) addKind(value string) error {
	k := incident.Kind(strings.ToLower(value))
	if !knownKind(k) {
		var names []string
		for _, k := range incident.Kinds() {
			names = append(names, string(k))
		}
		return missingOr(value, "the kind after `kind:`", " is no kind. There are "+strings.Join(names, ", "))
	}
	f.Kinds = append(f.Kinds, k)
	return nil
}

func (f *Filter) setLane(value string) error {
	lane, ok := incident.ParseLane(value)
	if !ok {
		return missingOr(value, "the lane after `lane:`", " is no lane. There are responder and adversary")
	}
	if f.Lane != "" && f.Lane != lane {
		return complaint("only one `lane:` is possible; without any there are both")
	}
	f.Lane = lane
	return nil
}

func (f *Filter) setFrom(value string) error {
	if m := mentionForm.FindStringSubmatch(value); m != nil {
		value = m[1]
	}
	if f.From != "" {
		return complaint("only one `from:` is possible")
	}
	if f.From = strings.TrimPrefix(value, "@"); f.From == "" {
		return complaint("the person after `from:` is missing")
	}
	return nil
}

func (f *Filter) setPinned(value string) error {
	switch strings.ToLower(value) {
	case "", "yes", "true":
		f.Pinned = true
		return nil
	}
	return complaint("after `pinned:` I know only yes")
}
