package event

import "strings"

// maxParts bounds the dots of a path; what has more is a key and nothing else.
const maxParts = 64

// find gives give every value that stands under path, and says whether there
// is any: path may be a key, or a key and a path within what stands there. In
// a list every element is looked at. A shorter path within a longer key comes
// first: of a.b.c the key a.b.c, then a.b with c, then a with b.c.
//
// Each object is reached by one way only (the keys that lead to it, joined),
// so this never takes longer than walking through the event once.
func find(value any, path string, spaced bool, give func(any)) bool {
	switch v := value.(type) {
	case map[string]any:
		return findIn(v, path, spaced, give)
	case []any:
		found := false
		for _, element := range v {
			if find(element, path, spaced, give) {
				found = true
			}
		}
		return found
	}
	return false
}

func findIn(object map[string]any, path string, spaced bool, give func(any)) bool {
	if value, ok := member(object, path, spaced); ok {
		give(value)
		return true
	}
	if strings.Count(path, ".") > maxParts {
		return false
	}
	for end := strings.LastIndexByte(path, '.'); end > 0; end = strings.LastIndexByte(path[:end], '.') {
		value, ok := member(object, path[:end], spaced)
		if ok && find(value, path[end+1:], spaced, give) {
			return true
		}
	}
	return false
}

// member looks up a key, at last without its blanks: the specification has
// rules name "Threat Name" ThreatName. Of several such keys the least counts.
func member(object map[string]any, key string, spaced bool) (any, bool) {
	if value, ok := object[key]; ok || !spaced {
		return value, ok
	}
	best, found := "", false
	bare := strings.ReplaceAll(key, " ", "")
	for own := range object {
		if strings.ReplaceAll(own, " ", "") == bare && (!found || own < best) {
			best, found = own, true
		}
	}
	return object[best], found
}

// attribute looks for Provider_Name in what JSON makes of an XML attribute:
// {"Provider":{"#attributes":{"Name":…}}}, {"Provider":{"@Name":…}} or
// {"Provider":{"Name":…}}.
func attribute(object map[string]any, field string, give func(any)) bool {
	element, name, ok := strings.Cut(field, "_")
	inner, isObject := object[element].(map[string]any)
	if !ok || !isObject {
		return false
	}
	if attributes, ok := inner["#attributes"].(map[string]any); ok {
		inner = attributes
	}
	for _, key := range []string{name, "@" + name} {
		if value, ok := inner[key]; ok {
			give(value)
			return true
		}
	}
	return false
}
