package sigma

import (
	"slices"
	"strconv"

	"firebreak/detect/event"
)

// route reads one way to know where an event is from.
func (c *compiler) route(n node) (route, error) {
	var r route
	if n.kind != kindMapping {
		return r, faultf(n.line, "a route is no mapping")
	}
	own := map[string][]string{}
	for i, key := range n.keys {
		var err error
		switch kid := n.kids[i]; key.text {
		case "from":
			r.from, err = readLogsource(kid)
		case "is":
			r.is, err = readLogsource(kid)
		case "when":
			r.when, err = c.detection(kid)
		case "fields":
			err = readNames(own, kid)
		default:
			err = faultf(key.line, "%s is none of from, when, is and fields", quote(key.text))
		}
		if err != nil {
			return r, err
		}
	}
	if r.when == nil || r.is.empty() {
		return r, faultf(n.line, "a route needs when and is")
	}
	r.is = r.from.with(r.is)
	r.names = &names{route: own, general: c.mapping.fields}
	return r, nil
}

// with is l with the attributes that other gives.
func (l Logsource) with(other Logsource) Logsource {
	for _, name := range []string{"product", "category", "service"} {
		own, _ := l.attribute(name)
		if given, _ := other.attribute(name); *given != "" {
			*own = *given
		}
	}
	return l
}

// origin is where an event is from: all it is known to be, and by which
// routes.
type origin struct {
	routes []int // in the mapping
	kinds  []Logsource
}

// key is the same for events that the same rules are tried on.
func (o origin) key() string {
	var b []byte
	for _, r := range o.routes {
		b = append(strconv.AppendInt(b, int64(r), 36), ' ')
	}
	return string(b)
}

// origin finds out where an event is from.
func (m *Mapping) origin(v *view) origin {
	var o origin
	for i, r := range m.routes {
		known := r.from.empty() || slices.ContainsFunc(o.kinds, r.from.contains)
		if known && r.when.holds(v) {
			o.routes, o.kinds = append(o.routes, i), append(o.kinds, r.is)
		}
	}
	return o
}

// bare says whether an event is a log line and tells nothing else of where it
// is from.
func (m *Mapping) bare(ev *event.Event) bool {
	return slices.ContainsFunc(m.messages, func(field string) bool { return ev.Values(field).Present })
}
