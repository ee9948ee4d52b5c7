package behaviour_test

import (
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"firebreak/detect/behaviour"
	"firebreak/incident"
)

// TestRunFindsWhatAWatchDoes, whatever the order and whether told at once.
func TestRunFindsWhatAWatchDoes(t *testing.T) {
	where := places(t)
	for _, atOnce := range []bool{false, true} {
		rules := quick(t, atOnce)
		rapid.Check(t, func(t *rapid.T) {
			alerts := drawn(t)
			want, _ := observed(t, rules, where, alerts)
			run := behaviour.NewWatch(rules, where).NewRun(1000)
			var got []incident.Detection
			for _, a := range alerts {
				got = append(got, run.Observe(a)...)
			}
			got = append(got, run.Finish()...)
			slices.SortFunc(got, func(a, b incident.Detection) int { return strings.Compare(a.ID, b.ID) })
			if diff := gocmp.Diff(want, got); diff != "" || run.Forgotten > 0 {
				t.Fatalf("%d forgotten, -watch +run:\n%s", run.Forgotten, diff)
			}
		})
	}
}

// TestRunForgetsBeyondItsRoom instead of growing.
func TestRunForgetsBeyondItsRoom(t *testing.T) {
	run := behaviour.NewWatch(quick(t, false), places(t)).NewRun(2)
	for _, a := range failures(20, monday, 0) {
		run.Observe(a)
	}
	if run.Forgotten == 0 {
		t.Error("there is room for more groups than there should be")
	}
}
