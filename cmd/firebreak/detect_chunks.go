package main

import (
	"context"
	"errors"
	"io"
	"os"
	"runtime"
	"sync"

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
	hits     sigma.Hits
	err      error // why it is none
}

// jobsOf is how many workers there are.
func jobsOf(asked int) int {
	if asked <= 0 {
		asked = runtime.GOMAXPROCS(0)
	}
	return min(asked, maxJobs)
}

// chunks runs over files with several workers. What it tells, and in which
// order, does not depend on how many. Its error is one of telling.
func (r *detectRun) chunks(names []string) error {
	ctx, stop := context.WithCancel(r.ctx)
	flow := &flow{detectRun: r, ctx: ctx}
	flow.free, flow.read, flow.due = make(chan *chunk, 2*r.jobs), make(chan *chunk, 2*r.jobs), make(chan *chunk, 2*r.jobs)
	for range cap(flow.free) {
		flow.free <- &chunk{checked: make(chan struct{}, 1)}
	}
	var all sync.WaitGroup
	defer all.Wait()
	defer stop()
	all.Go(func() { flow.from(names) })
	for range r.jobs {
		worker := r.run.Worker()
		all.Go(func() {
			for c := range flow.read {
				c.examine(worker)
			}
		})
	}
	for c := range flow.due {
		<-c.checked
		if err := r.tellChunk(c); err != nil {
			return err
		}
		flow.free <- c
	}
	return nil
}

// flow is the chunks of a run on their way. Each channel has room for all.
type flow struct {
	*detectRun
	ctx             context.Context
	free, read, due chan *chunk
}

// from reads files to their ends, or until ctx ends.
func (f *flow) from(names []string) {
	defer close(f.due)
	defer close(f.read)
	for _, name := range names {
		f.file(name)
	}
}

// file reads one file. What ends it is the last chunk's error.
func (f *flow) file(name string) {
	file, err := os.Open(name)
	var reader *logfile.Reader
	if err == nil {
		defer file.Close()
		reader, err = logfile.Open(f.progress.reading(file), name, f.started)
	}
	for ended := false; !ended; {
		select {
		case <-f.ctx.Done():
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

func (c *chunk) examine(worker *sigma.Worker) {
	for i := range c.events {
		if e := &c.events[i]; e.err == nil {
			e.hits, e.err = worker.Data(c.data[e.from:e.to])
		}
	}
	c.checked <- struct{}{}
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
		if err := r.tell(r.run.Take(e.hits, place)); err != nil {
			return err
		}
	}
	if c.err != nil && !errors.Is(c.err, io.EOF) {
		r.unreadable(c.name, c.err)
	}
	return nil
}
