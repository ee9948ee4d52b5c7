package child

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"os"
	"sync/atomic"
)

// pipes are the three standard streams: our ends and those of the program.
type pipes struct{ ours, theirs []*os.File }

func newPipes() (pipes, error) {
	var p pipes
	for i := range 3 {
		r, w, err := os.Pipe()
		if err != nil {
			closeAll(p.ours)
			closeAll(p.theirs)
			return pipes{}, err
		}
		if i == 0 {
			r, w = w, r // it reads its standard input
		}
		p.ours, p.theirs = append(p.ours, r), append(p.theirs, w)
	}
	return p, nil
}

// closeAll closes pipes; there is nothing in them that could be lost.
func closeAll(files []*os.File) {
	for _, f := range files {
		_ = f.Close()
	}
}

// drain reads a program's standard error, so that it never waits for anybody
// to do so, and counts.
type drain struct {
	most    int64
	show    func(line string) // may be nil
	flooded func()            // called when there is too much
	bytes   atomic.Int64      // since the last reset
	lines   atomic.Int64
	flood   atomic.Bool
}

func (d *drain) reset() {
	d.bytes.Store(0)
	d.lines.Store(0)
}

func (d *drain) over() bool { return d.flood.Load() }

// run reads until there is nothing more, or the pipe is closed.
func (d *drain) run(r io.Reader) {
	in := bufio.NewReaderSize(r, 4<<10)
	for fresh := true; ; {
		part, err := in.ReadSlice('\n')
		if d.bytes.Add(int64(len(part))) > d.most && !d.flood.Swap(true) {
			d.flooded()
		}
		if fresh && d.show != nil && len(part) > 0 && !d.over() {
			d.show(string(bytes.TrimSpace(part)))
		}
		if fresh = err == nil; fresh {
			d.lines.Add(1)
		} else if !errors.Is(err, bufio.ErrBufferFull) {
			return
		}
	}
}
