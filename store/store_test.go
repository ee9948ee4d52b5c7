package store_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"firebreak/incident"
	"firebreak/store"

	"github.com/google/go-cmp/cmp"
)

// open opens a database that is closed with the test.
func open(t testing.TB, path string) *store.Store {
	t.Helper()
	s, err := store.Open(context.Background(), store.Config{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func fresh(t testing.TB) *store.Store {
	t.Helper()
	return open(t, filepath.Join(t.TempDir(), "firebreak.db"))
}

func update(t testing.TB, s *store.Store, fn func(*store.Tx) error) {
	t.Helper()
	if err := s.Update(context.Background(), fn); err != nil {
		t.Fatal(err)
	}
}

// read gives what fn reads.
func read[T any](t testing.TB, s *store.Store, fn func(*store.View) (T, error)) (got T) {
	t.Helper()
	err := s.View(context.Background(), func(v *store.View) (err error) {
		got, err = fn(v)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func timeline(t testing.TB, s *store.Store, n incident.Number) []incident.Entry {
	t.Helper()
	return read(t, s, func(v *store.View) ([]incident.Entry, error) {
		return v.Entries(incident.Operator(), n, store.Filter{})
	})
}

// must drops what a test does not look at.
func must[T any](_ T, err error) error { return err }

func openIncident(t testing.TB, s *store.Store, inc incident.Incident) incident.Incident {
	t.Helper()
	update(t, s, func(tx *store.Tx) (err error) {
		inc, err = tx.OpenIncident(inc)
		return err
	})
	return inc
}

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func message(n incident.Number, ts, text string) (string, incident.Entry) {
	return "slack:T1:C1:" + ts, incident.Entry{
		Incident: n, Kind: incident.KindMessage, Lane: incident.LaneResponder, OccurredAt: noon,
		Actor: incident.Actor{ID: "U1", Kind: incident.ActorUser}, Text: text,
		Source: incident.Source{System: "slack", Channel: "C1", TS: ts},
	}
}

func TestABadUpdateFailsItsOwnCallerOnly(t *testing.T) {
	s := fresh(t)
	inc := openIncident(t, s, incident.Incident{Title: "x"})
	boom := errors.New("boom")
	block, release := make(chan struct{}), make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() { // holds the writer, so that the others form a group
		update(t, s, func(*store.Tx) error { close(block); <-release; return nil })
	})
	<-block
	const each = 20
	got := make([]error, 4*each)
	var queued sync.WaitGroup
	for i := range got {
		queued.Add(1)
		wg.Go(func() {
			queued.Done()
			got[i] = s.Update(t.Context(), func(tx *store.Tx) error {
				if err := tx.SetCursor(fmt.Sprint(i), "written"); err != nil {
					return err
				}
				switch i % 4 {
				case 1:
					return boom
				case 2:
					panic("at the disco")
				case 3: // a row that the database refuses
					return tx.SaveTask(incident.Task{Incident: inc.Number, N: 99})
				}
				return nil
			})
		})
	}
	queued.Wait()
	close(release)
	wg.Wait()
	for i, err := range got {
		switch {
		case i%4 == 0 && err != nil, i%4 != 0 && err == nil, i%4 == 1 && !errors.Is(err, boom),
			i%4 == 2 && !strings.Contains(err.Error(), "at the disco"), i%4 == 3 && !errors.Is(err, store.ErrNotFound):
			t.Errorf("update %d: %v", i, err)
		}
		want := ""
		if i%4 == 0 {
			want = "written"
		}
		if at := read(t, s, func(v *store.View) (string, error) { return v.Cursor(fmt.Sprint(i)) }); at != want {
			t.Errorf("update %d left %q, want %q", i, at, want)
		}
	}
}

// TestTheIndexFollowsItsGroup: the index is written once for a whole group,
// yet each update of it is found or not as if it were alone, by itself too.
func TestTheIndexFollowsItsGroup(t *testing.T) {
	synctest.Test(t, testTheIndexFollowsItsGroup)
}

func testTheIndexFollowsItsGroup(t *testing.T) {
	s := fresh(t)
	inc := openIncident(t, s, incident.Incident{Title: "x"})
	boom := errors.New("boom")
	record := func(tx *store.Tx, ts string) error {
		return must2(tx.Record(message(inc.Number, ts, "beacon "+ts)))
	}
	found := func(v *store.View) (n int) {
		f, err := v.Search(incident.Operator(), asked(t, "beacon"), 0)
		if err != nil {
			t.Error(err)
		}
		return len(f.Hits)
	}
	group := []struct {
		do   func(tx *store.Tx) error
		want error
	}{
		{func(tx *store.Tx) error { return record(tx, "1.000001") }, nil},
		{func(tx *store.Tx) error { return errors.Join(record(tx, "2.000001"), boom) }, boom},
		{func(tx *store.Tx) error { // finds its own, and takes the others' back
			if err := record(tx, "3.000001"); err != nil || found(&tx.View) != 2 {
				t.Errorf("%v; found %d in its own transaction, want 2", err, found(&tx.View))
			}
			return boom
		}, boom},
		{func(tx *store.Tx) error { return record(tx, "4.000001") }, nil},
	}
	block, release := make(chan struct{}), make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() { // holds the writer, so that the others form a group
		update(t, s, func(*store.Tx) error { close(block); <-release; return nil })
	})
	<-block
	synctest.Wait()
	for _, u := range group {
		wg.Go(func() {
			if err := s.Update(t.Context(), u.do); !errors.Is(err, u.want) {
				t.Errorf("update ended with %v, want %v", err, u.want)
			}
		})
		synctest.Wait() // one after the other
	}
	close(release)
	wg.Wait()
	if got := read(t, s, func(v *store.View) (int, error) { return found(v), nil }); got != 2 {
		t.Errorf("found %d, want 2", got)
	}
}

// TestUrgentGoesFirst, and what waited before it is done all the same.
func TestUrgentGoesFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := fresh(t)
		block, release := make(chan struct{}), make(chan struct{})
		var wg sync.WaitGroup
		wg.Go(func() { update(t, s, func(*store.Tx) error { close(block); <-release; return nil }) })
		<-block
		var order []string // written by the one writer
		const others = 20
		for range others {
			wg.Go(func() { update(t, s, func(*store.Tx) error { order = append(order, "other"); return nil }) })
		}
		synctest.Wait()
		wg.Go(func() {
			if err := s.Urgent(t.Context(), func(*store.Tx) error { order = append(order, "urgent"); return nil }); err != nil {
				t.Error(err)
			}
		})
		synctest.Wait()
		close(release)
		wg.Wait()
		if len(order) != 1+others || order[0] != "urgent" {
			t.Errorf("order of updates: %q", order)
		}
	})
}

func TestCancelWhileWaitingReturnsAtOnceAndWritesNothing(t *testing.T) {
	s := fresh(t)
	block, release := make(chan struct{}), make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		update(t, s, func(*store.Tx) error { close(block); <-release; return nil })
	})
	<-block
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- s.Update(ctx, func(tx *store.Tx) error { return tx.SetCursor("a", "b") }) }()
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	close(release)
	wg.Wait()
	if got := read(t, s, func(v *store.View) (string, error) { return v.Cursor("a") }); got != "" {
		t.Errorf("a cancelled update wrote %q", got)
	}
}

func TestCancelAfterTakenWaitsForTheOutcome(t *testing.T) {
	s := fresh(t)
	ctx, cancel := context.WithCancel(t.Context())
	err := s.Update(ctx, func(tx *store.Tx) error {
		cancel()
		return tx.SetCursor("a", "b")
	})
	if err != nil {
		t.Errorf("the update was written, but its caller was told %v", err)
	}
	if got := read(t, s, func(v *store.View) (string, error) { return v.Cursor("a") }); got != "b" {
		t.Errorf("got %q", got)
	}
}

func TestUpdateThatEndsTheGoroutineStopsTheStoreButHangsNobody(t *testing.T) {
	s := fresh(t)
	err := s.Update(t.Context(), func(*store.Tx) error { runtime.Goexit(); return nil })
	if !errors.Is(err, store.ErrClosed) {
		t.Errorf("got %v", err)
	}
	if err := s.Update(t.Context(), func(*store.Tx) error { return nil }); !errors.Is(err, store.ErrClosed) {
		t.Errorf("got %v", err)
	}
}

func TestWatchIsPokedByCommits(t *testing.T) {
	s := fresh(t)
	wake, stop := s.Watch()
	update(t, s, func(tx *store.Tx) error { return tx.SetCursor("a", "1") })
	update(t, s, func(tx *store.Tx) error { return tx.SetCursor("a", "2") })
	<-wake
	select {
	case <-wake:
		t.Error("two commits poked a slow watcher twice")
	default:
	}
	stop()
	update(t, s, func(tx *store.Tx) error { return tx.SetCursor("a", "3") })
	select {
	case <-wake:
		t.Error("poked after stop")
	default:
	}
}

func TestViewIsASnapshot(t *testing.T) {
	s := fresh(t)
	update(t, s, func(tx *store.Tx) error { return tx.SetCursor("a", "before") })
	err := s.View(t.Context(), func(v *store.View) error {
		for range 2 {
			if at, err := v.Cursor("a"); err != nil || at != "before" {
				t.Errorf("got %q, %v", at, err)
			}
			update(t, s, func(tx *store.Tx) error { return tx.SetCursor("a", "after") })
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestWorksInABubbleAndLeavesNoGoroutine(t *testing.T) {
	path := filepath.Join(t.TempDir(), "firebreak.db")
	synctest.Test(t, func(t *testing.T) {
		s, err := store.Open(t.Context(), store.Config{Path: path})
		if err != nil {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		for i := range 50 {
			wg.Go(func() {
				ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
				defer cancel()
				if err := s.Update(ctx, func(tx *store.Tx) error { return tx.SetCursor(fmt.Sprint(i), "x") }); err != nil {
					t.Error(err)
				}
				if err := s.View(ctx, func(v *store.View) error { return must(v.Cursor(fmt.Sprint(i))) }); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		<-time.After(time.Hour) // of the bubble: the writer must count as idle
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		if err := s.Close(); err != nil {
			t.Errorf("second close: %v", err)
		}
		if err := s.Update(t.Context(), func(*store.Tx) error { return nil }); !errors.Is(err, store.ErrClosed) {
			t.Errorf("update after close: %v", err)
		}
	})
	// A second bubble must not meet anything left over from the first.
	synctest.Test(t, func(t *testing.T) {
		s, err := store.Open(t.Context(), store.Config{Path: path})
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Health(t.Context()); err != nil {
			t.Error(err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
}

func TestHealthAndStats(t *testing.T) {
	s := fresh(t)
	if err := s.Health(t.Context()); err != nil {
		t.Fatal(err)
	}
	inc := openIncident(t, s, incident.Incident{Title: "x"})
	openIncident(t, s, incident.Incident{Title: "y", Status: incident.StatusClosed})
	update(t, s, func(tx *store.Tx) error {
		key, e := message(inc.Number, "1.000001", "hello")
		if _, _, err := tx.Record(key, e); err != nil {
			return err
		}
		for i := range 3 {
			if _, _, err := tx.Receive(incident.Inbound{Key: fmt.Sprint(i), ReceivedAt: noon.Add(time.Duration(i))}); err != nil {
				return err
			}
		}
		if err := tx.HandledInbound(1); err != nil {
			return err
		}
		return must2(tx.Plan(incident.Action{Key: "a", Lane: "l"}))
	})
	got, err := s.Stats(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := store.Stats{
		InboxPending: 2, InboxOldest: noon, Actions: map[incident.ActionState]int{incident.ActionPlanned: 1},
		Entries: 1, Incidents: 2, OpenIncidents: 1,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func must2[T, U any](_ T, _ U, err error) error { return err }

func TestTextIsKeptToTheByte(t *testing.T) {
	s := fresh(t)
	inc := openIncident(t, s, incident.Incident{Title: "x"})
	for i, text := range []string{"", "a\x00b", "line\r\nline\u2028", "<script>&amp;", strings.Repeat("ü", 50_000), "\ufeff\u202e"} {
		key, e := message(inc.Number, fmt.Sprintf("%d.000001", i+1), text)
		var rec incident.Entry
		update(t, s, func(tx *store.Tx) (err error) { rec, _, err = tx.Record(key, e); return err })
		if rec.Text != text {
			t.Errorf("text %d came back as %.40q", i, rec.Text)
		}
	}
}

func TestLeftFilesHoldNoErasedText(t *testing.T) {
	dir := t.TempDir()
	s := open(t, filepath.Join(dir, "firebreak.db"))
	update(t, s, func(tx *store.Tx) error { return tx.SetCursor("a", "hunter2hunter2") })
	update(t, s, func(tx *store.Tx) error { return tx.SetCursor("a", "nothing") })
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		if b, err := os.ReadFile(name); err != nil || bytes.Contains(b, []byte("hunter2hunter2")) {
			t.Errorf("%s holds what was overwritten (%v)", filepath.Base(name), err)
		}
	}
}
