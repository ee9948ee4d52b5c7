package main

import (
	"bytes"
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestExampleDetectors tries the examples of docs/guide/own-detectors.md on
// their samples, each in a copy, since Python leaves files behind.
func TestExampleDetectors(t *testing.T) {
	for name, needs := range map[string]string{"python": "python3", "shell": "sh", "starlark": ""} {
		t.Run(name, func(t *testing.T) {
			if _, err := exec.LookPath(needs); needs != "" && err != nil {
				t.Skipf("the example needs %s, which is not here", needs)
			}
			dir := t.TempDir()
			if err := os.CopyFS(dir, os.DirFS(filepath.Join("../../docs/examples/detectors", name))); err != nil {
				t.Fatal(err)
			}
			var stdout, stderr bytes.Buffer
			environ := []string{"PATH=" + os.Getenv("PATH")}
			code := run(t.Context(), []string{"detect", "test", "--exec", "--strict", dir}, environ, nil, &stdout, &stderr)
			if code != exitDone || strings.Count(stdout.String(), "\nok ") != 1 {
				t.Errorf("exit code %d:\n%s%s", code, &stdout, &stderr)
			}
		})
	}
}

// TestOwnRulesTellAtOnce gives a rule in own code what comes on standard input
// as it comes.
func TestOwnRulesTellAtOnce(t *testing.T) {
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("../../docs/examples/detectors/shell")); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	silent, upstream := io.Pipe()
	defer upstream.Close()
	events := io.MultiReader(strings.NewReader(`{"CommandLine":"HISTFILE=/dev/null"}`+"\n"), silent)
	stdout := &cancelling{cancel: cancel}
	var stderr bytes.Buffer
	environ := []string{"PATH=" + os.Getenv("PATH")}
	// The detection is printed at once; that it is there ends the run.
	if code := run(ctx, []string{"detect", "run", "--exec", "--rules", dir}, environ, events, stdout, &stderr); code != exitFailed {
		t.Errorf("exit code %d, stderr:\n%s", code, &stderr)
	}
	if !strings.Contains(stdout.String(), "History turned off") || !strings.Contains(stderr.String(), "stopped before the end") {
		t.Errorf("stdout %q, stderr %q", stdout, &stderr)
	}
}
