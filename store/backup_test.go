package store_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"firebreak/incident"
	"firebreak/store"
)

// TestBackupUnderLoad copies a database again and again while it is written
// to: each copy is one moment of it, whole and sound, and can be written on.
func TestBackupUnderLoad(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "firebreak.db")
	s := open(t, path)
	inc := openIncident(t, s, incident.Incident{Title: "x"})
	key, e := message(inc.Number, "0.000001", "the first")
	update(t, s, func(tx *store.Tx) error { return must2(tx.Record(key, e)) })
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var writers sync.WaitGroup
	for w := range 3 {
		writers.Go(func() {
			for i := 0; ctx.Err() == nil; i++ {
				key, e := message(inc.Number, strings.Repeat("1", w+1)+"."+time.Now().Format("150405.000000000"), "word")
				_ = s.Update(ctx, func(tx *store.Tx) error { return must2(tx.Record(key, e)) }) // cut off in the end
			}
		})
	}
	entries := 0
	for _, name := range []string{"one.db", "two.db", "three.db"} {
		awaitEntries(t, s, inc.Number, entries+1)
		to := filepath.Join(t.TempDir(), name)
		got, err := store.Backup(t.Context(), path, to)
		if err != nil {
			t.Fatal(err)
		}
		if got.Incidents != 1 || got.Entries <= entries || got.Records < got.Entries || got.Erased != 0 {
			t.Errorf("copied %+v after %d entries", got, entries)
		}
		entries = got.Entries
		info, err := os.Stat(to)
		if err != nil || info.Mode().Perm() != 0o600 || info.Size() != got.Bytes {
			t.Errorf("%v, %v, want mode 0600 and %d bytes", info, err, got.Bytes)
		}
		wantAlone(t, to)
		c := open(t, to)
		st, err := c.Stats(t.Context())
		if err != nil || st.Entries != entries {
			t.Errorf("%d entries, %v, want %d", st.Entries, err, entries)
		}
		key, e := message(inc.Number, "9.000001", "after the restore")
		update(t, c, func(tx *store.Tx) error { return must2(tx.Record(key, e)) })
		if sum, err := c.CheckChains(t.Context()); err != nil || sum.Entries != entries+1 {
			t.Errorf("%+v, %v", sum, err)
		}
		at := read(t, c, func(v *store.View) (string, error) { return v.Cursor(store.CopiedAt) })
		if _, err := time.Parse(time.RFC3339Nano, at); err != nil {
			t.Errorf("copied at %q", at)
		}
	}
	stop()
	writers.Wait()
	if at := read(t, s, func(v *store.View) (string, error) { return v.Cursor(store.CopiedAt) }); at != "" {
		t.Errorf("the database itself says it is a copy of %s", at)
	}
}

// awaitEntries waits until an incident has so many entries: on a busy machine
// whoever writes may not come to it between two copies.
func awaitEntries(t *testing.T, s *store.Store, n incident.Number, least int) {
	t.Helper()
	wake, stop := s.Watch()
	defer stop()
	for read(t, s, func(v *store.View) (int, error) { return v.CountEntries(n) }) < least {
		select {
		case <-wake:
		case <-time.After(time.Minute):
			t.Fatalf("nothing was written for a minute; %d entries are waited for", least)
		}
	}
}

// wantAlone checks that nothing lies beside a file.
func wantAlone(t *testing.T, path string) {
	t.Helper()
	list, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(list) != 1 || list[0].Name() != filepath.Base(path) {
		t.Errorf("beside %s: %v, %v", path, list, err)
	}
}

// TestBackupLeavesNothingBehind: whatever goes wrong, no file is there that
// was not there before, and none that was is changed.
func TestBackupLeavesNothingBehind(t *testing.T) {
	tests := map[string]struct {
		spoil func(t *testing.T, path string)
		to    string
		says  string
		is    error
	}{
		"a forged entry": {func(t *testing.T, path string) {
			alter(t, path, `UPDATE bodies SET body = x'7b7d' WHERE log_id = (SELECT id FROM log WHERE seq = 2)`)
		}, "copy.db", "record 2 of the log of INC-1 (entry 2): its body is not the one that was recorded", nil},
		"a row of nothing": {func(t *testing.T, path string) {
			alter(t, path, `PRAGMA foreign_keys = 0; INSERT INTO bodies (log_id, salt, body) VALUES ('x', x'00', x'00')`)
		}, "copy.db", "rows of bodies belong to nothing", store.ErrCorrupt},
		"a damaged file": {func(t *testing.T, path string) {
			whole, err := os.ReadFile(path)
			if err == nil {
				err = os.WriteFile(path, overwritten(whole), 0o600)
			}
			if err != nil {
				t.Fatal(err)
			}
		}, "copy.db", "put a copy that `firebreak backup` made in its place", store.ErrCorrupt},
		"no database": {func(t *testing.T, path string) {
			if err := os.Remove(path); err != nil {
				t.Fatal(err)
			}
		}, "copy.db", "firebreak.db", store.ErrNotFound},
		"no folder":       {func(*testing.T, string) {}, "nowhere/copy.db", "no such file", nil},
		"a taken name":    {func(*testing.T, string) {}, "taken.db", "taken.db already", nil},
		"its own name":    {func(*testing.T, string) {}, "../firebreak.db", "firebreak.db already", nil},
		"a folder":        {func(*testing.T, string) {}, ".", "already", nil},
		"a dangling link": {func(*testing.T, string) {}, "link.db", "link.db already", nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, "firebreak.db")
			filled(t, path)
			test.spoil(t, path)
			target := filepath.Join(dir, "backups")
			for _, err := range []error{
				os.Mkdir(target, 0o700), os.WriteFile(filepath.Join(target, "taken.db"), []byte("mine"), 0o600),
				os.Symlink("missing", filepath.Join(target, "link.db")),
			} {
				if err != nil {
					t.Fatal(err)
				}
			}
			before := listing(t, target)
			_, err := store.Backup(t.Context(), path, filepath.Join(target, test.to))
			if err == nil || !strings.Contains(err.Error(), test.says) || strings.Contains(err.Error(), "\n") {
				t.Errorf("said %v, want %q", err, test.says)
			}
			if test.is != nil && !errors.Is(err, test.is) {
				t.Errorf("%v is not %v", err, test.is)
			}
			if after := listing(t, target); after != before {
				t.Errorf("there is now\n%s\nand was\n%s", after, before)
			}
		})
	}
}

// listing is every file below dir with its size.
func listing(t *testing.T, dir string) string {
	t.Helper()
	var b strings.Builder
	err := filepath.Walk(dir, func(path string, info os.FileInfo, err error) error {
		if err == nil && !info.IsDir() {
			b.WriteString(path + " " + info.Mode().String() + " " + time.Duration(info.Size()).String() + "\n")
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestBackupCanBeCutOff(t *testing.T) {
	path := filepath.Join(t.TempDir(), "firebreak.db")
	filled(t, path)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	to := filepath.Join(t.TempDir(), "copy.db")
	if _, err := store.Backup(ctx, path, to); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if list, err := os.ReadDir(filepath.Dir(to)); err != nil || len(list) != 0 {
		t.Errorf("left behind: %v, %v", list, err)
	}
}

// TestBackupToAFullDisk: a copy that finds no room says so and is not there.
func TestBackupToAFullDisk(t *testing.T) {
	small := tmpfs(t, 64<<10)
	path := filepath.Join(t.TempDir(), "firebreak.db")
	filled(t, path)
	_, err := store.Backup(t.Context(), path, filepath.Join(small, "copy.db"))
	if err == nil || !strings.Contains(err.Error(), "full") {
		t.Errorf("got %v", err)
	}
	if list, err := os.ReadDir(small); err != nil || len(list) != 0 {
		t.Errorf("left behind: %v, %v", list, err)
	}
}
