package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"
	"testing"
)

// TestCorrelationsWhileInputGoesOn: with a lateness they are told before the
// input ends, whatever the order within it, and what is later is counted.
func TestCorrelationsWhileInputGoesOn(t *testing.T) {
	dir := ruleFolder(t, map[string]string{"guess.yml": guessedThenIn})
	line := func(second int, event string) string {
		return fmt.Sprintf("{\"event\":%q,\"src_ip\":\"203.0.113.50\",\"timestamp\":\"2026-09-07T12:%02d:%02dZ\"}\n", event, second/60, second%60)
	}
	text := line(20, "failed_login") + line(0, "failed_login") + line(30, "successful_login") + line(10, "failed_login") + line(200, "other")
	ctx, cancel := context.WithCancel(t.Context())
	silent, upstream := io.Pipe()
	defer upstream.Close()
	stdout := &cancelling{cancel: cancel}
	var stderr bytes.Buffer
	args := []string{"detect", "run", "--rules", dir, "--lateness", "1m"}
	// The detection is printed before the input ends; that it is there ends the run.
	if code := run(ctx, args, nil, io.MultiReader(strings.NewReader(text), silent), stdout, &stderr); code != exitFailed {
		t.Errorf("exit code %d, stderr:\n%s", code, &stderr)
	}
	if !strings.Contains(stdout.String(), "Guessed a password") || !strings.Contains(stderr.String(), "stopped before the end") {
		t.Errorf("stdout %q, stderr %q", stdout, &stderr)
	}

	var all, said bytes.Buffer
	late := line(10, "failed_login") + line(20, "failed_login") + line(200, "failed_login") + line(0, "failed_login") + line(30, "successful_login")
	if code := run(t.Context(), args, nil, strings.NewReader(late), &all, &said); code != exitDone || all.Len() > 0 {
		t.Errorf("exit code %d, stdout %q", code, &all)
	}
	if !strings.Contains(said.String(), "2 events left out of correlations: they came later than 1m0s") {
		t.Errorf("stderr %q", &said)
	}
	if code := run(t.Context(), args[:4], nil, strings.NewReader(late), &all, &said); code != exitDone || !strings.Contains(all.String(), "Guessed a password") {
		t.Errorf("without a lateness: exit code %d, stdout %q", code, &all)
	}
}
