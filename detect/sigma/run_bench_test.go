package sigma

import (
	"fmt"
	"testing"
	"time"

	"firebreak/detect/correlate"
)

// BenchmarkCorrelate correlates what was found: hits of 10,000 addresses, over
// a day, with two correlations at a time. The
// events are ready; finding them is not measured.
func BenchmarkCorrelate(b *testing.B) {
	m, err := Builtin()
	if err != nil {
		b.Fatal(err)
	}
	l := NewLoader(m)
	l.Add("rules.yml", []byte(`
title: Failed
name: failed
logsource: {category: test}
detection: {sel: {action: failed}, condition: sel}
---
title: Burst
name: burst
correlation: {type: event_count, rules: [failed], group-by: [src], timespan: 5m, condition: {gte: 20}}
---
title: Spray
correlation: {type: value_count, rules: [failed], group-by: [src], timespan: 5m, condition: {field: user, gte: 10}}
`))
	set := l.Set()
	if len(set.Refused()) > 0 {
		b.Fatal(set.Refused())
	}
	rule := set.rules[0]
	kept := make([]kept, MaxKept/4)
	start := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	for i := range kept {
		fields := make([][]string, len(rule.needs))
		for j := range fields {
			fields[j] = []string{fmt.Sprint("10.0.", i%100, ".", i*7%100)}
		}
		kept[i] = keptOf(rule, fields, start.Add(time.Duration(i)*300*time.Millisecond), i)
	}
	b.ResetTimer()
	var spent time.Duration
	for range b.N {
		run := set.NewRun(Logsource{})
		run.kept = append(run.kept, kept...)
		begin := processor(b)
		run.Finish()
		spent += processor(b) - begin
	}
	b.ReportMetric(float64(b.N*len(kept))/spent.Seconds(), "events/cpu-s")
	b.ReportMetric(0, "ns/op")
}

func keptOf(rule *Rule, fields [][]string, at time.Time, order int) kept {
	return kept{at: at, order: order, place: correlate.Place{File: "a", Line: int64(order)}, found: []foundField{{rule, fields}}}
}
