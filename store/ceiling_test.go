package store_test

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"testing"
	"time"

	"firebreak/store"
)

// The ceiling of what can be durable in a second: SQLite alone, through the
// same driver with the same pragmas and the same indexes, given the very rows
// that the store has just written, ready made, in commits of the same size.
// What is left between the two is what the store does besides writing:
// looking whether it knows something already, hashing, and reading back.

// ceiling is a database without the store, beside one with it.
type ceiling struct {
	from  *sql.DB // the store's
	to    *sql.Conn
	kinds []*copied
}

// copied is one kind of row: how it is read, with its rowid first, and
// written, and what has been taken and waits to be written.
type copied struct {
	read, write string
	seen        int64 // the last rowid taken
	stmt        *sql.Stmt
	rows        [][]any
}

// eventRows is what Receive leaves behind, entryRows what Record does.
func eventRows() []*copied { return []*copied{wholeRow("inbox")} }

func entryRows() []*copied {
	return []*copied{
		wholeRow("log"), wholeRow("bodies"), wholeRow("entries"), wholeRow("versions"), wholeRow("documents"),
		{
			read: `SELECT d.id, d.id, e.text, d.names, d.earlier, d.tags FROM documents d JOIN entries e ON e.doc = d.id
				WHERE d.id > ? ORDER BY d.id`,
			write: `INSERT INTO fts (rowid, text, names, earlier, tags) VALUES (?, ?, ?, ?, ?)`,
		},
		{
			read:  `SELECT rowid, seq, hash, n, incident FROM log WHERE rowid > ? ORDER BY rowid`,
			write: `UPDATE incidents SET log_seq = ?, log_head = ?, last_n = ? WHERE number = ?`,
		},
	}
}

// wholeRow is a row of a table with all of its columns.
func wholeRow(table string) *copied {
	return &copied{read: "SELECT rowid, * FROM " + table + " WHERE rowid > ? ORDER BY rowid", write: "INSERT INTO " + table}
}

// prepare prepares the statement that writes a row.
func (k *copied) prepare(to *sql.Conn) (err error) {
	if table, whole := strings.CutPrefix(k.write, "INSERT INTO "); whole && !strings.Contains(table, " ") {
		var columns int
		if err := to.QueryRowContext(context.Background(), `SELECT count(*) FROM pragma_table_info(?)`, table).Scan(&columns); err != nil {
			return err
		}
		k.write += " VALUES (?" + strings.Repeat(", ?", columns-1) + ")"
	}
	k.stmt, err = to.PrepareContext(context.Background(), k.write)
	return err
}

// newCeiling makes a database with the schema of the store's and its incident.
func newCeiling(b *testing.B, path string, kinds []*copied) *ceiling {
	b.Helper()
	s, _, own := filed(b)
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
	c := &ceiling{from: raw(b, path), kinds: kinds}
	var err error
	if c.to, err = raw(b, own).Conn(context.Background()); err != nil {
		b.Fatal(err)
	}
	for _, k := range kinds {
		if err := k.prepare(c.to); err != nil {
			b.Fatal(err)
		}
	}
	return c
}

// raw opens a file as the store's writer does.
func raw(b *testing.B, path string) *sql.DB {
	b.Helper()
	db, err := sql.Open("sqlite", store.WriterSource(path))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = db.Close() })
	return db
}

// take reads what the store has written since the last time.
func (c *ceiling) take(b *testing.B) {
	b.Helper()
	for _, k := range c.kinds {
		if err := k.take(c.from); err != nil {
			b.Fatal(err)
		}
		if len(k.rows) != durableRows {
			b.Fatalf("%d rows instead of %d: %s", len(k.rows), durableRows, k.read)
		}
	}
}

func (k *copied) take(from *sql.DB) error {
	rows, err := from.Query(k.read, k.seen)
	if err != nil {
		return err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	k.rows = k.rows[:0]
	for err == nil && rows.Next() {
		row, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range row {
			into[i] = &row[i]
		}
		err = rows.Scan(into...)
		for i, v := range row {
			if blob, ok := v.([]byte); ok && blob == nil {
				row[i] = []byte{} // the driver reads an empty blob as it reads NULL
			}
		}
		k.seen, k.rows = row[0].(int64), append(k.rows, row[1:])
	}
	return errors.Join(err, rows.Err())
}

// write writes what was taken, so many at a commit, and says how long it took.
func (c *ceiling) write(b *testing.B, batch int) time.Duration {
	b.Helper()
	start := time.Now()
	for from := 0; from < durableRows; from += batch {
		c.control(b, "BEGIN IMMEDIATE")
		for i := from; i < min(from+batch, durableRows); i++ {
			for _, k := range c.kinds {
				if _, err := k.stmt.Exec(k.rows[i]...); err != nil {
					b.Fatal(k.write, err)
				}
			}
		}
		c.control(b, "COMMIT")
	}
	return time.Since(start)
}

func (c *ceiling) control(b *testing.B, query string) {
	b.Helper()
	if _, err := c.to.ExecContext(context.Background(), query); err != nil {
		b.Fatal(err)
	}
}
