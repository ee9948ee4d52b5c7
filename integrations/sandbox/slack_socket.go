package sandbox

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"time"

	"github.com/gorilla/websocket"
)

// Rules of Socket Mode connections.
const (
	slackLifetime = 18060 * time.Second // observed in hello: 5 h 1 min
	debugLifetime = 360 * time.Second   // documented for debug_reconnects=true
	warnAhead     = 10 * time.Second    // documented as "about 10 seconds"
	shutAfter     = 10 * time.Second    // from refresh_requested to the end; assumed
	pingEvery     = 10 * time.Second    // observed
	maxSockets    = 10                  // documented
	maxFrame      = 20480               // observed: larger client frames vanish
	ticketLife    = 30 * time.Second    // documented as short, without a number
	writeWait     = 10 * time.Second    // ours
	lingerTime    = time.Minute         // assumed
)

// slackConn is one websocket of the app. Fields but ws are under Slack's lock.
type slackConn struct {
	s        *Slack
	name     string
	ws       *websocket.Conn // nil: a ghost, which takes its share and never answers
	out      [][]byte
	wake     chan struct{}
	gone     chan struct{}
	lifetime time.Duration
	leaving  bool // takes no more envelopes
	parted   bool // the client said goodbye
	silent   bool // pings nobody
	frozen   bool // half open: nothing gets out any more
	closed   bool
	plans    []*slackDue
}

// methodConnectionsOpen gives out a websocket address for one use (documented).
func methodConnectionsOpen(c *slackCall) (slackOut, error) {
	s := c.s
	ticket := s.uuid()
	s.tickets[ticket] = time.Now().Add(ticketLife)
	host := s.sb.base("slack")[len("http://"):]
	return slackOut{"url": "ws://" + host + "/link/?ticket=" + ticket + "&app_id=" + s.app.id}, nil
}

func (s *Slack) uuid() string {
	return fmt.Sprintf("%08x-%04x-4%03x-a%03x-%012x",
		s.rng.Uint32(), s.rng.Uint32()>>16, s.rng.Uint32()>>20, s.rng.Uint32()>>20, s.rng.Uint64()>>16)
}

// serveLink is a connection's whole life; its reader is this goroutine.
func (s *Slack) serveLink(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	s.mu.Lock()
	expiry, ok := s.tickets[query.Get("ticket")]
	delete(s.tickets, query.Get("ticket"))
	ok = ok && time.Now().Before(expiry) && !s.closed
	fault := s.sb.Faults.socket("slack", "connect")
	s.mu.Unlock()
	if !ok {
		s.note(RecordSocket, "refused", "", "", "", "ticket is used up, expired or unknown")
		http.Error(w, "invalid ticket", http.StatusForbidden)
		return
	}
	if fault.Kind == DropSocket {
		panic(http.ErrAbortHandler)
	}
	watch := &frameWatch{}
	ws, err := s.upgrader.Upgrade(&watchedWriter{ResponseWriter: w, watch: watch}, r, nil)
	if err != nil {
		s.note(RecordSocket, "refused", "", "", "", err.Error())
		return
	}
	c := s.welcome(ws, query.Get("debug_reconnects") == "true")
	if c == nil {
		_ = ws.SetWriteDeadline(time.Now().Add(writeWait))
		_ = ws.WriteMessage(websocket.TextMessage, goodbye("too_many_websockets")) // it is closed either way
		_ = ws.Close()
		return
	}
	c.read(watch)
	s.mu.Lock()
	s.hangUp(c)
	s.mu.Unlock()
}

// welcome registers the connection, says hello and plans its end. It returns
// nil when there are too many, or the sandbox is closing.
func (s *Slack) welcome(ws *websocket.Conn, debug bool) *slackConn {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil
	}
	s.sequence++
	c := &slackConn{
		s: s, name: fmt.Sprintf("socket-%d", s.sequence), ws: ws, silent: s.noPings, lifetime: s.lifetime,
		wake: make(chan struct{}, 1), gone: make(chan struct{}),
	}
	if debug {
		c.lifetime = debugLifetime
	}
	if s.open() >= maxSockets {
		s.note(RecordSocket, "refused", "", "", c.name, "too_many_websockets")
		return nil
	}
	s.conns = append(s.conns, c)
	s.note(RecordSocket, "connected", "", "", c.name, "")
	c.push(mustJSON(map[string]any{
		"type": "hello", "num_connections": s.open(), "connection_info": map[string]any{"app_id": s.app.id},
		"debug_info": map[string]any{
			"host": "applink-sandbox", "build_number": 18, "approximate_connection_time": int(c.lifetime.Seconds()),
		},
	}))
	c.plan(max(0, c.lifetime-warnAhead), func() { s.retire(c, "warning") })
	s.wg.Go(c.write)
	return c
}

// open counts connections that Slack believes alive.
func (s *Slack) open() int {
	n := 0
	for _, c := range s.conns {
		if !c.closed && !c.parted {
			n++
		}
	}
	return n
}

// pick chooses a connection for one envelope, nil if there is none.
func (s *Slack) pick() *slackConn {
	live := slices.DeleteFunc(slices.Clone(s.conns), func(c *slackConn) bool { return c.closed || c.leaving })
	if len(live) == 0 {
		return nil
	}
	return live[s.rng.IntN(len(live))]
}

func (c *slackConn) plan(d time.Duration, do func()) { c.plans = append(c.plans, c.s.after(d, do)) }

// push queues a frame; frozen connections and ghosts swallow it.
func (c *slackConn) push(frame []byte) {
	if c.closed || c.frozen || c.ws == nil {
		return
	}
	c.out = append(c.out, frame)
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

// write sends queued frames and pings until the connection is gone.
func (c *slackConn) write() {
	ping := time.NewTicker(pingEvery)
	defer ping.Stop()
	defer c.ws.Close()
	for {
		for {
			frame, ok := c.next()
			if !ok {
				break
			}
			_ = c.ws.SetWriteDeadline(time.Now().Add(writeWait)) // fails only on a broken connection
			if err := c.ws.WriteMessage(websocket.TextMessage, frame); err != nil {
				return
			}
		}
		select {
		case <-c.gone:
			return
		case <-c.wake:
		case <-ping.C:
			if c.pings() && c.ws.WriteControl(websocket.PingMessage, []byte("Ping from sandbox"), time.Now().Add(writeWait)) != nil {
				return
			}
		}
	}
}

func (c *slackConn) next() ([]byte, bool) {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	if len(c.out) == 0 || c.closed || c.frozen {
		return nil, false
	}
	frame := c.out[0]
	c.out = c.out[1:]
	return frame, true
}

func (c *slackConn) pings() bool {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	return !c.silent && !c.frozen
}

// read takes acks until the connection breaks.
func (c *slackConn) read(watch *frameWatch) {
	for {
		kind, frame, err := c.ws.ReadMessage()
		if err != nil {
			c.s.note(RecordSocket, "closed", "", "", c.name, err.Error())
			c.linger(err)
			return
		}
		inPieces := watch.next()
		c.s.mu.Lock()
		switch {
		case c.frozen:
		case inPieces:
			c.s.note(RecordSocket, "frame_dropped", "", "", c.name, "in pieces")
		case len(frame) >= maxFrame:
			c.s.note(RecordSocket, "frame_dropped", "", "", c.name, fmt.Sprintf("%d bytes", len(frame)))
		case kind != websocket.TextMessage:
			c.s.note(RecordSocket, "frame_dropped", "", "", c.name, "not text")
		default:
			c.frame(frame)
		}
		c.s.mu.Unlock()
	}
}

// linger keeps TCP open after the client's close frame, which Slack answers
// without closing (observed): the client must close by itself.
func (c *slackConn) linger(err error) {
	if farewell, ok := errors.AsType[*websocket.CloseError](err); !ok || farewell.Code == websocket.CloseAbnormalClosure {
		return
	}
	c.s.mu.Lock()
	c.leaving, c.parted, c.silent = true, true, true
	c.s.mu.Unlock()
	tcp := c.ws.NetConn()
	if tcp.SetReadDeadline(time.Now().Add(lingerTime)) == nil {
		_, _ = io.Copy(io.Discard, tcp) // ends by the client, by Close or by the deadline
	}
}

func (c *slackConn) frame(frame []byte) {
	var ack struct {
		EnvelopeID string          `json:"envelope_id"`
		Payload    json.RawMessage `json:"payload"`
	}
	if err := json.Unmarshal(frame, &ack); err != nil || ack.EnvelopeID == "" {
		c.s.sb.unexpected("slack", "socket frame that is no ack")
		return
	}
	c.s.acknowledge(c, ack.EnvelopeID, ack.Payload)
}

func goodbye(reason string) []byte {
	return mustJSON(map[string]any{
		"type": "disconnect", "reason": reason, "debug_info": map[string]any{"host": "applink-sandbox"},
	})
}

// retire announces a connection's end. Observed order: warning while it still
// delivers, then refresh_requested, then the end. Others end at once.
func (s *Slack) retire(c *slackConn, reason string) {
	if c.closed {
		return
	}
	s.note(RecordSocket, "disconnect", "", "", c.name, reason)
	c.push(goodbye(reason))
	switch reason {
	case "warning":
		c.plan(warnAhead, func() { s.retire(c, "refresh_requested") })
	case "refresh_requested":
		c.leaving = true
		c.plan(shutAfter, func() { s.hangUp(c) })
	default:
		c.leaving = true
		c.plan(time.Second, func() { s.hangUp(c) }) // the frame gets out first
	}
}

// hangUp closes a connection without a word.
func (s *Slack) hangUp(c *slackConn) {
	if c.closed {
		return
	}
	c.closed = true
	for _, p := range c.plans {
		s.cancel(p)
	}
	close(c.gone)
	s.conns = slices.DeleteFunc(s.conns, func(other *slackConn) bool { return other == c })
	if c.ws != nil {
		_ = c.ws.NetConn().Close() // hard: no close frame, as when Slack's host dies
	}
}
