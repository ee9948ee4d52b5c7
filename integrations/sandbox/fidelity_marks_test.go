package sandbox

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var markWord = regexp.MustCompile(`(?i)\b(documented|observed|assumed|ours)\b`)

// TestRulesAreMarked: every number of a vendor says what it stands on, beside
// it or above its group, in one of the words that doc.go explains; or that it
// is ours.
func TestRulesAreMarked(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") || !ofVendor(name) {
			continue
		}
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, name, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			group, ok := d.(*ast.GenDecl)
			if !ok || group.Tok != token.CONST {
				continue
			}
			for _, spec := range group.Specs {
				value, _ := spec.(*ast.ValueSpec)
				if !number(value) {
					continue
				}
				seen++
				if !marked(group.Doc) && !marked(value.Doc) && !marked(value.Comment) {
					t.Errorf("%s: %s says not whether it is documented, observed or assumed", fset.Position(value.Pos()), value.Names[0].Name)
				}
			}
		}
	}
	if seen < 60 {
		t.Errorf("only %d numbers were looked at", seen)
	}
}

func ofVendor(file string) bool {
	return strings.HasPrefix(file, "slack") || strings.HasPrefix(file, "pagerduty") || strings.HasPrefix(file, "gitlab")
}

func marked(c *ast.CommentGroup) bool { return c != nil && markWord.MatchString(c.Text()) }

// number says whether a constant has a number in it.
func number(v *ast.ValueSpec) bool {
	found := false
	for _, e := range v.Values {
		ast.Inspect(e, func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok && lit.Kind != token.STRING {
				found = true
			}
			return true
		})
	}
	return found
}
