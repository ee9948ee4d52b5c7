package slack

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"firebreak/incident"

	"github.com/google/go-cmp/cmp"
)

// fakeRun runs a test inside a bubble with a fake Slack and a Run.
func fakeRun(t *testing.T, deliver func(context.Context, incident.Envelope) ([]byte, error), test func(t *testing.T, f *fake, r *running)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		r := f.run(deliver)
		test(t, f, r)
		r.stop()
	})
}

func TestAcksOnTheConnectionThatDelivered(t *testing.T) {
	fakeRun(t, taken, func(t *testing.T, f *fake, r *running) {
		first, second := f.accept(), f.accept()
		for i := range 50 {
			first.event(fmt.Sprintf("a%d", i))
			second.event(fmt.Sprintf("b%d", i))
		}
		for range 50 {
			if id := first.acked(); !strings.HasPrefix(id, "a") {
				t.Errorf("first connection got the ack of %s", id)
			}
			if id := second.acked(); !strings.HasPrefix(id, "b") {
				t.Errorf("second connection got the ack of %s", id)
			}
		}
		if err := r.end(); err != nil {
			t.Errorf("Run: %v", err)
		}
	})
}

func TestSecondConnectionStartsLater(t *testing.T) {
	fakeRun(t, taken, func(t *testing.T, f *fake, r *running) {
		began := time.Now()
		f.accept()
		f.accept()
		if d := time.Since(began); d < stagger || d > 2*stagger {
			t.Errorf("second connection came %v after the start, want about %v", d, stagger)
		}
		pass(t, time.Hour)
		if n := len(f.called("apps.connections.open")); n != connections {
			t.Errorf("%d addresses asked for in a quiet hour, want %d", n, connections)
		}
	})
}

func TestNoAckBeforeDelivered(t *testing.T) {
	release := make(chan struct{})
	synctest.Test(t, func(t *testing.T) {
		release = make(chan struct{})
		f := newFake(t)
		r := f.run(func(_ context.Context, env incident.Envelope) ([]byte, error) {
			if env.ID == "bad" {
				return nil, errors.New("disk full")
			}
			<-release
			return nil, nil
		})
		s := f.accept()
		s.event("bad")
		s.event("good")
		synctest.Wait()
		if n := len(s.frames); n != 0 {
			t.Fatalf("%d acks before deliver returned", n)
		}
		close(release)
		if id := s.acked(); id != "good" {
			t.Errorf("acked %q, want good", id)
		}
		synctest.Wait()
		if n := len(s.frames); n != 0 {
			t.Error("an envelope that deliver refused was acked")
		}
		want := SocketCounts{Received: 2, Acked: 1, Undelivered: 1}
		if got := f.client.SocketCounts(); got != want {
			t.Errorf("counts = %+v, want %+v", got, want)
		}
		_ = r.end()
	})
}

func TestResponses(t *testing.T) {
	long := `{"text":"` + strings.Repeat("x", ackLimit) + `"}`
	answers := map[string]string{"short": `{"text":"hi"}`, "long": long, "view": long, "event": `{"text":"hi"}`, "broken": `{`}
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		r := f.run(func(_ context.Context, env incident.Envelope) ([]byte, error) {
			return []byte(answers[env.ID]), nil
		})
		s := f.accept()
		for _, c := range []struct{ id, kind, want string }{
			{"short", "slash_commands", `{"envelope_id":"short","payload":{"text":"hi"}}`},
			{"long", "slash_commands", `{"envelope_id":"long","payload":` + shortAnswer + `}`},
			{"view", "interactive", `{"envelope_id":"view"}`},
			{"broken", "slash_commands", `{"envelope_id":"broken","payload":` + shortAnswer + `}`},
		} {
			s.send(fmt.Sprintf(`{"envelope_id":%q,"type":%q,"accepts_response_payload":true,"payload":{}}`, c.id, c.kind))
			if got := s.frame(); got != c.want {
				t.Errorf("%s: ack = %.100s, want %s", c.id, got, c.want)
			}
		}
		s.event("event")
		if got := s.frame(); got != `{"envelope_id":"event"}` {
			t.Errorf("ack = %s, want no payload where Slack takes none", got)
		}
		_ = r.end()
	})
}

// tap keeps what the client writes.
type tap struct {
	net.Conn
	mu    sync.Mutex
	wrote bytes.Buffer
}

func (t *tap) Write(p []byte) (int, error) {
	t.mu.Lock()
	t.wrote.Write(p)
	t.mu.Unlock()
	return t.Conn.Write(p)
}

// Slack drops acks that come in several frames.
func TestAckIsOneFrame(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		var wire *tap
		f.client.dial = func(ctx context.Context, network, addr string) (net.Conn, error) {
			c, err := f.net.dial(ctx, network, addr)
			wire = &tap{Conn: c}
			return wire, err
		}
		r := f.run(func(context.Context, incident.Envelope) ([]byte, error) {
			return []byte(`{"text":"` + strings.Repeat("x", ackLimit-100) + `"}`), nil
		})
		s := f.accept()
		s.send(`{"envelope_id":"e","type":"slash_commands","accepts_response_payload":true,"payload":{}}`)
		if n := len(s.frame()); n < ackLimit-100 {
			t.Errorf("ack has %d bytes", n)
		}
		wire.mu.Lock()
		_, frames, _ := bytes.Cut(wire.wrote.Bytes(), []byte("\r\n\r\n"))
		if frames[0] != 0x81 { // a text frame with nothing to follow it
			t.Errorf("ack begins with %#x, want one final text frame", frames[0])
		}
		wire.mu.Unlock()
		_ = r.end()
	})
}

func TestMakeBeforeBreak(t *testing.T) {
	fakeRun(t, taken, func(t *testing.T, f *fake, r *running) {
		old, other := f.accept(), f.accept()
		pass(t, time.Hour)
		old.disconnect("warning")
		fresh := f.accept()
		synctest.Wait()
		for i := range 5 { // Slack still sends on the old one
			old.event(fmt.Sprintf("late%d", i))
			if id := old.acked(); id != fmt.Sprintf("late%d", i) {
				t.Errorf("old connection acked %q", id)
			}
		}
		if got := r.last().Connected; got != 3 {
			t.Errorf("%d live during the overlap, want 3", got)
		}
		old.disconnect("refresh_requested")
		<-old.ended
		fresh.event("new")
		if id := fresh.acked(); id != "new" {
			t.Errorf("fresh connection acked %q", id)
		}
		other.event("other")
		other.acked()
		synctest.Wait()
		assertNoGapAfterStart(t, r)
		if got := r.last(); got.Connected != 2 || !strings.Contains(got.Detail, "connected") {
			t.Errorf("status = %+v, want 2 connected", got)
		}
	})
}

func assertNoGapAfterStart(t *testing.T, r *running) {
	t.Helper()
	for i, s := range r.statuses() {
		if s.Gap != (i == 0) {
			t.Errorf("status %d: gap = %v (%+v)", i, s.Gap, s)
		}
	}
}

func TestRefreshRequestedWithoutWarning(t *testing.T) {
	fakeRun(t, taken, func(t *testing.T, f *fake, r *running) {
		old := f.accept()
		f.accept()
		pass(t, time.Hour)
		old.disconnect("refresh_requested")
		f.next() // connected, but no hello yet: the old one is still needed
		old.event("between")
		if id := old.acked(); id != "between" {
			t.Errorf("acked %q, want between", id)
		}
		if closed(old.ended) {
			t.Error("old connection closed before its replacement said hello")
		}
	})
}

func TestKeepsTheOldConnectionWhileSlackIsAway(t *testing.T) {
	fakeRun(t, taken, func(t *testing.T, f *fake, r *running) {
		old := f.accept()
		f.accept()
		pass(t, time.Hour)
		f.on("apps.connections.open", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(503) })
		old.disconnect("warning")
		pass(t, time.Minute)
		old.event("still here")
		if id := old.acked(); id != "still here" {
			t.Errorf("acked %q", id)
		}
	})
}

func TestSilentConnectionIsReplaced(t *testing.T) {
	fakeRun(t, taken, func(t *testing.T, f *fake, r *running) {
		f.accept()
		s := f.next()
		s.send(`{"type":"hello"}`)
		began := time.Now()
		<-s.ended
		if d := time.Since(began); d < silence || d > silence+time.Second {
			t.Errorf("silent connection ended after %v, want %v", d, silence)
		}
		f.accept()
		synctest.Wait()
		var gaps []SocketStatus
		for _, s := range r.statuses()[1:] {
			if s.Gap {
				gaps = append(gaps, s)
			}
		}
		if len(gaps) != 1 || !gaps[0].GapSince.Equal(began) {
			t.Errorf("gaps = %+v, want one since the last sign of life", gaps)
		}
	})
}

func TestSlowDeliverDoesNotStarvePings(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		var mu sync.Mutex
		busy, most := 0, 0
		r := f.run(func(ctx context.Context, _ incident.Envelope) ([]byte, error) {
			mu.Lock()
			busy++
			most = max(most, busy)
			mu.Unlock()
			err := sleep(ctx, 2*time.Minute)
			mu.Lock()
			busy--
			mu.Unlock()
			return nil, err
		})
		s := f.accept()
		for i := range 5 * inFlight {
			s.event(fmt.Sprint(i))
		}
		acks := 0
		for range 5 * inFlight {
			select {
			case <-s.frames:
				acks++
			case <-s.ended:
				t.Fatalf("connection lost after %d acks", acks)
			}
		}
		if most != inFlight {
			t.Errorf("%d deliveries at once, want %d", most, inFlight)
		}
		_ = r.end()
	})
}

func TestOverflowIsLeftUnackedAndReported(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		release := make(chan struct{})
		r := f.run(func(context.Context, incident.Envelope) ([]byte, error) { <-release; return nil, nil })
		s := f.accept()
		for i := range queueLength + inFlight + 100 {
			s.event(fmt.Sprint(i))
		}
		synctest.Wait()
		close(release)
		synctest.Wait()
		s.event("afterwards")
		synctest.Wait()
		counts := f.client.SocketCounts()
		if counts.Overflowed == 0 || counts.Acked != counts.Received-counts.Overflowed {
			t.Errorf("counts = %+v", counts)
		}
		if last := r.last(); !last.Gap || last.GapSince.IsZero() {
			t.Errorf("status = %+v, want a gap since the overflow", last)
		}
		_ = r.end()
	})
}

func TestShutdownAcksWhatItHas(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		r := f.run(func(ctx context.Context, env incident.Envelope) ([]byte, error) {
			if env.ID == "stuck" {
				<-ctx.Done()
				return nil, ctx.Err()
			}
			return nil, sleep(ctx, time.Second)
		})
		s := f.accept()
		s.event("one")
		s.event("stuck")
		s.event("two")
		synctest.Wait()
		began := time.Now()
		if err := r.end(); err != nil {
			t.Errorf("Run: %v", err)
		}
		if d := time.Since(began); d < drainLimit || d > drainLimit+time.Second {
			t.Errorf("shutdown took %v, want %v", d, drainLimit)
		}
		if got := map[string]bool{s.acked(): true, s.acked(): true}; !got["one"] || !got["two"] {
			t.Errorf("acked %v, want one and two", got)
		}
		<-s.ended
		if len(s.frames) != 0 {
			t.Error("stuck envelope was acked")
		}
	})
}

func TestUnknownAndMalformedEnvelopes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(t)
		got := make(chan incident.Envelope, 10)
		r := f.run(func(_ context.Context, env incident.Envelope) ([]byte, error) { got <- env; return nil, nil })
		s := f.accept()
		s.send(`{"envelope_id":"u1","type":"telepathy","payload":{"x":1}}`)
		s.send(`{"envelope_id":"u2","type":"events_api","retry_attempt":"many","payload":{"event":{"type":"never_seen"}}}`)
		s.send(`{"envelope_id":"u3","type":"events_api","payload":{"text":"torn`)
		s.send(`not a frame`)
		s.send(`{"type":"news"}`)
		payloads := map[string]string{}
		for range 3 {
			env := <-got
			payloads[env.ID] = string(env.Payload)
			s.acked()
		}
		want := map[string]string{
			"u1": `{"x":1}`,
			"u2": `{"event":{"type":"never_seen"}}`,
			"u3": `"{\"envelope_id\":\"u3\",\"type\":\"events_api\",\"payload\":{\"text\":\"torn"`,
		}
		if d := cmp.Diff(want, payloads); d != "" {
			t.Errorf("delivered payloads (-want +got):\n%s", d)
		}
		if c := f.client.SocketCounts(); c.Unreadable != 1 {
			t.Errorf("counts = %+v, want one unreadable", c)
		}
		_ = r.end()
	})
}

func TestDayOfRefreshesLosesNothing(t *testing.T) {
	var mu sync.Mutex
	seen := map[string]int{}
	fakeRun(t, func(_ context.Context, env incident.Envelope) ([]byte, error) {
		mu.Lock()
		defer mu.Unlock()
		seen[env.ID]++
		return nil, nil
	}, func(t *testing.T, f *fake, r *running) {
		live := []*socket{f.accept(), f.accept()}
		sent := 0
		for range 24 {
			for i := range live {
				for range 100 {
					sent++
					live[i].event(fmt.Sprint("e", sent))
					pass(t, 9*time.Second)
				}
				old := live[i]
				old.disconnect("warning")
				live[i] = f.accept()
				sent++
				old.event(fmt.Sprint("e", sent))
				old.disconnect("refresh_requested")
			}
		}
		synctest.Wait()
		mu.Lock()
		defer mu.Unlock()
		if len(seen) != sent || f.client.SocketCounts().Acked != int64(sent) {
			t.Errorf("sent %d, delivered %d, counts %+v", sent, len(seen), f.client.SocketCounts())
		}
		assertNoGapAfterStart(t, r)
	})
}
