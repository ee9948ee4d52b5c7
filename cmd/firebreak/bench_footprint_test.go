package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"firebreak/store"
)

// BenchmarkFootprint says what firebreak takes: its binary, a start with
// nothing in the database, and its memory with none and with a thousand open
// incidents, ten seconds after the start.
func BenchmarkFootprint(b *testing.B) {
	var idle, start []float64
	var full []float64
	empty, loaded := newRig(b, 0), newRig(b, *openIncidents)
	for b.Loop() {
		rss, cpu := empty.footprint()
		idle, start = append(idle, rss), append(start, cpu)
		rss, _ = loaded.footprint()
		full = append(full, rss)
	}
	info, err := os.Stat(empty.program)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(info.Size())/(1<<20), "MiB/binary")
	b.ReportMetric(middle(start), "cpu-ms/start")
	b.ReportMetric(middle(idle), "MiB/empty")
	b.ReportMetric(middle(full), "MiB/loaded")
}

// footprint starts firebreak and gives its memory in MiB after a while, and
// the processor time in ms that it had used when it was ready.
func (r *rig) footprint() (rss, cpu float64) {
	r.b.Helper()
	p := r.launch()
	r.ready(p)
	cpu = ms(processorTime(r.b, p))
	<-time.After(10 * time.Second)
	rss = float64(statusOf(r.b, p, "VmRSS")) / 1024
	p.terminate()
	return rss, cpu
}

// processorTime is what a process has used so far.
func processorTime(b *testing.B, p *process) (used time.Duration) {
	b.Helper()
	tasks, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", p.cmd.Process.Pid))
	if err != nil || len(tasks) == 0 {
		b.Skip("/proc does not tell the processor time of threads here")
	}
	for _, task := range tasks {
		text, err := os.ReadFile(task)
		var ns int64
		if _, scanned := fmt.Sscan(string(text), &ns); err == nil && scanned == nil { // a thread may end
			used += time.Duration(ns)
		}
	}
	return used
}

// statusOf reads a line of /proc's status, in kB.
func statusOf(b *testing.B, p *process, name string) (kB int) {
	b.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		b.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, name+":"); ok {
			if _, err := fmt.Sscan(rest, &kB); err != nil {
				b.Fatal(err)
			}
		}
	}
	return kB
}

// settle waits until firebreak has handled what it was told.
func (r *rig) settle() {
	r.b.Helper()
	ctx := context.Background()
	for deadline := time.Now().Add(patienceForReal); ; <-time.After(50 * time.Millisecond) {
		db, err := store.OpenReadOnly(ctx, r.path)
		if err != nil {
			r.b.Fatal(err)
		}
		stats, err := db.Stats(ctx)
		if err := db.Close(); err != nil {
			r.b.Fatal(err)
		}
		if err == nil && stats.InboxPending == 0 {
			return
		}
		if time.Now().After(deadline) {
			r.b.Fatalf("%d events are not handled (%v)", stats.InboxPending, err)
		}
	}
}
