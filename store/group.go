package store

import (
	"cmp"
	"context"
	"fmt"
	"runtime/debug"
	"time"
)

// group is the requests of one commit, with the outcome of each.
type group struct {
	taken   []*request
	outcome []error
	urgent  time.Time // when the first urgent one was taken
	queued  bool      // whether alerts were queued for rules

	flushable bool // whether it has the disk for itself
}

// next takes what waits, urgent ones first, and waits itself while the disk is
// busy with the group before: what comes meanwhile shares the next flush. Once
// the disk is free and an urgent one has waited for long enough, it takes
// nothing but those.
func (w *writer) next(g *group) *request {
	for len(g.taken) < groupSize {
		select {
		case r := <-w.urgent:
			return g.noticed(r)
		default:
		}
		if !g.flushable {
			select {
			case r := <-w.urgent:
				return g.noticed(r)
			case r := <-w.requests:
				return r
			case <-w.flusher.free:
				g.flushable = true
				continue
			}
		}
		if !g.urgent.IsZero() && time.Since(g.urgent) > urgentWait {
			return nil
		}
		select {
		case r := <-w.requests:
			return r
		default:
			return nil
		}
	}
	if !g.flushable {
		<-w.flusher.free
		g.flushable = true
	}
	return nil
}

// noticed notes since when somebody in the group is in a hurry.
func (g *group) noticed(urgent *request) *request {
	if g.urgent.IsZero() {
		g.urgent = time.Now()
	}
	return urgent
}

// commit runs a group in one transaction and hands it on to the flusher. It is
// the only place that commits what Update wrote.
func (w *writer) commit(g *group, first *request) {
	w.finishCopy()
	err := w.transact(g, first)
	if len(g.taken) > 0 && err == nil {
		g.queued = w.queued
		w.flusher.groups <- g
		return
	}
	if g.flushable {
		w.flusher.free <- struct{}{}
	}
	w.tell(g, err)
}

// tell gives each request of a group its outcome; err is why nothing of the
// group was kept.
func (w *writer) tell(g *group, err error) {
	if len(g.taken) == 0 {
		return
	}
	w.refused.Store(nil)
	if err != nil {
		w.refused.Store(&err)
	}
	for i, r := range g.taken {
		if err != nil && (g.outcome[i] == nil || diskFull(g.outcome[i])) {
			g.outcome[i] = err
		}
		r.done <- g.outcome[i]
	}
	if err == nil {
		w.after(g.queued)
	}
}

// transact runs the requests of a group, each in its savepoint, and commits.
// An error of its own means that nothing of the group was kept.
func (w *writer) transact(g *group, first *request) error {
	w.aborted, w.pending, w.queued = nil, nil, false
	for r := first; r != nil; r = w.next(g) {
		if !r.taken.CompareAndSwap(false, true) {
			continue // its caller has given up
		}
		g.taken, g.outcome = append(g.taken, r), append(g.outcome, nil)
		if err := w.join(g); err != nil {
			return err
		}
	}
	if len(g.taken) == 0 {
		return nil
	}
	err := w.index()
	if err == nil {
		err = w.control("COMMIT")
	}
	if err != nil {
		w.control("ROLLBACK") //nolint:errcheck // SQLite may have done it itself
		return refusal("commit", err)
	}
	return nil
}

// join runs the request that a group has taken last.
func (w *writer) join(g *group) error {
	last := len(g.taken) - 1
	if err := w.death(); err != nil {
		return err
	}
	if last == 0 {
		if err := w.control("BEGIN IMMEDIATE"); err != nil {
			return refusal("begin to write", err)
		}
	}
	if g.outcome[last] = w.attempt(g.taken[last].fn); w.aborted != nil {
		w.control("ROLLBACK") //nolint:errcheck // SQLite may have done it itself
		return refusal("write", cmp.Or(g.outcome[last], w.aborted))
	}
	return nil
}

// refusal is the error of a group that was not kept.
func refusal(what string, err error) error {
	if diskFull(err) {
		return fmt.Errorf("%s: %w: %w", what, ErrFull, err)
	}
	return fmt.Errorf("%s: %w", what, err)
}

// attempt runs fn in a savepoint, which is kept or undone as a whole.
func (w *writer) attempt(fn func(*Tx) error) error {
	before := w.pending
	if err := w.control("SAVEPOINT one"); err != nil {
		w.aborted = err
		return err
	}
	err := w.protect(fn)
	if w.aborted != nil {
		return err
	}
	if err != nil {
		w.aborted, w.pending = w.control("ROLLBACK TO one"), before
	}
	if w.aborted == nil {
		w.aborted = w.control("RELEASE one")
	}
	return err
}

// protect turns a panic of fn into its error. Where it was goes to the log,
// since only here anybody can know.
func (w *writer) protect(fn func(*Tx) error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("update panicked: %v", p)
			w.log.Error("update panicked", "stack", string(debug.Stack()))
		}
	}()
	return fn(&Tx{View: View{ctx: context.Background(), q: w}, w: w})
}
