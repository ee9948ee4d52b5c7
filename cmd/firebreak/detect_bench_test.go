package main

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"
)

// BenchmarkDetectRun runs all of SigmaHQ's rules over half a gigabyte of
// recorded Windows events, as a whole process with one worker and with two, in
// turn with a plain encoding/json decode of the same file. Medians are told.
func BenchmarkDetectRun(b *testing.B) {
	corpus := filepath.Join("..", "..", "..", "shared", "corpus")
	file, events := repeatedEvents(b, filepath.Join(corpus, "events", "windows_mordor_natural.jsonl.gz"), 20)
	none := filepath.Join(b.TempDir(), "none.jsonl")
	if err := os.WriteFile(none, []byte("{}\n"), 0o600); err != nil {
		b.Fatal(err)
	}
	program := buildShipped(b)
	var args []string
	for _, folder := range []string{"rules", "rules-emerging-threats", "rules-threat-hunting", "rules-compliance", "rules-placeholder"} {
		args = append(args, "--rules", filepath.Join(corpus, "sigma", folder))
	}
	var load, ours, plain, memory, faster []float64
	for range b.N {
		_, processor, _ := detectRunOf(b, program, args, none, 1)
		load = append(load, processor)
		one, processor, kilobytes := detectRunOf(b, program, args, file, 1)
		ours, memory = append(ours, processor), append(memory, kilobytes/1024)
		two, _, _ := detectRunOf(b, program, args, file, 2)
		faster = append(faster, one/two)
		plain = append(plain, decodeAll(b, file))
	}
	for unit, values := range map[string][]float64{"load-s": load, "run-s": ours, "json-s": plain, "MiB": memory, "two-cores": faster} {
		b.ReportMetric(middleOf(values), unit)
	}
	b.ReportMetric(middleOf(plain)/middleOf(ours), "ratio")
	b.ReportMetric(middleOf(plain)/(middleOf(ours)-middleOf(load)), "ratio-loaded")
	b.ReportMetric(float64(events)/(middleOf(ours)-middleOf(load)), "events/cpu-s")
	b.ReportMetric(0, "ns/op")
}

// repeatedEvents writes a file of the corpus out, several times over.
func repeatedEvents(b *testing.B, path string, times int) (name string, events int) {
	b.Helper()
	compressed, err := os.Open(path)
	if err != nil {
		b.Skipf("the corpus with recorded events is not on this machine: %v", err)
	}
	defer compressed.Close()
	z, err := gzip.NewReader(compressed)
	if err != nil {
		b.Fatal(err)
	}
	content, err := io.ReadAll(z)
	if err != nil {
		b.Fatal(err)
	}
	name = filepath.Join(b.TempDir(), "events.jsonl")
	file, err := os.Create(name)
	if err != nil {
		b.Fatal(err)
	}
	defer file.Close()
	// Not all at once: the memory of who starts a process is counted as its own.
	for range times {
		if _, err := file.Write(content); err != nil {
			b.Fatal(err)
		}
	}
	return name, times * bytes.Count(content, []byte("\n"))
}

// detectRunOf gives how long a run takes, its processor time and the most
// memory it had, in KiB.
func detectRunOf(b *testing.B, program string, args []string, events string, cores int) (wall, processor, memory float64) {
	b.Helper()
	run := exec.Command(program, slices.Concat([]string{"detect", "run", "--jobs", fmt.Sprint(cores), "--events", events}, args)...)
	run.Env = append(os.Environ(), fmt.Sprint("GOMAXPROCS=", cores))
	begin := time.Now()
	if err := run.Run(); err != nil {
		b.Fatalf("%s: %v", run, err)
	}
	wall = time.Since(begin).Seconds()
	usage := run.ProcessState.SysUsage().(*syscall.Rusage)
	return wall, (run.ProcessState.UserTime() + run.ProcessState.SystemTime()).Seconds(), float64(usage.Maxrss)
}

// decodeAll gives the processor time of decoding a file, reading it included.
func decodeAll(b *testing.B, name string) float64 {
	b.Helper()
	f, err := os.Open(name)
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	var begin, end syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &begin); err != nil {
		b.Fatal(err)
	}
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var v map[string]any
		if err := json.Unmarshal(lines.Bytes(), &v); err != nil {
			b.Fatal(err)
		}
	}
	if err := lines.Err(); err != nil {
		b.Fatal(err)
	}
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &end); err != nil {
		b.Fatal(err)
	}
	return float64(end.Utime.Nano()+end.Stime.Nano()-begin.Utime.Nano()-begin.Stime.Nano()) / 1e9
}

// middleOf is the median.
func middleOf(values []float64) float64 { return slices.Sorted(slices.Values(values))[len(values)/2] }
