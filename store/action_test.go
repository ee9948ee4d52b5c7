package store_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"firebreak/incident"
	"firebreak/store"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

func plan(t testing.TB, s *store.Store, a incident.Action) incident.Action {
	t.Helper()
	update(t, s, func(tx *store.Tx) (err error) {
		a, _, err = tx.Plan(a)
		return err
	})
	return a
}

func claim(t testing.TB, s *store.Store, id int64) (a incident.Action) {
	t.Helper()
	update(t, s, func(tx *store.Tx) (err error) {
		a, _, err = tx.ClaimAction(id, time.Now().Add(time.Minute))
		return err
	})
	return a
}

func reclaim(tx *store.Tx, id int64) error {
	_, _, err := tx.ClaimAction(id, noon)
	return err
}

func finish(t testing.TB, s *store.Store, a incident.Action, state incident.ActionState) {
	t.Helper()
	update(t, s, func(tx *store.Tx) error { return tx.FinishAction(a.ID, a.Fence, state, nil, "because") })
}

// runnable gives the keys of what may be claimed.
func runnable(t testing.TB, s *store.Store, now time.Time) []string {
	t.Helper()
	var keys []string
	for _, a := range read(t, s, func(v *store.View) (list []incident.Action, err error) {
		list, _, err = v.Runnable(now, 100)
		return list, err
	}) {
		keys = append(keys, a.Key)
	}
	return keys
}

func wantRunnable(t testing.TB, s *store.Store, now time.Time, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, runnable(t, s, now), cmpopts.EquateEmpty()); diff != "" {
		t.Error(diff)
	}
}

func TestPlanIsOncePerKey(t *testing.T) {
	s := fresh(t)
	first := plan(t, s, incident.Action{
		Key: "channel:INC-1", Kind: "channel.create", Lane: "INC-1", Incident: 1,
		Payload: json.RawMessage(`{"name":"inc-1"}`), NotBefore: noon, CreatedAt: noon,
	})
	second := plan(t, s, incident.Action{Key: "topic:INC-1", Kind: "topic.set", Lane: "INC-1", Needs: []int64{first.ID}})
	update(t, s, func(tx *store.Tx) error {
		again, fresh, err := tx.Plan(incident.Action{Key: "channel:INC-1", Kind: "other"})
		if fresh {
			t.Error("fresh again")
		}
		if diff := cmp.Diff(first, again); diff != "" {
			t.Error(diff)
		}
		return err
	})
	want := incident.Action{
		ID: first.ID, Key: "channel:INC-1", Kind: "channel.create", Lane: "INC-1", Incident: 1,
		Payload: json.RawMessage(`{"name":"inc-1"}`), NotBefore: noon, CreatedAt: noon, State: incident.ActionPlanned,
	}
	if diff := cmp.Diff(want, first); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]int64{first.ID}, second.Needs); diff != "" {
		t.Error(diff)
	}
	if err := s.Update(t.Context(), func(tx *store.Tx) error {
		return must2(tx.Plan(incident.Action{Key: "x", Needs: []int64{999}}))
	}); err == nil {
		t.Error("an action needs one that does not exist")
	}
	byKey := read(t, s, func(v *store.View) (incident.Action, error) { return v.ActionByKey("topic:INC-1") })
	if diff := cmp.Diff(second, byKey); diff != "" {
		t.Error(diff)
	}
	err := s.View(t.Context(), func(v *store.View) error { return must(v.Action(99)) })
	if !errors.Is(err, store.ErrNotFound) {
		t.Errorf("got %v", err)
	}
}

func TestLanesRunInOrderOneAtATime(t *testing.T) {
	s := fresh(t)
	now := time.Now()
	a1 := plan(t, s, incident.Action{Key: "a1", Lane: "a"})
	plan(t, s, incident.Action{Key: "a2", Lane: "a"})
	b1 := plan(t, s, incident.Action{Key: "b1", Lane: "b"})
	wantRunnable(t, s, now, "a1", "b1")
	a1 = claim(t, s, a1.ID)
	wantRunnable(t, s, now, "b1")
	finish(t, s, a1, incident.ActionDone)
	wantRunnable(t, s, now, "a2", "b1")
	b1 = claim(t, s, b1.ID)
	later := now.Add(time.Minute)
	update(t, s, func(tx *store.Tx) error {
		return tx.RetryAction(b1.ID, b1.Fence, incident.ActionPlanned, later, "rate limited")
	})
	wantRunnable(t, s, now, "a2")
	wantRunnable(t, s, later, "a2", "b1")
	next := func(now time.Time) time.Time {
		return read(t, s, func(v *store.View) (at time.Time, err error) { _, at, err = v.Runnable(now, 100); return at, err })
	}
	if at := next(now); !at.Equal(later.Truncate(time.Microsecond)) {
		t.Errorf("next at %v", at)
	}
	if at := next(later); !at.IsZero() {
		t.Errorf("next after the last: %v", at)
	}
}

// The most urgent come first, the worst incident's before others, and no kind
// takes all the room.
func TestTheMostUrgentRunFirst(t *testing.T) {
	s := fresh(t)
	minor := openIncident(t, s, incident.Incident{Title: "minor", Severity: incident.SEV3})
	worst := openIncident(t, s, incident.Incident{Title: "worst", Severity: incident.SEV1})
	for i, a := range []incident.Action{
		{Key: "topic", Kind: "topic", Incident: minor.Number, Rank: incident.RankLook},
		{Key: "channel 1", Kind: "channel", Incident: minor.Number, Rank: incident.RankOpen},
		{Key: "channel 2", Kind: "channel", Incident: minor.Number, Rank: incident.RankOpen},
		{Key: "channel of the worst", Kind: "channel", Incident: worst.Number, Rank: incident.RankOpen},
		{Key: "form", Kind: "form", Rank: incident.RankAsked},
	} {
		a.Lane = fmt.Sprint("lane ", i)
		plan(t, s, a)
	}
	wantRunnable(t, s, time.Now(), "form", "channel of the worst", "channel 1", "channel 2", "topic")
	few := read(t, s, func(v *store.View) (list []incident.Action, err error) {
		list, _, err = v.Runnable(time.Now(), 1)
		return list, err
	})
	var keys []string
	for _, a := range few {
		keys = append(keys, a.Key)
	}
	if diff := cmp.Diff([]string{"form", "channel of the worst", "topic"}, keys); diff != "" {
		t.Error(diff)
	}
	worst.Severity = incident.SEV4
	update(t, s, func(tx *store.Tx) error { return tx.SaveIncident(worst) })
	wantRunnable(t, s, time.Now(), "form", "channel 1", "channel 2", "channel of the worst", "topic")
}

// What is absorbed is done with the one that absorbs it, and only what waits
// for nothing else is behind it.
func TestAbsorbing(t *testing.T) {
	s := fresh(t)
	first := plan(t, s, incident.Action{Key: "first", Kind: "topic", Lane: "a"})
	other := plan(t, s, incident.Action{Key: "other", Kind: "post", Lane: "a"})
	plan(t, s, incident.Action{Key: "second", Kind: "topic", Lane: "a"})
	plan(t, s, incident.Action{Key: "needs", Kind: "topic", Lane: "a", Needs: []int64{other.ID}})
	plan(t, s, incident.Action{Key: "later", Kind: "topic", Lane: "a", NotBefore: time.Now().Add(time.Hour)})
	plan(t, s, incident.Action{Key: "elsewhere", Kind: "topic", Lane: "b"})
	first = claim(t, s, first.ID)
	update(t, s, func(tx *store.Tx) error {
		behind, err := tx.Behind(first, 10)
		if err != nil || len(behind) != 1 || behind[0].Key != "second" {
			t.Fatalf("behind: %+v, %v", behind, err)
		}
		got, err := tx.Absorb(first, json.RawMessage(`["both"]`), behind)
		if err != nil || string(got.Payload) != `["both"]` || got.State != incident.ActionSending {
			t.Errorf("%+v, %v", got, err)
		}
		second, err := tx.Action(behind[0].ID)
		if err != nil || second.State != incident.ActionDone || second.Reason != fmt.Sprintf("done with action %d", first.ID) {
			t.Errorf("%+v, %v", second, err)
		}
		return nil
	})
	finish(t, s, first, incident.ActionDone)
	err := s.Update(t.Context(), func(tx *store.Tx) error { return must(tx.Absorb(first, nil, nil)) })
	if !errors.Is(err, store.ErrFenced) {
		t.Errorf("one that is done absorbs: %v", err)
	}
}

func TestWhatIsParkedBlocksOnlyWhatNeedsIt(t *testing.T) {
	s := fresh(t)
	now := time.Now()
	channel := plan(t, s, incident.Action{Key: "channel", Kind: "channel.create", Lane: "a"})
	topic := plan(t, s, incident.Action{Key: "topic", Lane: "a", Needs: []int64{channel.ID}})
	plan(t, s, incident.Action{Key: "after topic", Lane: "b", Needs: []int64{topic.ID}})
	plan(t, s, incident.Action{Key: "note", Lane: "a"})
	plan(t, s, incident.Action{Key: "other", Lane: "b"})
	wantRunnable(t, s, now, "channel") // "after topic" waits for what is open, and holds its lane
	channel = claim(t, s, channel.ID)
	finish(t, s, channel, incident.ActionParked)
	wantRunnable(t, s, now, "note", "other")
	got := read(t, s, func(v *store.View) (incident.Action, error) { return v.Action(topic.ID) })
	if got.State != incident.ActionPlanned || got.Reason != fmt.Sprintf("waits for action %d (channel.create), which is parked", channel.ID) {
		t.Errorf("the topic is %s, %q", got.State, got.Reason)
	}
	var open []string
	for _, a := range read(t, s, func(v *store.View) ([]incident.Action, error) { return v.Actions(0, true) }) {
		open = append(open, a.Key)
	}
	if want := []string{"channel", "topic", "after topic", "note", "other"}; !slices.Equal(open, want) {
		t.Errorf("open or parked: %v", open)
	}
	update(t, s, func(tx *store.Tx) error { // a person asks for it again
		return tx.RetryAction(channel.ID, channel.Fence, incident.ActionPlanned, now, "")
	})
	wantRunnable(t, s, now, "channel")
	finish(t, s, claim(t, s, channel.ID), incident.ActionDone)
	wantRunnable(t, s, now, "topic")
	finish(t, s, claim(t, s, topic.ID), incident.ActionDone)
	wantRunnable(t, s, now, "after topic", "note")
}

func TestALateResultIsRefused(t *testing.T) {
	s := fresh(t)
	a := plan(t, s, incident.Action{Key: "a", Lane: "a"})
	old := claim(t, s, a.ID)
	if old.State != incident.ActionSending || old.Attempts != 1 || old.Fence != 1 || old.FirstSent.IsZero() || old.Lease.IsZero() {
		t.Errorf("claimed: %+v", old)
	}
	refused := func(what string, fn func(*store.Tx) error) {
		t.Helper()
		if err := s.Update(t.Context(), fn); !errors.Is(err, store.ErrFenced) {
			t.Errorf("%s: %v", what, err)
		}
	}
	refused("second claim", func(tx *store.Tx) error { return reclaim(tx, a.ID) })
	update(t, s, func(tx *store.Tx) error {
		if n, err := tx.RecoverActions(); err != nil || n != 1 {
			t.Errorf("recovered %d, %v", n, err)
		}
		return nil
	})
	wantRunnable(t, s, time.Now(), "a")
	refused("result of a dead claim", func(tx *store.Tx) error {
		return tx.FinishAction(a.ID, old.Fence, incident.ActionDone, nil, "")
	})
	again := claim(t, s, a.ID)
	if again.Fence <= old.Fence || again.Attempts != 2 || !again.FirstSent.Equal(old.FirstSent) {
		t.Errorf("claimed again: %+v", again)
	}
	update(t, s, func(tx *store.Tx) error {
		return tx.FinishAction(a.ID, again.Fence, incident.ActionDone, json.RawMessage(`{"ts":"1.2"}`), "")
	})
	refused("second result", func(tx *store.Tx) error {
		return tx.FinishAction(a.ID, again.Fence, incident.ActionLost, nil, "")
	})
	refused("retry of what is done", func(tx *store.Tx) error {
		return tx.RetryAction(a.ID, again.Fence, incident.ActionPlanned, noon, "")
	})
	done := read(t, s, func(v *store.View) (incident.Action, error) { return v.Action(a.ID) })
	if string(done.Result) != `{"ts":"1.2"}` || done.State != incident.ActionDone || done.DoneAt.IsZero() {
		t.Errorf("done: %+v", done)
	}
	for _, bad := range []func(*store.Tx) error{
		func(tx *store.Tx) error { return tx.FinishAction(99, 0, incident.ActionDone, nil, "") },
		func(tx *store.Tx) error { return reclaim(tx, 99) },
	} {
		if err := s.Update(t.Context(), bad); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("an action that is not there: %v", err)
		}
	}
	if err := s.Update(t.Context(), func(tx *store.Tx) error {
		return tx.FinishAction(a.ID, again.Fence, incident.ActionPlanned, nil, "")
	}); err == nil {
		t.Error("finished as planned")
	}
}

// TestAClaimTellsWhatWas: only the claim says whether an earlier call may have
// had its effect, and it is not to be had before its time.
func TestAClaimTellsWhatWas(t *testing.T) {
	s := fresh(t)
	a := plan(t, s, incident.Action{Key: "a", Lane: "a"})
	later := time.Now().Add(time.Hour)
	for _, want := range []incident.ActionState{incident.ActionPlanned, incident.ActionUnknown} {
		var was incident.ActionState
		update(t, s, func(tx *store.Tx) (err error) {
			a, was, err = tx.ClaimAction(a.ID, later)
			return err
		})
		if was != want {
			t.Errorf("it was %q, want %q", was, want)
		}
		update(t, s, func(tx *store.Tx) error {
			return tx.RetryAction(a.ID, a.Fence, incident.ActionUnknown, time.Now(), "")
		})
	}
	update(t, s, func(tx *store.Tx) error { return tx.RetryAction(a.ID, a.Fence, incident.ActionUnknown, later, "") })
	if err := s.Update(t.Context(), func(tx *store.Tx) error { return reclaim(tx, a.ID) }); !errors.Is(err, store.ErrFenced) {
		t.Errorf("claimed an hour early: %v", err)
	}
}

// However lanes and needs cross, something can always run until all is done
// but what was refused and what needs that.
func TestLanesAndNeedsNeverDeadlock(t *testing.T) {
	s := fresh(t)
	round := 0
	rapid.Check(t, func(rt *rapid.T) {
		round++
		ids := planAnything(t, rt, s, round)
		update(t, s, func(tx *store.Tx) error {
			for {
				list, _, err := tx.Runnable(time.Now(), 100)
				if err != nil || len(list) == 0 {
					return err
				}
				lanes := map[string]bool{}
				for _, a := range list {
					if lanes[a.Lane] {
						rt.Errorf("two of lane %s at once", a.Lane)
					}
					lanes[a.Lane] = true
					c, _, err := tx.ClaimAction(a.ID, noon)
					if err != nil {
						return err
					}
					end := incident.ActionDone
					if a.Kind == "refused" {
						end = incident.ActionParked
					}
					if err := tx.FinishAction(c.ID, c.Fence, end, nil, "x"); err != nil {
						return err
					}
				}
			}
		})
		byID := map[int64]incident.Action{}
		for _, id := range ids {
			a := read(t, s, func(v *store.View) (incident.Action, error) { return v.Action(id) })
			byID[id] = a
			blocked := slices.ContainsFunc(a.Needs, func(id int64) bool { return byID[id].State != incident.ActionDone })
			if (a.State == incident.ActionPlanned) != blocked {
				rt.Errorf("action %d is %s, its needs %v", a.ID, a.State, a.Needs)
			}
		}
	})
}

// planAnything plans actions at random, in lanes of this round's own.
func planAnything(t *testing.T, rt *rapid.T, s *store.Store, round int) (ids []int64) {
	t.Helper()
	update(t, s, func(tx *store.Tx) error {
		for i := range rapid.IntRange(1, 12).Draw(rt, "count") {
			a := incident.Action{
				Key:  fmt.Sprint(round, i),
				Lane: fmt.Sprint(round, rapid.SampledFrom([]string{"a", "b", "c"}).Draw(rt, "lane")),
				Kind: rapid.SampledFrom([]string{"", "", "refused"}).Draw(rt, "kind"),
			}
			for _, need := range ids {
				if rapid.IntRange(0, 3).Draw(rt, "needs") == 0 {
					a.Needs = append(a.Needs, need)
				}
			}
			a, _, err := tx.Plan(a)
			if err != nil {
				return err
			}
			ids = append(ids, a.ID)
		}
		return nil
	})
	return ids
}
