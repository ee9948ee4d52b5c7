package sandbox

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// claim is one thing that an emulator of these vendors must get right, from
// the checklists that this package was written to.
type claim struct {
	item   string // Slack's: its number on the list; the others': its words there
	says   string // the rule, where the item holds several or is terse
	mark   string // what the rule stands on
	shown  string // the tests that show it, those of other packages with their package
	nobody string // or why there is none
}

// What a rule can stand on; see doc.go.
const (
	documented = "documented"
	observed   = "observed"
	assumed    = "assumed"
)

// TestFidelity: each claim stands on something, and is shown by tests that
// exist or left alone for a reason.
func TestFidelity(t *testing.T) {
	tests := map[string]bool{}
	for dir, prefix := range map[string]string{".": "", "../slack": "slack.", "../pagerduty": "pagerduty.", "../gitlab": "gitlab."} {
		for _, name := range testsIn(t, dir) {
			tests[prefix+name] = true
		}
	}
	counts := map[string]int{}
	for _, c := range slices.Concat(slackClaims(), pagerDutyClaims(), gitlabClaims()) {
		what := c.item + ": " + c.says
		counts[c.mark]++
		if !slices.Contains([]string{documented, observed, assumed}, c.mark) {
			t.Errorf("%s: it stands on %q", what, c.mark)
		}
		if (c.shown == "") == (c.nobody == "") {
			t.Errorf("%s: wants either tests or a reason for none", what)
		}
		if c.nobody != "" {
			t.Logf("not emulated: %s: %s", what, c.nobody)
		}
		for name := range strings.FieldsSeq(c.shown) {
			if !tests[name] {
				t.Errorf("%s: there is no %s", what, name)
			}
		}
	}
	t.Logf("claims by what they stand on: %v", counts)
}

// testsIn are the test functions of a package.
func testsIn(t *testing.T, dir string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*_test.go"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no tests in %s: %v", dir, err)
	}
	var names []string
	for _, file := range files {
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range parsed.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && strings.HasPrefix(f.Name.Name, "Test") {
				names = append(names, f.Name.Name)
			}
		}
	}
	return names
}

// TestFidelityIsComplete compares the claims with the lists themselves, where
// the checkout has them beside it.
func TestFidelityIsComplete(t *testing.T) {
	slack := checklist(t, "slack.md", "## 4. ", "## 5. ")
	var numbers []string
	for _, m := range regexp.MustCompile(`(?m)^ ?(\d+)\. `).FindAllStringSubmatch(slack, -1) {
		numbers = append(numbers, m[1])
	}
	if got := itemsOf(slackClaims()); !slices.Equal(got, numbers) || len(numbers) < 27 {
		t.Errorf("Slack's items %v, want %v", got, numbers)
	}
	_, rest, _ := strings.Cut(checklist(t, "pagerduty-gitlab.md", "# 4. ", "# 5. "), "PagerDuty:")
	for _, item := range itemsOf(append(pagerDutyClaims(), gitlabClaims()...)) {
		rest = strings.TrimLeft(rest, " \n,;.")
		var found bool
		if rest, found = strings.CutPrefix(rest, item); !found {
			t.Fatalf("the list goes on with %.60q, the claims with %q", rest, item)
		}
	}
	if rest = strings.Trim(rest, " \n."); rest != "" {
		t.Errorf("no claim on %q", rest)
	}
}

// itemsOf are the items of claims in order, each once.
func itemsOf(claims []claim) []string {
	var items []string
	for _, c := range claims {
		items = append(items, c.item)
	}
	return slices.Compact(items)
}

// checklist is the part of a facts file between two headings.
func checklist(t *testing.T, file, from, to string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("..", "..", "..", "shared", "facts", file))
	if err != nil {
		t.Skip("no checklists beside this checkout: ", err)
	}
	_, after, _ := strings.Cut("\n"+string(b), "\n"+from)
	part, _, found := strings.Cut(after, "\n"+to)
	if !found {
		t.Fatalf("%s has no part %q", file, from)
	}
	_, part, _ = strings.Cut(part, "\n") // the heading itself
	return part
}
