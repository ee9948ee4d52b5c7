package sigma

import (
	"fmt"
	"strings"
)

// Logsource says which log a rule is meant for, or an event is from. An empty
// attribute leaves it open.
type Logsource struct {
	Product  string
	Category string
	Service  string
}

// contains says whether whatever is from other is also from l: each attribute
// that l gives is that of other.
func (l Logsource) contains(other Logsource) bool {
	return (l.Product == "" || l.Product == other.Product) &&
		(l.Category == "" || l.Category == other.Category) &&
		(l.Service == "" || l.Service == other.Service)
}

func (l Logsource) empty() bool { return l == Logsource{} }

func (l *Logsource) attribute(name string) (*string, bool) {
	switch name {
	case "product":
		return &l.Product, true
	case "category":
		return &l.Category, true
	case "service":
		return &l.Service, true
	}
	return nil, false
}

// ParseLogsource reads "product=linux,service=sshd".
func ParseLogsource(s string) (Logsource, error) {
	var l Logsource
	for pair := range strings.SplitSeq(s, ",") {
		name, value, _ := strings.Cut(pair, "=")
		attribute, ok := l.attribute(strings.TrimSpace(name))
		if value = strings.TrimSpace(value); !ok || value == "" {
			return l, fmt.Errorf("%q is not product=NAME, category=NAME or service=NAME", pair)
		}
		*attribute = strings.ToLower(value)
	}
	return l, nil
}

// readLogsource reads the attributes that tell logs apart; what else stands
// there is for people.
func readLogsource(n node) (Logsource, error) {
	var l Logsource
	if n.kind != kindMapping {
		return l, faultf(n.line, "the logsource is no mapping")
	}
	for i, key := range n.keys {
		attribute, ok := l.attribute(key.text)
		value := n.kids[i]
		if !ok || value.null() {
			continue
		}
		if value.kind != kindScalar {
			return l, faultf(value.line, "the logsource's %s is no text", key.text)
		}
		*attribute = strings.ToLower(strings.TrimSpace(value.text))
	}
	return l, nil
}

// mustLogsource reads one that says something.
func mustLogsource(doc node) (Logsource, error) {
	n, ok := doc.get("logsource")
	if !ok {
		return Logsource{}, faultf(doc.line, "there is no logsource")
	}
	l, err := readLogsource(n)
	if err == nil && l.empty() {
		err = faultf(n.line, "the logsource has no product, category or service")
	}
	return l, err
}
