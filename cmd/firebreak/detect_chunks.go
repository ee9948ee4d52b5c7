package main

import (
	"context"
	"errors"
	"io"
	"os"
	"runtime"
	"slices"
	"sync"
	"time"

	"firebreak/detect/correlate"
	"firebreak/detect/logfile"
	"firebreak/detect/sigma"
)

// A chunk has as many events as are worth handing to another goroutine.
const (
	chunkEvents = 256
	chunkBytes  = 256 << 10
	maxJobs     = 256
)

// chunk is events that follow each other in a file, and what was found in
// them. It goes round: it is filled by who reads the file, examined by a
// worker, told of in order, and filled again.
type chunk struct {
	name    string // of the file
	data    []byte // of all its events
	events  []chunkEvent
	err     error         // what ended the file
	checked chan struct{} // has one element once the chunk is examined
}

// chunkEvent is one event of a chunk.
type chunkEvent struct {
	line     int64
	from, to int
	hits     [2]sigma.Hits // of a back-test, what each side found; else one
	err      error         // why it is none
}

// jobsOf is how many workers there are.
func jobsOf(asked int) int {
	if asked <= 0 {
		asked = runtime.GOMAXPROCS(0)
	}
	return min(asked, maxJobs)
}

// flow is chunks of files on their way to workers, and then, in order, to who
// tells of them. What is told, and in which order, does not depend on how many
// workers there are.
type flow struct {
	ctx      context.Context
	jobs     int
	progress *progress
	started  time.Time
	worker   func() func(*chunk)  // makes one for each goroutine, to examine chunks
	tell     func(c *chunk) error // its error ends the run

	free, read, due chan *chunk // each has room for all
}

// run runs over files.
func (f *flow) run(names []string) error {
	ctx, stop := context.WithCancel(f.ctx)
	f.free, f.read, f.due = make(chan *chunk, 2*f.jobs), make(chan *chunk, 2*f.jobs), make(chan *chunk, 2*f.jobs)
	for range cap(f.free) {
		f.free <- &chunk{checked: make(chan struct{}, 1)}
	}
	var all sync.WaitGroup
	defer all.Wait()
	defer stop()
	all.Go(func() { f.from(ctx, names) })
	for range f.jobs {
		examine := f.worker()
		all.Go(func() {
			for c := range f.read {
				examine(c)
				c.checked <- struct{}{}
			}
		})
	}
	for c := range f.due {
		<-c.checked
		if err := f.tell(c); err != nil {
			return err
		}
		f.free <- c
	}
	return nil
}

// from reads files to their ends, or until ctx ends.
func (f *flow) from(ctx context.Context, names []string) {
	defer close(f.due)
	defer close(f.read)
	for _, name := range names {
		f.file(ctx, name)
	}
}

// file reads one file. What ends it is the last chunk's error.
func (f *flow) file(ctx context.Context, name string) {
	file, err := os.Open(name)
	var reader *logfile.Reader
	if err == nil {
		defer file.Close()
		reader, err = logfile.Open(f.progress.reading(file), name, f.started)
	}
	for ended := false; !ended; {
		select {
		case <-ctx.Done():
			return
		case c := <-f.free:
			if c.name, c.err = name, err; err == nil {
				c.fill(reader)
			} else {
				c.events = c.events[:0]
			}
			ended = c.err != nil // the chunk is others' from here on
			f.read <- c
			f.due <- c
		}
	}
}

// fill reads as many events as belong in a chunk.
func (c *chunk) fill(reader *logfile.Reader) {
	c.data, c.events, c.err = c.data[:0], c.events[:0], nil
	for len(c.events) < chunkEvents && len(c.data) < chunkBytes {
		record, err := reader.Next()
		if err != nil {
			c.err = err
			return
		}
		from := len(c.data)
		c.data = append(c.data, record.Data...)
		c.events = append(c.events, chunkEvent{line: record.Line, from: from, to: len(c.data), err: record.Err})
	}
}

// examine has a worker of each side look at the chunk's events.
func (c *chunk) examine(workers ...*sigma.Worker) {
	for i := range c.events {
		e := &c.events[i]
		for side, worker := range workers {
			if e.err == nil {
				e.hits[side], e.err = worker.Data(c.data[e.from:e.to])
			}
		}
	}
}

// together says of how many of the files chunks can be made: up to one where
// somebody may wait for each event.
func together(names []string) int {
	waiting := slices.IndexFunc(names, func(name string) bool {
		info, err := os.Stat(name)
		return name == stdin || err == nil && !info.Mode().IsRegular()
	})
	if waiting < 0 {
		return len(names)
	}
	return waiting
}

// chunks runs over files with several workers.
func (r *detectRun) chunks(names []string) error {
	f := &flow{ctx: r.ctx, jobs: r.jobs, progress: r.progress, started: r.started, tell: r.tellChunk}
	f.worker = func() func(*chunk) {
		worker := r.run.Worker()
		return func(c *chunk) { c.examine(worker) }
	}
	return f.run(names)
}

// tellChunk tells what was found in a chunk.
func (r *detectRun) tellChunk(c *chunk) error {
	r.progress.show()
	for i := range c.events {
		e := &c.events[i]
		place := correlate.Place{File: c.name, Line: e.line}
		if e.err != nil {
			r.skip(place, e.err)
			continue
		}
		r.events++
		if err := r.tell(r.run.Take(e.hits[0], place)); err != nil {
			return err
		}
	}
	if c.err != nil && !errors.Is(c.err, io.EOF) {
		r.unreadable(c.name, c.err)
	}
	return nil
}
