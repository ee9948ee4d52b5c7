package firebreak_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// mutation is a change of the code that breaks one guarantee. The test that
// holds the guarantee must turn red with it.
type mutation struct {
	name      string // as in docs/guarantees.md
	guarantee string
	edits     []edit
	pkg, test string // what must turn red
}

// edit replaces a text that stands exactly once in a file.
type edit struct{ file, from, to string }

var mutate = flag.Bool("mutate", false, "break each guarantee in turn and see its test turn red; takes minutes")

// TestMutationsApply keeps the list honest: each text to be replaced stands
// exactly once in its file, and the document names each mutation.
func TestMutationsApply(t *testing.T) {
	doc, err := os.ReadFile("docs/guarantees.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range mutations() {
		if _, err := m.overlay(t.TempDir()); err != nil {
			t.Errorf("%s: %v", m.name, err)
		}
		if !strings.Contains(string(doc), "`"+m.name+"`") {
			t.Errorf("docs/guarantees.md does not name %s", m.name)
		}
	}
}

// TestMutations runs each mutation's test over the mutated code. Each test is
// run over the code as it is first: one that is red anyway shows nothing.
func TestMutations(t *testing.T) {
	if !*mutate {
		t.Skip("rebuilds and runs a test for each mutation; ask for it with -mutate (make mutations)")
	}
	green := map[string]bool{}
	for _, m := range mutations() {
		t.Run(m.name, func(t *testing.T) {
			if name := m.pkg + " " + m.test; !green[name] {
				if out, err := m.run(t, ""); err != nil {
					t.Fatalf("%s is red without any mutation:\n%s", m.test, out)
				}
				green[name] = true
			}
			overlay, err := m.overlay(t.TempDir())
			if err != nil {
				t.Fatal(err)
			}
			out, err := m.run(t, overlay)
			switch {
			case err == nil:
				t.Errorf("%s stays green without %s", m.test, m.guarantee)
			case !strings.Contains(string(out), "--- FAIL"):
				t.Errorf("the mutated code does not get as far as its test:\n%s", out)
			default:
				t.Logf("red, as it must be: %s", m.test)
			}
		})
	}
}

// run runs the mutation's test over the overlay, if there is one. It goes
// through the environment, so that what the test itself builds has it too.
func (m mutation) run(t *testing.T, overlay string) ([]byte, error) {
	cmd := exec.CommandContext(t.Context(), "go", "test", "-count=1", "-run", m.test, m.pkg)
	if overlay != "" {
		flags, err := exec.CommandContext(t.Context(), "go", "env", "GOFLAGS").Output()
		if err != nil {
			t.Fatal(err)
		}
		cmd.Env = append(os.Environ(), "GOFLAGS="+strings.TrimSpace(string(flags))+" -overlay="+overlay)
	}
	return cmd.CombinedOutput()
}

// overlay writes the mutated files and the overlay that go test takes.
func (m mutation) overlay(dir string) (string, error) {
	here, err := os.Getwd()
	if err != nil {
		return "", err
	}
	replaced := map[string]string{}
	for i, e := range m.edits {
		path := filepath.Join(here, e.file)
		source := replaced[path]
		if source == "" {
			source = path
		}
		b, err := os.ReadFile(source)
		if err != nil {
			return "", err
		}
		if n := strings.Count(string(b), e.from); n != 1 {
			return "", fmt.Errorf("%q stands %d times in %s", e.from, n, e.file)
		}
		mutated := filepath.Join(dir, fmt.Sprintf("%d.go", i))
		if err := os.WriteFile(mutated, []byte(strings.Replace(string(b), e.from, e.to, 1)), 0o600); err != nil {
			return "", err
		}
		replaced[path] = mutated
	}
	b, err := json.Marshal(map[string]any{"Replace": replaced})
	if err != nil {
		return "", err
	}
	overlay := filepath.Join(dir, "overlay.json")
	return overlay, os.WriteFile(overlay, b, 0o600)
}
