package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"sync"

	"modernc.org/sqlite" // the driver, and its error codes

	"firebreak/incident"
)

// What callers tell apart. Errors of Open that wrap ErrLocked, ErrNewer,
// ErrCorrupt or ErrNotFound are sentences for the operator: they name the
// file and what to do.
var (
	ErrNotFound = errors.New("not found")
	ErrLocked   = errors.New("another firebreak is writing to it")
	ErrNewer    = errors.New("it was written by a newer firebreak")
	ErrCorrupt  = errors.New("it is damaged")
	ErrReadOnly = errors.New("the database was opened for reading only")
	ErrClosed   = errors.New("the database has been closed")
	ErrFull     = errors.New("the disk is full")
	ErrFenced   = errors.New("the action has been claimed anew or is finished")
)

// Config says what to open.
type Config struct {
	Path   string // of the SQLite file; -wal, -shm and .lock lie beside it
	Logger *slog.Logger

	// Indicators finds the indicators in a text, which are then kept with the
	// entry that says it; nil: none are. It runs on the writing goroutine.
	Indicators func(text string) []incident.Indicator
}

// Store is an open database.
type Store struct {
	path    string
	lock    *os.File // nil when read-only
	read    *pool
	write   *writer // nil when read-only
	closing sync.Once

	endCheck func() // ends the check of a large file; nil when there is none

	mu       sync.Mutex
	watchers map[chan struct{}]bool // whether only alerts that are queued are news
}

// Open opens the database for writing, makes it when the file is missing or
// empty, and brings its schema up to date. The caller must Close it.
//
// ErrLocked when another process has it open for writing, ErrNewer when its
// schema is unknown to this build, ErrCorrupt when SQLite finds it damaged:
// in all three cases the file is left as it was. Of a file of more than 4 MiB
// that is up to date AwaitFailure gives ErrCorrupt, once it has been checked.
func Open(ctx context.Context, c Config) (_ *Store, err error) {
	path, err := resolve(c.Path)
	if err != nil {
		return nil, err
	}
	log := c.Logger
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	s := &Store{path: path, watchers: map[chan struct{}]bool{}}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.Close())
		}
	}()
	if s.lock, err = lockFile(path); err != nil {
		return nil, err
	}
	if err := prepareFile(path); err != nil {
		return nil, err
	}
	var checked bool
	if s.write, checked, err = openWriter(ctx, path, log, c.Indicators, s.poke); err != nil {
		return nil, describe(path, err)
	}
	if err := s.ensureIndex(ctx); err != nil {
		return nil, describe(path, err)
	}
	if s.read, err = openPool(ctx, path, "rw"); err != nil {
		return nil, describe(path, err)
	}
	if !checked {
		s.checkBeside()
	}
	return s, nil
}

// OpenReadOnly opens the database for reading, whether or not a process is
// writing to it. It never creates a database: ErrNotFound when there is none.
// ErrNewer and ErrCorrupt as with Open, though damage inside the file shows
// only when it is read.
func OpenReadOnly(ctx context.Context, path string) (*Store, error) {
	path, err := resolve(path)
	if err != nil {
		return nil, err
	}
	if empty, err := inspectFile(path); err != nil {
		return nil, err
	} else if empty {
		return nil, fmt.Errorf("database %s: %w: start `firebreak serve` once to make it, or name another file", path, ErrNotFound)
	}
	s := &Store{path: path, watchers: map[chan struct{}]bool{}}
	if s.read, err = openPool(ctx, path, "ro"); err != nil {
		return nil, describe(path, err)
	}
	if err := s.View(ctx, func(v *View) error { return upToDate(v, path) }); err != nil {
		return nil, errors.Join(describe(path, err), s.Close())
	}
	return s, nil
}

// Close waits for the updates already taken, refuses all others with
// ErrClosed, and closes the file with its -wal file emptied. Reads still
// running end first.
func (s *Store) Close() error {
	var err error
	s.closing.Do(func() {
		if s.endCheck != nil {
			s.endCheck()
		}
		if s.write != nil {
			s.write.stop()
		}
		if s.read != nil {
			err = errors.Join(err, s.read.close())
		}
		if s.write != nil {
			err = errors.Join(err, s.write.close())
		}
		if s.lock != nil {
			err = errors.Join(err, s.lock.Close())
		}
	})
	return err
}

// Update runs fn in a transaction and returns once it is durable, or with the
// error why it is not; then nothing of fn's has been kept. ErrFull when there
// is no room: that heals by itself once there is.
//
// fn runs on the writing goroutine, together with others that wait: it must
// do database work only, call neither Update nor anything that waits for
// another update, and have no effects besides its writes before Update has
// returned nil. When ctx ends before fn has been taken up, Update returns at
// once and fn is never run; afterwards it waits for the outcome.
func (s *Store) Update(ctx context.Context, fn func(*Tx) error) error {
	if s.write == nil {
		return fmt.Errorf("write to %s: %w", s.path, ErrReadOnly)
	}
	return s.write.do(ctx, s.write.requests, fn)
}

// Urgent is Update for what somebody outside waits for: it goes before all
// that is not urgent.
func (s *Store) Urgent(ctx context.Context, fn func(*Tx) error) error {
	if s.write == nil {
		return fmt.Errorf("write to %s: %w", s.path, ErrReadOnly)
	}
	return s.write.do(ctx, s.write.urgent, fn)
}

// AwaitFailure waits until the disk has failed under the database, or the
// file turned out damaged, and gives the error; ctx's own when that ends
// first. From then on every Update is refused: nobody knows what is on disk,
// so only a new process that reads it again may write to it.
func (s *Store) AwaitFailure(ctx context.Context) error {
	if s.write == nil {
		<-ctx.Done()
		return ctx.Err()
	}
	return s.write.awaitFailure(ctx)
}

// View runs fn on a snapshot: all its reads see the database at one moment.
func (s *Store) View(ctx context.Context, fn func(*View) error) error {
	return s.read.view(ctx, fn)
}

// Watch gives a channel that is poked after each commit. A reader that is
// slow gets one poke for several. stop ends it; the channel is not closed.
func (s *Store) Watch() (wake <-chan struct{}, stop func()) { return s.watch(false) }

// WatchQueue is Watch for commits in which alerts were queued for rules.
func (s *Store) WatchQueue() (wake <-chan struct{}, stop func()) { return s.watch(true) }

func (s *Store) watch(queue bool) (wake <-chan struct{}, stop func()) {
	ch := make(chan struct{}, 1)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.watchers[ch] = queue
	return ch, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.watchers, ch)
	}
}

// poke wakes every watcher of what was committed.
func (s *Store) poke(queued bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for ch, queue := range s.watchers {
		if queue && !queued {
			continue
		}
		select {
		case ch <- struct{}{}:
		default:
		}
	}
}

// querier is where reads go: a snapshot of the pool or the writer's
// transaction.
type querier interface {
	query(ctx context.Context, query string, args []any) (*sql.Rows, error)
	judge(err error) error // takes note of what an error means to the rest
}

// View reads. It holds the context of the one call it was made for.
type View struct {
	ctx context.Context
	q   querier
}

// Tx writes, and reads what it wrote.
type Tx struct {
	View
	w *writer

	refill bool   // the search index is written at the end, all at once
	batch  string // see Together
}

// exec runs one statement of a transaction.
func (tx *Tx) exec(query string, args ...any) (sql.Result, error) {
	return tx.w.exec(query, args)
}

// dataSource names the file to the driver. busy_timeout is in milliseconds;
// temporary tables stay in memory, since what they hold is as secret as the
// file and the container has no other writable place.
func dataSource(path, mode string, pragmas ...string) string {
	q := url.Values{"mode": {mode}, "_pragma": append([]string{
		"busy_timeout(10000)", "foreign_keys(1)", "temp_store(2)", "trusted_schema(0)",
	}, pragmas...)}
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + q.Encode()
}

// describe makes SQLite's own finding that the file is damaged ErrCorrupt,
// and names the file in any error.
func describe(path string, err error) error {
	switch code := sqliteCode(err); {
	case err == nil:
		return nil
	case errors.Is(err, ErrCorrupt), errors.Is(err, ErrNewer):
		return err
	case code == codeCorrupt, code == codeNotADB:
		return corrupt(path, err.Error())
	case diskFull(err):
		return fmt.Errorf("open database %s: %w: make room, then start firebreak again", path, ErrFull)
	}
	return fmt.Errorf("open database %s: %w", path, err)
}

// corrupt is the sentence about a damaged file.
func corrupt(path, how string) error {
	return fmt.Errorf("database %s: %w (%s): it was left as it is; move it, its -wal and its -shm file away together, keep them, and put a copy that `firebreak backup` made in its place (docs/guide/operations.md, Restore); without a copy firebreak starts anew", path, ErrCorrupt, how)
}

// SQLite's primary result codes, https://www.sqlite.org/rescode.html
const (
	codeNoMemory = 7
	codeIOErr    = 10
	codeCorrupt  = 11
	codeFull     = 13
	codeNotADB   = 26

	// codeShmSize is an extended code: there was no room to let the index of
	// the -wal file grow. It tells nothing of what has been written.
	codeShmSize = codeIOErr | 19<<8
)

// diskFull says whether an error of SQLite is only that there is no room.
func diskFull(err error) bool {
	e, ok := errors.AsType[*sqlite.Error](err)
	return ok && (e.Code()&0xff == codeFull || e.Code() == codeShmSize)
}

// sqliteCode gives the primary result code of an error of SQLite, else 0.
func sqliteCode(err error) int {
	if e, ok := errors.AsType[*sqlite.Error](err); ok {
		return e.Code() & 0xff
	}
	return 0
}
