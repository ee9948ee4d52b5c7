package main

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"firebreak/detect/own"
	"firebreak/detect/sigma"
)

// detectCmd is about detection rules.
type detectCmd struct {
	Run  detectRunCmd  `cmd:"" help:"Run rules over log events."`
	Test detectTestCmd `cmd:"" help:"Try rules on their own malicious and benign samples."`

	Backtest detectBacktestCmd `cmd:"" help:"Compare what rules would find with what others find, on logs and stored alerts."`
}

// maxRuleFile is the most bytes a file of rules or samples may have.
const maxRuleFile = 64 << 20

// samplesSuffixes end the names of the files of samples beside rules.
var samplesSuffixes = []string{".test.yml", ".test.yaml"}

// readMapping is the shipped mapping with what the user adds.
func readMapping(files []string) (*sigma.Mapping, error) {
	m, err := sigma.Builtin()
	if err != nil {
		return nil, err
	}
	for _, file := range files {
		content, err := readBounded(file)
		if err != nil {
			return nil, usageError{err}
		}
		if err := m.Extend(file, content); err != nil {
			return nil, usageError{err}
		}
	}
	return m, nil
}

// ruleFlags are the options of all commands that load rules.
type ruleFlags struct {
	Mapping []string `sep:"none" help:"Add routes, names of fields and placeholders; may be repeated." placeholder:"FILE"`
	Exec    bool     `help:"Also run rules in folders that are programs (*.py, detector.yml)."`
	Stderr  bool     `help:"Show what such programs write to standard error."`
}

// rules is what was loaded. It must be ended.
type rules struct {
	set     *sigma.Set
	own     []own.Detector
	files   []string // that were read, in order
	refused int
	heard   heard
}

// ruleLoader loads rules.
type ruleLoader struct {
	*program
	flags ruleFlags
	named map[string]bool // files that were named themselves
	rules *rules
}

// readRules loads the rules at paths, files and folders, and says on stderr
// what was refused.
func (p *program) readRules(paths []string, flags ruleFlags) (*rules, error) {
	m, err := readMapping(flags.Mapping)
	if err != nil {
		return nil, err
	}
	files, err := ruleFiles(paths)
	if err != nil {
		return nil, err
	}
	l := &ruleLoader{program: p, flags: flags, named: map[string]bool{}, rules: &rules{files: files}}
	for _, path := range paths {
		l.named[filepath.Clean(path)] = true
	}
	l.sigma(m)
	for _, file := range files {
		if ruleKind(file) == kindSigma {
			continue
		}
		d, err := l.own(file)
		if err == nil {
			err = l.adopt(d)
		}
		if err != nil {
			l.refuse(file, err)
		}
		for _, line := range l.rules.heard.take() {
			fmt.Fprintln(p.stderr, "firebreak:", oneLine(line))
		}
	}
	return l.rules, nil
}

// sigma loads the Sigma rules.
func (l *ruleLoader) sigma(m *sigma.Mapping) {
	loader := sigma.NewLoader(m)
	for _, file := range l.rules.files {
		if ruleKind(file) != kindSigma {
			continue
		}
		content, err := readBounded(file)
		if err != nil {
			loader.Unreadable(file, err)
			continue
		}
		loader.Add(file, content)
	}
	set := loader.Set()
	for _, r := range set.Refused() {
		fmt.Fprintln(l.stderr, "firebreak: refused", oneLine(r.String()))
	}
	for _, r := range set.Notes() {
		fmt.Fprintln(l.stderr, "firebreak: note", oneLine(r.String()))
	}
	l.rules.set, l.rules.refused = set, len(set.Refused())
}

// refuse says why a rule in own code is not there.
func (l *ruleLoader) refuse(file string, err error) {
	l.rules.refused++
	reason := strings.TrimPrefix(err.Error(), file+":") // a script's error has its line
	if reason == err.Error() {
		reason = " " + reason
	}
	fmt.Fprintln(l.stderr, "firebreak: refused", oneLine(file+":"+reason))
}

// ruleFiles finds the rule files at paths, each once: paths in their order,
// what is in folders by name. Hidden folders and samples are no rules.
func ruleFiles(paths []string) ([]string, error) {
	var files []string
	for _, path := range paths {
		found := 0
		err := filepath.WalkDir(path, func(name string, d fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case d.IsDir() && name != path && strings.HasPrefix(d.Name(), "."):
				return filepath.SkipDir
			case d.IsDir() || name != path && !isRuleFile(name):
				return nil
			}
			found++
			if name = filepath.Clean(name); !slices.Contains(files, name) {
				files = append(files, name)
			}
			return nil
		})
		if err != nil {
			return nil, usageError{fmt.Errorf("read rules: %w", err)}
		}
		if found == 0 {
			return nil, usageError{fmt.Errorf("there are no rules (*.yml, *.star, executable *.py) in %s", path)}
		}
	}
	return files, nil
}

func isRuleFile(name string) bool {
	switch filepath.Ext(name) {
	case ".yml", ".yaml":
		return !isSamplesFile(name)
	case ".star":
		return true
	case ".py":
		return executable(name)
	}
	return false
}

func isSamplesFile(name string) bool {
	return slices.ContainsFunc(samplesSuffixes, func(suffix string) bool { return strings.HasSuffix(name, suffix) })
}

// readBounded reads a file that cannot be made to fill the memory.
func readBounded(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	content, err := io.ReadAll(io.LimitReader(f, maxRuleFile+1))
	if err == nil && len(content) > maxRuleFile {
		err = fmt.Errorf("%s is longer than %d bytes", name, maxRuleFile)
	}
	return content, err
}
