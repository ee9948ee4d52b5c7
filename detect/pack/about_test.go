package pack_test

import (
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"

	"firebreak/detect/pack"
	"firebreak/detect/sigma"
)

// about is what a rule says for people.
type about struct {
	Status         string   `yaml:"status"`
	Description    string   `yaml:"description"`
	References     []string `yaml:"references"`
	FalsePositives []string `yaml:"falsepositives"`
	Log            string   `yaml:"-"` // of a script, which no logsource says
}

// aboutRule reads it: of a file of several documents, what the last one says,
// which tells something; of a script, its comments before the first line.
func aboutRule(t testing.TB, file string) about {
	t.Helper()
	content := string(read(t, file))
	if path.Ext(file) == ".star" {
		return aboutScript(content)
	}
	var a about
	documents := strings.Split(content, "\n---\n")
	if err := yaml.Unmarshal([]byte(documents[len(documents)-1]), &a); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return a
}

func aboutScript(content string) about {
	var a about
	for line := range strings.Lines(content) {
		text, ok := strings.CutPrefix(strings.TrimSpace(line), "#")
		if !ok {
			break
		}
		key, value, _ := strings.Cut(strings.TrimSpace(text), ": ")
		switch key {
		case "Status":
			a.Status = value
		case "Log":
			a.Log = value
		case "Reference":
			a.References = append(a.References, value)
		case "False positive":
			a.FalsePositives = append(a.FalsePositives, value)
		default:
			a.Description = strings.TrimSpace(a.Description + " " + strings.TrimSpace(text))
		}
	}
	return a
}

func sampleFiles(t testing.TB) []string {
	t.Helper()
	names, err := fs.Glob(pack.FS(), "*/*.test.yml")
	if err != nil {
		t.Fatal(err)
	}
	return names
}

var (
	uuid      = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	technique = regexp.MustCompile(`^attack\.t[0-9]{4}(\.[0-9]{3})?$`)
	link      = regexp.MustCompile(`^https://[a-z0-9.-]+/\S*$`)
)

// TestWhatRulesSay: each rule can be read, judged and looked up.
func TestWhatRulesSay(t *testing.T) {
	s := load(t)
	ids, titles := map[string]string{}, map[string]string{}
	for _, h := range append(s.set.Rules(), scriptHeads(s)...) {
		if !uuid.MatchString(h.ID) || ids[h.ID] != "" {
			t.Errorf("%s: the id %q is no random UUID or that of %q as well", h.File, h.ID, ids[h.ID])
		}
		if titles[h.Title] != "" {
			t.Errorf("%s: %s has the title %q as well", h.File, titles[h.Title], h.Title)
		}
		ids[h.ID], titles[h.Title] = h.File, h.File
		if len(h.Title) > 100 {
			t.Errorf("%s: the title has %d letters, more than fit on a phone", h.File, len(h.Title))
		}
	}
	for _, h := range s.heads() {
		if !slices.Contains([]string{"low", "medium", "high", "critical"}, h.Level) {
			t.Errorf("%s: the level is %q", h.File, h.Level)
		}
		if len(h.Tags) == 0 || slices.ContainsFunc(h.Tags, func(tag string) bool { return !technique.MatchString(tag) }) {
			t.Errorf("%s: the tags are %q, want techniques of ATT&CK", h.File, h.Tags)
		}
		a := aboutRule(t, h.File)
		if a.Status != "test" {
			t.Errorf("%s: the status is %q", h.File, a.Status)
		}
		if len(a.Description) < 60 || len(a.FalsePositives) == 0 {
			t.Errorf("%s says too little: %+v", h.File, a)
		}
		if len(a.References) == 0 || slices.ContainsFunc(a.References, func(r string) bool { return !link.MatchString(r) }) {
			t.Errorf("%s: the references are %q", h.File, a.References)
		}
	}
}

func scriptHeads(s shipped) []sigma.Head {
	var heads []sigma.Head
	for _, d := range s.scripts {
		heads = append(heads, d.Head())
	}
	return heads
}
