package store

import (
	"context"
	"database/sql"
	"sync"
	"time"
)

// Pages of 4 KiB in the -wal file.
const (
	copyFrom   = 2000  // so many that are not in the file are copied there
	rewindFrom = 24000 // one of so many is to be written from its start again: some 94 MiB, below journal_size_limit
)

// copyEvery is after how many commits the copier looks how long the -wal file
// is, unless the file has grown.
const copyEvery = 16

// copyAgain is when the copier tries again what it could not do.
const copyAgain = time.Second

// copier copies from the -wal file into the file, on a connection and a
// goroutine of its own, so that commits do not wait for it. SQLite begins the
// -wal file anew when all of it has been copied. While commits follow on
// commits that moment never comes by itself: then the copier asks the writer
// to copy the little that is left, with nobody writing meanwhile.
type copier struct {
	db     *sql.DB
	commit chan struct{} // poked now and then after commits; buffered(1)
	quit   context.CancelFunc
	ctx    context.Context
	on     sync.WaitGroup
	tried  int // how long the -wal file was when it was last copied from
}

func newCopier(path string) (*copier, error) {
	db, err := sql.Open("sqlite", writerSource(path))
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	c := &copier{db: db, commit: make(chan struct{}, 1)}
	c.ctx, c.quit = context.WithCancel(context.Background())
	return c, nil
}

// start lets the copier begin, once.
func (c *copier) start(w *writer) {
	c.on.Go(func() {
		for {
			select {
			case <-c.ctx.Done():
				return
			case <-c.commit:
			}
			if err := c.look(w); err != nil && c.ctx.Err() == nil {
				w.judgeCopy(err)
				select {
				case <-c.ctx.Done():
				case <-time.After(copyAgain):
				}
			}
		}
	})
}

func (c *copier) poke() {
	select {
	case c.commit <- struct{}{}:
	default:
	}
}

// stop ends the copier and waits for it.
func (c *copier) stop() error {
	c.quit()
	c.on.Wait()
	return c.db.Close()
}

// look copies when there is enough to copy. What a reader still needs stays in
// the -wal file; it is not tried again until that has grown by as much once more.
func (c *copier) look(w *writer) error {
	at, err := c.checkpoint(askReach)
	if at.log < c.tried {
		c.tried = 0 // begun anew
	}
	if err != nil || at.log-max(at.copied, c.tried) < copyFrom {
		return err
	}
	if at, err = c.checkpoint(copyLog); err != nil {
		return err
	}
	c.tried = at.log
	if at.log >= rewindFrom {
		w.rewind.Store(true)
	}
	return nil
}

// reach is how long the -wal file is and how much of it has been copied, in
// pages.
type reach struct{ log, copied int }

const (
	askReach = `PRAGMA wal_checkpoint(NOOP)`
	copyLog  = `PRAGMA wal_checkpoint(PASSIVE)` // as much as no reader needs
)

func (c *copier) checkpoint(pragma string) (r reach, err error) {
	var busy int
	return r, c.db.QueryRowContext(c.ctx, pragma).Scan(&busy, &r.log, &r.copied)
}

// judgeCopy looks at why nothing could be copied. That there is no room is no
// harm yet: all of it is in the -wal file.
func (w *writer) judgeCopy(err error) {
	switch sqliteCode(err) {
	case codeIOErr, codeCorrupt, codeNotADB:
		if !diskFull(err) {
			w.broke(err)
		}
	}
}

// finishCopy copies what is left in the -wal file, so that SQLite begins it
// anew with the next commit. The writer does it, between two commits.
func (w *writer) finishCopy() {
	if !w.rewind.Swap(false) || w.death() != nil {
		return
	}
	_, err := w.conn.ExecContext(context.Background(), copyLog)
	w.judgeCopy(err)
}
