package main

import "testing"

// longUnderRace leaves a test to the runs without the race detector: one story
// that takes long, whose goroutines those of a hundred others are.
func longUnderRace(t *testing.T) {
	t.Helper()
	if raced {
		t.Skip("runs without the race detector, which watches the same goroutines in shorter stories")
	}
}
