package fields

import (
	"slices"
	"strings"
)

// Layout says which fields are wanted, and from which objects members are
// lifted (event.Event.Lift). Names are numbered as they were given.
type Layout struct {
	names map[string]int32
	count int
	lift  []string
	// prefixes are the beginnings of names and lifted paths, up to a dot, and
	// those up to the first underscore: below what is no prefix nothing is wanted.
	prefixes map[string]bool
	elements map[string]bool
	watched  []Watch // by name
	// odd says that some name is one that only package event understands.
	odd bool
}

// maxDots is how many dots a name may have here; package event has a limit of
// its own, which is larger.
const maxDots = 32

// Watch is what of a field is part of an event's Signature.
type Watch uint8

// What is watched: nothing, whether a field is there and says something, or
// what it says.
const (
	Unwatched Watch = iota
	Presence
	Content
)

// NewLayout makes one.
func NewLayout(names, lift []string) *Layout {
	l := &Layout{
		names: make(map[string]int32, len(names)), count: len(names), lift: lift, prefixes: map[string]bool{}, elements: map[string]bool{},
		watched: make([]Watch, len(names)),
	}
	for i, name := range names {
		l.names[name] = int32(i)
		if element, _, ok := strings.Cut(name, "_"); ok {
			l.elements[element] = true
		}
	}
	for _, path := range slices.Concat(names, lift) {
		l.odd = l.odd || strings.Count(path, ".") > maxDots || strings.TrimSuffix(path, ".*") == ""
		for i := range len(path) {
			if path[i] == '.' {
				l.prefixes[path[:i]] = true
			}
		}
	}
	return l
}

// live says whether something is wanted at or below a path.
func (l *Layout) live(path string) bool {
	_, wanted := l.names[path]
	return wanted || l.prefixes[path] || slices.Contains(l.lift, path)
}

// Watch makes a field part of Signature. It must be called before there are
// decoders.
func (l *Layout) Watch(name int32, w Watch) { l.watched[name] = max(l.watched[name], w) }
