package web

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"firebreak/integrations/sandbox"
)

// Limits of streams.
const (
	maxStreams = 16
	pingEvery  = 15 * time.Second
	botEvery   = 500 * time.Millisecond
	patience   = 5 * time.Second // for a reader to take what is sent
)

// getEvents streams what happens until the reader goes, is too slow, or the
// server ends.
func (s *Server) getEvents(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodHead {
		return // there is no end to wait for
	}
	select {
	case s.streams <- struct{}{}:
		defer func() { <-s.streams }()
	default:
		s.complain(w, http.StatusTooManyRequests, "too many windows are open")
		return
	}
	after, err := s.resume(r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	st := &stream{s: s, w: w, to: http.NewResponseController(w), after: after}
	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store")
	_ = st.to.SetReadDeadline(time.Time{}) // a stream is read for longer than a request may take
	if err := st.run(r.Context()); err != nil {
		s.log.Debug("stream ended", "error", err)
	}
}

// resume is the number after which a reader wants records: the last it had, or
// the last there is. A number from another sandbox's time is none.
func (s *Server) resume(r *http.Request) (int, error) {
	last, _ := s.shelf.progress()
	text := r.Header.Get("Last-Event-ID")
	if text == "" {
		text = r.URL.Query().Get("after")
	}
	if text == "" {
		return last, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 {
		return 0, bad("after is the number of a record")
	}
	return min(n, last), nil
}

// stream is one reader's.
type stream struct {
	s     *Server
	w     http.ResponseWriter
	to    *http.ResponseController
	after int      // the last record that the reader had at the beginning
	bot   botState // as the reader knows it
}

// run tells everything as it happens.
func (st *stream) run(ctx context.Context) error {
	records, stop := st.s.sb.Ledger.SubscribeAfter(st.after)
	defer stop()
	ping, look := time.NewTicker(pingEvery), time.NewTicker(botEvery)
	defer ping.Stop()
	defer look.Stop()
	changed, err := st.greet()
	for err == nil {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case rec, ok := <-records:
			if !ok {
				return nil // the sandbox is closed
			}
			err = st.record(rec)
		case <-changed:
			changed, err = st.story()
		case <-look.C:
			err = st.lookAtBot(false)
		case <-ping.C:
			err = st.write(": ping\n\n")
		}
	}
	return err
}

// greet tells where everything stands. The hello's id lets a reader resume
// that never had a record.
func (st *stream) greet() (<-chan struct{}, error) {
	hello := map[string]any{"born": st.s.born, "n": st.after}
	if err := st.event("hello", strconv.Itoa(st.after), hello); err != nil {
		return nil, err
	}
	if err := st.lookAtBot(true); err != nil {
		return nil, err
	}
	return st.story()
}

func (st *stream) record(r sandbox.Record) error {
	return st.event("record", strconv.Itoa(r.N), recordLineOf(r))
}

// story tells where the story stands, and when that changes next.
func (st *stream) story() (<-chan struct{}, error) {
	if st.s.player == nil {
		return nil, nil
	}
	changed := st.s.player.Changed() // before the state, or a change between them is missed
	return changed, st.event("story", "", st.s.player.State())
}

func (st *stream) lookAtBot(always bool) error {
	now := st.s.botState()
	if now == nil || !always && *now == st.bot {
		return nil
	}
	st.bot = *now
	return st.event("bot", "", now)
}

func (st *stream) event(name, id string, data any) error {
	b, err := json.Marshal(data)
	if err != nil {
		return fmt.Errorf("render %s: %w", name, err)
	}
	if id != "" {
		id = "id: " + id + "\n"
	}
	return st.write("event: " + name + "\n" + id + "data: " + string(b) + "\n\n")
}

// write sends text at once, or gives the reader up.
func (st *stream) write(text string) error {
	if err := st.to.SetWriteDeadline(time.Now().Add(patience)); err != nil {
		return fmt.Errorf("bound a write: %w", err)
	}
	if _, err := st.w.Write([]byte(text)); err != nil {
		return fmt.Errorf("write to a stream: %w", err)
	}
	if err := st.to.Flush(); err != nil {
		return fmt.Errorf("flush a stream: %w", err)
	}
	return nil
}
