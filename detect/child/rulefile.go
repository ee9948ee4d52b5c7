package child

import (
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"
)

// maxRuleFile is the most bytes of a detector.yml.
const maxRuleFile = 64 << 10

// ruleFile is a detector.yml: which command a rule is, and what it may.
type ruleFile struct {
	Command []string          `yaml:"command"`
	Env     map[string]string `yaml:"env"`    // set to these values
	Pass    []string          `yaml:"pass"`   // taken from firebreak's own
	Memory  string            `yaml:"memory"` // such as 512MiB
	Hello   string            `yaml:"hello"`
	Event   string            `yaml:"event"`
	Batch   string            `yaml:"batch"`
}

// base are the variables that every rule is given.
var base = []string{"PATH", "LANG"}

// ours begins the names of variables that hold firebreak's own secrets.
const ours = "FIREBREAK_"

// Executable is the Spec of a rule that is a file to be executed. What it is
// given of environ, which is firebreak's own, is PATH and LANG.
func Executable(file string, environ []string) (Spec, error) {
	dir, err := filepath.Abs(filepath.Dir(file))
	if err != nil {
		return Spec{}, fmt.Errorf("find its folder: %w", err)
	}
	return Spec{
		File: file, Dir: dir, Command: []string{"./" + filepath.Base(file)},
		Env: passed(environ, base), Limits: DefaultLimits(),
	}, nil
}

// ReadSpec reads a detector.yml. An unknown key is an error. What the rule is
// given of environ, which is firebreak's own, is PATH, LANG and what the file
// names.
func ReadSpec(file string, content []byte, environ []string) (Spec, error) {
	if len(content) > maxRuleFile {
		return Spec{}, fmt.Errorf("longer than %d bytes", maxRuleFile)
	}
	s, err := Executable(file, environ)
	if err != nil {
		return s, err
	}
	var r ruleFile
	if err := yaml.Load(content, &r, yaml.WithKnownFields()); err != nil {
		return s, fmt.Errorf("no detector: %w", err)
	}
	if len(r.Command) == 0 || slices.Contains(r.Command, "") {
		return s, errors.New("there is no command: a list of the program and its arguments")
	}
	s.Command = r.Command
	if s.Env, err = r.environment(environ); err != nil {
		return s, err
	}
	return s, r.limit(&s.Limits)
}

func (r ruleFile) environment(environ []string) ([]string, error) {
	for _, name := range r.Pass {
		if strings.HasPrefix(name, ours) {
			return nil, fmt.Errorf("pass: %s is firebreak's own and may be a secret", name)
		}
	}
	env := passed(environ, append(slices.Clone(base), r.Pass...))
	for _, name := range slices.Sorted(maps.Keys(r.Env)) {
		value := r.Env[name]
		if name == "" || strings.ContainsAny(name, "=\x00") || strings.ContainsRune(value, 0) {
			return nil, fmt.Errorf("env: %q is no variable", name)
		}
		env = append(env, name+"="+value)
	}
	return env, nil
}

// passed gives those variables of environ that have one of the names.
func passed(environ, names []string) []string {
	var env []string
	for _, variable := range environ {
		if name, _, _ := strings.Cut(variable, "="); slices.Contains(names, name) {
			env = append(env, variable)
		}
	}
	return env
}

// limit sets the limits that the file names.
func (r ruleFile) limit(l *Limits) error {
	for _, d := range []struct {
		key, text string
		to        *time.Duration
	}{{"hello", r.Hello, &l.Hello}, {"event", r.Event, &l.Event}, {"batch", r.Batch, &l.Batch}} {
		if d.text == "" {
			continue
		}
		value, err := time.ParseDuration(d.text)
		if err != nil || value <= 0 || value > maxDeadline {
			return fmt.Errorf("%s: %q is no time such as 2s, at most %s", d.key, d.text, maxDeadline)
		}
		*d.to = value
	}
	if r.Memory == "" {
		return nil
	}
	number, unit, ok := cutUnit(r.Memory)
	n, err := strconv.ParseUint(number, 10, 32)
	if !ok || err != nil || n == 0 {
		return fmt.Errorf("memory: %q is no amount such as 512MiB or 2GiB", r.Memory)
	}
	l.Memory = n * unit
	return nil
}

// maxDeadline is the longest that a rule may ask for.
const maxDeadline = time.Hour

func cutUnit(text string) (number string, unit uint64, ok bool) {
	if number, ok = strings.CutSuffix(text, "MiB"); ok {
		return strings.TrimSpace(number), 1 << 20, true
	}
	number, ok = strings.CutSuffix(text, "GiB")
	return strings.TrimSpace(number), 1 << 30, ok
}
