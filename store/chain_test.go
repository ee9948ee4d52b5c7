package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"firebreak/incident"
)

func openFresh(t *testing.T) *Store {
	t.Helper()
	s, err := Open(t.Context(), Config{Path: filepath.Join(t.TempDir(), "firebreak.db")})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// fill makes two incidents with a record of each kind.
func fill(t *testing.T, s *Store) {
	t.Helper()
	for n := incident.Number(1); n <= 2; n++ {
		key := fmt.Sprintf("slack:T:C%d:1.000001", n)
		at := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
		err := s.Update(t.Context(), func(tx *Tx) error {
			if _, err := tx.OpenIncident(incident.Incident{Title: "x"}); err != nil {
				return err
			}
			if _, err := tx.SetPin(n, key, incident.Pin{By: "U1", At: at}, true, "5.0"); err != nil {
				return err
			}
			e, _, err := tx.Record(key, incident.Entry{Incident: n, OccurredAt: at, Text: "secret", Source: incident.Source{System: "slack", TS: "1.000001"}})
			if err != nil {
				return err
			}
			if _, err := tx.AddVersion(n, key, Version{At: at.Add(time.Second), Text: "edited"}); err != nil {
				return err
			}
			if err := tx.AttachFile(key, incident.File{ID: "F"}); err != nil {
				return err
			}
			if _, err := tx.Move(key, incident.File{ID: "F"}, incident.Custody{Move: incident.MoveMarked, At: at, By: "U1"}); err != nil {
				return err
			}
			if err := tx.Edit(e.ID, incident.Revision{At: at, Text: "overlaid"}); err != nil {
				return err
			}
			if _, err := tx.Repeat(n, key, incident.Alert{ID: "A", At: at}); err != nil {
				return err
			}
			if _, err := tx.Drop(e.ID, true, "U1", "noise", at); err != nil {
				return err
			}
			_, err = tx.MarkDeleted(n, key, at, "U1")
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// chainError is what a check of an incident's log finds.
func chainError(v *View, n incident.Number) error {
	return v.checkChain(n, &Checked{})
}

func TestEveryRecordIsChainedAndCommitted(t *testing.T) {
	s := openFresh(t)
	defer s.Close()
	fill(t, s)
	kinds := map[recordKind]int{}
	salts := map[string]bool{}
	err := s.View(t.Context(), func(v *View) error {
		for n := incident.Number(1); n <= 2; n++ {
			if err := chainError(v, n); err != nil {
				t.Errorf("%s: %v", n, err)
			}
			list, err := v.records(n, 0, 1000)
			if err != nil {
				return err
			}
			for _, r := range list {
				kinds[r.kind]++
				salts[string(r.salt)] = true
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, kind := range []recordKind{recordEntry, recordVersion, recordEdit, recordDrop, recordDelete, recordPin, recordFile, recordRepeat, recordCustody} {
		if kinds[kind] != 2 {
			t.Errorf("%d records of kind %s, want 2", kinds[kind], kind)
		}
	}
	if len(salts) != 18 {
		t.Errorf("%d salts for 18 bodies", len(salts))
	}
}

// A body that is gone without a redaction was taken away.
func TestABodyCannotJustGo(t *testing.T) {
	for _, kind := range []string{"entry", "version", "edit", "drop", "delete", "pin", "file", "repeat", "custody", "redaction"} {
		s := openFresh(t)
		fill(t, s)
		err := s.Update(t.Context(), func(tx *Tx) error {
			e, err := tx.EntryByKey("slack:T:C1:1.000001")
			if err != nil {
				return err
			}
			if kind == "redaction" {
				if _, err := tx.Redact(e.ID, "", Redaction{By: "U1", Reason: "a password", At: time.Now()}); err != nil {
					return err
				}
			}
			_, err = tx.exec(`DELETE FROM bodies WHERE log_id IN (SELECT id FROM log WHERE incident = 1 AND kind = ?)`, kind)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		_, err = s.CheckChains(t.Context())
		if bad, ok := errors.AsType[*BadRecord](err); !ok || bad.Incident != 1 || !strings.Contains(bad.Why, "its body is gone") {
			t.Errorf("%s: it says %v", kind, err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// Erasing a body leaves the chain sound, and rebuilding leaves a place where
// the entry was.
func TestABodyCanBeErased(t *testing.T) {
	s := openFresh(t)
	defer s.Close()
	fill(t, s)
	err := s.Update(t.Context(), func(tx *Tx) error {
		e, err := tx.EntryByKey("slack:T:C1:1.000001")
		if err == nil {
			_, err = tx.Redact(e.ID, "", Redaction{By: "U1", Reason: "a password", At: time.Now()})
		}
		return errors.Join(err, tx.rebuild(), chainError(&tx.View, 1))
	})
	if err != nil {
		t.Fatal(err)
	}
	err = s.View(t.Context(), func(v *View) error {
		e, err := v.Entry(incident.Operator(), 1, 1)
		if !e.Redacted || e.Text != "" || e.Revisions != nil || e.Leaves() {
			t.Errorf("what is left: %+v", e)
		}
		if err != nil {
			return err
		}
		left, err := one(v, value[int], `SELECT count(*) FROM documents WHERE incident = 1`)
		if left != 0 {
			t.Errorf("search still knows %d texts of it", left)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestForgeriesBreakTheChain(t *testing.T) {
	forgeries := map[string]struct {
		sql string
		seq int64 // of the record that must be named
	}{
		"a body":        {`UPDATE bodies SET body = x'7b7d' WHERE rowid = 2`, 2},
		"a salt":        {`UPDATE bodies SET salt = zeroblob(32) WHERE rowid = 2`, 2},
		"a short salt":  {`UPDATE bodies SET salt = x'00' WHERE rowid = 3`, 3},
		"an actor":      {`UPDATE log SET actor = 'U9' WHERE incident = 1 AND seq = 1`, 1},
		"a time":        {`UPDATE log SET occurred_at = occurred_at + 1 WHERE incident = 1 AND seq = 2`, 2},
		"a hash":        {`UPDATE log SET hash = zeroblob(32) WHERE incident = 1 AND seq = 4`, 4},
		"the last":      {`DELETE FROM log WHERE incident = 1 AND seq = 9`, 9},
		"a middle":      {`DELETE FROM log WHERE incident = 1 AND seq = 3`, 3},
		"one inserted":  {`INSERT INTO log SELECT incident, 10, 'forged', kind, subject, 0, occurred_at, recorded_at, actor, commitment, hash, hash FROM log WHERE incident = 1 AND seq = 9; UPDATE incidents SET log_seq = 10, log_head = (SELECT hash FROM log WHERE id = 'forged') WHERE number = 1`, 10},
		"one between":   {`UPDATE log SET seq = -seq WHERE incident = 1 AND seq > 3; UPDATE log SET seq = 1 - seq WHERE incident = 1 AND seq < 0; INSERT INTO log SELECT incident, 4, 'forged', kind, subject, 0, occurred_at, recorded_at, actor, commitment, prev, hash FROM log WHERE incident = 1 AND seq = 3; UPDATE incidents SET log_seq = 10 WHERE number = 1`, 4},
		"two swapped":   {`UPDATE log SET seq = -seq WHERE incident = 1 AND seq IN (2, 3); UPDATE log SET seq = 5 + seq WHERE incident = 1 AND seq < 0`, 2},
		"a pin's kind":  {`UPDATE log SET kind = 'drop' WHERE incident = 1 AND kind = 'pin'`, 1},
		"the counter":   {`UPDATE incidents SET log_seq = 10 WHERE number = 1`, 10},
		"the numbering": {`UPDATE incidents SET last_n = 5 WHERE number = 1`, 10},
	}
	for name, forgery := range forgeries {
		t.Run(name, func(t *testing.T) {
			s := openFresh(t)
			defer s.Close()
			fill(t, s)
			if strings.Contains(forgery.sql, " log ") && !strings.HasPrefix(forgery.sql, "INSERT") {
				err := s.Update(t.Context(), func(tx *Tx) error {
					_, err := tx.exec(strings.Split(forgery.sql, "; ")[0])
					return err
				})
				if err == nil || !strings.Contains(err.Error(), "append-only") {
					t.Errorf("the log let itself be changed: %v", err)
				}
			}
			undone := errors.New("undo")
			err := s.Update(t.Context(), func(tx *Tx) error {
				for _, sql := range []string{`DROP TRIGGER log_never_changes`, `DROP TRIGGER log_never_shrinks`, `PRAGMA defer_foreign_keys = 1`, forgery.sql} {
					for part := range strings.SplitSeq(sql, "; ") {
						if _, err := tx.exec(part); err != nil {
							return err
						}
					}
				}
				err := chainError(&tx.View, 1)
				if bad, ok := errors.AsType[*BadRecord](err); !ok || bad.Seq != forgery.seq || bad.Incident != 1 {
					t.Errorf("the check names %v, want record %d", err, forgery.seq)
				}
				return undone
			})
			if !errors.Is(err, undone) {
				t.Error(err)
			}
		})
	}
}

// Two headers never have one encoding, wherever a field ends.
func TestTheHashTellsFieldsApart(t *testing.T) {
	a := record{kind: "ab", subject: "c"}
	b := record{kind: "a", subject: "bc"}
	if bytes.Equal(a.sum(), b.sum()) {
		t.Error("one hash")
	}
}

// A disk that fails is played by taking the -wal file's descriptor away.
func TestAfterAnIOErrorNothingIsWrittenAnyMore(t *testing.T) {
	s := openFresh(t)
	fill(t, s)
	breakFile(t, s.path+"-wal")
	write := func() error {
		return s.Update(context.Background(), func(tx *Tx) error { return tx.SetCursor("a", "b") })
	}
	first := write()
	if sqliteCode(first) != codeIOErr {
		t.Errorf("the failed commit was told as %v", first)
	}
	for range 2 {
		if err := write(); err == nil || !strings.Contains(err.Error(), "nothing more is written") || strings.Contains(err.Error(), "\n") {
			t.Errorf("a later write: %v", err)
		}
	}
	if err := s.Health(t.Context()); err == nil {
		t.Error("healthy")
	}
	if err := s.AwaitFailure(t.Context()); sqliteCode(err) != codeIOErr || !strings.Contains(err.Error(), s.path) {
		t.Errorf("the failure is told as %v", err)
	}
	log, err := os.ReadFile(s.path + "-wal")
	if err != nil {
		t.Fatal(err)
	}
	s.Close() //nolint:errcheck // the disk is gone
	if after, err := os.ReadFile(s.path + "-wal"); err != nil || !bytes.Equal(after, log) {
		t.Errorf("closing wrote to the disk that had failed: %d bytes in -wal, then %d, %v", len(log), len(after), err)
	}
}

// A commit that was written but could not be flushed counts as not there: who
// waits for it is told so, and nothing is written after it.
func TestNobodyIsToldWhatIsNotOnDisk(t *testing.T) {
	s := openFresh(t)
	fill(t, s)
	write := func() error {
		return s.Update(t.Context(), func(tx *Tx) error { return tx.SetCursor("a", "b") })
	}
	if err := write(); err != nil {
		t.Fatal(err)
	}
	unflushable(t, s.write.flusher.wal)
	if err := write(); !errors.Is(err, syscall.EINVAL) || !strings.Contains(err.Error(), "nothing more is written") {
		t.Fatalf("what was not flushed was told as %v", err) // there is no failure to await
	}
	if err := write(); !errors.Is(err, syscall.EINVAL) {
		t.Errorf("a later write: %v", err)
	}
	if err := s.AwaitFailure(t.Context()); !errors.Is(err, syscall.EINVAL) || !strings.Contains(err.Error(), s.path) {
		t.Errorf("the failure is told as %v", err)
	}
	s.Close() //nolint:errcheck // the disk is gone
}

// What cannot be copied from the -wal file into the file is a failure of the disk,
// too.
func TestAfterAFailedCopyNothingIsWrittenAnyMore(t *testing.T) {
	s := openFresh(t)
	fill(t, s)
	breakFile(t, s.path)
	err := s.Update(t.Context(), func(tx *Tx) error { return tx.SetCursor("large", strings.Repeat("x", 10<<20)) })
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if err := s.AwaitFailure(ctx); sqliteCode(err) != codeIOErr || !strings.Contains(err.Error(), "nothing more is written") {
		t.Errorf("the failure is told as %v", err)
	}
	s.Close() //nolint:errcheck // the disk is gone
}

// unflushable puts a pipe in the place of an open file: it has no disk.
func unflushable(t *testing.T, f *os.File) {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	defer w.Close()
	if err := syscall.Dup3(int(w.Fd()), int(f.Fd()), syscall.O_CLOEXEC); err != nil {
		t.Fatal(err)
	}
}

// TestALongLogIsBegunAnew: what has been copied out of a -wal file that got long
// makes the writer copy what has come since, and begin it anew.
func TestALongLogIsBegunAnew(t *testing.T) {
	s := openFresh(t)
	defer s.Close()
	set := func(name, to string) {
		t.Helper()
		if err := s.Update(t.Context(), func(tx *Tx) error { return tx.SetCursor(name, to) }); err != nil {
			t.Fatal(err)
		}
	}
	c := s.write.copier
	busy, err := c.db.Conn(t.Context()) // its only one: it cannot copy meanwhile
	if err != nil {
		t.Fatal(err)
	}
	for i := range 100 {
		set(fmt.Sprint(i), strings.Repeat("x", 1<<20))
	}
	err = s.View(t.Context(), func(v *View) error { // who reads keeps SQLite from beginning it anew by itself
		if _, err := v.Cursor("1"); err != nil {
			return err
		}
		if err := busy.Close(); err != nil {
			return err
		}
		c.poke()
		for deadline := time.Now().Add(time.Minute); !s.write.rewind.Load(); <-time.After(time.Millisecond) {
			if time.Now().After(deadline) {
				return errors.New("nobody asks for it")
			}
		}
		set("since", "then")
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if at, err := c.checkpoint(askReach); err != nil || at.log < rewindFrom || at.copied == at.log {
		t.Errorf("copied: %+v, %v", at, err)
	}
	s.write.rewind.Store(true)
	set("a", "b")
	if at, err := c.checkpoint(askReach); err != nil || at.log > 100 {
		t.Errorf("begun anew: %+v, %v", at, err)
	}
}

// TestCloseEmptiesTheLog: also while another process has the file open, the
// database alone is complete once it is closed; one that is in the midst of
// reading only costs a moment.
func TestCloseEmptiesTheLog(t *testing.T) {
	for name, reads := range map[string]bool{"open": false, "reading": true} {
		t.Run(name, func(t *testing.T) {
			s := openFresh(t)
			fill(t, s)
			other, err := OpenReadOnly(t.Context(), s.path)
			if err != nil {
				t.Fatal(err)
			}
			defer other.Close()
			end := func() {
				began := time.Now()
				if err := s.Close(); err != nil {
					t.Error(err)
				}
				if took := time.Since(began); took > 5*time.Second {
					t.Errorf("closing took %s", took)
				}
			}
			if !reads {
				end()
				if info, err := os.Stat(s.path + "-wal"); err != nil || info.Size() != 0 {
					t.Errorf("-wal is %v, %v", info, err)
				}
				return
			}
			err = other.View(t.Context(), func(v *View) error {
				if _, err := v.CountEntries(1); err != nil {
					return err
				}
				err := s.Update(t.Context(), func(tx *Tx) error { return tx.SetCursor("a", "b") })
				end()
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		})
	}
}

// breakFile makes an open file one that cannot be written.
func breakFile(t *testing.T, name string) {
	t.Helper()
	null, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	links, err := filepath.Glob("/proc/self/fd/*")
	if err != nil || len(links) == 0 {
		t.Skip("no /proc here to find the file in")
	}
	for _, link := range links {
		if target, err := os.Readlink(link); err != nil || target != name {
			continue
		}
		var fd int
		if _, err := fmt.Sscan(filepath.Base(link), &fd); err != nil {
			t.Fatal(err)
		}
		if err := syscall.Dup3(int(null.Fd()), fd, syscall.O_CLOEXEC); err != nil {
			t.Fatal(err)
		}
	}
}
