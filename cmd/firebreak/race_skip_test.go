package main

import (
	"hash/fnv"
	"os"
	"strings"
	"testing"
)

// longUnderRace leaves a test to the runs without the race detector: one story
// that takes long, whose goroutines those of a hundred others are.
func longUnderRace(t *testing.T) {
	t.Helper()
	if raced {
		t.Skip("runs without the race detector, which watches the same goroutines in shorter stories")
	}
}

// everySecondUnderRace leaves every second story, by its name, to the runs
// without the race detector: they all run the same goroutines. RACE_STORIES=all
// has all of them watched.
func everySecondUnderRace(t *testing.T) {
	t.Helper()
	if !raced || strings.Contains(t.Name(), "/") || os.Getenv("RACE_STORIES") == "all" {
		return
	}
	name := fnv.New32a()
	name.Write([]byte(t.Name())) //nolint:errcheck // never fails, hash
	if name.Sum32()%2 == 0 {
		t.Skip("runs without the race detector, which watches every second story; RACE_STORIES=all for all of them")
	}
}
