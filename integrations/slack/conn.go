package slack

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"firebreak/incident"

	"github.com/gorilla/websocket"
)

const (
	// silence is how long a connection lives without a ping from Slack, which
	// sends one about every 10 s; Slack's own clients wait as long.
	silence = 30 * time.Second
	// writeLimit bounds one write to a connection.
	writeLimit = 5 * time.Second
	// drainLimit is how long a connection that is to be closed waits for the
	// envelopes it has received to be acknowledged.
	drainLimit = 2 * time.Second
	// lastWords is how long a connection is read after Slack has asked to
	// recycle it and its replacement is up.
	lastWords = time.Second
	// lingering is how long the other side has to end a closed connection.
	lingering = 500 * time.Millisecond
	// longestOverlap bounds how long a replaced connection is kept when Slack
	// never asks to recycle it; its warning comes about 10 s ahead.
	longestOverlap = time.Minute

	// frameLimit bounds a frame from Slack, in bytes.
	frameLimit = 16 << 20
)

// errTooMany: the app has more than the ten connections Slack allows.
var errTooMany = errors.New("slack says there are too many websockets")

// errGone: a connection was closed before it was used.
var errGone = errors.New("connection closed before hello")

// conn is one Socket Mode connection.
//
// One goroutine reads, another hands envelopes on in the order they came, up
// to inFlight at a time; reading never waits for them, so pings are answered
// however slow deliver is.
type conn struct {
	ws      *websocket.Conn
	session *session
	log     *slog.Logger
	queue   chan incident.Envelope
	up      time.Time // when hello came

	asked   chan struct{} // closed when Slack has announced the connection's end
	refresh chan struct{} // closed when Slack wants it recycled now
	retired chan struct{} // closed when its replacement is up
	gone    chan struct{} // closed when nothing more is read; end is set then
	end     error

	warn, renew sync.Once
	heard       atomic.Int64 // when the last frame or ping came, Unix ns

	spilled time.Time // when the queue overflowed; the reader's own

	writing sync.Mutex

	deadline sync.Mutex
	stopped  bool
}

func newConn(s *session, ws *websocket.Conn) *conn {
	c := &conn{
		ws: ws, session: s, log: s.client.log, queue: make(chan incident.Envelope, queueLength),
		asked: make(chan struct{}), refresh: make(chan struct{}),
		retired: make(chan struct{}), gone: make(chan struct{}),
	}
	ws.SetReadLimit(frameLimit)
	ws.SetPingHandler(c.pong)
	c.extend(silence)
	return c
}

// pong answers a ping, which also proves that Slack still knows of us.
func (c *conn) pong(data string) error {
	c.extend(silence)
	c.heard.Store(time.Now().UnixNano())
	err := c.ws.WriteControl(websocket.PongMessage, []byte(data), time.Now().Add(writeLimit))
	if e, ok := errors.AsType[net.Error](err); errors.Is(err, websocket.ErrCloseSent) || ok && e.Timeout() {
		return nil // what is on its way to us is still worth reading
	}
	return err
}

// extend gives the reader more time, unless it has been told to stop.
func (c *conn) extend(d time.Duration) {
	c.deadline.Lock()
	defer c.deadline.Unlock()
	if !c.stopped {
		_ = c.ws.SetReadDeadline(time.Now().Add(d)) // a broken connection says so when read
	}
}

// stop makes the reader end; what has been received can still be acked.
func (c *conn) stop() {
	c.deadline.Lock()
	defer c.deadline.Unlock()
	c.stopped = true
	_ = c.ws.SetReadDeadline(time.Now())
}

// greet waits for hello, the first frame of a working connection.
func (c *conn) greet(ctx context.Context) (frame, error) {
	interrupt := context.AfterFunc(ctx, c.stop)
	defer interrupt()
	for {
		f, err := c.next()
		switch {
		case errors.Is(err, errUnreadable):
			continue
		case err != nil:
			return frame{}, fmt.Errorf("await hello: %w", err)
		case f.ID != "":
			c.accept(f.Envelope)
		case f.Type == "disconnect":
			return frame{}, c.parting(f.Reason, errGone)
		case f.Type == "hello":
			c.up = time.Now()
			return f, nil
		}
	}
}

// next reads one frame. One that cannot be read is counted and logged; its
// content is not, for it is somebody's words.
func (c *conn) next() (frame, error) {
	_, data, err := c.ws.ReadMessage()
	if err != nil {
		return frame{}, err
	}
	c.heard.Store(time.Now().UnixNano())
	f, err := parseFrame(data)
	if err != nil {
		c.session.client.counts.unreadable.Add(1)
		c.log.Warn("slack frame unreadable", "bytes", len(data))
	}
	return f, err
}

// read reads until the connection ends or is stopped, and says why.
func (c *conn) read() error {
	for {
		f, err := c.next()
		switch {
		case errors.Is(err, errUnreadable):
		case err != nil:
			return err
		case f.ID != "":
			c.accept(f.Envelope)
		case f.Type == "disconnect":
			if err := c.parting(f.Reason, nil); err != nil {
				return err
			}
		default:
			c.log.Debug("slack frame ignored", "type", cleanCode(f.Type))
		}
	}
}

// parting handles a disconnect frame: otherwise is returned for those that
// let the connection live on for a while.
func (c *conn) parting(reason string, otherwise error) error {
	c.log.Info("slack announces disconnect", "reason", cleanCode(reason))
	switch reason {
	case "link_disabled":
		e := refused(reason, reasons[reason])
		e.Call = "slack socket mode"
		return e
	case "too_many_websockets":
		return errTooMany
	case "warning":
		c.warn.Do(func() { close(c.asked) })
	default: // refresh_requested, or a reason that nobody knows yet
		c.warn.Do(func() { close(c.asked) })
		c.renew.Do(func() { close(c.refresh) })
	}
	return otherwise
}

// serve runs the connection until it is lost, retired, or ctx ends, and
// returns when all it received has been dealt with. work outlives ctx by
// drainLimit.
func (c *conn) serve(ctx, work context.Context) {
	var hands sync.WaitGroup
	hands.Go(func() {
		c.end = c.read()
		c.mopUp()
		close(c.queue)
		close(c.gone)
	})
	drained := make(chan struct{})
	hands.Go(func() {
		c.dispatch(work)
		close(drained)
	})
	lost := c.live(ctx)
	c.session.left(c, lost)
	c.stop()
	c.drain(drained)
	c.bye()
	hands.Wait()
}

// live waits until the connection is lost (true) or to be closed (false).
func (c *conn) live(ctx context.Context) (lost bool) {
	select {
	case <-c.gone:
		return ctx.Err() == nil
	case <-ctx.Done():
		return false
	case <-c.retired:
	}
	_ = c.outlive(ctx, c.refresh, longestOverlap) && c.outlive(ctx, nil, lastWords)
	return false
}

// outlive waits for the event or d, whichever is first; false: the
// connection is over before.
func (c *conn) outlive(ctx context.Context, event <-chan struct{}, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-event:
		return true
	case <-t.C:
		return true
	case <-c.gone:
		return false
	case <-ctx.Done():
		return false
	}
}

// closed says whether an event has come.
func closed(event <-chan struct{}) bool {
	select {
	case <-event:
		return true
	default:
		return false
	}
}

func (c *conn) drain(drained <-chan struct{}) {
	t := time.NewTimer(drainLimit)
	defer t.Stop()
	select {
	case <-drained:
	case <-t.C:
	}
}

// bye closes politely if the other side still listens. Slack does not end
// the TCP connection itself, so that is done here, after a moment: closing
// with unread input would reset it and take acks on their way along.
func (c *conn) bye() {
	c.writing.Lock()
	defer c.writing.Unlock()
	msg := websocket.FormatCloseMessage(websocket.CloseNormalClosure, "")
	said := c.ws.WriteControl(websocket.CloseMessage, msg, time.Now().Add(time.Second)) == nil
	if said && closed(c.gone) { // else the reader may still be at it
		_ = c.ws.SetReadDeadline(time.Now().Add(lingering))
		_, _ = io.Copy(io.Discard, c.ws.NetConn())
	}
	_ = c.ws.Close()
}
