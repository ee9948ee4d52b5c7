package main

import (
	"io"
	"os"
	"sync/atomic"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// progressAfter is how long a run takes before it is a long one.
const progressAfter = time.Second

// progress is a bar on a terminal for how much of some files is read. It is
// nothing at all where there is no terminal or no end to see.
type progress struct {
	bar     *progressbar.ProgressBar
	read    atomic.Int64
	started time.Time
	shown   bool
}

// newProgress is for total bytes; 0 means that nobody knows.
func newProgress(w io.Writer, total int64) *progress {
	f, ok := w.(*os.File)
	if !ok || total == 0 || !term.IsTerminal(int(f.Fd())) {
		return &progress{}
	}
	return barOn(w, total)
}

func barOn(w io.Writer, total int64) *progress {
	return &progress{
		started: time.Now(),
		bar: progressbar.NewOptions64(total, progressbar.OptionSetWriter(w), progressbar.OptionShowBytes(true),
			progressbar.OptionSetWidth(30), progressbar.OptionSetRenderBlankState(false), progressbar.OptionClearOnFinish(),
			progressbar.OptionSetDescription("reading events"), progressbar.OptionThrottle(100*time.Millisecond)),
	}
}

// reading counts what is read from r.
func (p *progress) reading(r io.Reader) io.Reader {
	return readerFunc(func(b []byte) (int, error) {
		n, err := r.Read(b)
		p.read.Add(int64(n))
		return n, err
	})
}

// show draws the bar once the run is a long one.
func (p *progress) show() {
	if p.bar == nil || !p.shown && time.Since(p.started) < progressAfter {
		return
	}
	p.shown = true
	_ = p.bar.Set64(p.read.Load()) // a bar that cannot be drawn is no reason to stop
}

// hide makes room for a line of text.
func (p *progress) hide() {
	if p.shown {
		_ = p.bar.Clear()
	}
}

// done takes the bar away.
func (p *progress) done() {
	if p.shown {
		_ = p.bar.Clear()
		p.bar, p.shown = nil, false
	}
}
