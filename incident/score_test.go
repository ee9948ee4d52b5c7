package incident_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"firebreak/incident"
)

// TestWilson holds the bounds against those published: R. G. Newcombe,
// Two-sided confidence intervals for the single proportion, Statistics in
// Medicine 17 (1998), table I, method 3.
func TestWilson(t *testing.T) {
	for _, tt := range []struct {
		k, n      int
		low, high float64
	}{
		{81, 263, 0.2553, 0.3662},
		{15, 148, 0.0624, 0.1605},
		{0, 20, 0.0000, 0.1611},
		{1, 29, 0.0061, 0.1718},
		{20, 20, 0.8389, 1.0000}, // the mirror of 0 of 20
		{0, 0, 0, 1},
	} {
		low, high := incident.Wilson(tt.k, tt.n)
		if math.Abs(low-tt.low) > 0.00005 || math.Abs(high-tt.high) > 0.00005 {
			t.Errorf("%d of %d: %.5f to %.5f, published are %.4f to %.4f", tt.k, tt.n, low, high, tt.low, tt.high)
		}
	}
}

// TestWilsonHoldsTheShare: the bounds hold the share, more trials narrow them,
// and hits and misses mirror each other.
func TestWilsonHoldsTheShare(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 10000).Draw(t, "n")
		k := rapid.IntRange(0, n).Draw(t, "k")
		low, high := incident.Wilson(k, n)
		share := float64(k) / float64(n)
		if low < 0 || high > 1 || low > share+1e-12 || high < share-1e-12 {
			t.Fatalf("%d of %d: %v to %v", k, n, low, high)
		}
		if l, h := incident.Wilson(2*k, 2*n); h-l >= high-low {
			t.Fatalf("twice as many trials give %v to %v, no less than %v to %v", l, h, low, high)
		}
		if l, h := incident.Wilson(n-k, n); math.Abs(1-l-high) > 1e-9 || math.Abs(1-h-low) > 1e-9 {
			t.Fatalf("misses give %v to %v, hits %v to %v", l, h, low, high)
		}
	})
}

func TestRecordReads(t *testing.T) {
	for _, tt := range []struct {
		confirmed, wrong int
		want             string
	}{
		{12, 2, "12 of 14 right, at least 60 %"},
		{1, 0, "1 of 1 right, at least 20 %"},
		{0, 5, "0 of 5 right, at most 44 %"},
		{1, 9, "1 of 10 right, at most 41 %"},
		{5, 5, "5 of 10 right, at least 23 %"},
		{0, 0, "not judged yet"},
	} {
		if got := (incident.Record{Confirmed: tt.confirmed, False: tt.wrong}).Right(); got != tt.want {
			t.Errorf("got %q, want %q", got, tt.want)
		}
	}
}

func TestWorstRecordsFirst(t *testing.T) {
	records := []incident.Record{
		{Rule: "quiet", Told: 1},
		{Rule: "good", Confirmed: 9, False: 1},
		{Rule: "busy", Told: 50},
		{Rule: "bad", Confirmed: 1, False: 9},
		{Rule: "worse", False: 3},
		{Rule: "worst", False: 8},
		{Rule: "a", Told: 1},
	}
	slices.SortFunc(records, func(a, b incident.Record) int {
		if a.Worse(b) {
			return -1
		}
		return 1
	})
	var got []string
	for _, r := range records {
		got = append(got, r.Rule)
	}
	if fmt.Sprint(got) != "[worst worse bad good busy a quiet]" {
		t.Errorf("got %v", got)
	}
}

// judged are detections about groups: lower case is a false positive.
func judged(groups string) (list []incident.Judged) {
	for _, g := range groups {
		name := string(g | 0x20)
		list = append(list, incident.Judged{
			Detection: incident.Detection{Group: incident.Entity{Type: incident.EntityAccount, Value: name}},
			Verdict:   incident.Verdict{Confirmed: g < 'a'},
		})
	}
	return list
}

func recordOf(list []incident.Judged) (r incident.Record) {
	for _, j := range list {
		if j.Verdict.Confirmed {
			r.Confirmed++
		} else {
			r.False++
		}
	}
	r.Told = len(list)
	return r
}

func TestProposals(t *testing.T) {
	for _, tt := range []struct {
		verdicts string
		change   func(*incident.Record)
		advice   incident.Advice
		group    string
		removed  int
	}{
		{verdicts: "aaaabbcd", advice: incident.AdviceTune, group: "a", removed: 4},
		{verdicts: "Aaaaabbcde", advice: incident.AdviceTune, group: "b", removed: 2}, // an exception for a would lose one
		{verdicts: "abcdef", advice: incident.AdviceRetire},
		{verdicts: "zzzzzz", advice: incident.AdviceRetire}, // z may not be named
		{verdicts: "aaaa"},     // too few verdicts
		{verdicts: "aaBBCDEF"}, // fair enough
		{verdicts: "ABCDEFGHIJKLMNOP", change: func(r *incident.Record) { r.OnTrial = true }, advice: incident.AdviceRelease},
		{verdicts: "ABCDEFGHIJKLMNO", change: func(r *incident.Record) { r.OnTrial = true }}, // the bound is 0.796
		{verdicts: "ABCDEFGHIJKLMNOP"},
		{change: func(r *incident.Record) { r.Told, r.Hints = 11, 10 }, advice: incident.AdviceJudge},
		{change: func(r *incident.Record) { r.Told, r.Hints = 10, 10 }},
	} {
		list := judged(tt.verdicts)
		r := recordOf(list)
		if tt.change != nil {
			tt.change(&r)
		}
		p, ok := incident.Propose(r, list, func(j incident.Judged) bool { return j.Group.Value != "z" })
		if p.Advice != tt.advice || ok != (tt.advice != "") || p.Group.Value != tt.group || p.Removed != tt.removed {
			t.Errorf("%q: %+v", tt.verdicts, p)
		}
	}
}

func TestTechniqueURL(t *testing.T) {
	for id, want := range map[string]string{
		"T1110":        "https://attack.mitre.org/techniques/T1110/",
		"T1110.003":    "https://attack.mitre.org/techniques/T1110/003/",
		"T1110.3":      "",
		"t1110":        "",
		"T1110\n":      "",
		"T1110|<evil>": "",
	} {
		if got := incident.TechniqueURL(id); got != want {
			t.Errorf("%q: %q", id, got)
		}
	}
}
