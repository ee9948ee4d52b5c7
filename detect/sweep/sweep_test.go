package sweep_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"firebreak/detect"
	"firebreak/detect/behaviour"
	"firebreak/detect/event"
	"firebreak/detect/logfile"
	"firebreak/detect/sigma"
	"firebreak/detect/sweep"
)

var received = time.Date(2026, 11, 22, 15, 0, 0, 0, time.UTC)

const rules = `
title: Root tries ssh
id: 0d0b9a4c-54ff-4f49-8a3c-0d2f7d6a9a11
level: low
tags: [attack.t1110.001, attack.initial-access]
logsource: {product: linux, service: sshd}
detection:
  words: ['password for root from']
  condition: words
---
title: Failed login
name: failed
level: informational
logsource: {product: windows, service: security}
detection: {sel: {EventID: 4625}, condition: sel}
---
title: Guessing
level: critical
correlation:
  type: event_count
  rules: [failed]
  group-by: [IpAddress]
  timespan: 5m
  condition: {gte: 3}
  generate: true
`

func detectors(t testing.TB) sweep.Detectors {
	t.Helper()
	mapping, err := sigma.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	l := sigma.NewLoader(mapping)
	l.Add("rules.yml", []byte(rules))
	shipped, err := behaviour.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	if set := l.Set(); len(set.Refused()) == 0 {
		return sweep.Detectors{Rules: set, Finders: detect.Builtin(), Watch: behaviour.NewWatch(shipped, behaviour.Places{})}
	}
	t.Fatal("a rule was refused")
	return sweep.Detectors{}
}

// told gives a line for each finding, and one for each event that is its
// evidence.
func told(f sweep.Found) (lines []string) {
	for _, d := range f.Findings {
		lines = append(lines, fmt.Sprintf("%s · %s · %d %s", d.Title, d.Level, d.Count, strings.Join(d.Techniques, " ")))
		for i, l := range d.Lines {
			lines = append(lines, fmt.Sprintf("  %d %s %s", l.Place, l.Alert.At.Format(time.TimeOnly), l.Alert.Action))
			if d.Evidence[i] != l.Alert.ID || l.Alert.Raw == "" {
				lines = append(lines, "  ! "+d.Evidence[i]+" is "+l.Alert.ID)
			}
		}
	}
	return lines
}

func run(t testing.TB, d sweep.Detectors, name string, content []byte) sweep.Found {
	t.Helper()
	f := sweep.File{Content: bytes.NewReader(content), Name: name, ID: "file:x", Received: received}
	found, err := sweep.Run(t.Context(), d, f, time.Now().Add(time.Minute), func(int) {})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestSweepFindsBruteForceWithoutRules(t *testing.T) {
	var log strings.Builder
	for i := range 12 {
		fmt.Fprintf(&log, "Nov 22 14:32:%02d web-1 sshd[812]: Failed password for root from 203.0.113.7 port 4 ssh2\n", i)
	}
	log.WriteString("Nov 22 14:32:30 web-1 sshd[812]: Accepted password for root from 203.0.113.7 port 4 ssh2\n\xff\n")
	d := detectors(t)
	d.Rules = nil
	found := run(t, d, "auth.log", []byte(log.String()))
	if found.Kind != logfile.Text || found.Events != 14 || found.From.Format(time.TimeOnly) != "14:32:00" || found.To.Format(time.TimeOnly) != "14:32:30" {
		t.Errorf("found %+v", found)
	}
	got := strings.Join(told(found), "\n")
	for _, want := range []string{"Many failed logins from one address · high · 12", "  1 14:32:00 login-failure\n  2 14:32:01"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	again := run(t, d, "auth.log", []byte(log.String()))
	if diff := cmp.Diff(found, again); diff != "" {
		t.Errorf("again, something else is found: %s", diff)
	}
}

func TestSweepTriesRules(t *testing.T) {
	d := detectors(t)
	d.Finders, d.Watch = nil, nil
	text, err := os.ReadFile("../logfile/testdata/logins.evtx.gz.txt")
	if err != nil {
		t.Fatal(err)
	}
	packed, err := base64.StdEncoding.DecodeString(strings.TrimSpace(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	found := run(t, d, "Security.evtx.gz", packed)
	want := []string{
		"Guessing · critical · 1 ", "  7001 14:32:00 login-failure", "  7002 14:32:01 login-failure", "  7003 14:32:02 login-failure",
		"Failed login · low · 6 ", "  7001 14:32:00 login-failure", "  7002 14:32:01 login-failure", "  7003 14:32:02 login-failure", "  7004 14:32:03 login-failure", "  7005 14:32:04 login-failure",
	}
	if diff := cmp.Diff(want, told(found)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if why := found.Findings[0].Why; why != "3 events together about IpAddress 203.0.113.7" {
		t.Errorf("why: %s", why)
	}
	lines := "{\"SYSLOG_IDENTIFIER\":\"sshd\",\"MESSAGE\":\"Failed password for root from 203.0.113.7 port 1 ssh2\"}\nx\n{}\n"
	found = run(t, d, "auth.jsonl", []byte(lines))
	want = []string{"Root tries ssh · low · 1 T1110.001", "  1 15:00:00 login-failure"}
	if diff := cmp.Diff(want, told(found)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if found.Unread != 1 || len(found.Troubles) != 1 || found.Troubles[0].Place != 2 || !found.From.IsZero() {
		t.Errorf("found %+v", found)
	}
}

// TestSweepEndsHostileFiles: nothing is lost of what could be read.
func TestSweepEndsHostileFiles(t *testing.T) {
	d := detectors(t)
	deep := strings.Repeat(`{"a":`, 5000) + "1" + strings.Repeat("}", 5000)
	huge := `{"MESSAGE":"` + strings.Repeat("x", event.MaxSize-100) + `","user":"root"}`
	found := run(t, d, "a.jsonl", []byte(deep+"\n"+huge+"\n"+strings.Repeat("[", 20_000)+"\n{}\n"))
	if found.Events != 3 || found.Unread != 1 {
		t.Errorf("found %+v", found.Troubles)
	}
	found = run(t, d, "a.csv", []byte("a,b\n1,\""+strings.Repeat("x", 2*event.MaxSize)))
	if found.Ended == "" || len(found.Findings) != 0 {
		t.Errorf("found %+v", found)
	}
	if found := run(t, d, "shot.png", []byte("\x89PNG\r\n\x1a\n\x00\x00")); found.Kind != logfile.Unknown {
		t.Errorf("a picture is %s", found.Kind)
	}
	if found := run(t, d, "a.gz", []byte("\x1f\x8bnot gzip")); found.Ended == "" {
		t.Error("what only begins like gzip is no trouble")
	}
}

// TestSweepStops by its time and by its context.
func TestSweepStops(t *testing.T) {
	many := []byte(strings.Repeat("{\"a\":1}\n", 10_000))
	f := sweep.File{Content: bytes.NewReader(many), Name: "a.jsonl", ID: "x", Received: received}
	looks := 0
	found, err := sweep.Run(t.Context(), sweep.Detectors{}, f, time.Now().Add(-time.Second), func(int) { looks++ })
	if err != nil || found.Events != 256 || !strings.Contains(found.Ended, "first 256 events") || looks != 1 {
		t.Errorf("%+v, %v, %d looks", found, err, looks)
	}
	ctx, cancel := context.WithCancel(t.Context())
	if _, err := sweep.Run(ctx, sweep.Detectors{}, f, time.Now().Add(time.Hour), func(int) { cancel() }); err == nil {
		t.Error("it goes on when it was to stop")
	}
}
