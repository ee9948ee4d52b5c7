package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"firebreak/incident"
)

// groupSize is how many updates one commit takes at most: it bounds how long
// the first of them waits for the others.
const groupSize = 256

// urgentWait is how long an urgent update waits for others that share its
// commit, besides the one under way. Four times as long made the p99 of
// acknowledgements twice as long; none at all, which leaves the others hardly
// any commit to share, the same (docs/performance.md).
const urgentWait = 500 * time.Microsecond

// writer owns the only writing connection and the goroutine that uses it.
type writer struct {
	db         *sql.DB
	conn       *sql.Conn
	stmts      map[string]*sql.Stmt              // prepared once, used for the writer's life
	after      func(queued bool)                 // called after each commit; whether alerts were queued in it
	indicators func(string) []incident.Indicator // in a text; nil: not looked for
	log        *slog.Logger

	urgent   chan *request
	requests chan *request
	quit     chan struct{} // closed to stop
	quitOnce sync.Once
	stopped  chan struct{} // closed when the goroutine and the flusher's have ended
	flusher  *flusher
	copier   *copier
	rewind   atomic.Bool // the -wal file is long, see copier

	path    string
	dead    error // why nothing can be written any more; set before failed is closed
	dying   sync.Once
	failed  chan struct{}
	refused atomic.Pointer[error] // why the last group was not kept; nil: it was
	aborted error                 // why the present transaction can only be rolled back
	queued  bool                  // whether the present transaction queues alerts for rules
	pending []indexing            // what the present transaction has still to write into the search index
}

// request is an update that waits.
type request struct {
	fn    func(*Tx) error
	taken atomic.Bool // by the writer, or by its caller who gave up
	done  chan error  // buffered(1)
}

// writerSource names the file to the driver, for writing.
//
// synchronous(1) is NORMAL: a commit does not wait for the disk, the flusher
// does. journal_size_limit is in bytes: a -wal file larger than 128 MiB is cut
// when it begins anew, which takes a millisecond for each three MiB. Nothing
// is copied out of it until the file has been checked.
func writerSource(path string) string {
	return dataSource(path, "rw", "synchronous(1)", "secure_delete(1)",
		"wal_autocheckpoint(0)", "journal_size_limit(134217728)") + "&_txlock=immediate"
}

// openWriter opens the file for writing, migrates it and starts the goroutine.
// checked says whether it was found sound; a large file is still to be checked.
func openWriter(ctx context.Context, path string, log *slog.Logger, indicators func(string) []incident.Indicator, after func(queued bool)) (_ *writer, checked bool, err error) {
	db, err := sql.Open("sqlite", writerSource(path))
	if err != nil {
		return nil, false, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, db.Close())
		}
	}()
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, false, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, conn.Close())
		}
	}()
	w := &writer{
		db: db, conn: conn, after: after, indicators: indicators, log: log, stmts: map[string]*sql.Stmt{},
		urgent: make(chan *request), requests: make(chan *request), quit: make(chan struct{}), stopped: make(chan struct{}),
		path: path, failed: make(chan struct{}),
	}
	if _, err := schemaVersion(&View{ctx: ctx, q: connection{conn}}, path); err != nil {
		return nil, false, err // before anything is written to the file
	}
	if err := useWAL(ctx, conn); err != nil {
		return nil, false, err
	}
	if checked, err = migrate(ctx, conn, path); err != nil {
		return nil, false, err
	}
	if w.copier, err = newCopier(path); err != nil {
		return nil, false, err
	}
	if w.flusher, err = openFlusher(path); err != nil {
		return nil, false, errors.Join(err, w.copier.stop())
	}
	if checked {
		w.copier.start(w)
	}
	go w.run()
	return w, checked, nil
}

// useWAL lets readers work beside the writer.
func useWAL(ctx context.Context, conn *sql.Conn) error {
	mode, err := one(&View{ctx: ctx, q: connection{conn}}, value[string], `PRAGMA journal_mode = WAL`)
	if err == nil && mode != "wal" {
		err = fmt.Errorf("the file system does not allow write-ahead logging (journal mode %s)", mode)
	}
	return err
}

// stop ends the goroutine and waits for it: what it has taken is committed
// or refused.
func (w *writer) stop() {
	w.quitOnce.Do(func() { close(w.quit) })
	<-w.stopped
}

// close closes the file, once nobody else here has it open, with everything
// copied out of the -wal file. After a failure of the disk it leaves the file
// to the process's end: closing would write.
func (w *writer) close() error {
	stopped := w.copier.stop()
	if w.death() != nil {
		return nil
	}
	w.checkpoint()
	errs := []error{stopped}
	for _, stmt := range w.stmts {
		errs = append(errs, stmt.Close())
	}
	return errors.Join(append(errs, w.flusher.wal.Close(), w.conn.Close(), w.db.Close())...)
}

// checkpoint empties the -wal file, which SQLite itself does at the end only
// when no other process is reading. Failing to is harmless: the next start
// reads the -wal file. The wait for readers, in milliseconds, is part of the
// 10 s that an end may take.
func (w *writer) checkpoint() {
	v := &View{ctx: context.Background(), q: connection{w.conn}}
	_, err := all(v, value[int], `PRAGMA busy_timeout = 1000`)
	busy := false
	if err == nil {
		busy, err = one(v, func(row row) (busy bool, err error) {
			var frames, copied int
			return busy, row.Scan(&busy, &frames, &copied)
		}, `PRAGMA wal_checkpoint(TRUNCATE)`)
	}
	if err != nil || busy {
		w.log.Warn("the -wal file was not emptied; the next start does it", "busy", busy, "error", err)
	}
}

// do hands fn to the goroutine and waits for the outcome.
func (w *writer) do(ctx context.Context, queue chan<- *request, fn func(*Tx) error) error {
	r := &request{fn: fn, done: make(chan error, 1)}
	select {
	case queue <- r:
	case <-ctx.Done():
		return ctx.Err()
	case <-w.quit:
		return ErrClosed
	case <-w.stopped:
		return ErrClosed
	}
	select {
	case err := <-r.done:
		return err
	case <-ctx.Done():
		if r.taken.CompareAndSwap(false, true) {
			return ctx.Err()
		}
	case <-w.stopped:
	}
	select { // taken: only the outcome counts
	case err := <-r.done:
		return err
	case <-w.stopped:
	}
	select {
	case err := <-r.done:
		return err
	default:
		return ErrClosed
	}
}

// run commits one group after the other until quit, and then waits until the
// last is on disk.
func (w *writer) run() {
	go w.flusher.run(w)
	defer close(w.stopped)
	defer func() { <-w.flusher.stopped }()
	defer close(w.flusher.groups)
	for {
		select {
		case <-w.quit:
			return
		case r := <-w.urgent:
			w.commit(&group{urgent: time.Now()}, r)
		case r := <-w.requests:
			w.commit(&group{}, r)
		}
	}
}

// awaitFailure waits until nothing can be written any more, and says why.
func (w *writer) awaitFailure(ctx context.Context) error {
	select {
	case <-w.failed:
		return w.dead
	case <-ctx.Done():
		return ctx.Err()
	}
}

// control runs a statement that begins or ends something.
func (w *writer) control(query string) error {
	_, err := w.exec(query, nil)
	return err
}

// exec runs a statement in the present transaction.
func (w *writer) exec(query string, args []any) (sql.Result, error) {
	stmt, err := w.prepare(query)
	if err != nil {
		return nil, err
	}
	res, err := stmt.Exec(args...)
	return res, w.judge(err)
}

// query reads in the present transaction.
func (w *writer) query(ctx context.Context, query string, args []any) (*sql.Rows, error) {
	stmt, err := w.prepare(query)
	if err != nil {
		return nil, err
	}
	rows, err := stmt.QueryContext(ctx, args...)
	return rows, w.judge(err)
}

// prepare gives the statement, unless the transaction is already lost: SQLite
// has then rolled it back, and a further statement would commit by itself.
func (w *writer) prepare(query string) (*sql.Stmt, error) {
	if w.aborted != nil && query != "ROLLBACK" {
		return nil, w.aborted
	}
	if stmt, ok := w.stmts[query]; ok {
		return stmt, nil
	}
	stmt, err := w.conn.PrepareContext(context.Background(), query)
	if err != nil {
		return nil, w.judge(err)
	}
	w.stmts[query] = stmt
	return stmt, nil
}

// judge looks at an error for what it means to the rest: the transaction is
// lost when SQLite could not write; after an I/O error nobody knows what the
// disk holds (an fsync that failed once may "succeed" the next time without
// having written), so nothing is written any more.
func (w *writer) judge(err error) error {
	switch code := sqliteCode(err); {
	case code == codeNoMemory, diskFull(err):
		w.aborted = err
	case code == codeIOErr, code == codeCorrupt, code == codeNotADB:
		w.aborted = err
		w.broke(err)
	}
	return err
}

// broke lets nothing be written any more, since nobody knows what is on disk.
func (w *writer) broke(err error) {
	w.fail(fmt.Errorf("database %s: the disk failed or the file is damaged, and nothing more is written: check both, then start firebreak again: %w", w.path, err))
}

// fail lets nothing be written any more, and keeps the first reason why.
func (w *writer) fail(why error) {
	w.dying.Do(func() {
		w.dead = why
		close(w.failed)
	})
}

// death is why nothing can be written any more; nil: it can.
func (w *writer) death() error {
	select {
	case <-w.failed:
		return w.dead
	default:
		return nil
	}
}
