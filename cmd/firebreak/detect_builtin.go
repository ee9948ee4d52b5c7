package main

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"firebreak/detect/pack"
)

// builtinRules is the word that stands for the rules firebreak ships, and what
// their names begin with: builtin:cloud/aws_cloudtrail_stopped.yml. A folder of
// that name is ./builtin.
const (
	builtinRules = "builtin"
	builtinFile  = builtinRules + ":"
)

// builtinRuleFiles names the shipped rules, by area.
func builtinRuleFiles() ([]string, error) {
	var files []string
	err := fs.WalkDir(pack.FS(), ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && isRuleFile(name) {
			files = append(files, builtinFile+name)
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list the shipped rules: %w", err)
	}
	return files, nil
}

// readRule reads a file of rules or samples, shipped or not.
func readRule(name string) ([]byte, error) {
	if shipped, ok := strings.CutPrefix(filepath.ToSlash(name), builtinFile); ok {
		return fs.ReadFile(pack.FS(), shipped)
	}
	return readBounded(name)
}

// ruleThere says whether there is such a file, shipped or not.
func ruleThere(name string) bool {
	if shipped, ok := strings.CutPrefix(filepath.ToSlash(name), builtinFile); ok {
		_, err := fs.Stat(pack.FS(), shipped)
		return err == nil
	}
	_, err := os.Stat(name)
	return err == nil
}
