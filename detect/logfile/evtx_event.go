package logfile

import (
	"fmt"
	"strings"
)

// eventValue is an element as JSON has it: what is but text is that text,
// attributes are #attributes, elements of one name are a list. That is how
// evtx_dump writes events, and what the mapping of Sigma's fields reads.
func (e *element) eventValue() any {
	object := map[string]any{}
	for _, kid := range e.kids {
		if kid.element != nil {
			kid.element.addTo(object, e.name == "EventData")
		}
	}
	attributes := e.attributeValues()
	text := whole(e.kids)
	if len(object) == 0 && len(attributes) == 0 {
		return text
	}
	if len(attributes) > 0 {
		object["#attributes"] = attributes
	}
	if text != nil {
		object["#text"] = text
	}
	return object
}

// addTo adds an element to its parent's object. In EventData the name of a
// datum is an attribute.
func (e *element) addTo(object map[string]any, named bool) {
	if named {
		for _, a := range e.attributes {
			if name, ok := whole(a.value).(string); ok && a.name == "Name" && name != "" {
				add(object, name, whole(e.kids))
				return
			}
		}
	}
	add(object, e.name, e.eventValue())
}

func add(object map[string]any, name string, value any) {
	before, twice := object[name]
	switch list, isList := before.(several); {
	case isList:
		object[name] = append(list, value)
	case twice:
		object[name] = several{before, value}
	default:
		object[name] = value
	}
}

// several is what elements of one name say.
type several []any

// attributeValues leaves out what only names a vocabulary.
func (e *element) attributeValues() map[string]any {
	values := map[string]any{}
	for _, a := range e.attributes {
		if v := whole(a.value); v != nil && !strings.HasPrefix(a.name, "xmlns") {
			values[a.name] = v
		}
	}
	return values
}

// whole is what values say together: one as it is, several as one text.
func whole(parts []part) any {
	var values []any
	for _, p := range parts {
		if p.element == nil && p.value != nil {
			values = append(values, p.value)
		}
	}
	switch len(values) {
	case 0:
		return nil
	case 1:
		return values[0]
	}
	var b strings.Builder
	for _, v := range values {
		fmt.Fprint(&b, v)
	}
	return b.String()
}
