package sigma

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"firebreak/detect/correlate"
)

// TestSaid: a match says which fields made it one, of alternatives the first,
// and nothing of what must be absent.
func TestSaid(t *testing.T) {
	set := newSetOf(t, `
title: T
logsource: {category: test}
detection:
  sel:
    Image|endswith: ['\sh', '\bash']
    Args|contains|all: [one, two]
    Port|gte: 1000
    Net|cidr: 10.0.0.0/8
  other: {User: root}
  filter: {Quiet: true}
  absent: {Gone: null}
  condition: (other or sel) and not filter and absent
---
title: K
logsource: {category: test}
detection: {keywords: ['*needle*'], condition: keywords}
`)
	found, sighted := set.See(decoded(t, `{"Image":["x","C:\\bash"],"Args":"two one","Port":"8080","Net":"10.1.2.3","message":"a needle here"}`))
	got := map[string][]Said{}
	for _, f := range found {
		got[f.Rule.Title] = f.Said
	}
	want := map[string][]Said{
		"T": {{"Image", `C:\bash`}, {"Args", "two one"}, {"Port", "8080"}, {"Net", "10.1.2.3"}},
		"K": {{"", "a needle here"}},
	}
	if diff := cmp.Diff(want, got); diff != "" || len(sighted) > 0 {
		t.Errorf("sighted %v, said (-want +got):\n%s", sighted, diff)
	}
}

// TestStreamOverJSON: sightings that were kept as JSON say the same to another
// set of the same rules, whatever order they were read in.
func TestStreamOverJSON(t *testing.T) {
	one, other := newSetOf(t, correlated), newSetOf(t, `
title: Old
logsource: {category: test}
detection: {sel: {action: other}, timeframe: 1m, condition: sel | count() > 1}
---
`+correlated)
	if one.Horizon() != 2*2*time.Minute+2*time.Minute {
		t.Errorf("the horizon is %s", one.Horizon())
	}
	stream := other.NewStream()
	start := time.Date(2026, 11, 22, 14, 0, 0, 0, time.UTC)
	var found []string
	for i, action := range []string{"failed", "failed", "failed", "failed", "worked"} {
		_, sighted := one.See(decoded(t, at(i, action, "a")))
		b, err := json.Marshal(sighted)
		if err != nil {
			t.Fatal(err)
		}
		x := Sighting{At: start.Add(time.Duration(i) * time.Second), Place: correlate.Place{Line: int64(i)}}
		if err := json.Unmarshal(b, &x.Found); err != nil {
			t.Fatal(err)
		}
		x.Found = append(x.Found, Sighted{Rule: "gone"})
		for _, d := range stream.Take(x) {
			found = append(found, d.Rule.Title)
		}
	}
	if diff := cmp.Diff([]string{"Burst", "Then"}, found); diff != "" {
		t.Errorf("found (-want +got):\n%s", diff)
	}
}

func TestKey(t *testing.T) {
	for want, h := range map[string]Head{
		"0a-b":                 {ID: "0A-B", Name: "n", Title: "T", File: "x.yml"},
		"n":                    {Name: "n", Title: "T", File: "x.yml"},
		"x.yml/odd-hours-22-h": {Title: "Odd  Hours: 22 h!", File: "rules/deep/x.yml"},
	} {
		if got := h.Key(); got != want {
			t.Errorf("%+v: %s, want %s", h, got, want)
		}
	}
}
