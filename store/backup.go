package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// CopiedAt is the cursor that only a copy has: when it was made, RFC 3339.
// Whoever goes on from a copy must know that what it shows as still to be
// done may have been done since.
const CopiedAt = "backup.copied_at"

// Copied says what a backup holds.
type Copied struct {
	Bytes int64
	Checked
}

// Backup copies the database at from into a new file at to, whether or not a
// process is writing to it. The copy is one moment of the database, compact,
// readable by its owner only, and takes the name to only when it is whole, on
// disk and sound: SQLite finds nothing wrong in it and its chains are
// unbroken (a *BadRecord otherwise). On an error nothing is left behind.
//
// A file that is there is never overwritten. While the copy is made, writers
// go on, but the -wal file can only grow: the snapshot holds it.
//
// It is made by VACUUM INTO, which leaves what has been erased behind; the
// online backup interface would copy free pages too.
func Backup(ctx context.Context, from, to string) (Copied, error) {
	from, err := resolve(from)
	if err != nil {
		return Copied{}, err
	}
	if err := free(to); err != nil {
		return Copied{}, err
	}
	if empty, err := inspectFile(from); err != nil {
		return Copied{}, err
	} else if empty {
		return Copied{}, fmt.Errorf("back up %s: %w", from, ErrNotFound)
	}
	draft, err := os.CreateTemp(filepath.Dir(to), filepath.Base(to)+".*.partial") // mode 0600
	if err != nil {
		return Copied{}, fmt.Errorf("back up to %s: %w", to, errors.Unwrap(err))
	}
	defer discard(draft.Name())
	sum, err := copyInto(ctx, from, draft.Name())
	if err == nil {
		err = draft.Sync()
	}
	if err := errors.Join(err, draft.Close()); err != nil {
		return Copied{}, backupError(from, to, err)
	}
	size, err := publish(draft.Name(), to)
	if err != nil {
		return Copied{}, fmt.Errorf("back up to %s: %w", to, err)
	}
	return Copied{Bytes: size, Checked: sum}, nil
}

// free refuses a name that is taken.
func free(path string) error {
	_, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return fmt.Errorf("back up: %w", err)
	}
	return fmt.Errorf("there is a file %s already, which a backup does not overwrite: name another one", path)
}

// backupError is a sentence about a copy that could not be made.
func backupError(from, to string, err error) error {
	switch code := sqliteCode(err); {
	case errors.Is(err, ErrCorrupt), errors.Is(err, ErrNewer):
		return err
	case code == codeCorrupt, code == codeNotADB:
		return corrupt(from, err.Error())
	case code == codeFull:
		return fmt.Errorf("back up to %s: its disk is full, or %s's is", to, from)
	}
	return fmt.Errorf("back up %s to %s: %w", from, to, err)
}

// copyInto makes the copy in an empty file, and checks it.
func copyInto(ctx context.Context, from, to string) (Checked, error) {
	began := time.Now().UTC()
	if err := vacuumInto(ctx, from, to); err != nil {
		return Checked{}, err
	}
	if err := stamp(ctx, to, began); err != nil {
		return Checked{}, err
	}
	s, err := OpenReadOnly(ctx, to)
	if err != nil {
		return Checked{}, err
	}
	defer s.Close()
	if err := s.View(ctx, integrity); err != nil {
		return Checked{}, err
	}
	return s.CheckChains(ctx)
}

// vacuumInto copies what a snapshot of from shows.
func vacuumInto(ctx context.Context, from, to string) error {
	db, err := sql.Open("sqlite", dataSource(from, "ro"))
	if err != nil {
		return err
	}
	defer db.Close()
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	if err := upToDate(&View{ctx: ctx, q: connection{conn}}, from); err != nil {
		return err
	}
	_, err = conn.ExecContext(ctx, `VACUUM INTO ?`, to)
	return err
}

// stamp marks a copy as one.
func stamp(ctx context.Context, path string, at time.Time) error {
	db, err := sql.Open("sqlite", dataSource(path, "rw"))
	if err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, `INSERT INTO cursors (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value`,
		CopiedAt, at.Format(time.RFC3339Nano))
	return errors.Join(err, db.Close())
}

// integrity has SQLite look at everything: pages, indexes, what must be
// unique, what refers to what, and the search index within itself (what it
// should hold can be rebuilt).
func integrity(v *View) error {
	found, err := all(v, value[string], `PRAGMA integrity_check(3)`)
	if err != nil {
		return err
	}
	if len(found) != 1 || found[0] != "ok" {
		return fmt.Errorf("%w: the copy shows it: %s", ErrCorrupt, strings.Join(strings.Fields(strings.Join(found, "; ")), " "))
	}
	orphans, err := all(v, value[string], `SELECT DISTINCT "table" FROM pragma_foreign_key_check`)
	if err == nil && len(orphans) > 0 {
		err = fmt.Errorf("%w: rows of %s belong to nothing", ErrCorrupt, strings.Join(orphans, ", "))
	}
	return err
}

// publish gives a finished copy its name, unless another has taken it
// meanwhile, and makes sure that the name too is on disk.
func publish(draft, path string) (size int64, err error) {
	info, err := os.Stat(draft)
	if err != nil {
		return 0, err
	}
	// A link, unlike a rename, never replaces a file. Where the file system
	// has none, a look has to do.
	if err := os.Link(draft, path); errors.Is(err, fs.ErrExist) {
		return 0, free(path)
	} else if err != nil {
		if err := free(path); err != nil {
			return 0, err
		}
		if err := os.Rename(draft, path); err != nil {
			return 0, err
		}
	}
	if err := syncFolder(filepath.Dir(path)); err != nil {
		return 0, errors.Join(err, os.Remove(path))
	}
	return info.Size(), nil
}

func syncFolder(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// discard removes a draft and what SQLite may have put beside it.
func discard(draft string) {
	for _, end := range []string{"", "-journal", "-wal", "-shm"} {
		_ = os.Remove(draft + end) // mostly there is none
	}
}
