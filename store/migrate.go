package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"strings"
)

//go:embed schema/*.sql
var schema embed.FS

// applicationID marks a file as firebreak's, for file(1) and for us: "fbrk".
const applicationID = 0x6662726b

// migrations gives the schema's steps, step n at index n-1.
func migrations() ([]string, error) {
	names, err := fs.Glob(schema, "schema/*.sql")
	if err != nil {
		return nil, err
	}
	steps := make([]string, len(names))
	for i, name := range names {
		if want := fmt.Sprintf("schema/%04d_", i+1); !strings.HasPrefix(name, want) {
			return nil, fmt.Errorf("migration %s: want number %d", name, i+1)
		}
		b, err := schema.ReadFile(name)
		if err != nil {
			return nil, err
		}
		steps[i] = string(b)
	}
	return steps, nil
}

// migrate brings the schema up to date, each step in a transaction of its
// own, and checks the database first, unless that can wait: checked says
// whether it did.
func migrate(ctx context.Context, conn *sql.Conn, path string) (checked bool, err error) {
	v := &View{ctx: ctx, q: connection{conn}}
	version, err := schemaVersion(v, path)
	if err != nil {
		return false, err
	}
	steps, err := migrations()
	if err != nil {
		return false, err
	}
	if version > 0 {
		if version == len(steps) && large(path) {
			return false, nil
		}
		if err := quickCheck(v, path); err != nil {
			return false, err
		}
	}
	for i := version; i < len(steps); i++ {
		if err := step(ctx, conn, steps[i], i+1); err != nil {
			return false, fmt.Errorf("bring the schema to version %d: %w", i+1, err)
		}
	}
	return true, nil
}

// step applies one migration.
func step(ctx context.Context, conn *sql.Conn, script string, version int) error {
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() //nolint:errcheck // of no effect after Commit
	stamp := fmt.Sprintf("PRAGMA application_id = %d; PRAGMA user_version = %d;", applicationID, version)
	for _, sql := range []string{script, stamp} {
		if _, err := tx.ExecContext(ctx, sql); err != nil {
			return err
		}
	}
	return tx.Commit()
}

// schemaVersion reads the schema's version, 0 for a new file. It refuses one
// that is newer than this build or another program's.
func schemaVersion(v *View, path string) (int, error) {
	id, err := one(v, value[int64], `PRAGMA application_id`)
	if err != nil {
		return 0, err
	}
	version, err := one(v, value[int], `PRAGMA user_version`)
	if err != nil {
		return 0, err
	}
	tables, err := one(v, value[int], `SELECT count(*) FROM sqlite_schema`)
	if err != nil {
		return 0, err
	}
	if id != applicationID && (id != 0 || version != 0 || tables != 0) {
		return 0, corrupt(path, "it is a SQLite database, but not firebreak's")
	}
	if id == applicationID && (version == 0 || tables == 0) {
		return 0, corrupt(path, "its schema is gone")
	}
	steps, err := migrations()
	if err != nil {
		return 0, err
	}
	if version > len(steps) {
		return 0, fmt.Errorf("database %s: %w (schema %d, this build knows %d): install that version again", path, ErrNewer, version, len(steps))
	}
	return version, nil
}

// errOlder is for a reader: only Open can migrate.
var errOlder = errors.New("it was written by an older firebreak: start `firebreak serve` once to bring it up to date")

// upToDate refuses to read a schema that is not this build's.
func upToDate(v *View, path string) error {
	version, err := schemaVersion(v, path)
	if err != nil {
		return err
	}
	if steps, err := migrations(); err != nil {
		return err
	} else if version < len(steps) {
		return errOlder
	}
	if version, err := one(v, value[int], `SELECT version FROM search_version`); err != nil {
		return err
	} else if version > indexVersion {
		return fmt.Errorf("database %s: %w (its search index): install that version again", path, ErrNewer)
	} else if version < indexVersion {
		return errOlder
	}
	return nil
}

// connection reads outside any transaction.
type connection struct{ conn *sql.Conn }

func (c connection) query(ctx context.Context, query string, args []any) (*sql.Rows, error) {
	return c.conn.QueryContext(ctx, query, args...)
}

func (connection) judge(err error) error { return err }
