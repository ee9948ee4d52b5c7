package sigma

import (
	"embed"
	"fmt"
	"io/fs"
	"slices"
)

// Mapping says how events tell which log they are from, how logs call the
// fields that rules name, and what stands for placeholders. It is data: the
// embedded files are written as those that people add.
type Mapping struct {
	time         []string            // fields that hold when an event happened
	lift         []string            // objects whose members are fields of the event
	messages     []string            // fields that hold a bare log line
	fields       map[string][]string // other names of a field, whatever the log
	routes       []route
	placeholders map[string][]text
}

// route is one way to know where an event is from.
type route struct {
	from  Logsource // what must be known already
	is    Logsource
	when  *expr
	names *names
}

// names are the other names of fields in one kind of log. The route's own go
// before the field's own name, which may mean something else there (the
// security log's ProcessId is the parent's), general ones behind it.
type names struct {
	route, general map[string][]string
}

//go:embed mapping/*.yml
var shipped embed.FS

// Builtin is the mapping that firebreak ships.
func Builtin() (*Mapping, error) {
	m := &Mapping{fields: map[string][]string{}, placeholders: map[string][]text{}}
	files, err := fs.Glob(shipped, "mapping/*.yml")
	if err != nil {
		return nil, fmt.Errorf("list the shipped mapping: %w", err)
	}
	for _, name := range files {
		content, err := shipped.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("open %s: %w", name, err)
		}
		if err := m.Extend(name, content); err != nil {
			return nil, err
		}
	}
	return m, nil
}

// Extend adds a file's routes, fields and placeholders to the mapping; where
// both name something, the file's comes first. The error names its line.
func (m *Mapping) Extend(name string, content []byte) error {
	for _, section := range sections(content) {
		doc, err := section.read()
		if err == nil {
			err = m.extend(doc)
		}
		if err != nil {
			return fmt.Errorf("mapping %s: %w", name, err)
		}
	}
	return nil
}

func (m *Mapping) extend(doc node) error {
	if doc.kind != kindMapping {
		return faultf(doc.line, "want a mapping with time, lift, messages, fields, routes or placeholders")
	}
	for i, key := range doc.keys {
		var err error
		switch n := doc.kids[i]; key.text {
		case "time":
			err = first(&m.time, n)
		case "lift":
			err = first(&m.lift, n)
		case "messages":
			err = first(&m.messages, n)
		case "fields":
			err = readNames(m.fields, n)
		case "routes":
			err = m.addRoutes(n)
		case "placeholders":
			err = m.addPlaceholders(n)
		default:
			err = faultf(key.line, "%s is none of time, lift, messages, fields, routes and placeholders", quote(key.text))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// first puts a list's texts before those that are there.
func first(texts *[]string, n node) error {
	words, err := n.words()
	*texts = slices.Concat(words, *texts)
	return err
}

// readNames adds to the other names of fields.
func readNames(all map[string][]string, n node) error {
	if n.kind != kindMapping {
		return faultf(n.line, "fields are no mapping")
	}
	for i, key := range n.keys {
		others, err := n.kids[i].words()
		if err != nil {
			return err
		}
		all[key.text] = slices.Concat(others, all[key.text])
	}
	return nil
}

func (m *Mapping) addPlaceholders(n node) error {
	if n.kind != kindMapping {
		return faultf(n.line, "placeholders are no mapping")
	}
	for i, key := range n.keys {
		values, err := n.kids[i].words()
		if err != nil {
			return err
		}
		var texts []text
		for _, v := range values {
			texts = append(texts, parseText(v))
		}
		m.placeholders[key.text] = texts
	}
	return nil
}

func (m *Mapping) addRoutes(n node) error {
	c := &compiler{mapping: m, atoms: map[string]*Atom{}, left: maxTests}
	for _, kid := range n.kids {
		r, err := c.route(kid)
		if err != nil {
			return err
		}
		m.routes = append(m.routes, r)
	}
	return nil
}
