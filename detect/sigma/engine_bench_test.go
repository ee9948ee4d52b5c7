package sigma

import (
	"encoding/json"
	"runtime"
	"syscall"
	"testing"
	"time"

	"firebreak/detect/correlate"
)

// processor is the processor time that this process has had.
func processor(b *testing.B) time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		b.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// BenchmarkEngine tries all of SigmaHQ's rules on recorded Windows events,
// bytes to detections, in turn with a plain encoding/json decode of the same
// events; its ratio is what counts. Each round is all events once.
func BenchmarkEngine(b *testing.B) {
	m, err := Builtin()
	if err != nil {
		b.Fatal(err)
	}
	events := corpusEvents(b, "events/windows_mordor_natural.jsonl.gz", 1)
	benchmark(b, corpusSet(b, m, everyRule), events)
}

// BenchmarkUnrouted does so with all Windows rules and a mapping without
// routes: every rule is for every event.
func BenchmarkUnrouted(b *testing.B) {
	m, err := Builtin()
	if err != nil {
		b.Fatal(err)
	}
	m.routes, m.messages = nil, nil
	events := corpusEvents(b, "events/windows_mordor_natural.jsonl.gz", 1)
	benchmark(b, corpusSet(b, m, func(r *Rule) bool { return r.Logsource.Product == "windows" }), events)
}

func benchmark(b *testing.B, set *Set, events [][]byte) {
	runtime.GOMAXPROCS(1)
	run := set.NewRun(Logsource{})
	found := 0
	round := func() {
		for _, data := range events {
			told, err := run.Data(data, correlate.Place{})
			if err != nil {
				b.Fatal(err)
			}
			found += len(told)
		}
	}
	round()
	found = 0
	var ours, plain time.Duration
	b.ResetTimer()
	for range b.N {
		begin := processor(b)
		round()
		middle := processor(b)
		for _, data := range events {
			var v map[string]any
			if err := json.Unmarshal(data, &v); err != nil {
				b.Fatal(err)
			}
		}
		ours, plain = ours+middle-begin, plain+processor(b)-middle
	}
	n := float64(b.N * len(events))
	b.ReportMetric(n/ours.Seconds(), "events/cpu-s")
	b.ReportMetric(n/plain.Seconds(), "json/cpu-s")
	b.ReportMetric(plain.Seconds()/ours.Seconds(), "ratio")
	b.ReportMetric(float64(found)/float64(b.N), "found")
	b.ReportMetric(0, "ns/op")
}
