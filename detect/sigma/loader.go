package sigma

import (
	"errors"
	"strings"

	"firebreak/detect/correlate"
)

// Loader reads rule files. What it cannot honour it refuses, document by
// document; one bad rule harms no other.
type Loader struct {
	mapping      *Mapping
	atoms        map[string]*Atom
	rules        []*Rule
	correlations []*Correlation
	filters      []*filter
	ids          map[string]Head
	refused      []Refusal
	notes        []Refusal
}

// NewLoader begins an empty set of rules. The mapping must not be extended
// any more.
func NewLoader(m *Mapping) *Loader {
	return &Loader{mapping: m, atoms: map[string]*Atom{}, ids: map[string]Head{}}
}

// File is a rule file that was read but for what its rules mean.
type File struct {
	name      string
	documents []document
}

// document is one of a file, or why it is none.
type document struct {
	node
	sum string
	err error
}

// ReadFile reads a file's documents. The name is used in refusals and as the
// rules' File. Any number of goroutines may read at the same time.
func ReadFile(name string, content []byte) File {
	f := File{name: name}
	for _, s := range sections(content) {
		n, err := s.read()
		d := document{node: n, err: err}
		if err == nil {
			d.sum = n.sum()
		}
		f.documents = append(f.documents, d)
	}
	return f
}

// Add takes in a file's documents.
func (l *Loader) Add(name string, content []byte) { l.AddFile(ReadFile(name, content)) }

// AddFile does so with a file that was read.
func (l *Loader) AddFile(f File) {
	if len(f.documents) == 0 {
		l.refuse(Head{File: f.name}, faultf(1, "the file is empty"))
	}
	for _, d := range f.documents {
		h, err := Head{File: f.name}, d.err
		if err == nil {
			h, err = l.document(f.name, d)
		}
		if err != nil {
			l.refuse(h, err)
		}
	}
}

// Unreadable refuses a file whose content could not be had.
func (l *Loader) Unreadable(name string, err error) {
	l.refuse(Head{File: name}, faultf(1, "cannot be read: %v", err))
}

func (l *Loader) refuse(h Head, err error) { l.refused = append(l.refused, refusal(h, err)) }

func (l *Loader) note(h Head, err error) { l.notes = append(l.notes, refusal(h, err)) }

func refusal(h Head, err error) Refusal {
	if f, ok := errors.AsType[*fault](err); ok {
		return Refusal{h.File, f.line, h.label(), f.reason}
	}
	return Refusal{h.File, max(h.Line, 1), h.label(), err.Error()}
}

// document reads one rule of whatever kind. The head is as much as could be
// read of it.
func (l *Loader) document(file string, d document) (Head, error) {
	doc := d.node
	if doc.kind != kindMapping {
		return Head{File: file}, faultf(doc.line, "no rule: the document is no mapping")
	}
	var kinds []string
	for _, section := range []string{"detection", "correlation", "filter"} {
		if _, ok := doc.get(section); ok {
			kinds = append(kinds, section)
		}
	}
	h, err := readHead(doc, file)
	h.Sum = d.sum
	if n, ok := doc.get("action"); ok {
		return h, faultf(n.line, "collections of rules (action: %s) are no part of Sigma any more: write each rule out", n.text)
	}
	switch {
	case len(kinds) == 0:
		return h, faultf(doc.line, "no rule: there is neither a detection nor a correlation nor a filter")
	case len(kinds) > 1:
		return h, faultf(doc.line, "a rule has only one of detection, correlation and filter")
	}
	if err == nil {
		err = l.unique(h, doc)
	}
	if err != nil {
		return h, err
	}
	if n, ok := doc.get("taxonomy"); ok && !strings.EqualFold(n.text, "sigma") {
		l.note(h, faultf(n.line, "the taxonomy is %s: its field names are looked for as they are", quote(n.text)))
	}
	switch kinds[0] {
	case "detection":
		return h, l.rule(h, doc)
	case "correlation":
		return h, l.correlation(h, doc)
	}
	return h, l.filter(h, doc)
}

// unique refuses a second rule of the same id.
func (l *Loader) unique(h Head, doc node) error {
	id := strings.ToLower(h.ID)
	if id == "" {
		return nil
	}
	if other, twice := l.ids[id]; twice {
		n, _ := doc.get("id")
		return faultf(n.line, "the id is that of %s:%d as well", other.File, other.Line)
	}
	l.ids[id] = h
	return nil
}

func (l *Loader) compiler() *compiler {
	return &compiler{mapping: l.mapping, atoms: l.atoms, left: maxTests}
}

func (l *Loader) rule(h Head, doc node) error {
	logsource, err := mustLogsource(doc)
	if err != nil {
		return err
	}
	n, _ := doc.get("detection")
	c := l.compiler()
	d, err := c.readDetection(n)
	if err != nil {
		return err
	}
	if d.piped() {
		rules, co, err := c.aggregate(h, logsource, d)
		if err == nil {
			l.rules, l.correlations = append(l.rules, rules...), append(l.correlations, co)
		}
		return err
	}
	e, err := d.compile()
	if err != nil {
		return err
	}
	l.rules = append(l.rules, newRule(h, logsource, e))
	return nil
}

func (l *Loader) correlation(h Head, doc node) error {
	co, err := readCorrelation(h, doc)
	if err == nil {
		err = co.express()
	}
	if err != nil {
		return err
	}
	if co.spec.Kind == correlate.Percentile && co.percentile.text == "" {
		l.note(h, faultf(co.percentile.line, "the condition names no percentile: 50, the median, is taken"))
	}
	l.correlations = append(l.correlations, co)
	return nil
}

func (l *Loader) filter(h Head, doc node) error {
	f, note, err := l.compiler().readFilter(h, doc)
	if err != nil {
		return err
	}
	if note != nil {
		l.note(h, note)
	}
	l.filters = append(l.filters, f)
	return nil
}
