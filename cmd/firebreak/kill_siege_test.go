package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"firebreak/incident"
	"firebreak/integrations/sandbox"
	"firebreak/store"
)

// siege is a firebreak that is killed again and again: a real process against
// a sandbox on loopback, and people who go on working meanwhile.
type siege struct {
	t       *testing.T
	sb      *sandbox.Sandbox
	people  *bystanders
	program string
	env     map[string]string
	path    string // of the database
	pages   int

	began time.Time
	proc  *process
	older []string       // incident channels that were there before it
	kills map[string]int // by where they struck
	under map[string]int // what was under way then, by kind
}

// patienceForReal is how long anything may take on a busy machine.
const patienceForReal = 60 * time.Second

// newSiege builds firebreak, starts the sandbox, and lets a first process
// open the first incident.
func newSiege(t *testing.T) *siege {
	t.Helper()
	if raced {
		t.Skip("the process it runs is not watched by the race detector")
	}
	s := &siege{
		t: t, program: buildCrashing(t), path: filepath.Join(t.TempDir(), "firebreak.db"), began: time.Now(),
		// Rate limits are left to the client: it keeps them in real time.
		sb: sandbox.New(sandbox.Options{Seed: 1, LimitScale: -1}), kills: map[string]int{}, under: map[string]int{},
	}
	if err := s.sb.Start(context.Background(), sandbox.Loopback()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if s.proc != nil {
			s.proc.kill()
		}
		if err := s.sb.Close(); err != nil {
			t.Error(err)
		}
	})
	s.env = s.sb.Env()
	maps.Copy(s.env, map[string]string{
		"FIREBREAK_DATABASE_URL":            "sqlite:" + s.path,
		"FIREBREAK_LISTEN":                  "127.0.0.1:0",
		"FIREBREAK_PAGERDUTY_POLL_INTERVAL": "200ms",
		"FIREBREAK_GITLAB_SYNC_INTERVAL":    "300ms",
	})
	s.people = newBystanders(s.sb, s.known)
	s.launch("")
	s.until("firebreak is connected", func() bool { return s.sb.Slack.Sockets() > 0 })
	s.page()
	s.until("the first incident has its channel", func() bool { return len(s.ready()) == 1 })
	s.people.gather(s.ready()[0].Channel.ID)
	s.proc.terminate()
	return s
}

// launch starts the next process.
func (s *siege) launch(crashAt string) {
	s.t.Helper()
	s.older = s.people.places()
	s.proc = launch(s.t, s.program, s.env, crashAt)
}

func crashAt(point string, pass int) string { return fmt.Sprintf("%s:%d", point, pass) }

// page lets PagerDuty page.
func (s *siege) page() {
	s.pages++
	s.sb.PagerDuty.Trigger(sandbox.Trigger{Title: fmt.Sprintf("odd logins %d", s.pages), Service: "Identity"})
}

// task lets somebody ask for a task.
func (s *siege) task() { s.people.handOut() }

// died counts a death, which must have been by SIGKILL.
func (s *siege) died(where string) {
	s.t.Helper()
	s.proc.wantKilled()
	s.kills[where]++
}

// autopsy reads the dead process's database.
func (s *siege) autopsy() (stats store.Stats) {
	s.t.Helper()
	s.read(func(ctx context.Context, db *store.Store) (err error) {
		if stats, err = db.Stats(ctx); err != nil {
			return err
		}
		return db.View(ctx, func(v *store.View) error {
			open, err := v.Actions(0, true)
			for _, a := range open {
				if a.State == incident.ActionSending || a.State == incident.ActionUnknown {
					s.under[a.Kind]++
				}
			}
			return err
		})
	})
	return stats
}

// read opens the database for reading and closes it again: a killed
// process's successor must find it as it was left.
func (s *siege) read(f func(ctx context.Context, db *store.Store) error) {
	s.t.Helper()
	if err := s.tryRead(f); err != nil {
		s.t.Fatal(err)
	}
}

func (s *siege) tryRead(f func(ctx context.Context, db *store.Store) error) error {
	ctx := context.Background()
	db, err := store.OpenReadOnly(ctx, s.path)
	if err != nil {
		return err
	}
	return errors.Join(f(ctx, db), db.Close())
}

// until waits for cond in real time.
func (s *siege) until(what string, cond func() bool) {
	s.t.Helper()
	deadline := time.Now().Add(patienceForReal)
	for !cond() {
		if time.Now().After(deadline) {
			s.dump()
			s.t.Fatalf("not within %s: %s", patienceForReal, what)
		}
		if !s.proc.alive() {
			s.t.Fatalf("waiting until %s: firebreak ended with %s", what, s.proc.cmd.ProcessState)
		}
		<-time.After(20 * time.Millisecond)
	}
}

// dump says what is still open, for a failing test's reader.
func (s *siege) dump() {
	s.read(func(ctx context.Context, db *store.Store) error {
		return db.View(ctx, func(v *store.View) error {
			open, err := v.Actions(0, true)
			for _, a := range open {
				s.t.Logf("action %d %s %s: %s (%d attempts) %s", a.ID, a.Kind, a.Key, a.State, a.Attempts, a.Reason)
			}
			return err
		})
	})
}

// known says whether a message has its entry as it stands now: what was
// changed since, nobody can know any more once it is deleted. It is asked
// while a process runs or dies; what cannot be read is not known.
func (s *siege) known(channel string, m sandbox.Message) (found bool) {
	pins := load(s.env).PinEmoji
	_ = s.tryRead(func(ctx context.Context, db *store.Store) error {
		return db.View(ctx, func(v *store.View) error {
			inc, err := v.IncidentByChannel(channel)
			if err != nil {
				return err
			}
			entries, err := v.Entries(incident.Operator(), inc.Number, store.Filter{})
			found = slices.ContainsFunc(entries, func(e incident.Entry) bool {
				return e.Source.TS == m.TS && len(differences(e, m, pins)) == 0
			})
			return err
		})
	})
	return found
}

// ready are the incidents whose channel can be worked in.
func (s *siege) ready() (ready []incident.Incident) {
	s.t.Helper()
	s.read(func(ctx context.Context, db *store.Store) error {
		return db.View(ctx, func(v *store.View) error {
			all, err := v.Incidents(incident.Operator())
			ready = slices.DeleteFunc(all, func(inc incident.Incident) bool { return inc.HeaderTS == "" })
			return err
		})
	})
	return ready
}

// recover lets a last process work undisturbed until nothing is left to do.
func (s *siege) recover() {
	s.t.Helper()
	s.launch("")
	s.settle()
	s.people.lastWords()
	s.settle()
	s.proc.terminate()
}

// settle waits until everything is done and stays so.
func (s *siege) settle() {
	s.t.Helper()
	var since time.Time
	s.until("everything is done", func() bool {
		if !s.idle() {
			since = time.Time{}
		} else if since.IsZero() {
			since = time.Now()
		}
		return !since.IsZero() && time.Since(since) > time.Second
	})
}

// idle says whether nothing is left to do and every channel that was there
// before the process was compared with Slack's history. Events that Slack
// repeats only after a minute need not be waited for: history had what they
// tell.
func (s *siege) idle() (idle bool) {
	if len(s.ready()) < s.pages {
		return false
	}
	s.read(func(ctx context.Context, db *store.Store) error {
		st, err := db.Stats(ctx)
		if err != nil {
			return err
		}
		idle = st.InboxPending == 0 && !underWay(st) &&
			st.Actions[incident.ActionPlanned] == 0 && st.Actions[incident.ActionUnknown] == 0
		return db.View(ctx, func(v *store.View) error {
			for _, channel := range s.older {
				at, err := v.Cursor("slack.verified:" + channel)
				if err != nil {
					return err
				}
				verified, err := time.Parse(time.RFC3339Nano, at)
				idle = idle && err == nil && verified.After(s.proc.since)
			}
			return nil
		})
	})
	return idle
}
