package behaviour

import (
	_ "embed"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"
)

//go:embed default.yml
var shipped []byte

// Shipped gives the rules that firebreak ships.
func Shipped() ([]Rule, error) { return ParseRules(nil, shipped) }

// ParseRules reads a list of rules in YAML on top of others: one with a known
// id changes that rule, and "off: true" takes it away. Of everything that is
// wrong the line, the rule and the reason are told; nothing is used then.
func ParseRules(base []Rule, file []byte) ([]Rule, error) {
	if len(file) > maxRuleBytes {
		return nil, fmt.Errorf("rules: longer than %d bytes", maxRuleBytes)
	}
	var root yaml.Node
	if err := yaml.Load(file, &root); err != nil {
		return nil, fmt.Errorf("rules: no YAML: %w", err)
	}
	if root.Kind != yaml.DocumentNode || len(root.Content) != 1 || root.Content[0].Kind != yaml.SequenceNode {
		return nil, errors.New("rules: line 1: want a list of rules")
	}
	rules := slices.Clone(base)
	named := map[string]bool{}
	var wrong []error
	for _, node := range root.Content[0].Content {
		var err error
		if rules, err = addRule(rules, named, node); err != nil {
			wrong = append(wrong, err)
		}
	}
	if len(rules) > maxRules {
		wrong = append(wrong, fmt.Errorf("rules: more than %d", maxRules))
	}
	if len(wrong) > 0 {
		return nil, errors.Join(wrong...)
	}
	return rules, nil
}

// addRule reads one rule of the list into rules.
func addRule(rules []Rule, named map[string]bool, node *yaml.Node) ([]Rule, error) {
	if node.Kind != yaml.MappingNode {
		return rules, fmt.Errorf("rules: line %d: a rule is a mapping", node.Line)
	}
	id := ""
	for key, value := range pairs(node) {
		if key.Value == "id" {
			id = value.Value
		}
	}
	bad := func(line int, reason error) ([]Rule, error) {
		return rules, fmt.Errorf("rules: line %d: rule %q: %w", line, id, reason)
	}
	if named[id] {
		return bad(node.Line, errors.New("stands there twice"))
	}
	named[id] = true
	at := slices.IndexFunc(rules, func(r Rule) bool { return r.ID == id })
	rule := Rule{Groups: 10_000}
	if at >= 0 {
		rule = rules[at]
	}
	off, seen := false, map[string]bool{}
	for key, value := range pairs(node) {
		if seen[key.Value] {
			return bad(key.Line, fmt.Errorf("the key %q stands there twice", key.Value))
		}
		seen[key.Value] = true
		if err := rule.set(key.Value, value, &off); err != nil {
			return bad(value.Line, fmt.Errorf("%s: %w", key.Value, err))
		}
	}
	if off && at >= 0 {
		return slices.Delete(rules, at, at+1), nil
	}
	if err := rule.check(); err != nil {
		return bad(node.Line, err)
	}
	if at >= 0 {
		rules[at] = rule
		return rules, nil
	}
	return append(rules, rule), nil
}

func pairs(node *yaml.Node) func(func(key, value *yaml.Node) bool) {
	return func(yield func(key, value *yaml.Node) bool) {
		for i := 0; i+1 < len(node.Content); i += 2 {
			if !yield(node.Content[i], node.Content[i+1]) {
				return
			}
		}
	}
}

// set gives the rule one of its parameters.
func (r *Rule) set(key string, value *yaml.Node, off *bool) error {
	for _, p := range r.parameters(off) {
		if p.key == key {
			return read(value, p.into)
		}
	}
	return errors.New("no such key")
}

type parameter struct {
	key  string
	into any
}

func (r *Rule) parameters(off *bool) []parameter {
	return []parameter{
		{"id", &r.ID},
		{"title", &r.Title},
		{"level", &r.Level},
		{"kind", &r.Kind},
		{"techniques", &r.Techniques},
		{"actions", &r.Actions},
		{"sources", &r.Sources},
		{"except", &r.Except},
		{"by", &r.By},
		{"of", &r.Of},
		{"only", &r.Only},
		{"then", &r.Then},
		{"clear", &r.Clear},
		{"at-least", &r.AtLeast},
		{"from-sources", &r.FromSources},
		{"within", &r.Within},
		{"new", &r.New},
		{"forget", &r.Forget},
		{"learn-events", &r.LearnEvents},
		{"learn-for", &r.LearnFor},
		{"times", &r.Times},
		{"speed", &r.Speed},
		{"distance", &r.Distance},
		{"jitter", &r.Jitter},
		{"regular", &r.Regular},
		{"common", &r.Common},
		{"stands", &r.Stands},
		{"lateness", &r.Lateness},
		{"at-once", &r.AtOnce},
		{"groups", &r.Groups},
		{"off", off},
	}
}

// read reads a value of YAML into a parameter.
func read(value *yaml.Node, into any) error {
	var err error
	switch p := into.(type) {
	case *string:
		*p, err = scalar(value)
	case *[]string:
		*p, err = texts(value)
	case *map[string][]string:
		*p, err = lists(value)
	case *bool:
		err = number(value, p, strconv.ParseBool)
	case *int:
		err = number(value, p, strconv.Atoi)
	case *float64:
		err = number(value, p, func(s string) (float64, error) { return strconv.ParseFloat(s, 64) })
	case *time.Duration:
		err = number(value, p, duration)
	}
	return err
}

func number[T any](value *yaml.Node, into *T, parse func(string) (T, error)) error {
	s, err := scalar(value)
	if err != nil {
		return err
	}
	v, err := parse(s)
	if err != nil {
		return fmt.Errorf("%q is none", s)
	}
	*into = v
	return nil
}

// duration is one of Go, or so many days.
func duration(s string) (time.Duration, error) {
	if days, ok := strings.CutSuffix(s, "d"); ok {
		n, err := strconv.ParseUint(days, 10, 12)
		return time.Duration(n) * 24 * time.Hour, err
	}
	return time.ParseDuration(s)
}

func scalar(value *yaml.Node) (string, error) {
	if value.Kind != yaml.ScalarNode || len(value.Value) > maxValueSize {
		return "", fmt.Errorf("want one value of at most %d bytes", maxValueSize)
	}
	return value.Value, nil
}

func texts(value *yaml.Node) ([]string, error) {
	if value.Kind != yaml.SequenceNode {
		return nil, errors.New("want a list")
	}
	var list []string
	for _, v := range value.Content {
		s, err := scalar(v)
		if err != nil {
			return nil, err
		}
		list = append(list, s)
	}
	return list, nil
}

func lists(value *yaml.Node) (map[string][]string, error) {
	if value.Kind != yaml.MappingNode {
		return nil, errors.New("want a mapping of lists")
	}
	m := map[string][]string{}
	for key, value := range pairs(value) {
		list, err := texts(value)
		if err != nil {
			return nil, err
		}
		m[key.Value] = list
	}
	return m, nil
}
