package store_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"time"

	"firebreak/incident"
	"firebreak/store"

	"github.com/google/go-cmp/cmp"
)

func pending(t testing.TB, s *store.Store, after int64) []incident.Inbound {
	t.Helper()
	return read(t, s, func(v *store.View) ([]incident.Inbound, error) { return v.PendingInbound(after, 10) })
}

func TestAnInboundKeyIsTakenForEver(t *testing.T) {
	s := fresh(t)
	in := incident.Inbound{Key: "Ev1", Source: "events_api", Lane: "C1", Payload: json.RawMessage("{\"a\":\"\x00\xff\"}"), ReceivedAt: noon}
	receive := func(wantFresh bool) (id int64) {
		t.Helper()
		update(t, s, func(tx *store.Tx) error {
			var fresh bool
			var err error
			id, fresh, err = tx.Receive(in)
			if fresh != wantFresh {
				t.Errorf("fresh %t, want %t", fresh, wantFresh)
			}
			return err
		})
		return id
	}
	id := receive(true)
	if again := receive(false); again != id {
		t.Errorf("id %d, then %d", id, again)
	}
	in.ID = id
	if diff := cmp.Diff([]incident.Inbound{in}, pending(t, s, 0)); diff != "" {
		t.Error(diff)
	}
	update(t, s, func(tx *store.Tx) error { return tx.HandledInbound(id) })
	receive(false)
	if got := pending(t, s, 0); len(got) != 0 {
		t.Errorf("pending after it was handled: %v", got)
	}
}

func TestARowThatKeepsFailingIsSetAside(t *testing.T) {
	s := fresh(t)
	for i := range 3 {
		update(t, s, func(tx *store.Tx) error {
			return must2(tx.Receive(incident.Inbound{Key: fmt.Sprint(i), ReceivedAt: noon.Add(time.Duration(i) * time.Second)}))
		})
	}
	if got := pending(t, s, 1); len(got) != 2 || got[0].ID != 2 {
		t.Errorf("after 1: %v", got)
	}
	for attempt := range 5 {
		if got := pending(t, s, 0); len(got) != 3 || got[0].Attempts != attempt {
			t.Errorf("attempt %d: %v", attempt, got)
		}
		update(t, s, func(tx *store.Tx) error { return tx.FailInbound(1, "it cannot be read") })
	}
	if got := pending(t, s, 0); len(got) != 2 || got[0].ID != 2 {
		t.Errorf("pending %v", got)
	}
	var count int
	var oldest time.Time
	if err := s.View(t.Context(), func(v *store.View) (err error) {
		count, oldest, err = v.InboundBacklog()
		return err
	}); err != nil || count != 2 || !oldest.Equal(noon.Add(time.Second)) {
		t.Errorf("backlog %d since %v, %v", count, oldest, err)
	}
	for name, fn := range map[string]func(*store.Tx) error{
		"failing what is set aside":  func(tx *store.Tx) error { return tx.FailInbound(1, "") },
		"handling what is not there": func(tx *store.Tx) error { return tx.HandledInbound(99) },
		"failing what is not there":  func(tx *store.Tx) error { return tx.FailInbound(99, "") },
	} {
		if err := s.Update(t.Context(), fn); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
