package main

import (
	"math/rand/v2"
	"os"
	"testing"
	"time"

	"firebreak/integrations/sandbox"
)

// TestShutdown ends a real process with SIGTERM while people work: with Slack
// answering, and with Slack hanging. It ends in time with exit code 0, its
// database complete in the one file. Nothing is lost: what it acknowledged is
// stored, what it left is done by its successors, once.
func TestShutdown(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a binary and runs it for half a minute")
	}
	t.Parallel()
	s := newSiege(t)
	rest := s.people.goOn()
	t.Cleanup(rest)
	for range 3 {
		s.launch("")
		s.until("firebreak is connected", func() bool { return s.sb.Slack.Sockets() > 0 })
		s.task()
		<-time.After(rand.N(500 * time.Millisecond))
		s.end()
	}
	for _, method := range []string{"chat.postMessage", "conversations.history", "apps.connections.open", "auth.test"} {
		s.launch("")
		if method == "chat.postMessage" {
			s.until("firebreak is connected", func() bool { return s.sb.Slack.Sockets() > 0 })
		}
		s.sb.Faults.Add(sandbox.Fault{Service: "slack", Method: method, Kind: sandbox.Hang, Times: -1})
		if method == "chat.postMessage" {
			s.task()
		}
		<-time.After(time.Second)
		s.end()
		s.sb.Faults.Clear()
	}
	rest()
	s.recover()
	s.verify()
}

// end ends firebreak with SIGTERM and looks at what it leaves.
func (s *siege) end() {
	s.t.Helper()
	asked := time.Now()
	s.proc.terminate()
	s.t.Logf("ended after %s", time.Since(asked).Round(time.Millisecond))
	if info, err := os.Stat(s.path + "-wal"); err == nil && info.Size() > 0 {
		s.t.Errorf("%d bytes are left in the -wal file", info.Size())
	}
}
