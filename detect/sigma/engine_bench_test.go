package sigma

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
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
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
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
	for range 1 + 40_000/len(events) { // until the indexes are made of what was seen
		round()
	}
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

// BenchmarkCurve tries 500 to 10,000 rules, chosen at random from SigmaHQ's and
// from variants of them that look for other texts, and says what an event costs
// in turn with what it costs to decode.
func BenchmarkCurve(b *testing.B) {
	m, err := Builtin()
	if err != nil {
		b.Fatal(err)
	}
	events := corpusEvents(b, "events/windows_mordor_natural.jsonl.gz", 4)
	for _, n := range []int{500, 1000, 2000, 4000, 10_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			set := corpusSet(b, m, everyRule)
			for shift, all := rune(1), slices.Clone(set.rules); len(set.rules) < n; shift++ {
				for _, r := range all {
					set.rules = append(set.rules, newRule(r.Head, r.Logsource, shifted(r.expr, shift)))
				}
			}
			random := rand.New(rand.NewPCG(1, 2))
			random.Shuffle(len(set.rules), func(i, j int) { set.rules[i], set.rules[j] = set.rules[j], set.rules[i] })
			set.rules = set.rules[:n]
			benchmark(b, set, events)
		})
	}
}

// shifted is an expression that looks for other letters where it looks for
// texts anywhere.
func shifted(e *expr, by rune) *expr {
	changed := &expr{op: e.op, atom: e.atom}
	for _, kid := range e.kids {
		changed.kids = append(changed.kids, shifted(kid, by))
	}
	t, ok := textTest{}, false
	if e.op == opAtom {
		t, ok = e.atom.test.(textTest)
	}
	if !ok || len(t.pattern.runs) == 1 {
		return changed
	}
	var parts text
	for i, r := range t.pattern.runs {
		if i > 0 {
			parts = append(parts, part{kind: anyRun})
		}
		for _, p := range r.parts {
			p.text = strings.Map(func(r rune) rune {
				if 'a' <= r && r <= 'z' {
					return 'a' + (r-'a'+by)%26
				}
				return r
			}, p.text)
			parts = append(parts, p)
		}
	}
	changed.atom = &Atom{e.atom.field, textTest{newPattern(parts, t.pattern.cased)}}
	return changed
}
