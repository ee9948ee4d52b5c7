package store_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"firebreak/incident"
	"firebreak/store"
)

// TestALargeDamagedFileIsFoundLater: a start does not wait until a large file
// is checked, yet nothing is written to one that is damaged.
func TestALargeDamagedFileIsFoundLater(t *testing.T) {
	path := filepath.Join(t.TempDir(), "firebreak.db")
	damaged := large(t, path)
	spoil(damaged, rootOf(t, path, "bodies"))
	if err := os.WriteFile(path, damaged, 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(t.Context(), store.Config{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	for err == nil { // until it is found; what is written meanwhile stays beside the file
		err = s.Update(t.Context(), func(tx *store.Tx) error { return tx.SetCursor("x", "written") })
	}
	if err := s.AwaitFailure(t.Context()); !errors.Is(err, store.ErrCorrupt) || !strings.Contains(err.Error(), path) {
		t.Errorf("the failure is %v", err)
	}
	if err := s.Update(t.Context(), func(*store.Tx) error { return nil }); !errors.Is(err, store.ErrCorrupt) {
		t.Errorf("an update after it: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if after, err := os.ReadFile(path); err != nil || !bytes.Equal(after, damaged) {
		t.Errorf("the file was changed (%v)", err)
	}
}

// TestALargeSoundFileIsCopiedTo: once it is checked, what was written goes
// there.
func TestALargeSoundFileIsCopiedTo(t *testing.T) {
	path := filepath.Join(t.TempDir(), "firebreak.db")
	large(t, path)
	s := open(t, path)
	for i := range 40 {
		b := bytes.Repeat([]byte{byte(i)}, 1<<20)
		update(t, s, func(tx *store.Tx) error { return tx.SaveBlob(fmt.Sprintf("%x", sha256.Sum256(b)), b) })
	}
	for deadline := time.Now().Add(time.Minute); ; <-time.After(20 * time.Millisecond) {
		update(t, s, func(tx *store.Tx) error { return tx.SetCursor("x", time.Now().String()) })
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if info.Size() > 40<<20 {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("the file still has %d MiB", info.Size()>>20)
		}
	}
}

// large makes a database of more than 4 MiB.
func large(t *testing.T, path string) []byte {
	t.Helper()
	s := open(t, path)
	inc := openIncident(t, s, incident.Incident{Title: "x"})
	update(t, s, func(tx *store.Tx) error {
		for i := range 40 {
			if err := must2(tx.Record(message(inc.Number, fmt.Sprintf("%d.000001", i+1), strings.Repeat("words ", 10_000)))); err != nil {
				return err
			}
		}
		return nil
	})
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(path)
	if err != nil || len(b) < 5<<20 {
		t.Fatalf("%d bytes (%v)", len(b), err)
	}
	return b
}

// rootOf gives the first page of a table, counted from 1.
func rootOf(t *testing.T, path, table string) (page int) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.QueryRowContext(context.Background(), `SELECT rootpage FROM sqlite_schema WHERE name = ?`, table).Scan(&page); err != nil {
		t.Fatal(err)
	}
	return page
}

// spoil writes over a page.
func spoil(file []byte, page int) {
	copy(file[(page-1)*4096:], strings.Repeat("\xde\xad\xbe\xef", 1024))
}
