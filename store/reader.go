package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"sync"
)

// readers is how many reads may run at once; each holds a connection with its
// own page cache.
const readers = 8

// mostStatements is how many prepared statements a reader keeps. Those of the
// code are some dozens; the rest is room for lists of different lengths.
const mostStatements = 150

// pool is the readers' connections. The reader that was free last is used
// first: mostly it is one, which has every statement prepared and the file's
// pages at hand.
type pool struct {
	db    *sql.DB
	slots chan struct{} // one taken for each reader in use

	mu   sync.Mutex
	free []*reader
}

// reader is a connection that can only read, with the statements prepared on
// it: to parse a query takes longer than to run most of them.
type reader struct {
	conn  *sql.Conn // nil until it is first needed
	stmts map[string]*sql.Stmt
}

// openPool makes the readers. mode is "rw" beside a writer of this process,
// "ro" without; either way their connections can only read.
func openPool(ctx context.Context, path, mode string) (*pool, error) {
	db, err := sql.Open("sqlite", dataSource(path, mode, "query_only(1)"))
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(readers)
	db.SetMaxIdleConns(readers)
	if err := db.PingContext(ctx); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	p := &pool{db: db, slots: make(chan struct{}, readers)}
	for range readers {
		p.free = append(p.free, &reader{stmts: map[string]*sql.Stmt{}})
	}
	return p, nil
}

// take waits for a slot and gives the reader that was free last.
func (p *pool) take(ctx context.Context) (*reader, error) {
	select {
	case p.slots <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	last := len(p.free) - 1
	r := p.free[last]
	p.free = p.free[:last]
	return r, nil
}

// giveBack is the reverse of take.
func (p *pool) giveBack(r *reader) {
	p.mu.Lock()
	p.free = append(p.free, r)
	p.mu.Unlock()
	<-p.slots
}

// view runs fn in a transaction of a free reader.
func (p *pool) view(ctx context.Context, fn func(*View) error) error {
	r, err := p.take(ctx)
	if err != nil {
		return err
	}
	defer p.giveBack(r)
	if err := r.begin(ctx, p.db); err != nil {
		return fmt.Errorf("begin to read: %w", err)
	}
	defer r.end()
	return fn(&View{ctx: ctx, q: r})
}

// close waits until every reader is free, and ends them.
func (p *pool) close() error {
	var errs []error
	for range readers {
		p.slots <- struct{}{}
	}
	for _, r := range p.free {
		errs = append(errs, r.forget())
	}
	return errors.Join(append(errs, p.db.Close())...)
}

func (r *reader) begin(ctx context.Context, db *sql.DB) (err error) {
	if r.conn == nil {
		if r.conn, err = db.Conn(ctx); err != nil {
			r.conn = nil
			return err
		}
	}
	if err = r.control(ctx, "BEGIN"); err != nil {
		return errors.Join(err, r.forget())
	}
	return nil
}

// end gives the snapshot up. A connection that cannot even do that is not
// used again.
func (r *reader) end() {
	if err := r.control(context.Background(), "ROLLBACK"); err != nil {
		_ = r.forget() // the next read opens another
	}
}

// forget closes the connection and what is prepared on it.
func (r *reader) forget() error {
	var errs []error
	for text, stmt := range r.stmts {
		errs = append(errs, stmt.Close())
		delete(r.stmts, text)
	}
	if r.conn != nil {
		errs = append(errs, r.conn.Close())
		r.conn = nil
	}
	return errors.Join(errs...)
}

// query runs a query on the snapshot.
func (r *reader) query(ctx context.Context, query string, args []any) (*sql.Rows, error) {
	stmt, err := r.prepare(ctx, query)
	if err != nil {
		return nil, err
	}
	return stmt.QueryContext(ctx, args...)
}

// control runs a statement that begins or ends something.
func (r *reader) control(ctx context.Context, query string) error {
	stmt, err := r.prepare(ctx, query)
	if err != nil {
		return err
	}
	_, err = stmt.ExecContext(ctx)
	return err
}

// prepare gives the statement for a query. No rows are open meanwhile (see
// all), so others may be closed to make room.
func (r *reader) prepare(ctx context.Context, query string) (*sql.Stmt, error) {
	if stmt, ok := r.stmts[query]; ok {
		return stmt, nil
	}
	for text, stmt := range r.stmts {
		if len(r.stmts) < mostStatements {
			break
		}
		delete(r.stmts, text)
		if err := stmt.Close(); err != nil {
			return nil, fmt.Errorf("close a statement: %w", err)
		}
	}
	stmt, err := r.conn.PrepareContext(ctx, query)
	if err == nil {
		r.stmts[query] = stmt
	}
	return stmt, err
}

func (*reader) judge(err error) error { return err }

// atMost is a LIMIT with its number in the text. SQLite may plan by the value
// of a bound one, and so prepares the statement again whenever that is bound
// anew (SQLite docs, sqlite3_db_config: SQLITE_DBCONFIG_ENABLE_QPSG).
func atMost(n int) string { return " LIMIT " + strconv.Itoa(n) }
