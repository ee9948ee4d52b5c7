package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"firebreak/detect/pack"
	"firebreak/detect/rules"
)

// shippedFile gives the name within the pack of a file that is shipped.
func shippedFile(name string) (string, bool) {
	return strings.CutPrefix(filepath.ToSlash(name), rules.Builtin+":")
}

// readRule reads a file of rules or samples, shipped or not.
func readRule(name string) ([]byte, error) {
	if shipped, ok := shippedFile(name); ok {
		return fs.ReadFile(pack.FS(), shipped)
	}
	return rules.Read(name)
}

// ruleThere says whether there is such a file, shipped or not.
func ruleThere(name string) bool {
	if shipped, ok := shippedFile(name); ok {
		_, err := fs.Stat(pack.FS(), shipped)
		return err == nil
	}
	_, err := os.Stat(name)
	return err == nil
}
