package main

import (
	"context"
	"errors"
	"time"
)

const (
	quietWait = 3 * time.Second  // a free story waits so long before it says so
	freeWait  = 20 * time.Second // and so long, the bot being there, for what it can do without
	readWait  = 4 * time.Second  // takes the narration of a scene to read
)

// until waits for what the story cannot go on without. A free one waits as
// long as it takes.
func (s *story) until(ctx context.Context, what string, seen func() bool) error {
	if !s.free {
		return s.await(ctx, s.wait, what, seen)
	}
	return s.await(ctx, 0, what, seen)
}

// expect waits for what the bot does by itself. A free story goes on without
// it in the end: people may have made it impossible.
func (s *story) expect(ctx context.Context, what string, seen func() bool) error {
	if !s.free {
		return s.await(ctx, s.wait, what, seen)
	}
	err := s.await(ctx, freeWait, what, seen)
	if errors.As(err, new(inVain)) {
		s.remark("the story goes on although it " + err.Error())
		return nil
	}
	return err
}

// inVain is the error of waiting for what did not come.
type inVain string

func (what inVain) Error() string { return "waited in vain until " + string(what) }

// await waits at most so long, 0 for ever. In a free story the time without
// the bot does not count.
func (s *story) await(ctx context.Context, most time.Duration, what string, seen func() bool) error {
	began, since, said := time.Now(), time.Now(), false
	for !seen() {
		if s.free && !s.connected() {
			since = time.Now()
		}
		if most > 0 && time.Since(since) > most {
			return inVain(what)
		}
		if s.free && !said && time.Since(began) > quietWait {
			said = true
			s.sayWaiting(what)
		}
		if err := sleep(ctx, 50*time.Millisecond); err != nil {
			return err
		}
	}
	if said {
		s.player.Scene(s.index, s.scene)
	}
	return nil
}

// sayWaiting says what the story waits for, in the place of its narration.
func (s *story) sayWaiting(what string) {
	waiting := s.scene
	waiting.Text = "Waiting until " + what + "."
	if !s.connected() {
		waiting.Text += " It is not connected to Slack: see Faults."
	}
	s.remark("the story is waiting until " + what)
	s.player.Scene(s.index, waiting)
}

// linger leaves time to read what the scene is about, unless somebody steps
// through it.
func (s *story) linger(ctx context.Context) error {
	const tick = 50 * time.Millisecond
	for left := readWait; s.free && left > 0; {
		now := s.player.State()
		if !now.Playing {
			return nil
		}
		if err := sleep(ctx, tick); err != nil {
			return err
		}
		left -= time.Duration(float64(tick) * now.Speed)
	}
	return nil
}

// glance waits a moment for what would only be nice.
func (s *story) glance(ctx context.Context, most time.Duration, seen func() bool) error {
	err := s.await(ctx, most, "", seen)
	if errors.As(err, new(inVain)) {
		return nil
	}
	return err
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}
