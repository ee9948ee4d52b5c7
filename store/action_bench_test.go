package store_test

import (
	"fmt"
	"testing"
	"time"

	"firebreak/incident"
	"firebreak/store"
)

// BenchmarkRunnable asks for what can be done while 300 incidents wait for
// their channels, and 20,000 actions are done: each commit makes the runner
// ask so.
func BenchmarkRunnable(b *testing.B) {
	s := fresh(b)
	err := s.Update(b.Context(), func(tx *store.Tx) error {
		for n := range incident.Number(300) {
			if err := planWaiting(tx, n); err != nil {
				return err
			}
		}
		for i := range 20000 {
			a, _, err := tx.Plan(incident.Action{Key: fmt.Sprint("done:", i), Kind: "message.post", Lane: "slack:INC-1"})
			if err != nil {
				return err
			}
			if err := tx.FinishAction(a.ID, a.Fence, incident.ActionDone, nil, ""); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		err := s.View(b.Context(), func(v *store.View) error {
			heads, _, err := v.Runnable(time.Now(), 5)
			if err == nil && len(heads) != 5 {
				err = fmt.Errorf("%d heads", len(heads))
			}
			return err
		})
		if err != nil {
			b.Fatal(err)
		}
	}
}

// planWaiting plans what an incident begins with.
func planWaiting(tx *store.Tx, n incident.Number) error {
	lane := "slack:" + n.String()
	channel, _, err := tx.Plan(incident.Action{Key: "channel:" + n.String(), Kind: "channel.create", Lane: lane, Incident: n, Rank: incident.RankOpen})
	if err != nil {
		return err
	}
	for _, kind := range []string{"channel.header", "channel.topic", "channel.invite", "channel.bookmark"} {
		_, _, err := tx.Plan(incident.Action{Key: kind + n.String(), Kind: kind, Lane: lane + ":" + kind, Incident: n, Needs: []int64{channel.ID}})
		if err != nil {
			return err
		}
	}
	return nil
}
