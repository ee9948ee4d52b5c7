package slack

import (
	"context"
	"sync"
	"time"

	"firebreak/incident"

	"github.com/gorilla/websocket"
)

const (
	inFlight    = 64   // envelopes of one connection being delivered at once
	queueLength = 1024 // envelopes of one connection waiting for that
)

// accept queues an envelope. When even the queue is full it is left
// unacknowledged: Slack sends it again, or it is found in the history.
func (c *conn) accept(env incident.Envelope) {
	c.session.client.counts.received.Add(1)
	select {
	case c.queue <- env:
		c.session.heardEvent()
		if len(c.queue) < queueLength/2 {
			c.mopUp()
		}
	default:
		c.session.client.counts.overflowed.Add(1)
		if c.spilled.IsZero() {
			c.spilled = time.Now()
		}
	}
}

// mopUp tells of an overflow when it is over.
func (c *conn) mopUp() {
	if !c.spilled.IsZero() {
		c.session.overflowed(c.spilled)
		c.spilled = time.Time{}
	}
}

// dispatch hands the envelopes on, inFlight at a time, each begun only when
// the one before it has begun: so those that wait on the same lock in deliver
// mostly stand in the order in which Slack sent them.
func (c *conn) dispatch(work context.Context) {
	var hands sync.WaitGroup
	slots := make(chan struct{}, inFlight)
	for env := range c.queue {
		slots <- struct{}{}
		begun := make(chan struct{})
		hands.Go(func() {
			defer func() { <-slots }()
			close(begun)
			c.handle(work, env)
		})
		<-begun
	}
	hands.Wait()
}

// handle delivers one envelope and acknowledges it here, on the connection
// that brought it: Slack ignores an acknowledgement from another one.
func (c *conn) handle(work context.Context, env incident.Envelope) {
	counts := &c.session.client.counts
	if work.Err() != nil { // too late to begin: Slack sends it again
		counts.undelivered.Add(1)
		return
	}
	response, err := c.session.deliver(work, env)
	if err != nil {
		counts.undelivered.Add(1)
		c.log.Warn("slack envelope not kept", "type", cleanCode(env.Type), "envelope", cleanCode(env.ID), "err", err)
		return
	}
	data, cut := ackFrame(env, response)
	if cut {
		c.log.Warn("slack response too large", "type", cleanCode(env.Type), "bytes", len(response))
	}
	if err := c.write(data); err != nil {
		counts.unacked.Add(1)
		c.log.Debug("slack envelope not acked", "envelope", cleanCode(env.ID), "err", err)
		return
	}
	counts.acked.Add(1)
}

func (c *conn) write(data []byte) error {
	c.writing.Lock()
	defer c.writing.Unlock()
	_ = c.ws.SetWriteDeadline(time.Now().Add(writeLimit))
	err := c.ws.WriteMessage(websocket.TextMessage, data)
	if err != nil {
		_ = c.ws.Close() // half a frame may be out: nothing can follow it
	}
	return err
}
