package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
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
	after      func()                            // called after each commit
	indicators func(string) []incident.Indicator // in a text; nil: not looked for
	log        *slog.Logger

	urgent   chan *request
	requests chan *request
	quit     chan struct{} // closed to stop
	quitOnce sync.Once
	stopped  chan struct{} // closed when the goroutine has ended

	path    string
	dead    error                 // why nothing can be written any more; the goroutine's own until failed is closed
	failed  chan struct{}         // closed once dead is set
	refused atomic.Pointer[error] // why the last group was not kept; nil: it was
	aborted error                 // why the present transaction can only be rolled back
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
// journal_size_limit is in bytes: the -wal file goes back to 16 MiB after a
// burst. Nothing is copied out of it until the file has been checked.
func writerSource(path string) string {
	return dataSource(path, "rw", "synchronous(2)", "secure_delete(1)",
		"wal_autocheckpoint(0)", "journal_size_limit(16777216)") + "&_txlock=immediate"
}

// openWriter opens the file for writing, migrates it and starts the goroutine.
// checked says whether it was found sound; a large file is still to be checked.
func openWriter(ctx context.Context, path string, log *slog.Logger, indicators func(string) []incident.Indicator, after func()) (_ *writer, checked bool, err error) {
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
	if checked {
		if _, err := all(&View{ctx: ctx, q: connection{conn}}, value[int], checkpointing); err != nil {
			return nil, false, err
		}
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
	if w.dead != nil {
		return nil
	}
	w.checkpoint()
	var errs []error
	for _, stmt := range w.stmts {
		errs = append(errs, stmt.Close())
	}
	return errors.Join(append(errs, w.conn.Close(), w.db.Close())...)
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

// run commits one group after the other until quit.
func (w *writer) run() {
	defer close(w.stopped)
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

// group is the requests of one commit, with the outcome of each.
type group struct {
	taken   []*request
	outcome []error
	urgent  time.Time // when the first urgent one was taken
}

// next takes what waits: urgent ones first, and nothing but those once one has
// waited for long enough.
func (w *writer) next(g *group) *request {
	if len(g.taken) == groupSize {
		return nil
	}
	select {
	case r := <-w.urgent:
		if g.urgent.IsZero() {
			g.urgent = time.Now()
		}
		return r
	default:
	}
	if !g.urgent.IsZero() && time.Since(g.urgent) > urgentWait {
		return nil
	}
	select {
	case r := <-w.requests:
		return r
	default:
		return nil
	}
}

// commit runs a group in one transaction. It is the only place that commits
// what Update wrote.
func (w *writer) commit(g *group, first *request) {
	err := w.transact(g, first)
	if len(g.taken) == 0 {
		return
	}
	w.refused.Store(nil)
	if err != nil {
		w.refused.Store(&err)
	}
	for i, r := range g.taken {
		if err != nil && (g.outcome[i] == nil || diskFull(g.outcome[i])) {
			g.outcome[i] = err
		}
		r.done <- g.outcome[i]
	}
	if err == nil {
		w.after()
	}
}

// transact runs the requests of a group, each in its savepoint, and commits.
// An error of its own means that nothing of the group was kept.
func (w *writer) transact(g *group, first *request) error {
	w.aborted, w.pending = nil, nil
	for r := first; r != nil; r = w.next(g) {
		if !r.taken.CompareAndSwap(false, true) {
			continue // its caller has given up
		}
		g.taken, g.outcome = append(g.taken, r), append(g.outcome, nil)
		if err := w.join(g); err != nil {
			return err
		}
	}
	if len(g.taken) == 0 {
		return nil
	}
	err := w.index()
	if err == nil {
		err = w.control("COMMIT")
	}
	if err != nil {
		w.control("ROLLBACK") //nolint:errcheck // SQLite may have done it itself
		return refusal("commit", err)
	}
	return nil
}

// join runs the request that a group has taken last.
func (w *writer) join(g *group) error {
	last := len(g.taken) - 1
	if w.dead != nil {
		return w.dead
	}
	if last == 0 {
		if err := w.control("BEGIN IMMEDIATE"); err != nil {
			return refusal("begin to write", err)
		}
	}
	if g.outcome[last] = w.attempt(g.taken[last].fn); w.aborted != nil {
		w.control("ROLLBACK") //nolint:errcheck // SQLite may have done it itself
		return refusal("write", cmp.Or(g.outcome[last], w.aborted))
	}
	return nil
}

// refusal is the error of a group that was not kept.
func refusal(what string, err error) error {
	if diskFull(err) {
		return fmt.Errorf("%s: %w: %w", what, ErrFull, err)
	}
	return fmt.Errorf("%s: %w", what, err)
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

// attempt runs fn in a savepoint, which is kept or undone as a whole.
func (w *writer) attempt(fn func(*Tx) error) error {
	before := w.pending
	if err := w.control("SAVEPOINT one"); err != nil {
		w.aborted = err
		return err
	}
	err := w.protect(fn)
	if w.aborted != nil {
		return err
	}
	if err != nil {
		w.aborted, w.pending = w.control("ROLLBACK TO one"), before
	}
	if w.aborted == nil {
		w.aborted = w.control("RELEASE one")
	}
	return err
}

// protect turns a panic of fn into its error. Where it was goes to the log,
// since only here anybody can know.
func (w *writer) protect(fn func(*Tx) error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("update panicked: %v", p)
			w.log.Error("update panicked", "stack", string(debug.Stack()))
		}
	}()
	return fn(&Tx{View: View{ctx: context.Background(), q: w}, w: w})
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
		w.fail(fmt.Errorf("database %s: the disk failed or the file is damaged, and nothing more is written: check both, then start firebreak again: %w", w.path, err))
	}
	return err
}

// fail lets nothing be written any more, and keeps the first reason why.
func (w *writer) fail(why error) {
	if w.dead == nil {
		w.dead = why
		close(w.failed)
	}
}
