package sandbox

import (
	"encoding/json"
	"slices"
	"time"
)

// Deadlines of delivery. An envelope must be acknowledged within 3 s
// (documented). Events are repeated at once, a minute later and five minutes
// later (documented; "at once" was seen to be a second after the deadline).
const (
	ackDeadline = 3 * time.Second
	maxRetries  = 3
)

var retryAfter = [maxRetries]time.Duration{time.Second, time.Minute, 5 * time.Minute}

// slackDelivery is one thing to tell the app, over one or more attempts.
type slackDelivery struct {
	kind    string // events_api, slash_commands, interactive
	eventID string
	payload json.RawMessage
	accepts bool // accepts_response_payload
	attempt int
	done    bool
	// answer gets the ack's payload, or what Slackbot would say. Only commands
	// and interactions have it; they are never repeated (documented).
	answer func(payload json.RawMessage, trouble string)
}

// slackSend is one envelope of a delivery. It is kept after its deadline, so
// that a late ack can be told from an unknown one.
type slackSend struct {
	d       *slackDelivery
	id      string
	at      time.Time
	conns   []*slackConn // who has it
	late    bool
	expires *slackDue
}

// send starts an attempt of d, spoilt by faults and by Hold.
func (s *Slack) send(d *slackDelivery) {
	if s.closed && d.answer != nil {
		d.answer(nil, "dispatch_failed") // nothing timed happens any more, and a verb waits
		return
	}
	s.inFlight[d] = true
	if s.holding && d.answer == nil {
		s.held = append(s.held, d)
		return
	}
	fault := s.sb.Faults.socket("slack", "deliver")
	wait := s.delay()
	if fault.Kind != Duplicate {
		wait += fault.Delay
	}
	switch {
	case fault.Kind == LoseDeliver:
		s.wait(&slackSend{d: d, id: s.uuid(), at: time.Now()})
	case wait > 0:
		s.after(wait, func() { s.transmit(d, fault) })
	default:
		s.transmit(d, fault)
	}
}

func (s *Slack) delay() time.Duration {
	if s.jitter <= 0 {
		return 0
	}
	return time.Duration(s.rng.Int64N(int64(s.jitter)))
}

// transmit gives the attempt to one live connection, chosen at random
// (documented: no pattern may be expected).
func (s *Slack) transmit(d *slackDelivery, fault Fault) {
	c := s.pick()
	if c == nil {
		s.unreachable(d)
		return
	}
	if fault.Kind == DropSocket {
		s.note(RecordSocket, "dropped", "", "", c.name, "by fault")
		s.hangUp(c)
		s.wait(&slackSend{d: d, id: s.uuid(), at: time.Now(), conns: []*slackConn{c}})
		return
	}
	send := &slackSend{d: d, id: s.uuid(), at: time.Now()}
	s.hand(send, c)
	s.wait(send)
	switch fault.Kind {
	case Duplicate:
		s.after(fault.Delay, func() { s.repeat(send) })
	case StopPings:
		c.silent = true
	case Disconnect:
		s.retire(c, fault.Reason)
	}
}

// repeat gives the same envelope with the same attempt once more (observed, as
// much as 15 s later), acknowledged or not.
func (s *Slack) repeat(send *slackSend) {
	if c := s.pick(); c != nil {
		s.hand(send, c)
	}
}

// hand writes the envelope to a connection.
func (s *Slack) hand(send *slackSend, c *slackConn) {
	d := send.d
	send.conns = append(send.conns, c)
	frame := map[string]any{
		"envelope_id": send.id, "type": d.kind, "payload": d.payload, "accepts_response_payload": d.accepts,
	}
	if d.kind == "events_api" {
		frame["retry_attempt"] = d.attempt
		frame["retry_reason"] = ""
		if d.attempt > 0 {
			frame["retry_reason"] = "timeout"
		}
	}
	s.sb.Ledger.add(Record{
		Service: "slack", Kind: RecordEnvelope, Method: d.kind, Nth: d.attempt, Ref: send.id, Where: c.name,
		Text: d.eventID, Args: d.payload,
	})
	c.push(mustJSON(frame))
}

// wait runs the deadline of an envelope.
func (s *Slack) wait(send *slackSend) {
	s.pending[send.id] = send
	send.expires = s.after(ackDeadline, func() {
		send.late = true
		s.missed(send.d, "operation_timeout")
	})
}

// unreachable handles an attempt for which no connection was open. Observed:
// a command then fails at once; that events run through their repeats all the
// same is documented only in that a repeat may be the sole delivery.
func (s *Slack) unreachable(d *slackDelivery) {
	s.note(RecordSocket, "unreachable", "", "", d.eventID, d.kind)
	s.missed(d, "dispatch_failed")
}

// missed plans the next attempt, or gives up.
func (s *Slack) missed(d *slackDelivery, trouble string) {
	switch {
	case d.done:
	case d.answer != nil:
		s.finish(d)
		d.answer(nil, trouble)
	case d.kind != "events_api":
		s.finish(d)
	case d.attempt == maxRetries:
		s.finish(d)
		s.dropped++
		s.sb.Ledger.add(Record{Service: "slack", Kind: RecordSocket, Method: "event_dropped", Ref: d.eventID, Args: d.payload})
	default:
		s.after(retryAfter[d.attempt], func() {
			if !d.done {
				d.attempt++
				s.send(d)
			}
		})
	}
}

// acknowledge takes an ack that came on connection c. Assumed: an ack on a
// connection that was not given the envelope does not count, nor does a late
// one.
func (s *Slack) acknowledge(c *slackConn, id string, payload json.RawMessage) {
	send := s.pending[id]
	verdict := "ok"
	var latency time.Duration
	switch {
	case send == nil:
		verdict = "unknown envelope"
	case !slices.Contains(send.conns, c):
		verdict = "ignored: another connection"
	case send.late:
		verdict = "late"
	}
	if send != nil {
		latency = time.Since(send.at)
	}
	s.sb.Ledger.add(Record{
		Service: "slack", Kind: RecordAck, Ref: id, Where: c.name, Text: verdict, Latency: latency, Args: payload,
	})
	if verdict != "ok" || send.d.done {
		return
	}
	s.finish(send.d)
	s.cancel(send.expires)
	if send.d.answer != nil {
		if !send.d.accepts {
			payload = nil // documented
		}
		send.d.answer(payload, "")
	}
}

// finish ends a delivery, told or given up.
func (s *Slack) finish(d *slackDelivery) {
	d.done = true
	delete(s.inFlight, d)
}

// Dropped returns how many events were given up after their last repeat: only
// history has what they told.
func (s *Slack) Dropped() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.dropped
}

// Undelivered returns how many events are not acknowledged and not given up
// yet, among them held ones and those waiting for a repeat.
func (s *Slack) Undelivered() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for d := range s.inFlight {
		if d.kind == "events_api" {
			n++
		}
	}
	return n
}

// Hold keeps back every event until Release; commands and clicks pass.
func (s *Slack) Hold() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.holding = true
}

// Release delivers what Hold kept back, in random order if shuffled.
func (s *Slack) Release(shuffled bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	held := s.held
	s.holding, s.held = false, nil
	if shuffled {
		s.rng.Shuffle(len(held), func(i, j int) { held[i], held[j] = held[j], held[i] })
	}
	for _, d := range held {
		s.send(d)
	}
}

// Jitter delays each attempt by a random time below top, so that events arrive
// out of order; 0 ends it.
func (s *Slack) Jitter(top time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.jitter = top
}
