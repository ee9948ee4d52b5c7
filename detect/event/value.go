package event

import (
	"bytes"
	"encoding/json"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Value is one thing a field says, as text.
type Value struct {
	Text   string
	Folded string // Fold(Text)
	Number bool   // JSON wrote it as a number
}

// Values is all a field says: a list's elements each for itself, an object as
// its JSON. Null says nothing.
type Values struct {
	Present bool // the field is there, be it null
	List    []Value
}

// Time gives the first of the values that is a time ParseTime understands.
func (v Values) Time() (time.Time, bool) {
	for _, value := range v.List {
		if at, ok := ParseTime(value.Text, time.Time{}); ok {
			return at, true
		}
	}
	return time.Time{}, false
}

// add takes in a decoded JSON value.
func (v *Values) add(value any) {
	switch value := value.(type) {
	case nil:
	case []any:
		for _, element := range value {
			v.add(element)
		}
	default:
		v.List = append(v.List, valueOf(value))
	}
}

// valueOf makes text of anything but null and lists.
func valueOf(value any) Value {
	switch value := value.(type) {
	case string:
		return Value{Text: value, Folded: Fold(value)}
	case json.Number:
		return Value{Text: value.String(), Folded: strings.ToLower(value.String()), Number: true}
	case bool:
		if value {
			return Value{Text: "true", Folded: "true"}
		}
		return Value{Text: "false", Folded: "false"}
	}
	if object, ok := value.(map[string]any); ok {
		if inner, ok := object["#text"]; ok && len(object) <= 2 {
			return text(inner) // an XML element with attributes
		}
	}
	return text(value)
}

// text is valueOf for what may also be a list.
func text(value any) Value {
	switch value := value.(type) {
	case string, json.Number, bool:
		return valueOf(value)
	}
	b, err := json.Marshal(value)
	if err != nil {
		return Value{}
	}
	return Value{Text: string(b), Folded: Fold(string(b))}
}

// Fold makes texts that differ in letter case alone equal. It folds rune by
// rune, so a part of a folded text is the part folded. A letter outside ASCII
// never becomes one inside: a rule that looks for the Kelvin sign must not
// find every k.
func Fold(s string) string {
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf || 'A' <= s[i] && s[i] <= 'Z' {
			return strings.Map(foldRune, s)
		}
	}
	return s
}

// AppendFold appends Fold(s) to a buffer.
func AppendFold(to []byte, s string) []byte {
	for _, r := range s {
		to = utf8.AppendRune(to, foldRune(r))
	}
	return to
}

// ObjectValue is what a field says whose value is an object, of its JSON. What
// is no JSON says nothing.
func ObjectValue(data []byte) Value {
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	var value any
	if d.Decode(&value) != nil {
		return Value{}
	}
	return valueOf(value)
}

func foldRune(r rune) rune {
	if r < utf8.RuneSelf {
		if 'A' <= r && r <= 'Z' {
			r += 'a' - 'A'
		}
		return r
	}
	least := r
	for other := unicode.SimpleFold(r); other != r; other = unicode.SimpleFold(other) {
		if other >= utf8.RuneSelf && other < least {
			least = other
		}
	}
	return least
}
