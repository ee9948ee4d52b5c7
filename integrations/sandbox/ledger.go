package sandbox

import (
	"encoding/json"
	"sync"
	"time"
)

// RecordKind says what sort of thing a Record tells.
type RecordKind string

// The kinds of records.
const (
	RecordRequest    RecordKind = "request"    // a call from outside, with its answer
	RecordEffect     RecordKind = "effect"     // something changed in a service because of a call
	RecordPerson     RecordKind = "person"     // a person or the vendor itself acted (a verb)
	RecordEnvelope   RecordKind = "envelope"   // Slack pushed an envelope over a socket
	RecordAck        RecordKind = "ack"        // the client acknowledged an envelope
	RecordSocket     RecordKind = "socket"     // a socket opened, was warned, dropped, closed
	RecordQuick      RecordKind = "quick"      // GitLab recognised a quick action in a text
	RecordScene      RecordKind = "scene"      // whoever plays a story says what comes next
	RecordUnexpected RecordKind = "unexpected" // a call that no emulator knows
)

// Record is one thing that happened. Which fields are set depends on the kind.
type Record struct {
	N       int        `json:"n"` // from 1, no gaps
	At      time.Time  `json:"at"`
	Service string     `json:"service"` // slack, pagerduty or gitlab
	Kind    RecordKind `json:"kind"`
	// Method names a call: "chat.postMessage", "PUT /incidents/{id}"; for
	// other kinds it is a verb such as "say" or "trigger".
	Method string `json:"method,omitempty"`
	Nth    int    `json:"nth,omitempty"`   // of a request: the n-th call of this service and method
	Actor  string `json:"actor,omitempty"` // who did it, as the service names them
	Where  string `json:"where,omitempty"` // channel, project, service
	Ref    string `json:"ref,omitempty"`   // id of the thing: ts, incident id, iid, envelope id
	Text   string `json:"text,omitempty"`  // for a person to read
	// Target is a request's path and query.
	Target string `json:"target,omitempty"`
	// Args is a request's body: JSON as sent, a form as an object of lists,
	// anything else as a string or its size. An envelope's payload too.
	Args    json.RawMessage `json:"args,omitempty"`
	Status  int             `json:"status,omitempty"` // 0: the connection was closed without an answer
	Reply   json.RawMessage `json:"reply,omitempty"`
	Fault   FaultKind       `json:"fault,omitempty"`
	Latency time.Duration   `json:"latency_ns,omitempty"`
}

// Ledger is the append-only journal of a sandbox: the truth that a bot's own
// account is compared with.
type Ledger struct {
	mu      sync.Mutex
	records []Record
	subs    map[*subscriber]struct{}
	closed  bool
	wg      sync.WaitGroup
}

type subscriber struct {
	out  chan Record
	wake chan struct{}
	done chan struct{}
	once sync.Once
}

func newLedger() *Ledger { return &Ledger{subs: map[*subscriber]struct{}{}} }

// Read returns all records so far, in order.
func (l *Ledger) Read() []Record { return l.Since(0) }

// Since returns the records with N greater than n, in order.
func (l *Ledger) Since(n int) []Record {
	l.mu.Lock()
	defer l.mu.Unlock()
	if n >= len(l.records) {
		return nil
	}
	return append([]Record(nil), l.records[max(n, 0):]...)
}

// Of returns the records of one service and kind, in order; an empty service
// or kind matches all.
func (l *Ledger) Of(service string, kind RecordKind) []Record {
	var out []Record
	for _, r := range l.Read() {
		if (service == "" || r.Service == service) && (kind == "" || r.Kind == kind) {
			out = append(out, r)
		}
	}
	return out
}

// Subscribe sends every record from the first on: SubscribeAfter(0).
func (l *Ledger) Subscribe() (records <-chan Record, stop func()) { return l.SubscribeAfter(0) }

// SubscribeAfter sends every record with N greater than n, in order, those that
// are there already too; a slow reader delays nobody and loses nothing. The
// channel is closed by stop, which waits, and by the sandbox's Close, after
// which Read still has everything.
func (l *Ledger) SubscribeAfter(n int) (records <-chan Record, stop func()) {
	s := &subscriber{
		out:  make(chan Record),
		wake: make(chan struct{}, 1),
		done: make(chan struct{}),
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		close(s.out)
		return s.out, func() {}
	}
	l.subs[s] = struct{}{}
	ended := make(chan struct{})
	l.wg.Go(func() {
		defer close(ended)
		l.feed(s, n)
	})
	return s.out, func() {
		s.end()
		<-ended
	}
}

func (s *subscriber) end() { s.once.Do(func() { close(s.done) }) }

// feed copies the records after the n-th to one subscriber until it ends.
func (l *Ledger) feed(s *subscriber, n int) {
	defer close(s.out)
	defer func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		delete(l.subs, s)
	}()
	for {
		for _, r := range l.Since(n) {
			select {
			case s.out <- r:
				n = r.N
			case <-s.done:
				return
			}
		}
		select {
		case <-s.wake:
		case <-s.done:
			return
		}
	}
}

// Say puts a line of the storyteller's own into the ledger.
func (l *Ledger) Say(text string) { l.add(Record{Kind: RecordScene, Text: text}) }

// add numbers and stamps r (unless it has a time) and wakes subscribers.
func (l *Ledger) add(r Record) Record {
	l.mu.Lock()
	defer l.mu.Unlock()
	r.N = len(l.records) + 1
	if r.At.IsZero() {
		r.At = time.Now().UTC()
	}
	l.records = append(l.records, r)
	for s := range l.subs {
		select {
		case s.wake <- struct{}{}:
		default:
		}
	}
	return r
}

func (l *Ledger) close() {
	l.mu.Lock()
	l.closed = true
	for s := range l.subs {
		s.end()
	}
	l.mu.Unlock()
	l.wg.Wait()
}
