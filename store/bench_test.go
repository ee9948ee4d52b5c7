package store_test

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
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

// BenchmarkDurable compares the store with the ceiling, round by round. Run
// at least five rounds (-benchtime 9x): the medians count.
func BenchmarkDurable(b *testing.B) {
	b.Run("events", func(b *testing.B) {
		benchmarkDurable(b, eventRows(), func(_ incident.Number, i int) func(*store.Tx) error {
			in := incident.Inbound{
				Key: fmt.Sprintf("ev:Ev%09d", i), Source: "events_api", Lane: fmt.Sprintf("C%d", i%16),
				Payload: fmt.Appendf(nil, `{"event_id":"Ev%09d","pad":%q}`, i, strings.Repeat("x", 1000)),
			}
			return func(tx *store.Tx) error { return must2(tx.Receive(in)) }
		})
	})
	b.Run("entries", func(b *testing.B) {
		benchmarkDurable(b, entryRows(), func(n incident.Number, i int) func(*store.Tx) error {
			key, e := message(n, fmt.Sprintf("1.%06d", i), fmt.Sprintf("failed password for user%d from 203.0.113.%d", i%50, i%200))
			e.OccurredAt = noon.Add(time.Duration(i) * time.Millisecond)
			return func(tx *store.Tx) error { return must2(tx.Record(key, e)) }
		})
	})
}

const (
	durableRows      = 4096 // of one round
	durableProducers = 64
)

func benchmarkDurable(b *testing.B, kinds []*copied, write func(incident.Number, int) func(*store.Tx) error) {
	s, n, path := filed(b)
	commits := s.CountCommits()
	c := newCeiling(b, path, kinds)
	next, did := 0, int64(0)
	var ours, plain, ratio []float64
	for b.Loop() {
		start := time.Now()
		produce(b, s, n, next, write)
		took := time.Since(start)
		next += durableRows
		batch := durableRows / int(commits.Load()-did)
		did = commits.Load()
		c.take(b)
		alone := c.write(b, batch)
		ours = append(ours, durableRows/took.Seconds())
		plain = append(plain, durableRows/alone.Seconds())
		ratio = append(ratio, alone.Seconds()/took.Seconds())
	}
	b.ReportMetric(float64(next)/float64(did), "rows/commit")
	b.ReportMetric(median(ours), "store/s")
	b.ReportMetric(median(plain), "plain/s")
	b.ReportMetric(median(ratio), "ratio")
}

// filed is a store with one incident, and where its file is.
func filed(b *testing.B) (*store.Store, incident.Number, string) {
	b.Helper()
	path := filepath.Join(b.TempDir(), "firebreak.db")
	s := open(b, path)
	return s, openIncident(b, s, incident.Incident{Title: "x"}).Number, path
}

// produce writes a round's rows from many goroutines, each of which waits
// until its row is durable before it brings the next.
func produce(b *testing.B, s *store.Store, n incident.Number, from int, write func(incident.Number, int) func(*store.Tx) error) {
	var wg sync.WaitGroup
	for p := range durableProducers {
		wg.Go(func() {
			for i := from + p; i < from+durableRows; i += durableProducers {
				if err := s.Update(context.Background(), write(n, i)); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
}

func median(of []float64) float64 {
	of = slices.Sorted(slices.Values(of))
	return of[len(of)/2]
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
