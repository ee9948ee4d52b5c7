package bot

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"firebreak/incident"
	"firebreak/store"
)

// receive puts a row into the inbox as if it had come at a time.
func receive(t *testing.T, st *store.Store, key string, at time.Time) {
	t.Helper()
	err := st.Update(t.Context(), func(tx *store.Tx) error {
		_, _, err := tx.Receive(incident.Inbound{Key: key, Source: "events_api", Lane: "C1", ReceivedAt: at})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestBacklogCheck: rows that wait are no trouble until the oldest is late.
func TestBacklogCheck(t *testing.T) {
	st := openStore(t)
	b := newBot(t, st)
	check := func() Check { return b.Checks(t.Context(), false)[checkBacklog] }
	if c := check(); !c.OK {
		t.Errorf("nothing waits: %+v", c)
	}
	receive(t, st, "ev:1", time.Now().Add(-20*time.Second))
	if c := check(); !c.OK || !strings.Contains(c.Detail, "1 event ") {
		t.Errorf("the oldest waits for 20 s: %+v", c)
	}
	receive(t, st, "ev:2", time.Now().Add(-40*time.Second))
	if c := check(); c.OK || !strings.Contains(c.Detail, "40s") {
		t.Errorf("the oldest waits for 40 s: %+v", c)
	}
}

// TestServiceCheck: a service is in trouble once it has not answered for
// three intervals, or not said anything at all for a minute more.
func TestServiceCheck(t *testing.T) {
	const patience = failedPolls * 5 * time.Second
	refused := errors.New("refused")
	synctest.Test(t, func(t *testing.T) {
		now := time.Now()
		ago := func(d time.Duration) time.Time { return now.Add(-d) }
		for name, test := range map[string]struct {
			s  service
			ok bool
		}{
			"starting":           {service{}, true},
			"never answered":     {service{err: refused}, false},
			"well":               {service{answered: now}, true},
			"two polls failed":   {service{answered: ago(14 * time.Second), err: refused}, true},
			"three polls failed": {service{answered: ago(15 * time.Second), err: refused}, false},
			"a long round":       {service{answered: ago(70 * time.Second)}, true},
			"hangs":              {service{answered: ago(80 * time.Second)}, false},
		} {
			if got := test.s.check(patience); got.OK != test.ok || got.Detail == "" {
				t.Errorf("%s: %+v, want ok %v", name, got, test.ok)
			}
		}
	})
}

// TestOurFullDiskIsNotTheirFailure: what PagerDuty said could not be stored;
// that is the disk's trouble, not PagerDuty's.
func TestOurFullDiskIsNotTheirFailure(t *testing.T) {
	var h health
	h.polled(store.ErrFull)
	if c := h.pager.check(time.Second); !c.OK {
		t.Errorf("PagerDuty is blamed: %+v", c)
	}
	h.polled(errors.New("refused"))
	if c := h.pager.check(0); c.OK {
		t.Errorf("PagerDuty is not blamed: %+v", c)
	}
}
