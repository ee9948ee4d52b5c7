package store_test

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"firebreak/incident"
	"firebreak/store"
)

// filled makes a database with something in it and gives its bytes.
func filled(t *testing.T, path string) []byte {
	t.Helper()
	s, err := store.Open(t.Context(), store.Config{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	inc := openIncident(t, s, incident.Incident{Title: "x"})
	for _, ts := range []string{"1.000001", "2.000001", "3.000001"} {
		key, e := message(inc.Number, ts, strings.Repeat("words ", 2000))
		update(t, s, func(tx *store.Tx) error { return must2(tx.Record(key, e)) })
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestDamagedFilesAreRefusedAndLeftAlone(t *testing.T) {
	whole := filled(t, filepath.Join(t.TempDir(), "whole.db"))
	tests := []struct {
		name string
		db   []byte
		wal  []byte
	}{
		{"text", []byte("this is no database, but a rather long text about one\n"), nil},
		{"one byte", []byte("S"), nil},
		{"zeros", make([]byte, 8192), nil},
		{"header only", whole[:100], nil},
		{"cut at a page", whole[:len(whole)/4096/2*4096], nil},
		{"cut within a page", whole[:len(whole)-1000], nil},
		{"a page overwritten", overwritten(whole), nil},
		{"emptied beside its log", []byte{}, []byte("frames")},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "firebreak.db")
			if err := os.WriteFile(path, test.db, 0o600); err != nil {
				t.Fatal(err)
			}
			if test.wal != nil {
				if err := os.WriteFile(path+"-wal", test.wal, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			_, err := store.Open(t.Context(), store.Config{Path: path})
			if !errors.Is(err, store.ErrCorrupt) || !strings.Contains(err.Error(), path) {
				t.Errorf("got %v", err)
			} else if strings.Contains(err.Error(), "\n") {
				t.Errorf("more than one line: %v", err)
			}
			if after, err := os.ReadFile(path); err != nil || string(after) != string(test.db) {
				t.Errorf("the file was changed (%v)", err)
			}
		})
	}
}

// overwritten has the page of the first table replaced: one in the middle may
// be a free one, of which nobody minds what it holds.
func overwritten(whole []byte) []byte {
	b := append([]byte(nil), whole...)
	copy(b[4096:], strings.Repeat("\xde\xad\xbe\xef", 1024))
	return b
}

func TestMissingAndEmptyFilesAreNew(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a file?#%41.db")
	if err := os.WriteFile(path, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	openIncident(t, open(t, path), incident.Incident{Title: "x"})
	openIncident(t, open(t, path+"2"), incident.Incident{Title: "x"})
}

// alter changes a closed database behind the store's back.
func alter(t *testing.T, path, script string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(script); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestForeignAndNewerDatabasesAreRefused(t *testing.T) {
	tests := []struct {
		name, script string
		want         error
	}{
		{"newer", `PRAGMA user_version = 9999`, store.ErrNewer},
		{"of another program", `PRAGMA application_id = 7`, store.ErrCorrupt},
		{"of nobody", `PRAGMA application_id = 0`, store.ErrCorrupt},
		{"without its version", `PRAGMA user_version = 0`, store.ErrCorrupt},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "firebreak.db")
			filled(t, path)
			alter(t, path, test.script)
			if _, err := store.Open(t.Context(), store.Config{Path: path}); !errors.Is(err, test.want) || !strings.Contains(err.Error(), path) {
				t.Errorf("open: %v", err)
			}
			if _, err := store.OpenReadOnly(t.Context(), path); !errors.Is(err, test.want) || !strings.Contains(err.Error(), path) {
				t.Errorf("open for reading: %v", err)
			}
		})
	}
}

func TestSecondWriterIsLockedOutAndReadersAreNot(t *testing.T) {
	path := filepath.Join(t.TempDir(), "firebreak.db")
	s := open(t, path)
	inc := openIncident(t, s, incident.Incident{Title: "x"})
	link := filepath.Join(t.TempDir(), "link.db")
	if err := os.Symlink(path, link); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{path, link} {
		if _, err := store.Open(t.Context(), store.Config{Path: name}); !errors.Is(err, store.ErrLocked) || strings.Contains(err.Error(), "\n") {
			t.Errorf("second writer: %v", err)
		}
	}
	r, err := store.OpenReadOnly(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	for _, ts := range []string{"1.000001", "2.000001"} {
		key, e := message(inc.Number, ts, "hello")
		update(t, s, func(tx *store.Tx) error { return must2(tx.Record(key, e)) })
	}
	if got := timeline(t, r, inc.Number); len(got) != 2 {
		t.Errorf("a reader beside the writer sees %d entries, want 2", len(got))
	}
	if err := r.Update(t.Context(), func(*store.Tx) error { return nil }); !errors.Is(err, store.ErrReadOnly) {
		t.Errorf("write through a reader: %v", err)
	}
	if err := r.Health(t.Context()); err != nil {
		t.Errorf("health of a reader: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if got := timeline(t, r, inc.Number); len(got) != 2 {
		t.Errorf("a reader left alone sees %d entries, want 2", len(got))
	}
	openAgain := open(t, path)
	if got := timeline(t, openAgain, inc.Number); len(got) != 2 {
		t.Errorf("after reopening there are %d entries, want 2", len(got))
	}
}

func TestReadingNeverMakesADatabase(t *testing.T) {
	path := filepath.Join(t.TempDir(), "firebreak.db")
	if _, err := store.OpenReadOnly(t.Context(), path); !errors.Is(err, store.ErrNotFound) || !strings.Contains(err.Error(), path) {
		t.Errorf("got %v", err)
	}
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a file appeared: %v", err)
	}
	filled(t, path)
	r, err := store.OpenReadOnly(context.Background(), path)
	if err != nil {
		t.Fatal(err)
	}
	if got := timeline(t, r, 1); len(got) != 3 {
		t.Errorf("got %d entries", len(got))
	}
	if err := r.Close(); err != nil {
		t.Error(err)
	}
}

func TestNobodyElseCanReadTheFiles(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "firebreak.db")
	if err := os.WriteFile(path, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	s := open(t, path)
	openIncident(t, s, incident.Incident{Title: "x"})
	for _, suffix := range []string{"", "-wal", "-shm", ".lock"} {
		info, err := os.Stat(path + suffix)
		if err != nil {
			t.Fatal(err)
		}
		if mode := info.Mode().Perm(); mode != 0o600 {
			t.Errorf("firebreak.db%s has mode %o", suffix, mode)
		}
	}
}

func TestAFolderThatIsNotThereIsNamed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "nowhere", "firebreak.db")
	if _, err := store.Open(t.Context(), store.Config{Path: path}); err == nil || !strings.Contains(err.Error(), path) {
		t.Errorf("got %v", err)
	}
}

// What a killed process leaves: the database and its log, copied while it is
// open.
func TestACrashLosesNothingCommitted(t *testing.T) {
	path := filepath.Join(t.TempDir(), "firebreak.db")
	s := open(t, path)
	inc := openIncident(t, s, incident.Incident{Title: "x"})
	key, e := message(inc.Number, "1.000001", "hello")
	update(t, s, func(tx *store.Tx) error { return must2(tx.Record(key, e)) })
	left := filepath.Join(t.TempDir(), "left.db")
	for _, suffix := range []string{"", "-wal"} {
		b, err := os.ReadFile(path + suffix)
		if err != nil {
			t.Fatal(err)
		}
		if suffix == "-wal" { // and the beginning of a write that never ended
			b = append(b, b[:5000]...)
		}
		if err := os.WriteFile(left+suffix, b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	r, err := store.OpenReadOnly(t.Context(), left)
	if err != nil {
		t.Fatal(err)
	}
	if got := timeline(t, r, inc.Number); len(got) != 1 {
		t.Errorf("a reader sees %d entries", len(got))
	}
	if err := r.Close(); err != nil {
		t.Error(err)
	}
	if got := timeline(t, open(t, left), inc.Number); len(got) != 1 {
		t.Errorf("the next writer sees %d entries", len(got))
	}
}

// TestTheLogOfChangesStaysBounded: also while large commits follow on each other.
func TestTheLogOfChangesStaysBounded(t *testing.T) {
	path := filepath.Join(t.TempDir(), "firebreak.db")
	s := open(t, path)
	for i := range 150 {
		text := strings.Repeat(string(rune('a'+i%26)), 2<<20)
		update(t, s, func(tx *store.Tx) error { return tx.SetCursor(strconv.Itoa(i%10), text) })
	}
	if info, err := os.Stat(path + "-wal"); err != nil || info.Size() > 160<<20 {
		t.Errorf("after 300 MiB of writes -wal has %d bytes (%v)", info.Size(), err)
	}
}
