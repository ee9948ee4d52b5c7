package child_test

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"firebreak/detect/child"
)

func TestReadSpec(t *testing.T) {
	environ := []string{"PATH=/bin", "LANG=C", "HOME=/root", "TZ=UTC", "FIREBREAK_TOKEN=secret"}
	got, err := child.ReadSpec("rules/detector.yml", []byte("command: [python3, brute.py]\nenv: {THRESHOLD: 5}\npass: [TZ]\nmemory: 2GiB\nevent: 500ms\n"), environ)
	if err != nil {
		t.Fatal(err)
	}
	dir, _ := filepath.Abs("rules")
	want := child.Spec{
		File: "rules/detector.yml", Dir: dir, Command: []string{"python3", "brute.py"},
		Env: []string{"PATH=/bin", "LANG=C", "TZ=UTC", "THRESHOLD=5"}, Limits: child.DefaultLimits(),
	}
	want.Limits.Memory, want.Limits.Event = 2<<30, 500*time.Millisecond
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for content, want := range map[string]string{
		"":                                      "no detector",
		"title: x":                              "no detector",
		"command: []":                           "there is no command",
		"command: [a]\nmemory: lots":            `memory: "lots" is no amount`,
		"command: [a]\nmemory: 0MiB":            "is no amount",
		"command: [a]\nevent: 2":                `event: "2" is no time`,
		"command: [a]\nbatch: 2000h":            "at most 1h0m0s",
		"command: [a]\npass: [FIREBREAK_TOKEN]": "FIREBREAK_TOKEN is firebreak's own",
		"command: [a]\nenv: {A=B: c}":           `env: "A=B" is no variable`,
		"command: [" + strings.Repeat("a, ", 30_000): "longer than 65536 bytes",
	} {
		if _, err := child.ReadSpec("detector.yml", []byte(content), environ); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.60q: error %v, want %q", content, err, want)
		}
	}
}

func TestExecutable(t *testing.T) {
	got, err := child.Executable("rules/brute.py", []string{"PATH=/bin", "SECRET=x"})
	if err != nil || !cmp.Equal(got.Command, []string{"./brute.py"}) || !cmp.Equal(got.Env, []string{"PATH=/bin"}) || filepath.Base(got.Dir) != "rules" {
		t.Errorf("%+v, %v", got, err)
	}
}

// FuzzReadSpec reads whatever may stand in a detector.yml: what is accepted has
// a command, limits above nothing, and none of our secrets.
func FuzzReadSpec(f *testing.F) {
	f.Add("command: [python3, brute.py]\nenv: {A: b}\npass: [FIREBREAK_TOKEN]\nmemory: 2GiB\nevent: 500ms\n")
	f.Add("command: &a [*a]")
	f.Fuzz(func(t *testing.T, content string) {
		s, err := child.ReadSpec("detector.yml", []byte(content), []string{"PATH=/bin", "FIREBREAK_TOKEN=secret"})
		if err != nil {
			return
		}
		if len(s.Command) == 0 || s.Command[0] == "" || s.Limits.Memory == 0 || s.Limits.Event <= 0 || s.Limits.Batch <= 0 || s.Limits.Hello <= 0 {
			t.Errorf("accepted %+v", s)
		}
		for _, variable := range s.Env {
			if strings.HasPrefix(variable, "FIREBREAK_TOKEN=secret") && !strings.Contains(content, "secret") {
				t.Errorf("passed on %s", variable)
			}
		}
	})
}
