package store

import (
	"context"
	"fmt"
	"time"

	"firebreak/incident"
)

// Health says whether the database can be used: written to, by really
// writing, or read when it was opened for reading only.
func (s *Store) Health(ctx context.Context) error {
	if s.write == nil {
		return s.View(ctx, func(v *View) error {
			_, err := one(v, value[int], `SELECT count(*) FROM heartbeat`)
			return err
		})
	}
	return s.Urgent(ctx, func(tx *Tx) error {
		_, err := tx.exec(`INSERT INTO heartbeat (id, at) VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET at = excluded.at`, micros(time.Now()))
		return err
	})
}

// Refused says why the last update was not kept, if it was the database that
// did not keep it: nil after one that was, and before the first. It asks
// nobody, unlike Health.
func (s *Store) Refused() error {
	if s.write == nil {
		return nil
	}
	if err := s.write.refused.Load(); err != nil {
		return *err
	}
	return nil
}

// Stats counts what operators watch.
type Stats struct {
	InboxPending  int
	InboxOldest   time.Time // of the pending ones; zero when none is
	InboxPoisoned int       // set aside after failing too often
	Actions       map[incident.ActionState]int
	Entries       int
	Incidents     int
	OpenIncidents int
}

// Stats counts, cheaply enough for each scrape.
func (s *Store) Stats(ctx context.Context) (st Stats, err error) {
	err = s.View(ctx, func(v *View) error {
		st, err = v.stats()
		return err
	})
	if err != nil {
		return Stats{}, fmt.Errorf("count: %w", err)
	}
	return st, nil
}

func (v *View) stats() (st Stats, err error) {
	if st.InboxPending, st.InboxOldest, err = v.InboundBacklog(); err != nil {
		return st, err
	}
	if st.InboxPoisoned, err = one(v, value[int], `SELECT count(*) FROM inbox WHERE state = 'poisoned'`); err != nil {
		return st, err
	}
	st.Actions = map[incident.ActionState]int{}
	if _, err = all(v, func(row row) (_ struct{}, err error) {
		var s incident.ActionState
		var n int
		err = row.Scan(&s, &n)
		st.Actions[s] = n
		return struct{}{}, err
	}, `SELECT state, count(*) FROM actions GROUP BY state`); err != nil {
		return st, err
	}
	_, err = one(v, func(row row) (_ struct{}, err error) {
		return struct{}{}, row.Scan(&st.Entries, &st.Incidents, &st.OpenIncidents)
	}, `SELECT coalesce(sum(last_n), 0), count(*), coalesce(sum(status <> ?), 0) FROM incidents`, incident.StatusClosed)
	return st, err
}
