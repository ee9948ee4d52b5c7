package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"firebreak/detect/child"
	"firebreak/detect/own"
	scripted "firebreak/detect/script"
)

// The kinds of rule files.
const (
	kindSigma   = iota
	kindScript  // *.star
	kindProgram // *.py, to be executed
	kindCommand // detector.yml or NAME.detector.yml
)

// ruleKind tells what kind of rule a file is by its name.
func ruleKind(name string) int {
	switch base := filepath.Base(name); {
	case base == "detector.yml" || strings.HasSuffix(base, ".detector.yml"):
		return kindCommand
	case filepath.Ext(base) == ".star":
		return kindScript
	case filepath.Ext(base) == ".py":
		return kindProgram
	}
	return kindSigma
}

// executable says whether somebody has marked a file as a program.
func executable(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0
}

// errNotAsked is what is said of a program that was only found.
var errNotAsked = errors.New("is a program of its own: it is run with --exec, or when it is named itself")

// own loads a rule in the user's own code. A program that was not named itself
// is run only if that was allowed: a folder of rules may be anybody's.
func (l *ruleLoader) own(file string) (own.Detector, error) {
	kind := ruleKind(file)
	if kind == kindScript {
		content, err := readRule(file)
		if err != nil {
			return nil, err
		}
		return scripted.Load(l.ctx, file, content)
	}
	if !l.flags.Exec && !l.named[file] {
		return nil, errNotAsked
	}
	spec, err := l.spec(file, kind)
	if err != nil {
		return nil, err
	}
	if l.flags.Stderr {
		spec.Stderr = func(line string) { l.rules.heard.add(file + ": " + line) }
	}
	return child.Start(l.ctx, spec)
}

func (l *ruleLoader) spec(file string, kind int) (child.Spec, error) {
	if kind == kindCommand {
		content, err := readBounded(file)
		if err != nil {
			return child.Spec{}, err
		}
		return child.ReadSpec(file, content, l.environ)
	}
	if !executable(file) {
		return child.Spec{}, errors.New("is not executable: chmod +x makes it a rule")
	}
	return child.Executable(file, l.environ)
}

// adopt takes a rule in, unless its id is taken.
func (l *ruleLoader) adopt(d own.Detector) error {
	head := d.Head()
	taken := func(id, file string) error {
		if head.ID == "" || !strings.EqualFold(id, head.ID) {
			return nil
		}
		d.End()
		return fmt.Errorf("the id is that of %s as well", file)
	}
	for _, other := range l.rules.set.Rules() {
		if err := taken(other.ID, other.File); err != nil {
			return err
		}
	}
	for _, other := range l.rules.own {
		if err := taken(other.Head().ID, other.Head().File); err != nil {
			return err
		}
	}
	l.rules.own = append(l.rules.own, d)
	return nil
}

// end ends whatever runs.
func (r *rules) end() {
	var ending sync.WaitGroup
	for _, d := range r.own {
		ending.Go(d.End)
	}
	ending.Wait()
}

// examine gives a batch to all rules in own code at the same time; the results
// are in the order of the rules.
func (r *rules) examine(p *program, batch []own.Event) []own.Result {
	results := make([]own.Result, len(r.own))
	var examining sync.WaitGroup
	for i, d := range r.own {
		examining.Go(func() { results[i] = d.Examine(p.ctx, batch) })
	}
	examining.Wait()
	return results
}

// maxHeard is how many lines are kept until somebody shows them.
const maxHeard = 1000

// heard is what programs have written to standard error, for their authors.
type heard struct {
	mu    sync.Mutex
	lines []string
}

func (h *heard) add(line string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	switch {
	case len(h.lines) < maxHeard:
		h.lines = append(h.lines, line)
	case len(h.lines) == maxHeard:
		h.lines = append(h.lines, "… (more than can be shown at once)")
	}
}

// take gives the lines and forgets them.
func (h *heard) take() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	lines := slices.Clone(h.lines)
	h.lines = nil
	return lines
}
