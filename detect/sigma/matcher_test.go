package sigma

import (
	"fmt"
	"slices"
	"testing"
)

// TestMatchAllocatesNothing: once a worker has seen the shape of events, one
// in which nothing is found costs no memory.
func TestMatchAllocatesNothing(t *testing.T) {
	set := newSetOf(t, `
title: Shell
logsource: {product: windows, category: process_creation}
detection:
  sel: {Image|endswith: '\cmd.exe', CommandLine|contains: [' /c ', 'whoami'], User|re: '(?i)^admin'}
  filter: {ParentImage|startswith: 'C:\Program Files\', ProcessId|gt: 4}
  condition: sel and not filter
---
title: Keywords
logsource: {product: windows}
detection: {words: [sekurlsa, 'mimi*katz'], condition: words}
`)
	m := set.engine().matcher(Logsource{})
	var events [][]byte
	for i := range 2 * sampleSize {
		events = append(events, fmt.Appendf(nil, `{"Channel":"Microsoft-Windows-Sysmon/Operational","EventID":1,"ProcessId":"%d",`+
			`"Image":"C:\\Windows\\System32\\CMD.exe","CommandLine":"cmd /c \"dir %d\" Ä \u00e4","User":"SYSTEM","Tags":["a",1.5,null,{"b":true}]}`, i, i))
	}
	events = slices.Concat(events, events)
	at := 0
	match := func() {
		if err := m.matchData(events[at%len(events)]); err != nil {
			t.Fatal(err)
		}
		if m.ev != nil || len(m.found) > 0 {
			t.Fatalf("%s: decoded in full is %t, %d found", events[at%len(events)], m.ev != nil, len(m.found))
		}
		at++
	}
	for range len(events) {
		match()
	}
	if n := testing.AllocsPerRun(2*sampleSize, match); n != 0 {
		t.Errorf("%v allocations per event, want none", n)
	}
}

// TestMatchAllocatesNothingWithEveryRule does so with all of SigmaHQ's rules on
// recorded events. Many kinds of log are too seldom there for a full sample.
func TestMatchAllocatesNothingWithEveryRule(t *testing.T) {
	mapping, err := Builtin()
	if err != nil {
		t.Fatal(err)
	}
	m := corpusSet(t, mapping, everyRule).engine().matcher(Logsource{})
	events := corpusEvents(t, "events/windows_mordor_natural.jsonl.gz", 1)
	slow, found := 0, 0
	var quiet [][]byte
	for range 2 {
		quiet = quiet[:0]
		for _, data := range events {
			if err := m.matchData(data); err != nil {
				t.Fatal(err)
			}
			switch {
			case m.ev != nil:
				slow++
			case len(m.found) > 0:
				found++
			default:
				quiet = append(quiet, data)
			}
		}
	}
	n := testing.AllocsPerRun(1, func() {
		for _, data := range quiet {
			if err := m.matchData(data); err != nil {
				t.Fatal(err)
			}
		}
	})
	if n != 0 && !raced {
		t.Errorf("%v allocations for %d events, want none", n, len(quiet))
	}
	if slow > 2*len(events)/50 {
		t.Errorf("%d of %d events are decoded in full", slow/2, len(events))
	}
	t.Logf("%d events, %d decoded in full, something found in %d", len(events), slow/2, found/2)
}
