package event

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"
)

// MaxSize is the most bytes of JSON that one event may have. The largest
// known: an audit event of Kubernetes 1.5 MiB (etcd's limit on objects),
// CloudTrail 256 KiB, Windows 64 KiB.
const MaxSize = 4 << 20

// Event is one log event.
type Event struct {
	roots  []map[string]any // the event itself, then what Lift added
	spaced bool             // some key has a blank in it
	known  map[string]Values
	leaves []Value
	walked bool // leaves are there
}

// Decode reads one JSON object. Its error says in a few words why data is
// none.
func Decode(data []byte) (*Event, error) {
	if len(data) > MaxSize {
		return nil, fmt.Errorf("longer than %d bytes", MaxSize)
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	var value any
	if err := d.Decode(&value); err != nil {
		return nil, noJSON(err)
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, errors.New("more than one JSON value")
	}
	object, ok := value.(map[string]any)
	if !ok {
		return nil, fmt.Errorf("%s, not a JSON object", kind(value))
	}
	return &Event{roots: []map[string]any{object}, spaced: hasSpaced(object), known: map[string]Values{}}, nil
}

// Nothing is an event without fields.
func Nothing() *Event { return &Event{roots: []map[string]any{{}}, known: map[string]Values{}} }

// noJSON shortens an error of encoding/json.
func noJSON(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errors.New("no JSON object: it ends too early")
	}
	return fmt.Errorf("no JSON object: %w", err)
}

func kind(value any) string {
	switch value.(type) {
	case []any:
		return "an array"
	case string:
		return "a string"
	case json.Number:
		return "a number"
	case bool:
		return "true or false"
	}
	return "null"
}

// hasSpaced says whether any object in value has a key with a blank.
func hasSpaced(value any) bool {
	switch v := value.(type) {
	case map[string]any:
		for key, inner := range v {
			if strings.Contains(key, " ") || hasSpaced(inner) {
				return true
			}
		}
	case []any:
		return slices.ContainsFunc(v, hasSpaced)
	}
	return false
}

// Lift makes the members of the objects at these paths fields of the event,
// for shippers that wrap the log's own fields (winlog.event_data). A path that
// ends in .* means all objects there. A field the event has itself comes
// first, then the paths in their order. To lift again changes nothing: several
// sets of rules may look at one event.
func (e *Event) Lift(paths []string) {
	own := e.roots[0]
	e.roots = e.roots[:1]
	for _, path := range paths {
		path, inner := strings.CutSuffix(path, ".*")
		find(own, path, e.spaced, func(value any) {
			object, _ := value.(map[string]any)
			if !inner {
				e.root(object)
				return
			}
			for _, key := range slices.Sorted(maps.Keys(object)) {
				value, _ := object[key].(map[string]any)
				e.root(value)
			}
		})
	}
	clear(e.known)
}

func (e *Event) root(object map[string]any) {
	if object != nil {
		e.roots = append(e.roots, object)
	}
}

// Values gives what a field says. The name is looked for as it is, then as a
// dotted path, then, in what was lifted, as an XML attribute
// (Provider_Name). Blanks in the event's own names do not count.
func (e *Event) Values(field string) Values {
	if v, ok := e.known[field]; ok {
		return v
	}
	v := e.values(field)
	e.known[field] = v
	return v
}

func (e *Event) values(field string) (v Values) {
	for i, root := range e.roots {
		found := find(root, field, e.spaced, v.add)
		if !found && i > 0 {
			found = attribute(root, field, v.add)
		}
		if found {
			v.Present = true
			break
		}
	}
	return v
}

// Object is the event as encoding/json decodes it, numbers as json.Number. It
// must not be changed.
func (e *Event) Object() map[string]any { return e.roots[0] }

// Pick gives those of the fields that the event has, found as Values finds
// them, under the names asked for. A field that stands in several elements of
// a list is a list.
func (e *Event) Pick(fields []string) map[string]any {
	picked := map[string]any{}
	for _, field := range fields {
		if all := e.all(field); len(all) == 1 {
			picked[field] = all[0]
		} else if len(all) > 1 {
			picked[field] = all
		}
	}
	return picked
}

func (e *Event) all(field string) (all []any) {
	take := func(value any) { all = append(all, value) }
	for i, root := range e.roots {
		if find(root, field, e.spaced, take) || i > 0 && attribute(root, field, take) {
			break
		}
	}
	return all
}

// Leaves gives every string, number and boolean of the event, in no order:
// the full log message, for rules that search all of it.
func (e *Event) Leaves() []Value {
	if !e.walked {
		e.walk(e.roots[0])
		e.walked = true
	}
	return e.leaves
}

func (e *Event) walk(value any) {
	switch v := value.(type) {
	case map[string]any:
		for _, inner := range v {
			e.walk(inner)
		}
	case []any:
		for _, inner := range v {
			e.walk(inner)
		}
	case nil:
	default:
		e.leaves = append(e.leaves, valueOf(v))
	}
}

// Time gives when the event happened: the first of the fields that holds a
// time ParseTime understands.
func (e *Event) Time(fields []string) (time.Time, bool) {
	for _, field := range fields {
		if at, ok := e.Values(field).Time(); ok {
			return at, true
		}
	}
	return time.Time{}, false
}
