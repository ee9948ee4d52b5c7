package child

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"firebreak/detect/own"
	"firebreak/detect/sigma"
)

// Supervisor runs one rule in a process of its own. It belongs to one
// goroutine at a time, and must be ended with End.
type Supervisor struct {
	spec    Spec
	head    sigma.Head
	hello   hello
	process *process // nil when none runs
	ledger  ledger
}

var _ own.Detector = (*Supervisor)(nil)

// Start starts the program and waits until it has said what it is.
func Start(ctx context.Context, spec Spec) (*Supervisor, error) {
	s := &Supervisor{spec: spec, ledger: ledger{limits: spec.Limits}}
	p, err := s.greeted(ctx)
	if err != nil {
		return nil, err
	}
	if s.head, err = p.hello.Rule.Head(spec.File); err != nil {
		p.kill()
		return nil, err
	}
	s.process, s.hello = p, p.hello
	return s, nil
}

func (s *Supervisor) greeted(ctx context.Context) (*process, error) {
	p, err := start(s.spec)
	if err != nil {
		return nil, err
	}
	if err := p.greet(ctx); err != nil {
		p.kill()
		return nil, fmt.Errorf("has not said hello: %w", err)
	}
	return p, nil
}

// Head is what people call the rule by.
func (s *Supervisor) Head() sigma.Head { return s.head }

// End ends the process within Limits.Grace, its children with it. The next
// Examine starts another one; what has failed is not forgotten.
func (s *Supervisor) End() {
	if s.process != nil {
		s.process.end()
		s.process = nil
	}
}

// Release ends the quarantine and forgets what has failed.
func (s *Supervisor) Release() { s.ledger.release() }

// Examine gives the rule a batch. If it fails at it, it is started again and
// given the events one by one, so that one of them costs no other.
func (s *Supervisor) Examine(ctx context.Context, batch []own.Event) own.Result {
	if s.ledger.closed(time.Now()) {
		return own.Result{Missed: len(batch)}
	}
	result, err := s.try(ctx, batch)
	if err == nil {
		return result
	}
	if result = s.failed(ctx, batch, err); len(batch) == 1 || ctx.Err() != nil {
		result.Missed = len(batch)
		return result
	}
	for i := range batch {
		result.Add(s.one(ctx, batch[i:i+1]))
	}
	return result
}

// one gives the rule one event after it has failed at several.
func (s *Supervisor) one(ctx context.Context, event []own.Event) own.Result {
	if ctx.Err() != nil || s.ledger.closed(time.Now()) {
		return own.Result{Missed: 1}
	}
	result, err := s.try(ctx, event)
	if err != nil {
		result = s.failed(ctx, event, err)
		result.Missed = 1
	}
	return result
}

// try gives the rule a batch once, starting it if need be.
func (s *Supervisor) try(ctx context.Context, batch []own.Event) (own.Result, error) {
	if err := s.restart(ctx); err != nil {
		return own.Result{}, err
	}
	p := s.process
	a := answers{head: s.head, p: p, before: p.told.last()}
	out, asked, err := p.tell(batch)
	if err == nil && asked > 0 {
		err = p.exchange(ctx, s.spec.Limits.deadline(asked), out, a.take)
	}
	if err != nil {
		s.process = nil
		p.kill()
		return own.Result{}, err
	}
	s.ledger.succeed()
	return a.result, nil
}

// restart starts the program unless it runs, after the pause that its failures
// have earned.
func (s *Supervisor) restart(ctx context.Context) error {
	if s.process != nil {
		return nil
	}
	if err := wait(ctx, s.ledger.pause(time.Now(), rand.Float64())); err != nil {
		return err
	}
	p, err := s.greeted(ctx)
	if err != nil {
		return err
	}
	if !p.hello.equal(s.hello) {
		p.kill()
		return errors.New("said another hello than when it was loaded")
	}
	s.process = p
	return nil
}

func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// failed takes a failure down. That everything ends is none.
func (s *Supervisor) failed(ctx context.Context, batch []own.Event, err error) own.Result {
	if ctx.Err() != nil {
		return own.Result{}
	}
	now := time.Now()
	reason := err.Error()
	trouble := own.Trouble{Rule: s.head, Reason: reason}
	if len(batch) == 1 {
		trouble.Place = batch[0].Place
	} else {
		trouble.Reason += "; it is started again and given the same events one by one"
	}
	result := own.Result{Troubles: []own.Trouble{trouble}}
	if s.ledger.fail(now, reason) {
		result.Troubles = append(result.Troubles, own.Trouble{Rule: s.head, Reason: s.ledger.sentence(), Quarantine: true})
	}
	return result
}
