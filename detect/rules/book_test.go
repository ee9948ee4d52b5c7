package rules_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"firebreak/detect/rules"
	"firebreak/detect/sigma"
)

func rule(title, status string) string {
	return "title: " + title + "\nstatus: " + status + "\nlogsource: {category: test}\ndetection: {sel: {a: 1}, condition: sel}\n"
}

func write(t *testing.T, name, text string, mode os.FileMode) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), mode); err != nil {
		t.Fatal(err)
	}
}

func titles(set *rules.Set) (titles []string) {
	for _, h := range set.Sigma.Rules() {
		titles = append(titles, h.Title)
	}
	for _, d := range set.Own {
		titles = append(titles, d.Head().Title)
	}
	return titles
}

// TestBook loads what is shipped and what stands in folders, and knows which
// rules are on trial.
func TestBook(t *testing.T) {
	dir, trial := t.TempDir(), t.TempDir()
	write(t, filepath.Join(dir, "a.yml"), rule("A", "stable"), 0o600)
	write(t, filepath.Join(dir, "deep", "b.yaml"), rule("B", "Experimental"), 0o600)
	write(t, filepath.Join(dir, "a.test.yml"), "malicious: []\n", 0o600)
	write(t, filepath.Join(dir, ".git", "c.yml"), rule("C", "stable"), 0o600)
	write(t, filepath.Join(dir, "d.star"), "def detect(event): return None\n", 0o600)
	write(t, filepath.Join(dir, "e.py"), "#!/bin/sh\n", 0o700)
	write(t, filepath.Join(trial, "t.yml"), rule("T", "stable"), 0o600)
	shipped := fstest.MapFS{
		"linux/s.yml": {Data: []byte(rule("S", "test"))}, "linux/s.test.yml": {Data: []byte("malicious: []\n")},
		"p.py": {Data: []byte("#!/bin/sh\n"), Mode: 0o700}, "x.detector.yml": {Data: []byte("command: [sh]\n")},
	}
	book, err := rules.Open(t.Context(), rules.Shelf{
		Folders: []string{rules.Builtin, dir}, Shadow: []string{trial}, Options: rules.Options{Shipped: shipped, Consent: "nobody may"},
	})
	if err != nil {
		t.Fatal(err)
	}
	set := book.Current()
	if diff := cmp.Diff([]string{"S", "A", "B", "T", "d"}, titles(set)); diff != "" || set.Len() != 5 {
		t.Errorf("%d rules (-want +got):\n%s", set.Len(), diff)
	}
	if want := filepath.Join(dir, "e.py") + ": is a program of its own: nobody may"; !slices.Equal(set.Refused, []string{want}) {
		t.Errorf("refused: %q, want %q", set.Refused, want)
	}
	for _, h := range set.Sigma.Rules() {
		if got, want := set.Shadow(h), h.Title == "B" || h.Title == "T"; got != want {
			t.Errorf("%s is on trial: %t", h.Title, got)
		}
	}
	if set.Shadow(sigma.Head{File: filepath.Join(dir, "d.star")}) {
		t.Error("the script is on trial")
	}
}

// TestBookChanges: files that come, change and go are noticed, and a folder
// that goes changes nothing.
func TestBookChanges(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "a.yml")
	book, err := rules.Open(t.Context(), rules.Shelf{Folders: []string{dir}})
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		name string
		do   func() error
		want string
	}{
		{"comes", func() error { return os.WriteFile(file, []byte(rule("A", "test")), 0o600) }, "A"},
		{"changes", func() error { return os.WriteFile(file, []byte(rule("BB", "test")), 0o600) }, "BB"},
		{"is touched", func() error { return os.Chtimes(file, time.Now(), time.Now().Add(time.Hour)) }, "BB"},
		{"goes", func() error { return os.Remove(file) }, ""},
	} {
		before := book.Current()
		if changed, err := book.Changed(); err != nil || changed {
			t.Fatalf("before it %s: changed %t, error %v", step.name, changed, err)
		}
		if err := step.do(); err != nil {
			t.Fatal(err)
		}
		if changed, err := book.Changed(); err != nil || !changed {
			t.Errorf("a file %s: changed %t, error %v", step.name, changed, err)
		}
		if err := book.Reload(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(titles(book.Current()), " "); got != step.want || book.Current() == before {
			t.Errorf("a file %s: rules %q", step.name, got)
		}
	}
	last := book.Current()
	if err := os.Remove(dir); err != nil {
		t.Fatal(err)
	}
	if _, err := book.Changed(); err == nil {
		t.Error("the folder that went is not noticed")
	}
	if err := book.Reload(t.Context()); err == nil || book.Current() != last {
		t.Errorf("loaded from a folder that went: error %v", err)
	}
}

// TestLoadWantsRules: somebody who names a path means rules that are there.
func TestLoadWantsRules(t *testing.T) {
	dir := t.TempDir()
	for _, path := range []string{dir, filepath.Join(dir, "absent")} {
		if _, err := rules.Load(t.Context(), []string{path}, rules.Options{}); err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: error %v", path, err)
		}
	}
}
