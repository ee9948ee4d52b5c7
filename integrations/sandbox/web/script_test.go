package web_test

import (
	"os/exec"
	"path/filepath"
	"testing"
)

// TestScripts runs the tests of what the window's scripts work out without a
// browser: Slack's markup, times, filters, sentences.
func TestScripts(t *testing.T) {
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("Node.js is not installed, which runs the tests of the window's scripts:", err)
	}
	files, err := filepath.Glob(filepath.Join("testdata", "js", "*.test.mjs"))
	if err != nil || len(files) == 0 {
		t.Fatal("no tests of scripts found", err)
	}
	out, err := exec.CommandContext(t.Context(), node, append([]string{"--test"}, files...)...).CombinedOutput()
	if err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
