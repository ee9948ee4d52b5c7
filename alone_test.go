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
	for dir := range strings.FieldsSeq(inMakefile(t, "ALONE")) {
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

// inMakefile gives what a variable of the Makefile holds.
func inMakefile(t *testing.T, name string) string {
	t.Helper()
	makefile, err := os.ReadFile("Makefile")
	if err != nil {
		t.Fatal(err)
	}
	value := regexp.MustCompile(`(?m)^` + name + ` = ((?:.*\\\n)*.*)$`).FindStringSubmatch(string(makefile))
	if value == nil {
		t.Fatalf("the Makefile has no %s", name)
	}
	return strings.ReplaceAll(value[1], "\\\n", " ")
}

// TestAloneTestsExist holds the Makefile to the names of the single tests that
// run without the race detector.
func TestAloneTestsExist(t *testing.T) {
	var sources strings.Builder
	for _, dir := range []string{"bot", "detect/sigma", "incident/mask", "store"} {
		files, err := filepath.Glob(filepath.Join(filepath.FromSlash(dir), "*_test.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range files {
			content, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			sources.Write(content)
		}
	}
	for name := range strings.FieldsSeq(inMakefile(t, "ALONE_TESTS")) {
		if !strings.Contains(sources.String(), "\nfunc "+name+"(t *testing.T) {") {
			t.Errorf("there is no %s: mend ALONE_TESTS in the Makefile", name)
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
