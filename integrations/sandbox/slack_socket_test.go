package sandbox

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"
)

func TestSlackTickets(t *testing.T) {
	slackTest(t, func(t *testing.T, r *rig) {
		link := r.ok("apps.connections.open")["url"].(string)
		if !strings.HasPrefix(link, "ws://slack.sandbox/link/?ticket=") {
			t.Errorf("url = %s", link)
		}
		if _, err := r.dialURL(link); err != nil {
			t.Fatal(err)
		}
		if _, err := r.dialURL(link); err == nil {
			t.Error("a ticket worked twice")
		}
		late := r.ok("apps.connections.open")["url"].(string)
		wait(ticketLife)
		if _, err := r.dialURL(late); err == nil {
			t.Error("an expired ticket worked")
		}
	})
}

func TestSlackHello(t *testing.T) {
	slackTest(t, func(t *testing.T, r *rig) {
		_, first := r.dial()
		_, second := r.dial()
		if first["type"] != "hello" || first["num_connections"] != 1.0 || second["num_connections"] != 2.0 {
			t.Errorf("hello = %v, %v", first, second)
		}
		if dig(first, "debug_info", "approximate_connection_time") != 18060.0 || dig(first, "connection_info", "app_id") != r.sb.Slack.app.id {
			t.Errorf("hello = %v", first)
		}
	})
}

func TestSlackTooManySockets(t *testing.T) {
	slackTest(t, func(t *testing.T, r *rig) {
		for range maxSockets {
			r.dial()
		}
		c, frame := r.dial()
		if frame["type"] != "disconnect" || frame["reason"] != "too_many_websockets" {
			t.Errorf("eleventh = %v", frame)
		}
		if _, ok := <-c.frames; ok || r.sb.Slack.Sockets() != maxSockets {
			t.Errorf("it is still open among %d", r.sb.Slack.Sockets())
		}
	})
}

func TestSlackPings(t *testing.T) {
	slackTest(t, func(t *testing.T, r *rig) {
		c, _ := r.dial()
		began := time.Now()
		for i := range 3 {
			if at := <-c.pings; at.Sub(began) != time.Duration(i+1)*pingEvery {
				t.Errorf("ping after %s", at.Sub(began))
			}
		}
		r.sb.Slack.StopPings()
		wait(time.Hour)
		if len(c.pings) != 0 {
			t.Error("pings although stopped")
		}
		r.sb.Slack.In("#general").Say("sam", "still delivering")
		c.event()
		r.sb.Slack.StartPings()
		<-c.pings
	})
}

func TestSlackEnvelopesGoToOneConnection(t *testing.T) {
	slackTest(t, func(t *testing.T, r *rig) {
		a, _ := r.dial()
		b, _ := r.dial()
		for range 40 {
			r.sb.Slack.In("#general").Say("sam", "x")
		}
		wait(time.Second)
		na, nb := len(a.frames), len(b.frames)
		if na+nb != 40 || na < 5 || nb < 5 {
			t.Errorf("%d and %d of 40", na, nb)
		}
	})
}

func TestSlackRedelivery(t *testing.T) {
	slackTest(t, func(t *testing.T, r *rig) {
		c, _ := r.dial()
		began := time.Now()
		r.sb.Slack.In("#general").Say("sam", "x")
		var at []time.Duration
		var envelopes, events []string
		for i := range 4 {
			f := c.next()
			at = append(at, time.Since(began))
			envelopes = append(envelopes, f["envelope_id"].(string))
			events = append(events, dig(f, "payload", "event_id").(string))
			if f["retry_attempt"] != float64(i) || f["retry_reason"] != map[bool]string{true: "timeout"}[i > 0] {
				t.Errorf("attempt %d: %v %v", i, f["retry_attempt"], f["retry_reason"])
			}
		}
		want := []time.Duration{0, 4 * time.Second, 67 * time.Second, 370 * time.Second}
		if !slices.Equal(at, want) {
			t.Errorf("attempts after %v, want %v", at, want)
		}
		slices.Sort(envelopes)
		slices.Sort(events)
		if len(slices.Compact(envelopes)) != 4 || len(slices.Compact(events)) != 1 {
			t.Errorf("envelopes %v, events %v", envelopes, events)
		}
		wait(time.Hour)
		c.none()
		if n := r.sb.Slack.Dropped(); n != 1 {
			t.Errorf("Dropped = %d", n)
		}
	})
}

func TestSlackAckEndsRedelivery(t *testing.T) {
	slackTest(t, func(t *testing.T, r *rig) {
		c, _ := r.dial()
		r.sb.Slack.In("#general").Say("sam", "x")
		c.next()
		f := c.next()
		c.ack(f)
		wait(time.Hour)
		c.none()
		if n := r.sb.Slack.Dropped(); n != 0 {
			t.Errorf("Dropped = %d", n)
		}
	})
}

func TestSlackLateAckDoesNotCount(t *testing.T) {
	slackTest(t, func(t *testing.T, r *rig) {
		c, _ := r.dial()
		r.sb.Slack.In("#general").Say("sam", "x")
		f := c.next()
		wait(ackDeadline + time.Millisecond)
		c.ack(f)
		if f := c.next(); f["retry_attempt"] != 1.0 {
			t.Errorf("after a late ack: %v", f)
		}
		acks := r.sb.Ledger.Of("slack", RecordAck)
		if len(acks) != 1 || acks[0].Text != "late" || acks[0].Latency < ackDeadline {
			t.Errorf("acks = %+v", acks)
		}
	})
}

func TestSlackAckOnAnotherConnectionIsIgnored(t *testing.T) {
	slackTest(t, func(t *testing.T, r *rig) {
		a, _ := r.dial()
		b, _ := r.dial()
		r.sb.Slack.In("#general").Say("sam", "x")
		var f object
		other := b
		select {
		case f = <-a.frames:
		case f = <-b.frames:
			other = a
		}
		other.ack(f)
		wait(5 * time.Second)
		if len(a.frames)+len(b.frames) != 1 {
			t.Error("the event was not repeated")
		}
		if acks := r.sb.Ledger.Of("slack", RecordAck); len(acks) != 1 || !strings.Contains(acks[0].Text, "another connection") {
			t.Errorf("acks = %+v", acks)
		}
	})
}

func TestSlackWithoutConnectionRetriesThenDrops(t *testing.T) {
	slackTest(t, func(t *testing.T, r *rig) {
		s, in := r.sb.Slack, r.sb.Slack.In("#general")
		in.Say("sam", "caught by a repeat")
		wait(2 * time.Minute)
		c, _ := r.dial()
		if f := c.next(); f["retry_attempt"] != 3.0 {
			t.Errorf("got %v", f)
		} else {
			c.ack(f)
		}
		s.DropSockets()
		in.Say("sam", "lost")
		wait(10 * time.Minute)
		c, _ = r.dial()
		wait(time.Hour)
		c.none()
		if n := s.Dropped(); n != 1 {
			t.Errorf("Dropped = %d", n)
		}
		if got := texts(r.ok("conversations.history", "channel", in.ID())); !slices.Equal(got, []string{"lost", "caught by a repeat"}) {
			t.Errorf("history = %v", got)
		}
	})
}

func TestSlackBigFramesVanish(t *testing.T) {
	slackTest(t, func(t *testing.T, r *rig) {
		c, _ := r.dial()
		r.sb.Slack.In("#general").Say("sam", "x")
		f := c.next()
		c.send(object{"envelope_id": f["envelope_id"], "payload": object{"text": strings.Repeat("x", maxFrame)}})
		if f := c.next(); f["retry_attempt"] != 1.0 {
			t.Errorf("got %v", f)
		}
		if !slices.ContainsFunc(r.sb.Ledger.Of("slack", RecordSocket), func(rec Record) bool { return rec.Method == "frame_dropped" }) {
			t.Error("the ledger does not tell")
		}
	})
}

func TestSlackConnectionLifetime(t *testing.T) {
	slackTest(t, func(t *testing.T, r *rig) {
		c, hello := r.dial()
		began := time.Now()
		if f := c.next(); f["reason"] != "warning" || time.Since(began) != slackLifetime-warnAhead {
			t.Errorf("%v after %s", f, time.Since(began))
		}
		r.sb.Slack.In("#general").Say("sam", "still here")
		c.event()
		if f := c.next(); f["reason"] != "refresh_requested" || time.Since(began) != slackLifetime {
			t.Errorf("%v after %s", f, time.Since(began))
		}
		r.sb.Slack.In("#general").Say("sam", "not here")
		if f, ok := <-c.frames; ok {
			t.Errorf("delivered after refresh_requested: %v", f)
		}
		if r.sb.Slack.Sockets() != 0 || hello["type"] != "hello" {
			t.Error("still open")
		}
		link := r.ok("apps.connections.open")["url"].(string) + "&debug_reconnects=true"
		d, err := r.dialURL(link)
		if err != nil {
			t.Fatal(err)
		}
		if f := d.next(); dig(f, "debug_info", "approximate_connection_time") != 360.0 {
			t.Errorf("hello = %v", f)
		}
	})
}

func TestSlackDisconnectVerbs(t *testing.T) {
	slackTest(t, func(t *testing.T, r *rig) {
		s := r.sb.Slack
		c, _ := r.dial()
		s.Disconnect("link_disabled")
		if f := c.next(); f["reason"] != "link_disabled" {
			t.Errorf("got %v", f)
		}
		if _, ok := <-c.frames; ok {
			t.Error("still open")
		}
		c, _ = r.dial()
		s.DropSockets()
		if f, ok := <-c.frames; ok {
			t.Errorf("a hard cut said %v", f)
		}
	})
}

func TestSlackGhostsAndHalfOpenSockets(t *testing.T) {
	slackTest(t, func(t *testing.T, r *rig) {
		s, in := r.sb.Slack, r.sb.Slack.In("#general")
		s.Ghost(time.Minute)
		c, hello := r.dial()
		if hello["num_connections"] != 2.0 {
			t.Errorf("hello = %v", hello)
		}
		for range 20 {
			in.Say("sam", "x")
		}
		wait(time.Second)
		if n := len(c.frames); n == 0 || n == 20 {
			t.Errorf("%d of 20 came through", n)
		}
		wait(time.Minute)
		s.Freeze()
		for len(c.frames) > 0 {
			<-c.frames
		}
		for len(c.pings) > 0 {
			<-c.pings
		}
		in.Say("sam", "y")
		wait(time.Minute)
		if len(c.frames) != 0 || len(c.pings) != 0 || s.Sockets() != 1 {
			t.Errorf("%d frames, %d pings, %d sockets", len(c.frames), len(c.pings), s.Sockets())
		}
	})
}

func TestSlackDeliveryFaults(t *testing.T) {
	slackTest(t, func(t *testing.T, r *rig) {
		in := r.sb.Slack.In("#general")
		c, _ := r.dial()
		fault := func(f Fault) { f.Service, f.Method = "slack", "deliver"; r.sb.Faults.Add(f) }
		fault(Fault{Kind: Duplicate})
		in.Say("sam", "twice")
		a, b := c.next(), c.next()
		if a["envelope_id"] != b["envelope_id"] || b["retry_attempt"] != 0.0 {
			t.Errorf("duplicates %v and %v", a["envelope_id"], b)
		}
		c.ack(a)
		c.ack(b)
		fault(Fault{Kind: Duplicate, Delay: 15 * time.Second})
		in.Say("sam", "twice, much later")
		a = c.next()
		c.ack(a)
		began := time.Now()
		if b := c.next(); b["envelope_id"] != a["envelope_id"] || time.Since(began) != 15*time.Second {
			t.Errorf("duplicate %v after %s", b, time.Since(began))
		}
		fault(Fault{Kind: HoldBack, Delay: time.Second})
		in.Say("sam", "later")
		in.Say("sam", "sooner")
		if first, second := c.event(), c.event(); first["text"] != "sooner" || second["text"] != "later" {
			t.Errorf("order %v, %v", first["text"], second["text"])
		}
		fault(Fault{Kind: LoseDeliver})
		in.Say("sam", "lost once")
		if f := c.next(); f["retry_attempt"] != 1.0 {
			t.Errorf("got %v", f)
		} else {
			c.ack(f)
		}
		fault(Fault{Kind: Disconnect, Reason: "refresh_requested"})
		in.Say("sam", "before the end")
		c.event()
		if f := c.next(); f["reason"] != "refresh_requested" {
			t.Errorf("got %v", f)
		}
		d, _ := r.dial()
		fault(Fault{Kind: DropSocket})
		in.Say("sam", "cut")
		if f, ok := <-d.frames; ok {
			t.Errorf("got %v", f)
		}
		e, _ := r.dial()
		if f := e.next(); f["retry_attempt"] != 1.0 {
			t.Errorf("got %v", f)
		}
		if left := r.sb.Faults.Waiting(); len(left) != 0 {
			t.Errorf("faults that never struck: %v", left)
		}
	})
}

func TestSlackHoldAndJitter(t *testing.T) {
	slackTest(t, func(t *testing.T, r *rig) {
		s, in := r.sb.Slack, r.sb.Slack.In("#general")
		c, _ := r.dial()
		s.Hold()
		var said []string
		for text := range strings.SplitSeq("abcdefghij", "") {
			in.Say("sam", text)
			said = append(said, text)
		}
		c.none()
		s.Release(true)
		heard := func() (got []string) {
			for range said {
				got = append(got, c.event()["text"].(string))
			}
			return got
		}
		if got := heard(); slices.Equal(got, said) || len(slices.Compact(slices.Sorted(slices.Values(got)))) != len(said) {
			t.Errorf("released %v", got)
		}
		s.Jitter(2 * time.Second)
		for _, text := range said {
			in.Say("sam", text)
		}
		if got := heard(); slices.Equal(got, said) {
			t.Errorf("jitter kept the order")
		}
	})
}

func TestSlackFragmentedFramesVanish(t *testing.T) {
	slackTest(t, func(t *testing.T, r *rig) {
		c, _ := r.dial()
		r.sb.Slack.In("#general").Say("sam", "x")
		f := c.next()
		// The client's write buffer holds 4096 bytes: more goes out in pieces.
		c.send(object{"envelope_id": f["envelope_id"], "payload": object{"text": strings.Repeat("x", 6000)}})
		f = c.next()
		if f["retry_attempt"] != 1.0 {
			t.Errorf("got %v", f)
		}
		c.ack(f)
		if !slices.ContainsFunc(r.sb.Ledger.Of("slack", RecordSocket), func(rec Record) bool { return rec.Text == "in pieces" }) {
			t.Error("the ledger does not tell")
		}
		wait(time.Hour)
		c.none()
	})
}

func TestSlackLeavesTCPOpenAfterTheCloseHandshake(t *testing.T) {
	slackTest(t, func(t *testing.T, r *rig) {
		c, _ := r.dial()
		began := time.Now()
		message := websocket.FormatCloseMessage(websocket.CloseNormalClosure, "")
		if err := c.ws.WriteControl(websocket.CloseMessage, message, began.Add(time.Second)); err != nil {
			t.Fatal(err)
		}
		if _, ok := <-c.frames; ok { // the reader ends by the close frame that comes back
			t.Error("a frame after closing")
		}
		synctest.Wait()
		if n := r.sb.Slack.Sockets(); n != 0 {
			t.Errorf("%d sockets", n)
		}
		_, err := c.ws.NetConn().Read(make([]byte, 1))
		if err == nil || time.Since(began) != lingerTime {
			t.Errorf("TCP ended by %v after %s", err, time.Since(began))
		}
	})
}
