package store_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"firebreak/incident"
	"firebreak/store"
)

// BenchmarkAppend appends from many goroutines, whose updates share commits,
// and then the same number one after the other, each with a commit of its
// own: the disk's speed varies, the ratio of the two less so.
func BenchmarkAppend(b *testing.B) {
	s := fresh(b)
	inc := openIncident(b, s, incident.Incident{Title: "x"})
	i := 0
	record := func(ts string) {
		key, e := message(inc.Number, ts, "failed password for root from 203.0.113.7")
		if err := s.Update(context.Background(), func(tx *store.Tx) error { return must2(tx.Record(key, e)) }); err != nil {
			b.Error(err)
		}
	}
	const producers, each = 64, 8
	var grouped, plain time.Duration
	for b.Loop() {
		i++
		start := time.Now()
		var wg sync.WaitGroup
		for p := range producers {
			wg.Go(func() {
				for k := range each {
					record(fmt.Sprintf("%d.%06d", i, p*each+k))
				}
			})
		}
		wg.Wait()
		grouped += time.Since(start)
		start = time.Now()
		for k := range each {
			record(fmt.Sprintf("%d.9%05d", i, k))
		}
		plain += time.Since(start) * producers
	}
	count := float64(i * producers * each)
	b.ReportMetric(count/grouped.Seconds(), "grouped/s")
	b.ReportMetric(count/plain.Seconds(), "plain/s")
	b.ReportMetric(plain.Seconds()/grouped.Seconds(), "ratio")
}

func BenchmarkSearch(b *testing.B) {
	s := fresh(b)
	inc := openIncident(b, s, incident.Incident{Title: "x"})
	update(b, s, func(tx *store.Tx) error {
		for i := range 5000 {
			key, e := message(inc.Number, fmt.Sprintf("1.%06d", i), fmt.Sprintf("failed password for user%d from 203.0.113.%d", i%50, i%200))
			if _, _, err := tx.Record(key, e); err != nil {
				return err
			}
		}
		return nil
	})
	for b.Loop() {
		if got := search(b, s, incident.Operator(), "password user7"); len(got) != 20 {
			b.Fatalf("%d hits", len(got))
		}
	}
}
