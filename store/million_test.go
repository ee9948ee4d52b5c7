package store_test

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"firebreak/incident"
	"firebreak/store"
)

// BenchmarkSearchMillion searches a million entries as a large company has
// them after years: 2,000 incidents of 500 entries, words as unevenly spread
// as in English, and the words of the trade in six messages of seven. It
// prints, for each class of query, how long it takes, and how long rg takes
// over the same data as JSON Lines.
func BenchmarkSearchMillion(b *testing.B) {
	dir := b.TempDir()
	s := open(b, filepath.Join(dir, "firebreak.db"))
	start := time.Now()
	corpus := newCorpus(*benchEntries)
	corpus.write(b, s)
	planted, before := time.Since(start), fileSize(b, filepath.Join(dir, "firebreak.db"))
	update(b, s, (*store.Tx).FillIndex)
	built, size := time.Since(start)-planted, fileSize(b, filepath.Join(dir, "firebreak.db"))
	say("%d entries, %d MB without their log; index built in %.0f s (planting took %.0f s), %d MB more",
		corpus.size, before>>20, built.Seconds(), planted.Seconds(), (size-before)>>20)
	export := filepath.Join(dir, "export.jsonl")
	exportLines(b, s, export)
	say("export: %d MB", fileSize(b, export)>>20)
	for b.Loop() {
		for _, class := range corpus.classes() {
			measure(b, s, class)
		}
	}
	compareWithRg(b, s, export)
}

var benchEntries = flag.Int("entries", 1_000_000, "how many entries BenchmarkSearchMillion searches; fewer while developing")

const perIncident = 500

// corpus makes texts, the same in each run.
type corpus struct {
	size  int
	rand  *rand.Rand
	zipf  *rand.Zipf
	trade []string
}

func newCorpus(size int) *corpus {
	r := rand.New(rand.NewPCG(1, 2))
	return &corpus{size: size, rand: r, zipf: rand.NewZipf(r, 1.1, 4, 50_000), trade: []string{
		"powershell", "failed password", "beacon", "lateral movement", "root", "vpn", "phishing", "mfa", "token", "exfiltration",
	}}
}

func (c *corpus) text() string {
	var words []string
	for range 8 + c.rand.IntN(16) {
		words = append(words, fmt.Sprintf("w%d", c.zipf.Uint64()))
	}
	if c.rand.IntN(7) < 6 {
		words = append(words, c.trade[c.rand.IntN(len(c.trade))])
	}
	return strings.Join(words, " ") + fmt.Sprintf(" from 10.%d.%d.%d", c.rand.IntN(4), c.rand.IntN(256), c.rand.IntN(256))
}

// write plants the entries, an incident at a time, one in five of them
// private, of which the benchmark's responder sees a few. Recording them, with
// their log, takes several times as long and is BenchmarkAppend's to measure.
func (c *corpus) write(b *testing.B, s *store.Store) {
	for first := 0; first < c.size; first += perIncident {
		i := first / perIncident
		inc := openIncident(b, s, incident.Incident{
			Title: "x", Severity: incident.Severity(1 + i%4), Private: i%5 == 0, Channel: incident.Channel{ID: fmt.Sprintf("C%d", i)},
		})
		update(b, s, func(tx *store.Tx) error {
			if i%50 == 0 {
				if err := tx.Join(inc.Channel.ID, "UIN"); err != nil {
					return err
				}
			}
			for k := range perIncident {
				if err := c.record(tx, inc.Number, i, k); err != nil {
					return err
				}
			}
			return nil
		})
	}
}

func (c *corpus) record(tx *store.Tx, n incident.Number, i, k int) error {
	_, e := message(n, "", c.text())
	e.ID, e.N = fmt.Sprintf("%d.%06d", i, k), k+1
	e.OccurredAt = noon.Add(-time.Duration(c.size-i*perIncident-k) * 30 * time.Second)
	e.Actor.ID = fmt.Sprintf("U%d", c.rand.IntN(200))
	if c.rand.IntN(10) == 0 {
		e.Kind = incident.KindNote
	}
	return tx.Plant(e, i%5 == 0, c.rand.IntN(100) == 0)
}

// class is one kind of query, by who asks.
type class struct {
	name  string
	who   incident.Viewer
	query func() string
}

func (c *corpus) classes() []class {
	op, responder := incident.Operator(), incident.Viewer{User: "UIN", Responder: true}
	trade := func() string { return c.trade[c.rand.IntN(len(c.trade))] }
	rare := func() string { return fmt.Sprintf("w%d", 100+c.rand.IntN(20_000)) }
	address := func() string { return fmt.Sprintf("10.%d.%d.%d", c.rand.IntN(4), c.rand.IntN(256), c.rand.IntN(256)) }
	in := func() string { return fmt.Sprintf("in:INC-%d ", 1+c.rand.IntN(c.size/perIncident)) }
	quoted := func(s string) string { return `"` + s + `"` }
	return []class{
		{"the commonest word", op, func() string { return "from" }},
		{"a common word", op, trade},
		{"a common word, responder", responder, trade},
		{"a rare word", op, rare},
		{"a rare word, responder", responder, rare},
		{"two common words", op, func() string { return trade() + " w1" }},
		{"a common and a rare word", op, func() string { return trade() + " " + rare() }},
		{"a phrase", op, func() string { return quoted("failed password") }},
		{"an address", op, address},
		{"in: and a common word", op, func() string { return in() + trade() }},
		{"in: and a common word, responder", responder, func() string { return in() + trade() }},
		{"in: and a rare word", op, func() string { return in() + rare() }},
		{"kind: and a common word", op, func() string { return "kind:note " + trade() }},
		{"from: and a common word", op, func() string { return fmt.Sprintf("from:U%d ", c.rand.IntN(200)) + trade() }},
		{"sev: and a common word", op, func() string { return "sev:1 " + trade() }},
		{"sev: and a rare word, responder", responder, func() string { return "sev:1 " + rare() }},
		{"pinned: and a common word", op, func() string { return "pinned: " + trade() }},
		{"before: and a common word", op, func() string { return "before:2026-08-01 " + trade() }},
		{"a common word less another", op, func() string { return trade() + " -w1" }},
		{"the 20th page of a common word", op, func() string { return trade() + " page:20" }},
		{"sort:relevance, a common word", op, func() string { return "sort:relevance " + trade() }},
	}
}

// measure prints how long a class of queries takes.
func measure(b *testing.B, s *store.Store, c class) {
	b.Helper()
	const tries = 300
	var times, work []time.Duration
	hits := 0
	for range tries {
		q := asked(b, c.query())
		start, worked := time.Now(), processorTime(b)
		err := s.View(context.Background(), func(v *store.View) error {
			found, err := v.Search(c.who, q, 15)
			hits += len(found.Hits)
			return err
		})
		if err != nil {
			b.Fatal(err)
		}
		times, work = append(times, time.Since(start)), append(work, processorTime(b)-worked)
	}
	slices.Sort(times)
	slices.Sort(work)
	say("%-34s p50 %7.2f ms  p99 %7.2f ms  processor p50 %7.2f ms  p99 %7.2f ms  hits %4.1f", c.name,
		ms(times[tries/2]), ms(times[tries*99/100]), ms(work[tries/2]), ms(work[tries*99/100]), float64(hits)/tries)
}

// processorTime is what this process has used: what a query takes on a
// machine that does nothing else, also where it is busy.
func processorTime(b *testing.B) time.Duration {
	b.Helper()
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		b.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// say prints at once: a benchmark's log is cut after ten lines.
func say(format string, args ...any) { fmt.Printf(format+"\n", args...) }

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

func fileSize(b *testing.B, path string) int64 {
	b.Helper()
	info, err := os.Stat(path)
	if err != nil {
		b.Fatal(err)
	}
	return info.Size()
}

// exportLines writes what `firebreak timeline --format jsonl` would.
func exportLines(b *testing.B, s *store.Store, path string) {
	b.Helper()
	f, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	w := bufio.NewWriterSize(f, 1<<20)
	err = s.View(context.Background(), func(v *store.View) error {
		list, err := v.Incidents(incident.Operator())
		for _, inc := range list {
			entries, err := v.Entries(incident.Operator(), inc.Number, store.Filter{})
			if err != nil {
				return err
			}
			for _, e := range entries {
				line, err := incident.MarshalEntry(e)
				if err != nil {
					return err
				}
				w.Write(append(line, '\n')) //nolint:errcheck // Flush gives it
			}
		}
		return err
	})
	if err := errors.Join(err, w.Flush()); err != nil {
		b.Fatal(err)
	}
}

// compareWithRg searches the export in the same run, for the same words.
func compareWithRg(b *testing.B, s *store.Store, export string) {
	b.Helper()
	rg, err := exec.LookPath("rg")
	if err != nil {
		say("rg is not on the PATH, so nothing is compared with it")
		return
	}
	for _, word := range []string{"powershell", "w19999", "10.1.2.3"} {
		var theirs []time.Duration
		for range 5 {
			start := time.Now()
			cmd := exec.Command(rg, "--fixed-strings", "--ignore-case", word, export)
			cmd.Stdout = io.Discard
			if err := cmd.Run(); err != nil && cmd.ProcessState.ExitCode() != 1 {
				b.Fatal(err)
			}
			theirs = append(theirs, time.Since(start))
		}
		var ours []time.Duration
		for range 50 {
			start := time.Now()
			search(b, s, incident.Operator(), word)
			ours = append(ours, time.Since(start))
		}
		slices.Sort(theirs)
		slices.Sort(ours)
		say("%-12s rg p50 %7.1f ms, search p50 %6.2f ms: %.0f times", word, ms(theirs[2]), ms(ours[25]), ms(theirs[2])/ms(ours[25]))
	}
}
