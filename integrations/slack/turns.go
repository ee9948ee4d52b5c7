package slack

import (
	"context"
	"sync"
	"time"
)

// turns lets slots begin one after another: the first at once, another no
// sooner than stagger later, unless none holds a connection any more.
type turns struct {
	mu      sync.Mutex
	held    int
	granted time.Time
	left    chan struct{} // closed when somebody leaves
}

// take waits for a turn; false: ctx ended.
func (t *turns) take(ctx context.Context) bool {
	for {
		wait, left := t.try()
		if wait <= 0 {
			return ctx.Err() == nil
		}
		timer := time.NewTimer(wait)
		select {
		case <-timer.C:
		case <-left:
		case <-ctx.Done():
		}
		timer.Stop()
		if ctx.Err() != nil {
			return false
		}
	}
}

// try grants a turn (0) or says how long to wait, or for whom.
func (t *turns) try() (time.Duration, <-chan struct{}) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if wait := time.Until(t.granted.Add(stagger)); t.held > 0 && wait > 0 {
		if t.left == nil {
			t.left = make(chan struct{})
		}
		return wait, t.left
	}
	t.held++
	t.granted = time.Now()
	return 0, nil
}

// leave gives a turn back.
func (t *turns) leave() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.held--
	if t.left != nil {
		close(t.left)
		t.left = nil
	}
}
