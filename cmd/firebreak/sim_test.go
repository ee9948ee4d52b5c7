package main

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"firebreak/incident"
	"firebreak/store"
)

var (
	simSeed  = flag.Int64("sim.seed", -1, "simulate this seed only, with the bot's log")
	simFrom  = flag.Int64("sim.from", 0, "the first of the seeds to simulate")
	simSeeds = flag.Int("sim.seeds", 4, "how many seeds to simulate")
	simHours = flag.Float64("sim.hours", 0.4, "virtual hours that a simulated day has")
	simPrint = flag.Bool("sim.plan", false, "print the plan of each simulated day")
)

// TestSimulation lives seeded days: people, vendors and faults as the plan of
// the seed has them, the real bot among them. When the faults have ended and
// everything has come to rest, the emulators' ledgers are compared with the
// database (sim_oracle_test.go). A day that fails says how to live it again.
func TestSimulation(t *testing.T) {
	first, n := *simFrom, *simSeeds
	if *simSeed >= 0 {
		first, n = *simSeed, 1
	}
	for i := range n {
		seed := first + int64(i)
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			simulate(t, newSimPlan(uint64(seed), *simHours))
		})
	}
}

// TestSimulatedDay lives a day of 24 hours.
func TestSimulatedDay(t *testing.T) {
	if sampled() {
		t.Skip("a virtual day takes half a minute")
	}
	t.Parallel()
	simulate(t, newSimPlan(uint64(max(*simSeed, 0)), 24))
}

// sim is a simulated day under way.
type sim struct {
	*world
	plan simPlan
	said int            // how much people have said, so that no two texts are the same
	busy sync.WaitGroup // people who wait for an answer
}

// simulate lives a day and judges it; it gives what came of it.
func simulate(t *testing.T, p simPlan) (outcome string) {
	t.Helper()
	if *simPrint {
		t.Log(p)
	}
	inSeededWorld(t, int64(p.seed), func(w *world) {
		defer func() {
			if w.t.Failed() {
				w.t.Errorf("to live this day again: go test ./cmd/firebreak -run %s -sim.seed=%d -sim.hours=%g -v", strings.Split(t.Name(), "/")[0], p.seed, p.hours)
			}
		}()
		w.level = unread
		if *simSeed >= 0 {
			w.level = slog.LevelInfo
		}
		w.env["FIREBREAK_STORM_PAGES"] = "2"
		w.env["FIREBREAK_RULES"] = "builtin"
		s := &sim{world: w, plan: p}
		s.live()
		s.heal()
		s.rest()
		outcome = s.outcome()
		s.judge()
	})
	return outcome
}

// live does what the plan says, when it says so.
func (s *sim) live() {
	s.sb.Faults.Lag(s.plan.lag)
	s.begin()
	deeds := simDeeds()
	began := time.Now()
	for _, st := range s.plan.steps {
		if d := st.at - time.Since(began); d > 0 {
			s.pass(d)
		}
		synctest.Wait()
		if *simSeed >= 0 {
			s.t.Logf("%s %s", time.Now().Format("15:04:05.000"), st)
		}
		deeds[st.verb](s, st)
	}
}

// begin starts the bot without waiting for anything.
func (s *sim) begin() {
	s.assemble(s.env)
	s.launch(s.app.run)
}

// heal ends every trouble.
func (s *sim) heal() {
	s.sb.Faults.Clear()
	s.sb.PagerDuty.Down(false)
	s.sb.GitLab.Down(false)
	s.sb.Slack.Down(false)
	s.sb.Slack.Jitter(0)
	s.sb.Slack.StartPings()
	s.sb.Slack.Release(true)
	if s.app == nil {
		s.begin()
	}
	s.busy.Wait()
}

// simRest is how long everything may take to come to rest: the last repeats
// of an event come after six minutes.
const simRest = 20 * time.Minute

// simIdle is how long a bot that has nothing to do is watched.
const simIdle = 3 * time.Minute

// rest waits until every event has been told or given up, makes the bot look
// at the channels' history once more, and waits until nothing is left to do.
func (s *sim) rest() {
	deadline := time.Now().Add(simRest)
	s.settled(deadline)
	s.sb.Slack.DropSockets()
	since := time.Now()
	s.waitUntil(deadline, "every channel is compared with its history", func() bool { return s.comparedSince(since) })
	s.settled(deadline)
}

// settled waits until nothing has been left to do for so long that every poll
// has come round.
func (s *sim) settled(deadline time.Time) {
	quiet := 0
	s.waitUntil(deadline, "nothing is left to do", func() bool {
		quiet++
		if !s.still() {
			quiet = 0
		}
		return quiet > 100
	})
}

func (s *sim) waitUntil(deadline time.Time, what string, cond func() bool) {
	s.t.Helper()
	for !cond() {
		if time.Now().After(deadline) {
			s.dump()
			s.t.Fatalf("I6 convergence: not within %s: %s", simRest, what)
		}
		s.pass(time.Second)
		synctest.Wait()
	}
}

// comparedSince says whether all channels have been compared with their
// history from a later moment on.
func (s *sim) comparedSince(t time.Time) bool {
	done := true
	s.view(func(v *store.View) error {
		incs, err := v.Incidents(incident.Operator())
		for _, inc := range incs {
			if inc.Channel.ID == "" || (inc.Closed() && time.Since(inc.ClosedAt) > 7*24*time.Hour) {
				continue
			}
			value, err := v.Cursor("slack.verified:" + inc.Channel.ID)
			if err != nil {
				return err
			}
			at, err := time.Parse(time.RFC3339Nano, value)
			done = done && err == nil && !at.Before(t)
		}
		return err
	})
	return done
}

// still says whether nothing is under way: what waits for a parked action
// waits for a person.
func (s *sim) still() bool {
	st, err := s.app.store.Stats(context.Background())
	if err != nil {
		s.t.Fatal(err)
	}
	return st.InboxPending == 0 && st.Actions[incident.ActionPlanned] == 0 && st.Actions[incident.ActionSending] == 0 &&
		st.Actions[incident.ActionUnknown] == 0 && s.sb.Slack.Undelivered() == 0
}
