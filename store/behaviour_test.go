package store_test

import (
	"fmt"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"firebreak/store"
)

// TestBehaviourIsCapped: of too many groups those kept longest ago are
// forgotten, rule by rule, and counted.
func TestBehaviourIsCapped(t *testing.T) {
	s := fresh(t)
	keep := func(rule, group string) {
		update(t, s, func(tx *store.Tx) error {
			return tx.SaveBehaviour(store.Behaviour{Rule: rule, Group: group, State: []byte(group), Groups: 3})
		})
	}
	keep("other", "g0")
	for i := range 3 {
		keep("rule", fmt.Sprintf("g%d", i))
	}
	keep("rule", "g0") // is the newest now
	keep("rule", "g3")
	keep("rule", "g4")
	kept := read(t, s, func(v *store.View) (map[string]string, error) {
		m := map[string]string{}
		for _, rule := range []string{"rule", "other"} {
			for i := range 5 {
				b, err := v.Behaviour(rule, fmt.Sprintf("g%d", i))
				if err != nil {
					return nil, err
				}
				if b != nil {
					m[fmt.Sprintf("%s g%d", rule, i)] = string(b)
				}
			}
		}
		return m, nil
	})
	want := map[string]string{"rule g0": "g0", "rule g3": "g3", "rule g4": "g4", "other g0": "g0"}
	if diff := gocmp.Diff(want, kept); diff != "" {
		t.Errorf("kept (-want +got):\n%s", diff)
	}
	stats := read(t, s, func(v *store.View) (store.BehaviourStats, error) { return v.BehaviourStats("rule") })
	if stats != (store.BehaviourStats{Groups: 3, Forgotten: 2}) {
		t.Errorf("counts: %+v", stats)
	}
}

// TestBehaviourComesDue in order of time, once it is.
func TestBehaviourComesDue(t *testing.T) {
	s := fresh(t)
	now := time.Date(2026, 9, 7, 0, 0, 0, 0, time.UTC)
	update(t, s, func(tx *store.Tx) error {
		for i, due := range []time.Time{now.Add(time.Minute), {}, now, now.Add(time.Hour), now.Add(-time.Second)} {
			b := store.Behaviour{Rule: "rule", Group: fmt.Sprintf("g%d", i), State: []byte("{}"), Due: due, Groups: 10, Late: i == 1}
			if err := tx.SaveBehaviour(b); err != nil {
				return err
			}
		}
		return nil
	})
	due := func(at time.Time, limit int) (groups []string) {
		list := read(t, s, func(v *store.View) ([]store.Behaviour, error) { return v.DueBehaviours(at, limit) })
		for _, b := range list {
			groups = append(groups, b.Group)
		}
		return groups
	}
	if diff := gocmp.Diff([]string{"g4", "g2"}, due(now, 9)); diff != "" {
		t.Errorf("due (-want +got):\n%s", diff)
	}
	if diff := gocmp.Diff([]string{"g4"}, due(now.Add(time.Hour), 1)); diff != "" {
		t.Errorf("first due (-want +got):\n%s", diff)
	}
	stats := read(t, s, func(v *store.View) (store.BehaviourStats, error) { return v.BehaviourStats("rule") })
	if stats.Late != 1 || stats.Groups != 5 {
		t.Errorf("counts: %+v", stats)
	}
}
