package detect_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"firebreak/detect"
	"firebreak/incident"
)

var update = flag.Bool("update", false, "write what was found into the scenarios")

// received is when every message of a scenario arrives.
var received = time.Date(2026, 11, 22, 15, 0, 0, 0, time.UTC)

// TestScenarios plays each archive in testdata: its files are messages or
// alert bodies in order, "alerts" is how they must be understood and
// "detections" what must be told, which for a benign scenario is nothing.
func TestScenarios(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scenarios: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var kept keeper
			got := map[string]*strings.Builder{"alerts": {}, "detections": {}}
			for _, input := range inputs(t, archive) {
				for _, a := range detect.Alerts(input) {
					fmt.Fprintln(got["alerts"], alertLine(a))
					for _, d := range kept.take(a) {
						fmt.Fprintf(got["detections"], "%s %s %s: %s\n", d.Rule, d.Level, d.Group.Value, d.Why)
					}
				}
			}
			compare(t, file, archive, got)
		})
	}
}

func compare(t *testing.T, file string, archive *txtar.Archive, got map[string]*strings.Builder) {
	for i, f := range archive.Files {
		text, ok := got[f.Name]
		if !ok {
			continue
		}
		if *update {
			archive.Files[i].Data = []byte(text.String())
		} else if diff := cmp.Diff(string(f.Data), text.String()); diff != "" {
			t.Errorf("%s differ (-want +got):\n%s", f.Name, diff)
		}
	}
	if *update {
		if err := os.WriteFile(file, txtar.Format(archive), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// inputs reads the messages of an archive. NAME.jsonl holds an alert body per
// line, NAME.body one, NAME.slack the JSON of a Slack message, NAME.txt the
// text of one.
func inputs(t *testing.T, archive *txtar.Archive) []detect.Input {
	var ins []detect.Input
	add := func(in detect.Input) {
		in.ID, in.At = fmt.Sprintf("m%d", len(ins)+1), received
		ins = append(ins, in)
	}
	for _, f := range archive.Files {
		switch filepath.Ext(f.Name) {
		case ".jsonl":
			for line := range strings.Lines(string(f.Data)) {
				add(detect.Input{JSON: []byte(line)})
			}
		case ".body":
			add(detect.Input{JSON: f.Data})
		case ".txt":
			add(detect.Input{Text: string(f.Data)})
		case ".slack":
			var m struct {
				Text                string
				Blocks, Attachments json.RawMessage
			}
			if err := json.Unmarshal(f.Data, &m); err != nil {
				t.Fatalf("%s: %v", f.Name, err)
			}
			add(detect.Input{Text: m.Text, Blocks: m.Blocks, Attachments: m.Attachments})
		}
	}
	return ins
}

func alertLine(a incident.Alert) string {
	var entities []string
	for _, e := range a.Entities {
		entities = append(entities, string(e.Type)+"="+e.Value)
	}
	return strings.Join(strings.Fields(fmt.Sprintf("%s %s %s source=%s severity=%s %s %q", a.ID,
		a.At.Format(time.RFC3339Nano), a.Action, a.Source, a.Severity, strings.Join(entities, " "), a.Title)), " ")
}

// keeper is a caller of the detectors, as the contract of Detector asks: it
// keeps alerts and what has been told.
type keeper struct {
	alerts []incident.Alert
	told   []incident.Detection
}

// take keeps an alert and gives the detections that it makes known.
func (k *keeper) take(a incident.Alert) []incident.Detection {
	if slices.ContainsFunc(k.alerts, func(b incident.Alert) bool { return b.ID == a.ID }) {
		return nil
	}
	k.alerts = append(k.alerts, a)
	var fresh []incident.Detection
	for _, d := range detect.Builtin() {
		for _, group := range d.Groups(a) {
			for _, found := range d.Examine(group, k.near(group, a.At, d.Window())) {
				if !k.known(found, d.Window()) {
					k.told = append(k.told, found)
					fresh = append(fresh, found)
				}
			}
		}
	}
	return fresh
}

func (k *keeper) near(group incident.Entity, at time.Time, window time.Duration) []incident.Alert {
	var near []incident.Alert
	for _, a := range k.alerts {
		if slices.Contains(a.Entities, group) && a.At.Sub(at).Abs() <= window {
			near = append(near, a)
		}
	}
	return near
}

func (k *keeper) known(d incident.Detection, window time.Duration) bool {
	return slices.ContainsFunc(k.told, func(t incident.Detection) bool {
		return t.ID == d.ID || t.Rule == d.Rule && t.Group == d.Group && t.At.Sub(d.At).Abs() <= window
	})
}
