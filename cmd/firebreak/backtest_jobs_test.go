package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// TestBacktestOnSeveralCores: what is told of a file does not depend on how
// many workers there are, and is what is told of standard input, whose events
// are decoded in full and examined one after the other.
func TestBacktestOnSeveralCores(t *testing.T) {
	dir := t.TempDir()
	rule := filepath.Join(dir, "rule.yml")
	if err := os.WriteFile(rule, []byte(sshRules), 0o600); err != nil {
		t.Fatal(err)
	}
	off := filepath.Join(dir, "off.yml")
	if err := os.WriteFile(off, []byte("- {id: brute-force, at-least: 11}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	start := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	for i := range 3 * chunkEvents {
		at := start.Add(time.Duration(i) * time.Second).Format(time.RFC3339)
		switch i % 5 {
		case 0:
			fmt.Fprintf(&b, `{"Channel":"Security","EventID":4625,"@timestamp":%q,"IpAddress":"10.0.0.%d"}`+"\n", at, i%7)
		case 1:
			fmt.Fprintf(&b, `{"source":"okta","event":"failed_login","user":"u%d","src_ip":"203.0.113.%d","timestamp":%q}`+"\n", i%3, i%4, at)
		case 2:
			fmt.Fprintln(&b, "[not one of ours")
		case 3:
			fmt.Fprintf(&b, `{"Channel":"Security","EventID":"46\u0032%d","IpAddress":null,"@timestamp":%q,"a b":1}`+"\n", i%6, at)
		default:
			fmt.Fprintf(&b, `{"MESSAGE":"Failed password for root from 10.1.1.1","_COMM":"sshd","SYSLOG_IDENTIFIER":"sshd","timestamp":%q}`+"\n", at)
		}
	}
	events := filepath.Join(dir, "events.jsonl")
	if err := os.WriteFile(events, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	tell := func(file string, jobs int) string {
		var stdout, stderr bytes.Buffer
		args := []string{
			"detect", "backtest", "--rules", rule, "--detectors", off, "--all",
			"--events", file, "--jobs", fmt.Sprint(jobs),
		}
		if code := run(t.Context(), args, nil, strings.NewReader(b.String()), &stdout, &stderr); code != exitDone {
			t.Fatalf("exit code %d: %s", code, &stderr)
		}
		told := regexp.MustCompile(`in [0-9.]+m?s`).ReplaceAllString(stdout.String()+stderr.String(), "in no time")
		return strings.ReplaceAll(told, file, stdin)
	}
	one := tell(events, 1)
	if strings.Count(one, "\n") < 100 || !strings.Contains(one, "Guessing") || !strings.Contains(one, "skipped -:3:") || !strings.Contains(one, "brute-force") {
		t.Fatalf("there is too little to compare:\n%s", one)
	}
	if got := tell(events, 3); got != one {
		t.Errorf("three workers tell\n%s\none tells\n%s", got, one)
	}
	if got := tell(stdin, 1); got != one {
		t.Errorf("of standard input it tells\n%s\nof the file\n%s", got, one)
	}
}
