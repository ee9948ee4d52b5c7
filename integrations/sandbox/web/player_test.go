package web_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"firebreak/integrations/sandbox/web"
)

// tell plays beats until ctx ends and sends how long each one waited.
func tell(ctx context.Context, p *web.Player) <-chan time.Duration {
	passed := make(chan time.Duration)
	go func() {
		defer close(passed)
		for {
			began := time.Now()
			if p.Beat(ctx, "something happens") != nil {
				return
			}
			select {
			case passed <- time.Since(began):
			case <-ctx.Done():
				return
			}
		}
	}()
	return passed
}

func TestPlayer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		p := web.NewPlayer(4 * time.Second)
		passed := tell(ctx, p)
		pass(t, time.Hour)
		select {
		case <-passed:
			t.Fatal("a beat passed before anybody pressed play")
		default:
		}
		if st := p.State(); st.Playing || !st.Waiting || st.Told != "something happens" || st.Scene != -1 {
			t.Errorf("paused: %+v", st)
		}
		p.Step()
		if d := <-passed; d != time.Hour {
			t.Errorf("a step let a beat pass after %v", d)
		}
		p.Play()
		if d := <-passed; d != 4*time.Second {
			t.Errorf("playing: %v, want the pace", d)
		}
		p.Speed(2)
		if d := <-passed; d != 2*time.Second {
			t.Errorf("at double speed: %v", d)
		}
		p.Speed(1)
		pass(t, 2*time.Second)
		p.Speed(4)
		if d := <-passed; d != 2500*time.Millisecond {
			t.Errorf("half slow, half fast: %v", d)
		}
		p.Speed(1)
		pass(t, 3*time.Second)
		p.Pause()
		pass(t, time.Hour)
		p.Play()
		if d := <-passed; d != time.Hour+4*time.Second {
			t.Errorf("held after 3 s for an hour: %v", d)
		}
		p.Step()
		if d := <-passed; d != 0 {
			t.Errorf("a step while playing: %v", d)
		}
		cancel()
		for range passed {
		}
	})
}

// TestPlayerSteps asks for steps ahead: each lets one beat pass, and pausing
// takes them back.
func TestPlayerSteps(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		p := web.NewPlayer(time.Second)
		p.Step()
		p.Step()
		passed := tell(ctx, p)
		<-passed
		<-passed
		synctest.Wait()
		select {
		case <-passed:
			t.Error("two steps let three beats pass")
		default:
		}
		cancel()
		for range passed {
		}
		p.Step()
		p.Pause()
		short, stop := context.WithTimeout(t.Context(), time.Second)
		defer stop()
		if err := p.Beat(short, "x"); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Beat = %v, want the context's error", err)
		}
	})
}

func TestPlayerState(t *testing.T) {
	p := web.NewPlayer(0)
	changed := p.Changed()
	p.Scenes([]string{"One", "Two"})
	select {
	case <-changed:
	default:
		t.Error("a change was not told")
	}
	p.Scene(1, web.Scene{Title: "Two", Text: "They talk.", Look: "#/slack"})
	p.Play()
	if err := p.Beat(t.Context(), "Sam talks"); err != nil {
		t.Fatal(err)
	}
	st := p.State()
	if st.Scene != 1 || st.Title != "Two" || st.Text != "They talk." || st.Look != "#/slack" || st.Told != "Sam talks" || !slices.Equal(st.Scenes, []string{"One", "Two"}) {
		t.Errorf("%+v", st)
	}
	p.Done(errors.New("nobody came"))
	p.Play()
	p.Step()
	if st := p.State(); !st.Done || st.Playing || st.Error != "nobody came" {
		t.Errorf("done: %+v", st)
	}
}

func TestStory(t *testing.T) {
	p := web.NewPlayer(time.Second)
	w := newWindow(t, web.Options{Player: p})
	if got := w.post("/api/story/play", object{}); got["playing"] != true || got["scene"] != -1.0 {
		t.Errorf("play: %v", got)
	}
	if got := w.post("/api/story/speed", object{"x": 1000}); got["speed"] != 100.0 {
		t.Errorf("speed: %v", got)
	}
	w.post("/api/story/step", object{})
	if got := w.post("/api/story/pause", object{}); got["playing"] != false {
		t.Errorf("pause: %v", got)
	}
	if got := w.get("/api/story"); got["speed"] != 100.0 || got["done"] != false {
		t.Errorf("state: %v", got)
	}
	w.wrong("/api/story/speed", object{"x": 0}, 400)
	w.wrong("/api/story/speed", object{"x": "fast"}, 400)
	w.wrong("/api/story/rewind", object{}, 404)
	none := newWindow(t, web.Options{})
	none.refused("/api/story", 404)
	none.wrong("/api/story/play", object{}, 404)
}
