package main

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"firebreak/detect/sigma"
)

// detectCmd is about detection rules.
type detectCmd struct {
	Run  detectRunCmd  `cmd:"" help:"Run Sigma rules over log events."`
	Test detectTestCmd `cmd:"" help:"Try rules on their own malicious and benign samples."`
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

// readRules loads the rules at paths, files and folders, and says on stderr
// what was refused. The files it read come with the set, in order.
func (p *program) readRules(paths, mappings []string) (*sigma.Set, []string, error) {
	m, err := readMapping(mappings)
	if err != nil {
		return nil, nil, err
	}
	files, err := ruleFiles(paths)
	if err != nil {
		return nil, nil, err
	}
	loader := sigma.NewLoader(m)
	for _, file := range files {
		content, err := readBounded(file)
		if err != nil {
			loader.Unreadable(file, err)
			continue
		}
		loader.Add(file, content)
	}
	set := loader.Set()
	for _, r := range set.Refused() {
		fmt.Fprintln(p.stderr, "firebreak: refused", oneLine(r.String()))
	}
	for _, r := range set.Notes() {
		fmt.Fprintln(p.stderr, "firebreak: note", oneLine(r.String()))
	}
	return set, files, nil
}

// ruleFiles finds the YAML files at paths, each once: paths in their order,
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
			return nil, usageError{fmt.Errorf("there are no rules (*.yml) in %s", path)}
		}
	}
	return files, nil
}

func isRuleFile(name string) bool {
	ext := filepath.Ext(name)
	return (ext == ".yml" || ext == ".yaml") && !isSamplesFile(name)
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
