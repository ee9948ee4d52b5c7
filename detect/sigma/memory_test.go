package sigma

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"firebreak/detect/correlate"
)

// TestRing puts things into a ring: whatever it says is there is what was put.
func TestRing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := ring[byte]{all: make([]byte, rapid.IntRange(1, 40).Draw(t, "room"))}
		kept := map[stretch][]byte{}
		there := 0
		for i := range 60 {
			s := r.take(rapid.IntRange(0, len(r.all)).Draw(t, "size"))
			kept[s] = nil
			for j := range r.get(s) {
				r.get(s)[j] = byte(i)
				kept[s] = append(kept[s], byte(i))
			}
			if !r.has(s) {
				t.Fatalf("%v is gone at once", s)
			}
			for s, want := range kept {
				if !r.has(s) {
					delete(kept, s)
				} else if there++; string(r.get(s)) != string(want) {
					t.Fatalf("%v is %v, was %v", s, r.get(s), want)
				}
			}
		}
		if there < 60 {
			t.Fatalf("only %d were there", there)
		}
	})
}

// TestMemoryIsUsed tries rules on values that repeat: from the third time on
// they are not even decoded.
func TestMemoryIsUsed(t *testing.T) {
	m, err := Builtin()
	if err != nil {
		t.Fatal(err)
	}
	l := NewLoader(m)
	l.Add("rule.yml", []byte(`
title: Shell
logsource: {category: process_creation}
detection: {s: {Image|endswith: '\\cmd.exe', ParentImage|endswith: 'exe'}, condition: s}
`))
	set := l.Set()
	set.engine().samples = sampleSteps
	run := set.NewRun(Logsource{Category: "process_creation"})
	found := 0
	for i := range 100 {
		data := fmt.Appendf(nil, `{"number":%d,"Image":"C:\\\\CMD.exe","ParentImage":"C:\\\\Invoice%d.exe"}`, i, i%2)
		told, err := run.Data(data, correlate.Place{})
		if err != nil {
			t.Fatal(err)
		}
		found += len(told)
		decoded := 0
		for _, s := range run.matcher.slots {
			if s.number == run.matcher.number {
				decoded += len(s.values.List)
			}
		}
		if i > 50 && decoded > 0 {
			t.Errorf("event %d: %d values were decoded", i, decoded)
		}
	}
	if found != 100 {
		t.Errorf("found in %d of 100 events", found)
	}
}
