package sandbox

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// shape is what some samples allow at one place of an answer: which kinds of
// JSON value, for objects which keys, for lists what items.
type shape struct {
	kinds map[string]bool
	keys  map[string]*shape
	item  *shape
}

func newShape() *shape { return &shape{kinds: map[string]bool{}, keys: map[string]*shape{}} }

// kindOf is the JSON kind of a decoded value.
func kindOf(v any) string {
	switch v.(type) {
	case nil:
		return "null"
	case bool:
		return "boolean"
	case float64:
		return "number"
	case string:
		return "string"
	case []any:
		return "array"
	}
	return "object"
}

// dialect is what must be known of one vendor's JSON to compare it.
type dialect struct {
	// sorts name one sort of object that stands under several keys: all
	// samples together say what a message may have, wherever it stands.
	sorts map[string]string
	// free are keys of objects whose keys are people's own.
	free map[string]bool
	// byID are keys of objects whose keys, so many levels deep, are ids.
	byID map[string]int

	union map[string]*shape // by sort, from all samples
}

func (d *dialect) sort(key string) string {
	if s := d.sorts[key]; s != "" {
		return s
	}
	return key
}

// learn adds a sample to s.
func (d *dialect) learn(s *shape, key string, v any) {
	s.kinds[kindOf(v)] = true
	switch v := v.(type) {
	case map[string]any:
		if d.free[key] || d.byID[key] > 0 {
			return
		}
		for k, inner := range v {
			d.learn(child(s.keys, k), k, inner)
		}
	case []any:
		if s.item == nil {
			s.item = newShape()
		}
		for _, inner := range v {
			d.learn(s.item, key, inner)
		}
	}
}

// collect adds every object of a sample to the union of its sort.
func (d *dialect) collect(key string, v any) {
	switch v := v.(type) {
	case map[string]any:
		if d.free[key] {
			return
		}
		if depth := d.byID[key]; depth > 0 {
			for _, inner := range below(v, depth) {
				d.learn(child(d.union, key), "", inner)
			}
			return
		}
		d.learn(child(d.union, d.sort(key)), key, v)
		for k, inner := range v {
			d.collect(k, inner)
		}
	case []any:
		for _, inner := range v {
			d.collect(key, inner)
		}
	}
}

// below are the values so many levels below v.
func below(v any, depth int) []any {
	o, isObject := v.(map[string]any)
	if depth == 0 || !isObject {
		return []any{v}
	}
	var found []any
	for _, k := range slices.Sorted(maps.Keys(o)) {
		found = append(found, below(o[k], depth-1)...)
	}
	return found
}

func child(m map[string]*shape, key string) *shape {
	if m[key] == nil {
		m[key] = newShape()
	}
	return m[key]
}

// finding is a difference between an answer and its samples.
type finding struct {
	known bool   // to other samples of the same sort of object
	what  string // sort and key, and the kind of value if that is the difference
}

// compare looks for what v, which stands under key, has and s has not, first
// in other samples of the same sort of object.
func (d *dialect) compare(key string, v any, s *shape, say func(finding)) {
	switch v := v.(type) {
	case map[string]any:
		if d.free[key] {
			return
		}
		if depth := d.byID[key]; depth > 0 {
			for _, inner := range below(v, depth) {
				d.compare("", inner, child(d.union, key), func(f finding) { say(finding{false, key + f.what}) })
			}
			return
		}
		for _, k := range slices.Sorted(maps.Keys(v)) {
			d.compareKey(key, k, v[k], s.keys[k], say)
		}
	case []any:
		for _, inner := range v {
			d.compareItem(key, inner, s.item, say)
		}
	}
}

// compareKey compares what stands under a key of an object with what the own
// sample has there, if anything.
func (d *dialect) compareKey(key, name string, v any, own *shape, say func(finding)) {
	other := child(d.union, d.sort(key)).keys[name]
	what := d.sort(key) + "." + name
	switch {
	case own == nil && other == nil:
		say(finding{false, what})
		d.compareItem(name, v, nil, say)
		return
	case own == nil:
		say(finding{true, what})
		own = other
	}
	d.compareKind(what, v, own, other, say)
	d.compare(name, v, own, say)
}

// compareItem compares an item of a list, or what no sample has in its place:
// then with all objects of that name.
func (d *dialect) compareItem(key string, v any, own *shape, say func(finding)) {
	if list, isList := v.([]any); isList && own == nil {
		for _, inner := range list {
			d.compareItem(key, inner, nil, say)
		}
		return
	}
	if own == nil || len(own.kinds) == 0 {
		if own = d.union[d.sort(key)]; own == nil || kindOf(v) != "object" {
			return // plain values, or nothing there ever
		}
	}
	d.compareKind(d.sort(key)+"[]", v, own, d.union[d.sort(key)], say)
	d.compare(key, v, own, say)
}

func (d *dialect) compareKind(what string, v any, own, other *shape, say func(finding)) {
	kind := kindOf(v)
	switch {
	case own.kinds[kind]:
	case other != nil && other.kinds[kind]:
		say(finding{true, what + " as " + kind})
	default:
		say(finding{false, fmt.Sprintf("%s as %s, not %s", what, kind, strings.Join(slices.Sorted(maps.Keys(own.kinds)), " or "))})
	}
}

// decoded is JSON as the comparison sees it.
func parsed(raw []byte) (any, error) {
	var v any
	err := json.Unmarshal(raw, &v)
	return v, err
}
