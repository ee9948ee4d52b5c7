package child

import (
	"strings"
	"testing"
	"time"
)

func TestQuarantine(t *testing.T) {
	l := ledger{limits: DefaultLimits()}
	now := time.Date(2026, 11, 22, 14, 0, 0, 0, time.UTC)
	for i := range 4 {
		if l.fail(now, "it died") || l.closed(now) {
			t.Fatalf("in quarantine after %d failures", i+1)
		}
		now = now.Add(2 * time.Minute)
	}
	now = now.Add(2 * time.Minute) // the first is forgotten
	if l.fail(now, "it died") {
		t.Fatal("a failure outside the window counts")
	}
	if !l.fail(now, "it died of hunger") || !l.closed(now) {
		t.Fatal("no quarantine after five failures in the window")
	}
	if got := l.sentence(); !strings.Contains(got, "after 5 failures within 10m0s, the last: it died of hunger") {
		t.Error(got)
	}
	// After the rest one trial; its failure is another rest.
	now = now.Add(10 * time.Minute)
	if l.closed(now) {
		t.Fatal("no trial after the rest")
	}
	if !l.fail(now, "again") || !l.closed(now.Add(9*time.Minute)) {
		t.Fatal("a trial that failed is no new quarantine")
	}
	// A trial that succeeds is the way back.
	now = now.Add(10 * time.Minute)
	l.succeed()
	if l.closed(now) || l.pause(now, 0) != 0 || l.fail(now, "once") {
		t.Error("the way back does not forget what was")
	}
}

func TestBackoff(t *testing.T) {
	l := ledger{limits: DefaultLimits()}
	now := time.Date(2026, 11, 22, 14, 0, 0, 0, time.UTC)
	if got := l.pause(now, 1); got != 0 {
		t.Errorf("the first start waits %s", got)
	}
	for _, want := range []time.Duration{100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000} {
		l.fail(now, "")
		if got := l.pause(now, 1); got != want*time.Millisecond {
			t.Errorf("after %d failures %s, want %d ms", len(l.failed), got, want)
		}
		if got := l.pause(now, 0); got != want*time.Millisecond/2 {
			t.Errorf("after %d failures at least %s, want %d ms", len(l.failed), got, want/2)
		}
	}
}
