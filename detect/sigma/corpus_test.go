package sigma_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"firebreak/detect/sigma"
)

// corpus is where SigmaHQ's rules and recorded events lie on developers'
// machines; it is no part of the repository.
const corpus = "../../../shared/corpus"

// fromCorpus gives a path within the corpus, or skips the test.
func fromCorpus(t testing.TB, path string) string {
	t.Helper()
	found := filepath.Join(corpus, filepath.FromSlash(path))
	if _, err := os.Stat(found); err != nil {
		t.Skipf("the corpus with SigmaHQ's rules is not on this machine: %v", err)
	}
	return found
}

// load reads all rules below folders, named by their paths within the first
// one's parent.
func load(t testing.TB, folders ...string) *sigma.Set {
	t.Helper()
	m, err := sigma.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	loader := sigma.NewLoader(m)
	for _, folder := range folders {
		err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".yml") {
				return err
			}
			content, err := os.ReadFile(path)
			loader.Add(filepath.Base(path), content)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return loader.Set()
}

func TestX(t *testing.T) {
	for _, f := range []string{"rules", "rules-emerging-threats", "rules-threat-hunting", "rules-compliance", "rules-placeholder", "deprecated", "unsupported"} {
		s := load(t, fromCorpus(t, "sigma/"+f))
		t.Log(f, len(s.Rules()), len(s.Refused()), len(s.Notes()))
		for _, r := range s.Refused() {
			t.Log(r)
		}
		for _, r := range s.Notes() {
			t.Log(r)
		}
	}
}
