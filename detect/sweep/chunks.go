package sweep

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"sync"
	"time"

	"firebreak/detect"
	"firebreak/detect/correlate"
	"firebreak/detect/event"
	"firebreak/detect/logfile"
	"firebreak/detect/sigma"
	"firebreak/incident"
)

// A chunk has as many records as are worth handing to another goroutine.
const (
	chunkRecords = 256
	chunkBytes   = 256 << 10
)

// chunk is records that follow each other. It is filled by who reads the file,
// examined by a worker, taken in in order, and filled again.
type chunk struct {
	data    []byte
	records []piece
	err     error         // what ended the file
	broken  error         // a bug of ours
	checked chan struct{} // has one element once the chunk is examined
}

// piece is a record of a chunk, and what a worker makes of it.
type piece struct {
	seq, line int64
	data, raw []byte // once the chunk is full
	from, mid int    // where they begin and end before
	to        int

	err    error // why it is no event
	hits   sigma.Hits
	at     time.Time
	timed  bool
	alerts []incident.Alert
}

// flow is the chunks of a file on their way; each channel has room for all.
type flow struct {
	*sweep
	free, full, due chan *chunk
}

// chunks goes through a file with a worker on each core. What it takes in, and
// in which order, does not depend on how many there are.
func (s *sweep) chunks(ctx context.Context, r *logfile.Reader) error {
	jobs := runtime.GOMAXPROCS(0)
	f := &flow{s, make(chan *chunk, 2*jobs), make(chan *chunk, 2*jobs), make(chan *chunk, 2*jobs)}
	for range cap(f.free) {
		f.free <- &chunk{checked: make(chan struct{}, 1)}
	}
	ctx, stop := context.WithCancel(ctx)
	var all sync.WaitGroup
	defer all.Wait()
	defer stop()
	all.Go(func() { f.fill(ctx, r) })
	for range jobs {
		worker := s.rules.run.Worker()
		all.Go(func() {
			for c := range f.full {
				c.broken = s.examine(c, worker)
				c.checked <- struct{}{}
			}
		})
	}
	for c := range f.due {
		<-c.checked
		if done, err := s.takeIn(ctx, c); done || err != nil {
			return err
		}
		f.free <- c
	}
	return ctx.Err()
}

// fill reads the file to its end, or until ctx ends.
func (f *flow) fill(ctx context.Context, r *logfile.Reader) {
	defer close(f.due)
	defer close(f.full)
	for seq, ended := int64(0), false; !ended; {
		select {
		case <-ctx.Done():
			return
		case c := <-f.free:
			seq = c.fill(r, seq)
			ended = c.err != nil // the chunk is others' from here on
			f.full <- c
			f.due <- c
		}
	}
}

// fill reads records behind the one of that number, and gives the last's.
func (c *chunk) fill(r *logfile.Reader, seq int64) (last int64) {
	c.data, c.records, c.err = c.data[:0], c.records[:0], nil
	defer func() {
		if p := recover(); p != nil {
			c.err = fmt.Errorf("sweep: %w: %v", errBroken, p)
		}
	}()
	for len(c.records) < chunkRecords && len(c.data) < chunkBytes {
		record, err := r.Next()
		if err != nil {
			c.err = err
			break
		}
		seq++
		p := piece{seq: seq, line: record.Line, from: len(c.data), err: record.Err}
		c.data = append(c.data, record.Data...)
		p.mid = len(c.data)
		c.data = append(c.data, record.Raw...)
		p.to = len(c.data)
		c.records = append(c.records, p)
	}
	for i := range c.records { // the bytes stay where they are now
		p := &c.records[i]
		p.data, p.raw = c.data[p.from:p.mid:p.mid], c.data[p.mid:p.to:p.to]
	}
	return seq
}

// examine makes of records what depends on none but themselves.
func (s *sweep) examine(c *chunk, worker *sigma.Worker) (broken error) {
	defer func() {
		if p := recover(); p != nil {
			broken = fmt.Errorf("sweep: %w: %v", errBroken, p)
		}
	}()
	for i := range c.records {
		p := &c.records[i]
		if p.err != nil {
			continue
		}
		if p.hits, p.err = worker.Data(p.data); p.err != nil {
			continue
		}
		p.at, p.timed = worker.Time()
		p.alerts = detect.Alerts(s.input(p.seq, event.Record{Data: p.data, Raw: p.raw}))
	}
	return nil
}

// takeIn takes in what was found in a chunk, and says whether that was the end.
func (s *sweep) takeIn(ctx context.Context, c *chunk) (done bool, err error) {
	if c.broken != nil {
		return true, c.broken
	}
	for i := range c.records {
		p := &c.records[i]
		s.seq = p.seq
		if p.err != nil {
			s.trouble(p.line, p.err)
			continue
		}
		s.rules.add(s.rules.run.Take(p.hits, correlate.Place{Line: p.seq}))
		s.happened(p.at, p.timed, p.alerts)
	}
	if err := ctx.Err(); err != nil {
		return true, err
	}
	if c.err != nil {
		if errors.Is(c.err, errBroken) {
			return true, c.err
		}
		if !errors.Is(c.err, io.EOF) {
			s.found.Ended = c.err.Error()
		}
		return true, nil
	}
	s.progress(s.found.Events)
	if s.seq >= maxEvents || time.Now().After(s.until) {
		s.found.Ended = fmt.Sprintf("there was no time for more than its first %d events", s.found.Events)
		return true, nil
	}
	return false, nil
}
