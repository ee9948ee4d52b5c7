package slack

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"syscall"
	"testing"
	"time"

	"firebreak/incident"

	"github.com/gorilla/websocket"
)

// memory is a listener on net.Pipe, fit for a synctest bubble.
type memory struct {
	conns chan net.Conn
	done  chan struct{}
	once  sync.Once
}

func newMemory() *memory { return &memory{conns: make(chan net.Conn), done: make(chan struct{})} }

func (m *memory) Accept() (net.Conn, error) {
	select {
	case c := <-m.conns:
		return c, nil
	case <-m.done:
		return nil, net.ErrClosed
	}
}

func (m *memory) Close() error   { m.once.Do(func() { close(m.done) }); return nil }
func (m *memory) Addr() net.Addr { return &net.TCPAddr{} }

func (m *memory) dial(ctx context.Context, network, _ string) (net.Conn, error) {
	ours, theirs := net.Pipe()
	select {
	case m.conns <- theirs:
		return ours, nil
	case <-m.done:
		return nil, &net.OpError{Op: "dial", Net: network, Err: syscall.ECONNREFUSED}
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// fake is a small Slack: each test says what its methods answer and plays
// Slack's end of the websockets.
type fake struct {
	t       *testing.T
	net     *memory
	server  *http.Server
	client  *Client
	sockets chan *socket
	serving sync.WaitGroup

	mu       sync.Mutex
	methods  map[string]http.HandlerFunc
	requests []request
}

type request struct {
	Method string
	At     time.Time
	Form   map[string][]string
}

func newFake(t *testing.T) *fake {
	t.Helper()
	f := &fake{t: t, net: newMemory(), sockets: make(chan *socket, 1024), methods: map[string]http.HandlerFunc{}}
	mux := http.NewServeMux()
	mux.HandleFunc("/api/{method}", f.call)
	mux.HandleFunc("/link", f.link)
	mux.HandleFunc("/files/{name}", f.call)
	f.server = &http.Server{Handler: mux}
	f.serving.Go(func() { _ = f.server.Serve(f.net) })
	transport := &http.Transport{DialContext: f.net.dial}
	f.client = New(Config{
		AppToken: "xapp-canary", BotToken: "xoxb-canary", APIURL: "http://slack.test/api",
		HTTP: &http.Client{Transport: transport}, Dial: f.net.dial,
	})
	f.on("apps.connections.open", says(`{"ok":true,"url":"ws://slack.test/link?ticket=secret"}`))
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		_ = f.server.Close()
		f.serving.Wait()
	})
	return f
}

// on sets what a method answers from now on.
func (f *fake) on(method string, h http.HandlerFunc) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.methods[method] = h
}

func says(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, body) }
}

func (f *fake) call(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("method") + r.PathValue("name")
	_ = r.ParseForm()
	f.mu.Lock()
	f.requests = append(f.requests, request{Method: name, At: time.Now(), Form: r.Form})
	h := f.methods[name]
	f.mu.Unlock()
	if h == nil {
		h = says(`{"ok":false,"error":"unknown_method"}`)
	}
	h(w, r)
}

// called lists the requests of one method.
func (f *fake) called(method string) []request {
	f.mu.Lock()
	defer f.mu.Unlock()
	var rs []request
	for _, r := range f.requests {
		if r.Method == method {
			rs = append(rs, r)
		}
	}
	return rs
}

// socket is Slack's end of one connection.
type socket struct {
	t      *testing.T
	ws     *websocket.Conn
	mu     sync.Mutex
	frames chan string   // what the client sent
	ended  chan struct{} // the client is gone
}

func (f *fake) link(w http.ResponseWriter, r *http.Request) {
	ws, err := (&websocket.Upgrader{}).Upgrade(w, r, nil)
	if err != nil {
		return
	}
	s := &socket{t: f.t, ws: ws, frames: make(chan string, 4096), ended: make(chan struct{})}
	f.serving.Go(func() {
		defer close(s.ended)
		defer func() { _ = ws.Close() }()
		for {
			_, data, err := ws.ReadMessage()
			if err != nil {
				return
			}
			s.frames <- string(data)
		}
	})
	select {
	case f.sockets <- s:
	case <-f.net.done:
	}
}

func (s *socket) send(text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	_ = s.ws.SetWriteDeadline(time.Now().Add(time.Second))
	_ = s.ws.WriteMessage(websocket.TextMessage, []byte(text))
}

func (s *socket) ping() error {
	return s.ws.WriteControl(websocket.PingMessage, []byte("ping"), time.Now().Add(time.Second))
}

// keepAlive pings every ten seconds, as Slack does, until the connection ends.
func (s *socket) keepAlive() {
	tick := time.NewTicker(10 * time.Second)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			if s.ping() != nil {
				return
			}
		case <-s.ended:
			return
		}
	}
}

func (s *socket) event(id string) {
	s.send(fmt.Sprintf(`{"envelope_id":%q,"type":"events_api","accepts_response_payload":false,"payload":{"event_id":%q},"retry_attempt":0,"retry_reason":""}`, id, id))
}

func (s *socket) disconnect(reason string) {
	s.send(fmt.Sprintf(`{"type":"disconnect","reason":%q,"debug_info":{"host":"applink-1"}}`, reason))
}

// acked gives the id of the next acknowledgement.
func (s *socket) acked() string {
	s.t.Helper()
	var a ack
	if err := json.Unmarshal([]byte(s.frame()), &a); err != nil {
		s.t.Errorf("read ack: %v", err)
	}
	return a.EnvelopeID
}

func (s *socket) frame() string {
	s.t.Helper()
	select {
	case f := <-s.frames:
		return f
	case <-time.After(5 * time.Second):
		s.t.Error("no frame from the client within 5 s")
		return "{}"
	}
}

// next waits for the next connection; without a greeting it stays silent.
func (f *fake) next() *socket {
	f.t.Helper()
	select {
	case s := <-f.sockets:
		return s
	case <-time.After(3 * time.Minute):
		f.t.Fatal("no connection from the client")
		return nil
	}
}

// accept waits for the next connection, greets it and keeps it alive.
func (f *fake) accept() *socket {
	f.t.Helper()
	s := f.next()
	s.send(`{"type":"hello","num_connections":1,"debug_info":{"host":"applink-1","approximate_connection_time":18060}}`)
	f.serving.Go(s.keepAlive)
	return s
}

// running is a Run in progress.
type running struct {
	stop   context.CancelFunc
	result chan error
	mu     sync.Mutex
	seen   []SocketStatus
}

func (f *fake) run(deliver func(context.Context, incident.Envelope) ([]byte, error)) *running {
	ctx, stop := context.WithCancel(f.t.Context())
	r := &running{stop: stop, result: make(chan error, 1)}
	go func() {
		r.result <- f.client.Run(ctx, deliver, func(s SocketStatus) {
			r.mu.Lock()
			defer r.mu.Unlock()
			r.seen = append(r.seen, s)
		})
	}()
	return r
}

// end stops the Run and gives its result.
func (r *running) end() error {
	r.stop()
	return <-r.result
}

func (r *running) statuses() []SocketStatus {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]SocketStatus(nil), r.seen...)
}

func (r *running) last() SocketStatus {
	all := r.statuses()
	if len(all) == 0 {
		return SocketStatus{}
	}
	return all[len(all)-1]
}

func taken(context.Context, incident.Envelope) ([]byte, error) { return nil, nil }

// pass lets the bubble's time pass.
func pass(t *testing.T, d time.Duration) {
	t.Helper()
	<-time.After(d)
}
