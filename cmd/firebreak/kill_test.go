package main

import (
	"flag"
	"math/rand/v2"
	"testing"
	"time"

	"firebreak/incident"
	"firebreak/integrations/sandbox"
	"firebreak/store"
)

// crashPoints are the moments between two durable steps at which the crash
// build can kill itself. holds is what its database must show then: proof
// that it died there and nowhere else.
var crashPoints = []struct {
	name  string
	holds func(store.Stats) bool
}{
	{"inbox committed", nil}, // the row may be at work by then
	{"inbox row taken", func(s store.Stats) bool { return s.InboxPending > 0 }},
	{"action claimed", underWay},
	{"effect done", underWay},
	{"result recorded", nil},
}

func underWay(s store.Stats) bool { return s.Actions[incident.ActionSending] > 0 }

// kills is how many of TestKill's kills come at a random moment.
var kills = flag.Int("kills", 60, "how often TestKill kills firebreak at a random moment")

// TestKill kills a real process with SIGKILL: three times at each crash
// point, right after effects whose answers were lost, and at random. In the
// end the database and the vendors must agree: each message once, each page
// one channel, each task one issue.
//
// For a night: go test ./cmd/firebreak -run 'TestKill$' -kills 5000 -timeout 12h
func TestKill(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a binary and kills it for a minute")
	}
	t.Parallel()
	s := newSiege(t)
	rest := s.people.goOn()
	t.Cleanup(rest)
	for _, pass := range []int{1, 2, 4} {
		for i, p := range crashPoints {
			if pass == 1 && i >= 2 {
				s.page()
			}
			s.crash(p.name, pass, p.holds)
		}
	}
	s.killAfter("slack", "conversations.create", s.page)
	s.killAfter("gitlab", "POST /api/v4/projects/{id}/issues", s.task)
	s.killAfter("slack", "chat.postMessage", s.task)
	for n := range *kills {
		if n%25 == 24 {
			s.page()
		}
		s.killAtRandom(n%2 == 0)
	}
	rest()
	s.recover()
	s.verify()
	for _, p := range crashPoints {
		if s.kills[p.name] < 3 {
			t.Errorf("killed %d times at %q, want 3", s.kills[p.name], p.name)
		}
	}
	if s.kills[atRandom] != *kills {
		t.Errorf("killed %d times at random, want %d", s.kills[atRandom], *kills)
	}
}

// crash runs firebreak until it has killed itself at the pass-th time it came
// to point.
func (s *siege) crash(point string, pass int, holds func(store.Stats) bool) {
	s.t.Helper()
	s.launch(crashAt(point, pass))
	for nudge := time.Now(); s.proc.alive(); {
		if time.Since(s.proc.since) > patienceForReal {
			s.t.Fatalf("firebreak never came to %q for the %d. time", point, pass)
		}
		if time.Now().After(nudge) && s.sb.Slack.Sockets() > 0 {
			s.task()
			nudge = time.Now().Add(time.Second)
		}
		<-time.After(10 * time.Millisecond)
	}
	s.died(point)
	if stats := s.autopsy(); holds != nil && !holds(stats) {
		s.t.Errorf("killed at %q, the database has %d rows pending and %d actions under way",
			point, stats.InboxPending, stats.Actions[incident.ActionSending])
	}
}

// killAfter kills firebreak right after an effect of which it never got the
// answer: it happened, and no database knows.
func (s *siege) killAfter(service, method string, provoke func()) {
	s.t.Helper()
	s.launch("")
	s.until("firebreak is connected", func() bool { return s.sb.Slack.Sockets() > 0 })
	s.sb.Faults.Add(sandbox.Fault{Service: service, Method: method, Kind: sandbox.DropAfter})
	seen := len(s.sb.Ledger.Read())
	provoke()
	s.until("the answer to "+method+" was lost", func() bool {
		for _, r := range s.sb.Ledger.Since(seen) {
			if r.Kind == sandbox.RecordRequest && r.Method == method && r.Fault == sandbox.DropAfter {
				return true
			}
			seen = r.N
		}
		return false
	})
	s.proc.kill()
	s.died(method)
	s.autopsy()
}

const atRandom = "random moment"

// killAtRandom kills firebreak at any moment: between its first instruction
// and its first words with Slack, or, once connected, in the thick of its
// work.
func (s *siege) killAtRandom(connected bool) {
	s.t.Helper()
	s.launch("")
	if connected {
		s.until("firebreak is connected", func() bool { return s.sb.Slack.Sockets() > 0 })
		s.task()
	}
	<-time.After(rand.N(200 * time.Millisecond))
	s.proc.kill()
	s.died(atRandom)
}
