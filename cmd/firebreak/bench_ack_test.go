package main

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"firebreak/integrations/sandbox"
)

const (
	ackRate    = 1000 // events a second
	ackFor     = 3 * time.Second
	ackInto    = 64 // incident channels that people write in
	probeFor   = time.Second
	probePause = 4 * time.Millisecond // beside a delivery: a sample, no load of its own
	probeSize  = 4096
)

// BenchmarkAck has Slack deliver a thousand messages a second into incident
// channels and measures, at Slack's end, how long each waits for its
// acknowledgement, which comes once it is durable. A probe measures what the
// disk alone takes: 4 KiB appended to a file, and an fsync. It does so in turn
// with the deliveries, when nothing else is to do, and also beside them, when
// processor and disk are as busy as they are for an acknowledgement.
func BenchmarkAck(b *testing.B) {
	r := newRig(b, ackInto)
	p := r.launch()
	r.ready(p)
	probe := newProbe(b)
	var acked, half, synced, beside, ratio, fair, sent []float64
	used := processorTime(b, p)
	for b.Loop() {
		disk := quantile(probe.run(b, probeFor, 0), 0.99)
		probed := make(chan time.Duration)
		go func() { probed <- quantile(probe.run(b, ackFor, probePause), 0.99) }()
		waits, rate := r.deliver()
		busy := <-probed
		ack := quantile(waits, 0.99)
		acked, synced = append(acked, ms(ack)), append(synced, ms(disk))
		half = append(half, ms(middle(waits)))
		beside, fair = append(beside, ms(busy)), append(fair, ack.Seconds()/busy.Seconds())
		ratio, sent = append(ratio, ack.Seconds()/disk.Seconds()), append(sent, rate)
		r.settle()
	}
	b.ReportMetric(middle(half), "ms/ack-p50")
	b.ReportMetric(middle(acked), "ms/ack-p99")
	b.ReportMetric(middle(synced), "ms/fsync-p99")
	b.ReportMetric(middle(ratio), "ratio")
	b.ReportMetric(middle(beside), "ms/fsync-beside-p99")
	b.ReportMetric(middle(fair), "ratio-beside")
	b.ReportMetric(middle(sent), "events/s")
	b.ReportMetric(ms(processorTime(b, p)-used)/float64(len(sent))/(ackRate*ackFor.Seconds()), "cpu-ms/event")
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// deliver delivers for ackFor and gives how long each acknowledgement took,
// and the rate that was reached.
func (r *rig) deliver() (waits []time.Duration, rate float64) {
	r.b.Helper()
	r.sb.Ledger.Say("delivery")
	seen := len(r.sb.Ledger.Read())
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	total := int(ackRate * ackFor.Seconds())
	start := time.Now()
	for sent := 0; sent < total; <-tick.C {
		for due := min(total, int(time.Since(start).Seconds()*ackRate)); sent < due; sent++ {
			r.say(sent)
		}
	}
	rate = float64(total) / time.Since(start).Seconds()
	for deadline := time.Now().Add(patienceForReal); len(waits) < total; <-time.After(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			r.b.Fatalf("%d of %d events were acknowledged", len(waits), total)
		}
		waits = acks(r.sb.Ledger.Since(seen))
	}
	return waits, rate
}

// acks gives how long the acknowledgements in some records took.
func acks(records []sandbox.Record) (waits []time.Duration) {
	for _, rec := range records {
		if rec.Kind == sandbox.RecordAck && rec.Text == "ok" {
			waits = append(waits, rec.Latency)
		}
	}
	return waits
}

// say has somebody say something in one of the planted channels, which Slack
// then shows as well: what it does not show counts as deleted.
func (r *rig) say(i int) {
	text := fmt.Sprintf("failed password for user%d from 203.0.113.%d, who is looking at the bastion host?", i%50, i%200)
	r.sb.Slack.In(r.inc[i%len(r.inc)]).Say("sam", text)
}

// probe appends to a file beside the database.
type probe struct {
	file *os.File
	page []byte
}

func newProbe(b *testing.B) *probe {
	b.Helper()
	f, err := os.Create(filepath.Join(b.TempDir(), "probe"))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = f.Close() })
	return &probe{file: f, page: make([]byte, probeSize)}
}

// run gives how long each append and fsync took, with a pause between two.
func (p *probe) run(b *testing.B, total, pause time.Duration) (took []time.Duration) {
	b.Helper()
	for start := time.Now(); time.Since(start) < total; <-time.After(pause) {
		began := time.Now()
		if _, err := p.file.Write(p.page); err != nil {
			b.Error(err)
			return nil
		}
		if err := p.file.Sync(); err != nil {
			b.Error(err)
			return nil
		}
		took = append(took, time.Since(began))
	}
	return took
}
