package store

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

// flusher makes durable what the writer has committed, while that one goes on
// with what comes next: SQLite writes the -wal file and does not wait for the
// disk (synchronous=NORMAL), this goroutine does, and only then tells those
// who wait. What SQLite relies on holds as before: it flushes the file itself
// before it copies anything out of it. A power cut leaves a prefix of the
// commits, and every one that was told is in it.
type flusher struct {
	wal     *os.File
	groups  chan *group
	size    int64         // of the file, in bytes, at the last flush
	free    chan struct{} // holds one while there is nothing to flush
	stopped chan struct{} // closed when the goroutine has ended
}

// openFlusher opens the -wal file of a database that this process has open,
// and makes sure that it will be found after a power cut.
func openFlusher(path string) (*flusher, error) {
	folder, err := os.Open(filepath.Dir(path))
	if err != nil {
		return nil, err
	}
	err = folder.Sync()
	if errors.Is(err, syscall.EINVAL) || errors.Is(err, errors.ErrUnsupported) {
		err = nil // a file system that has no such thing
	}
	if err = errors.Join(err, folder.Close()); err != nil {
		return nil, fmt.Errorf("flush the database's folder: %w", err)
	}
	wal, err := os.OpenFile(path+"-wal", os.O_RDWR, 0)
	if err != nil {
		return nil, err
	}
	f := &flusher{wal: wal, groups: make(chan *group), free: make(chan struct{}, 1), stopped: make(chan struct{})}
	f.free <- struct{}{}
	return f, nil
}

// run flushes one group after the other until there are no more, and tells
// each its outcome.
func (f *flusher) run(w *writer) {
	defer close(f.stopped)
	for n := 1; ; n++ {
		g, more := <-f.groups
		if !more {
			return
		}
		err := w.death()
		if err == nil {
			if err = flush(f.wal); err != nil {
				w.broke(fmt.Errorf("flush the -wal file: %w", err))
				err = w.death()
			}
		}
		w.tell(g, err) // first: who comes again shares the next flush
		f.free <- struct{}{}
		if f.grown() || n%copyEvery == 0 {
			w.copier.poke()
		}
	}
}

// grown says whether the -wal file has more room than at the last time.
func (f *flusher) grown() bool {
	info, err := f.wal.Stat()
	if err != nil || info.Size() == f.size {
		return false
	}
	more := info.Size() > f.size
	f.size = info.Size()
	return more
}
