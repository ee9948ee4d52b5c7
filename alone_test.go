package firebreak_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestAlonePackagesStartNothing holds the Makefile to what it says of the
// packages whose own tests run without the race detector: no goroutine, and
// nothing of sync. How others use them is watched in the tests of the others.
func TestAlonePackagesStartNothing(t *testing.T) {
	makefile, err := os.ReadFile("Makefile")
	if err != nil {
		t.Fatal(err)
	}
	line := regexp.MustCompile(`(?m)^ALONE = (.+)$`).FindStringSubmatch(string(makefile))
	if line == nil {
		t.Fatal("the Makefile names no packages as ALONE")
	}
	for dir := range strings.FieldsSeq(line[1]) {
		files, err := filepath.Glob(filepath.Join(filepath.FromSlash(dir), "*.go"))
		if err != nil || len(files) == 0 {
			t.Fatalf("%s has no files: %v", dir, err)
		}
		for _, name := range files {
			if !isTest(name) {
				startsNothing(t, name)
			}
		}
	}
}

func startsNothing(t *testing.T, name string) {
	t.Helper()
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, name, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	for _, imp := range file.Imports {
		if path := strings.Trim(imp.Path.Value, `"`); path == "sync" || strings.HasPrefix(path, "sync/") || strings.HasPrefix(path, "golang.org/x/sync") {
			t.Errorf("%s imports %s: take its package off ALONE in the Makefile", name, path)
		}
	}
	ast.Inspect(file, func(n ast.Node) bool {
		if g, ok := n.(*ast.GoStmt); ok {
			t.Errorf("%s starts a goroutine: take its package off ALONE in the Makefile", fset.Position(g.Pos()))
		}
		return true
	})
}
