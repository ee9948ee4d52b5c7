package firebreak_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// module is the path that go.mod gives this module.
const module = "firebreak"

// mayImport is the direction of imports: which of our packages a package may
// import. A package that is not here fails the test: the map is the plan of
// the house.
var mayImport = map[string][]string{
	"":         {},
	"incident": {},
	"detect":   {"incident", "detect/event"},
	"store":    {"incident", "incident/mask"},
	// What nobody outside the channel is to read.
	"incident/mask": {},
	// Bytes by their hash; whose they are the database knows.
	"store/evidence": {},
	// What leaves the house of a timeline.
	"incident/report":  {"incident", "incident/picture", "incident/mask"}, // the last for its tests
	"incident/bundle":  {"incident"},
	"incident/picture": {"incident"},

	// What other tools say of a timeline.
	"incident/lines": {},

	// Rules know neither alerts nor incidents: they run on any log.
	"detect/event":     {},
	"detect/logfile":   {"detect/event"},
	"detect/correlate": {},
	// What is worth remembering of a text, whatever the text is.
	"detect/indicator": {"incident"},
	"detect/needle":    {},
	"detect/fields":    {"detect/event"},
	"detect/sigma":     {"detect/event", "detect/correlate", "detect/needle", "detect/fields"},
	// Behaviour is told from alerts, as detect has understood them.
	"detect/behaviour": {"incident", "detect"},
	// Everything that detects, on one file.
	"detect/sweep": {
		"incident", "detect", "detect/behaviour",
		"detect/event", "detect/logfile", "detect/correlate", "detect/sigma",
	},

	// Rules in the user's own code find what Sigma's do, by the same types.
	"detect/own":    {"detect/event", "detect/correlate", "detect/sigma"},
	"detect/child":  {"detect/event", "detect/correlate", "detect/sigma", "detect/own"},
	"detect/script": {"detect/event", "detect/correlate", "detect/sigma", "detect/own"},
	// The shipped rules are files and know nothing of who runs them.
	"detect/pack": {},

	// All of them are found in folders.
	"detect/rules": {"detect/sigma", "detect/own", "detect/child", "detect/script"},

	"integrations/slack":     {"incident"},
	"integrations/pagerduty": {"incident"},
	"integrations/gitlab":    {"incident"},
	// The sandbox judges our clients, so it shares none of our ideas.
	"integrations/sandbox": {},
	// The window shows the sandbox's world and nothing of ours.
	"integrations/sandbox/web": {"integrations/sandbox"},

	"bot": {
		"incident", "incident/mask", "incident/report", "incident/lines", "detect", "detect/behaviour", "detect/indicator", "detect/event", "detect/correlate", "detect/sigma",
		"detect/own", "detect/rules", "detect/logfile", "detect/sweep", "store", "store/evidence",
	},
	"cmd/firebreak": {
		"incident", "incident/mask", "incident/report", "incident/bundle", "incident/lines", "detect", "store", "store/evidence", "bot", "detect/behaviour", "detect/indicator", "detect/event", "detect/logfile", "detect/correlate", "detect/sigma",
		"detect/own", "detect/child", "detect/script", "detect/rules", "detect/pack",
		"integrations/slack", "integrations/pagerduty", "integrations/gitlab", "integrations/sandbox", "integrations/sandbox/web",
	},
}

// testsMayImport comes on top for _test.go files.
var testsMayImport = map[string][]string{
	"detect/needle":            {"detect/event"},
	"detect/sigma":             {"detect/logfile"},
	"bot":                      {"integrations/sandbox", "integrations/slack", "integrations/pagerduty", "integrations/gitlab"},
	"detect/pack":              {"detect/event", "detect/correlate", "detect/sigma", "detect/own", "detect/script"},
	"integrations/slack":       {"integrations/sandbox"},
	"integrations/pagerduty":   {"integrations/sandbox"},
	"integrations/gitlab":      {"integrations/sandbox"},
	"integrations/sandbox/web": {"incident", "integrations/slack"}, // a small bot, to have modals on the screen
}

// doors says which packages may import what is not ours. Anything else but
// the standard library fails: a new dependency is a reviewed line here.
var doors = map[string][]string{
	"database/sql": {"store"},

	"modernc.org/sqlite":                   {"store"},
	"github.com/slack-go/slack":            {"bot", "integrations/slack"},
	"github.com/PagerDuty/go-pagerduty":    {"integrations/pagerduty"},
	"github.com/xanzy/go-gitlab":           {"integrations/gitlab"},
	"github.com/gorilla/websocket":         {"integrations/slack", "integrations/sandbox"},
	"github.com/zricethezav/gitleaks/v8":   {"incident/mask"},
	"github.com/yuin/goldmark":             {"integrations/sandbox/web"},
	"github.com/go-analyze/charts":         {"incident/picture"},
	"github.com/kelseyhightower/envconfig": {"cmd/firebreak"},
	"github.com/alecthomas/kong":           {"cmd/firebreak"},
	"github.com/prometheus/client_golang":  {"bot", "cmd/firebreak"},
	"github.com/schollz/progressbar/v3":    {"cmd/firebreak"},
	"go.yaml.in/yaml/v4":                   {"detect/child", "detect/sigma", "detect/behaviour", "detect/pack"},
	"go.starlark.net":                      {"detect/script"},
	"golang.org/x/net":                     {"detect/indicator"}, // public suffixes, Punycode
	"golang.org/x/sync":                    {"bot", "cmd/firebreak", "integrations/slack"},
	"golang.org/x/sys":                     {"detect/child", "detect/fields"}, // limits of another process; what the processor can
	"golang.org/x/term":                    {"cmd/firebreak"},
	"golang.org/x/time":                    {"bot", "integrations/slack", "integrations/pagerduty", "integrations/gitlab"},
	"github.com/chromedp/cdproto":          testsOnly, // the protocol's words, for chromedp
	"github.com/chromedp/chromedp":         testsOnly, // drives a browser
	"github.com/google/go-cmp":             testsOnly,
	"pgregory.net/rapid":                   testsOnly,
	"github.com/rogpeppe/go-internal":      testsOnly,
}

// testsOnly marks what no shipped package may import.
var testsOnly = []string{}

// environment is what reads the process's environment; only cmd may.
var environment = []string{"Getenv", "LookupEnv", "Environ", "ExpandEnv"}

func TestArchitecture(t *testing.T) {
	sources, err := tree(".")
	if err != nil {
		t.Fatal(err)
	}
	if len(sources) < 10 {
		t.Fatalf("found only %d files: the walk is broken", len(sources))
	}
	for _, trouble := range inspect(sources) {
		t.Error(trouble)
	}
}

// TestArchitectureSees plants one violation of each rule.
func TestArchitectureSees(t *testing.T) {
	sound := map[string]string{
		"store/doc.go":   "// Package store keeps things.\npackage store",
		"store/store.go": "package store\n\nimport (\n\t_ \"database/sql\"\n\t_ \"firebreak/incident\"\n)",
	}
	if got := inspect(sound); len(got) > 0 {
		t.Fatalf("a sound package has trouble: %v", got)
	}
	tests := []struct{ name, file, source, want string }{
		{"wrong direction", "store/bad.go", "package store\nimport _ \"firebreak/bot\"", "store/bad.go imports firebreak/bot"},
		{"integration into another", "integrations/gitlab/bad.go", "package gitlab\nimport _ \"firebreak/integrations/slack\"", "imports firebreak/integrations/slack"},
		{"sandbox sharing our types", "integrations/sandbox/bad.go", "package sandbox\nimport _ \"firebreak/incident\"", "imports firebreak/incident"},
		{"SQL outside store", "bot/bad.go", "package bot\nimport _ \"database/sql\"", "bot/bad.go imports database/sql"},
		{"vendor at the wrong door", "detect/bad.go", "package detect\nimport _ \"github.com/slack-go/slack\"", "detect/bad.go imports github.com/slack-go/slack"},
		{"vendor subpackage", "detect/bad.go", "package detect\nimport _ \"github.com/slack-go/slack/socketmode\"", "imports github.com/slack-go/slack/socketmode"},
		{"domain beyond the standard library", "incident/bad.go", "package incident\nimport _ \"golang.org/x/time/rate\"", "imports golang.org/x/time/rate"},
		{"unknown dependency", "store/bad.go", "package store\nimport _ \"example.com/new\"", "store/bad.go imports example.com/new"},
		{"test library shipped", "store/bad.go", "package store\nimport _ \"pgregory.net/rapid\"", "imports pgregory.net/rapid"},
		{"unknown package", "util/util.go", "// Package util is an attic.\npackage util", "util is not in mayImport"},
		{"second package comment", "store/bad.go", "// Package store again.\npackage store", "store has 2 package comments"},
		{"package comment elsewhere", "detect/rule.go", "// Package detect detects.\npackage detect", "stands in detect/rule.go"},
		{"no package comment", "detect/rule.go", "package detect", "detect has 0 package comments"},
		{"init function", "store/bad.go", "package store\nfunc init() {}", "store/bad.go:2 declares an init function"},
		{"sleeping test", "store/bad_test.go", "package store_test\nimport \"time\"\nfunc f() { time.Sleep(1) }", "store/bad_test.go:3 sleeps"},
		{"sleeping test under another name", "store/bad_test.go", "package store_test\nimport clock \"time\"\nfunc f() { clock.Sleep(1) }", "store/bad_test.go:3 sleeps"},
		{"environment outside cmd", "bot/bad.go", "package bot\nimport \"os\"\nvar x = os.Getenv(\"X\")", "bot/bad.go:3 reads the environment"},
		{"sandbox used by the shipped bot", "bot/bad.go", "package bot\nimport _ \"firebreak/integrations/sandbox\"", "bot/bad.go imports firebreak/integrations/sandbox"},
		{"no Go", "store/bad.go", "package", "store/bad.go"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			sources := maps.Clone(sound)
			sources[tt.file] = tt.source
			got := inspect(sources)
			if !slices.ContainsFunc(got, func(s string) bool { return strings.Contains(s, tt.want) }) {
				t.Errorf("got %q, want one with %q", got, tt.want)
			}
		})
	}
}

// tree reads every Go file of this module below root.
func tree(root string) (map[string]string, error) {
	sources := map[string]string{}
	err := filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && p != root && foreign(p, d.Name()):
			return filepath.SkipDir
		case d.IsDir() || !strings.HasSuffix(p, ".go"):
			return nil
		}
		b, err := os.ReadFile(p)
		sources[filepath.ToSlash(p)] = string(b)
		return err
	})
	return sources, err
}

// foreign says whether a folder is not part of this module's packages.
func foreign(p, name string) bool {
	_, err := os.Stat(filepath.Join(p, "go.mod"))
	return err == nil || name == "testdata" || strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_")
}

// inspect gives what is wrong with sources, by file name.
func inspect(sources map[string]string) []string {
	var troubles []string
	comments := map[string][]string{} // folder to the files with a package comment
	fset := token.NewFileSet()
	for _, name := range slices.Sorted(maps.Keys(sources)) {
		file, err := parser.ParseFile(fset, name, sources[name], parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			troubles = append(troubles, err.Error())
			continue
		}
		dir := folder(name)
		if !isTest(name) {
			comments[dir] = append(comments[dir], documented(file, name)...)
		}
		troubles = append(troubles, imports(file, name)...)
		troubles = append(troubles, code(fset, file, name, ships(name, sources[name]))...)
	}
	for _, dir := range slices.Sorted(maps.Keys(comments)) {
		troubles = append(troubles, packageTrouble(dir, comments[dir])...)
	}
	return troubles
}

func folder(name string) string {
	if dir := path.Dir(name); dir != "." {
		return dir
	}
	return ""
}

func isTest(name string) bool { return strings.HasSuffix(name, "_test.go") }

func documented(file *ast.File, name string) []string {
	if file.Doc == nil {
		return nil
	}
	return []string{name}
}

func packageTrouble(dir string, commented []string) []string {
	var troubles []string
	if _, known := mayImport[dir]; !known {
		troubles = append(troubles, dir+" is not in mayImport: say there what it may import")
	}
	if len(commented) != 1 {
		troubles = append(troubles, fmt.Sprintf("%s has %d package comments, want one, in doc.go", dir, len(commented)))
	} else if path.Base(commented[0]) != "doc.go" {
		troubles = append(troubles, "the package comment stands in "+commented[0]+", want it in doc.go")
	}
	return troubles
}

// imports checks a file's imports against the maps.
func imports(file *ast.File, name string) []string {
	var troubles []string
	for _, spec := range file.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err == nil && !allowed(folder(name), imported, isTest(name)) {
			troubles = append(troubles, name+" imports "+imported+": see mayImport and doors in arch_test.go")
		}
	}
	return troubles
}

func allowed(dir, imported string, test bool) bool {
	if own, ok := strings.CutPrefix(imported, module+"/"); ok {
		mine := own == dir && test // an external test package imports what it tests
		return mine || slices.Contains(mayImport[dir], own) || test && slices.Contains(testsMayImport[dir], own)
	}
	for door, dirs := range doors {
		if imported == door || strings.HasPrefix(imported, door+"/") {
			return slices.Contains(dirs, dir) || test && len(dirs) == 0
		}
	}
	first, _, _ := strings.Cut(imported, "/")
	return imported != module && !strings.Contains(first, ".")
}

// ships says whether a file is part of the program as people get it: no test,
// and not one of those that let a test kill the process at a given point.
func ships(name, source string) bool {
	return !isTest(name) && !strings.HasPrefix(source, "//go:build crashpoints\n")
}

// code checks what a file declares and calls.
func code(fset *token.FileSet, file *ast.File, name string, ships bool) []string {
	var troubles []string
	at := func(n ast.Node, what string) {
		troubles = append(troubles, fmt.Sprintf("%s:%d %s", name, fset.Position(n.Pos()).Line, what))
	}
	clock, system := localName(file, "time"), localName(file, "os")
	for n := range ast.Preorder(file) {
		switch n := n.(type) {
		case *ast.FuncDecl:
			if n.Name.Name == "init" && n.Recv == nil {
				at(n, "declares an init function")
			}
		case *ast.SelectorExpr:
			pkg, _ := n.X.(*ast.Ident)
			switch {
			case pkg == nil:
			case pkg.Name == clock && n.Sel.Name == "Sleep" && isTest(name):
				at(n, "sleeps: use testing/synctest, or wait for what must happen")
			case pkg.Name == system && slices.Contains(environment, n.Sel.Name) && ships && !strings.HasPrefix(name, "cmd/"):
				at(n, "reads the environment: only cmd does")
			}
		}
	}
	return troubles
}

// localName is what a file calls an imported package, or "" when it does not
// import it.
func localName(file *ast.File, imported string) string {
	for _, spec := range file.Imports {
		if spec.Path.Value != strconv.Quote(imported) {
			continue
		}
		if spec.Name != nil {
			return spec.Name.Name
		}
		return path.Base(imported)
	}
	return ""
}
