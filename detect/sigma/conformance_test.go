package sigma_test

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"firebreak/detect/correlate"
	"firebreak/detect/event"
	"firebreak/detect/sigma"
)

var update = flag.Bool("update", false, "write what was refused, noted and correlated into the archives")

// TestConformance plays each archive in testdata; each is about one thing
// that the specification, or the reference implementation, says.
//
// NAME.yml holds rules. Every event of NAME.malicious.jsonl must be found by
// them, alone or as evidence of a correlation, and none of NAME.benign.jsonl.
// A line // COMMENT in an events file says what the next event is about, and
// is not counted.
// mapping.yml extends the mapping. What is expected beyond that stands in the
// files refused, notes, and NAME.detections: the correlations that the
// malicious events give, in order.
func TestConformance(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no archives: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			play(t, archive)
			if *update {
				if err := os.WriteFile(file, txtar.Format(archive), 0o600); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

func play(t *testing.T, archive *txtar.Archive) {
	files := map[string]string{}
	for _, f := range archive.Files {
		files[f.Name] = string(f.Data)
	}
	m := builtin(t)
	if text, ok := files["mapping.yml"]; ok {
		if err := m.Extend("mapping.yml", []byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	loader := sigma.NewLoader(m)
	for _, f := range archive.Files {
		if strings.HasSuffix(f.Name, ".yml") && f.Name != "mapping.yml" {
			loader.Add(f.Name, f.Data)
		}
	}
	set := loader.Set()
	expect(t, archive, "refused", lines(set.Refused()))
	expect(t, archive, "notes", lines(set.Notes()))
	tried := 0
	for _, name := range slices.Sorted(maps.Keys(files)) {
		rule, kind, ok := strings.Cut(strings.TrimSuffix(name, ".jsonl"), ".")
		if !ok || !strings.HasSuffix(name, ".jsonl") {
			continue
		}
		if kind != "malicious" && kind != "benign" || files[rule+".yml"] == "" {
			t.Fatalf("%s is for no rule of this archive", name)
		}
		tried++
		correlated := try(t, set, name, files[name], rule+".yml", kind == "malicious")
		if kind == "malicious" {
			expect(t, archive, rule+".detections", correlated)
		}
	}
	if tried == 0 && files["refused"] == "" {
		t.Error("the archive tries nothing")
	}
}

// try runs a file of events and gives what correlations tell.
func try(t *testing.T, set *sigma.Set, name, events, rule string, malicious bool) string {
	found := map[int64]bool{}
	var correlated strings.Builder
	take := func(all []sigma.Detection) {
		for _, d := range all {
			if d.Rule.File != rule {
				continue
			}
			for _, place := range append(d.Evidence, d.Event) {
				found[place.Line] = true
			}
			if d.Rule.Correlation {
				fmt.Fprintln(&correlated, summary(d))
			}
		}
	}
	run := set.NewRun(sigma.Logsource{})
	about, line := "", int64(0)
	comments := map[int64]string{}
	for text := range strings.Lines(events) {
		if comment, ok := strings.CutPrefix(text, "//"); ok {
			about = strings.TrimSpace(comment)
			continue
		}
		line++
		ev, err := event.Decode([]byte(text))
		if err != nil {
			t.Fatalf("%s:%d: %v", name, line, err)
		}
		comments[line] = about + ": " + text
		take(run.Event(ev, correlate.Place{File: name, Line: line}))
	}
	take(run.Finish())
	for _, line := range slices.Sorted(maps.Keys(comments)) {
		if found[line] != malicious {
			t.Errorf("%s:%d: found is %t: %s", name, line, found[line], comments[line])
		}
	}
	return correlated.String()
}

func summary(d sigma.Detection) string {
	var places []string
	for _, p := range d.Evidence {
		places = append(places, fmt.Sprint(p.Line))
	}
	var group []string
	for _, name := range slices.Sorted(maps.Keys(d.Group)) {
		group = append(group, " "+name+"="+d.Group[name])
	}
	return fmt.Sprintf("%s %s%s count=%d evidence=%s", d.At.Format("15:04:05"), d.Rule.Title, strings.Join(group, ""), d.Count, strings.Join(places, ","))
}

func lines(refusals []sigma.Refusal) string {
	var b strings.Builder
	for _, r := range refusals {
		fmt.Fprintln(&b, r)
	}
	return b.String()
}

// archived is where a file stands in an archive, or -1.
func archived(archive *txtar.Archive, name string) int {
	return slices.IndexFunc(archive.Files, func(f txtar.File) bool { return f.Name == name })
}

// expect compares with what the archive says, which is nothing if it lacks
// the file.
func expect(t *testing.T, archive *txtar.Archive, name, got string) {
	i := archived(archive, name)
	switch {
	case *update && i < 0 && got != "":
		archive.Files = append(archive.Files, txtar.File{Name: name, Data: []byte(got)})
	case *update && i >= 0:
		archive.Files[i].Data = []byte(got)
	case i < 0:
		if got != "" {
			t.Errorf("%s: want nothing, got\n%s", name, got)
		}
	default:
		if diff := cmp.Diff(string(archive.Files[i].Data), got); diff != "" {
			t.Errorf("%s differ (-want +got):\n%s", name, diff)
		}
	}
}

func builtin(t testing.TB) *sigma.Mapping {
	t.Helper()
	m, err := sigma.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	return m
}
