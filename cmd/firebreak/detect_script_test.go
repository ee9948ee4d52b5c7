package main

import (
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"firebreak/detect/correlate"
	"firebreak/detect/event"
	"firebreak/detect/own"
	"firebreak/detect/rules"
)

// TestScriptsTakeNoMemory: a script of the bot's that builds something huge
// ends itself, costs the event that made it do so, and goes on.
func TestScriptsTakeNoMemory(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("memory is bounded on Linux only")
	}
	self, err := exec.LookPath("firebreak") // this test binary, see TestMain
	if err != nil {
		t.Fatal(err)
	}
	dir := ruleFolder(t, map[string]string{
		"greedy.star": "rule = {'id': 'greedy', 'level': 'low', 'tags': ['attack.t1078']}\ndef detect(event):\n    return {'n': len('a' * event['n'])}\n",
		"loads.star":  "x = 'a' * 1000000000\ndef detect(event):\n    return None\n",
		"fails.star":  "def detect(event):\n    return None\n1 // 0\n",
		"bad.star":    "def detect(event) return None\n",
	})
	set, err := rules.Load(t.Context(), []string{dir}, rules.Options{Script: scriptProgram(self)})
	if err != nil {
		t.Fatal(err)
	}
	defer set.End()
	if len(set.Own) != 1 || set.Own[0].Head().ID != "greedy" || len(set.Own[0].Head().Tags) != 1 {
		t.Fatalf("loaded %+v", set.Own)
	}
	refused := strings.Join(set.Refused, "\n")
	for _, want := range []string{
		filepath.Join(dir, "bad.star") + ":1:25: ", filepath.Join(dir, "fails.star") + ":3: floored division by zero", filepath.Join(dir, "loads.star") + ": runtime: out of memory",
	} {
		if !strings.Contains(refused, want) {
			t.Errorf("%q is not among what was refused:\n%s", want, refused)
		}
	}
	var batch []own.Event
	for i, line := range []string{`{"n":1}`, `{"n":1000000000}`, `{}`, `{"n":2}`} {
		ev, err := event.Decode([]byte(line))
		if err != nil {
			t.Fatal(err)
		}
		batch = append(batch, own.Event{Event: ev, Place: correlate.Place{File: "e", Line: int64(i + 1)}})
	}
	result := set.Own[0].Examine(t.Context(), batch)
	var found []string
	for _, d := range result.Found {
		found = append(found, d.Group["n"])
	}
	if strings.Join(found, " ") != "1 2" || result.Missed != 2 {
		t.Errorf("found %v, missed %d, troubles %v", found, result.Missed, result.Troubles)
	}
}
