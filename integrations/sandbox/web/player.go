package web

import (
	"context"
	"sync"
	"time"
)

// Scene is a chapter of the story.
type Scene struct {
	Title string
	Text  string // what is going on, in a sentence or two
	Look  string // the hash route that a follower should look at
}

// PlayerState is where the story stands.
type PlayerState struct {
	Scenes  []string `json:"scenes"` // titles
	Scene   int      `json:"scene"`  // index of the present one; -1 before the first
	Title   string   `json:"title"`
	Text    string   `json:"text"`
	Told    string   `json:"told"` // what happens next
	Look    string   `json:"look"`
	Playing bool     `json:"playing"`
	Waiting bool     `json:"waiting"` // between two deeds
	Speed   float64  `json:"speed"`
	Done    bool     `json:"done"`
	Error   string   `json:"error"`
}

// Player gates a story: the storyteller calls Scene and then, between two
// deeds, Beat; whoever watches lets it run, holds it, or lets single beats
// pass. It is safe for concurrent use and starts no goroutines.
type Player struct {
	pace time.Duration

	mu      sync.Mutex
	state   PlayerState
	steps   int // beats that may pass although it is paused
	changed chan struct{}
}

// maxSteps is how many beats may be asked for ahead.
const maxSteps = 20

// NewPlayer returns a paused player that rests for pace between two deeds.
func NewPlayer(pace time.Duration) *Player {
	return &Player{
		pace: pace, changed: make(chan struct{}),
		state: PlayerState{Scenes: []string{}, Scene: -1, Speed: 1},
	}
}

// change runs do and wakes whoever waits for Changed.
func (p *Player) change(do func(*PlayerState)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	do(&p.state)
	close(p.changed)
	p.changed = make(chan struct{})
}

// Scenes sets the table of contents.
func (p *Player) Scenes(titles []string) {
	p.change(func(st *PlayerState) { st.Scenes = list(append([]string(nil), titles...)) })
}

// Scene begins scene i.
func (p *Player) Scene(i int, s Scene) {
	p.change(func(st *PlayerState) {
		st.Scene, st.Title, st.Text, st.Look, st.Told = i, s.Title, s.Text, s.Look, ""
	})
}

// Beat tells what happens next and waits for its turn: for the pace while
// playing, for Step or Play while paused. It returns the error of ctx when
// that ends first.
func (p *Player) Beat(ctx context.Context, told string) error {
	p.change(func(st *PlayerState) { st.Told, st.Waiting = told, true })
	defer p.change(func(st *PlayerState) { st.Waiting = false })
	rest := float64(p.pace) // at speed 1
	for {
		passed, playing, speed, changed := p.turn()
		if passed || playing && rest <= 0 {
			return ctx.Err()
		}
		began := time.Now()
		if err := await(ctx, playing, time.Duration(rest/speed), changed); err != nil {
			return err
		}
		if playing {
			rest -= float64(time.Since(began)) * speed
		}
	}
}

// turn takes a step if one was asked for, and says how the player stands.
func (p *Player) turn() (passed, playing bool, speed float64, changed <-chan struct{}) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.steps > 0 {
		p.steps--
		passed = true
	}
	return passed, p.state.Playing, p.state.Speed, p.changed
}

// await waits for a change or, if timed, for d.
func await(ctx context.Context, timed bool, d time.Duration, changed <-chan struct{}) error {
	var over <-chan time.Time
	if timed {
		t := time.NewTimer(d)
		defer t.Stop()
		over = t.C
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-changed:
	case <-over:
	}
	return nil
}

// Done ends the story, with what went wrong or nil.
func (p *Player) Done(err error) {
	p.change(func(st *PlayerState) {
		st.Done, st.Playing, st.Told, st.Error = true, false, "", ""
		if err != nil {
			st.Error = err.Error()
		}
	})
}

// Play lets the story run.
func (p *Player) Play() { p.change(func(st *PlayerState) { st.Playing = !st.Done; p.steps = 0 }) }

// Pause holds it before the next deed.
func (p *Player) Pause() { p.change(func(st *PlayerState) { st.Playing = false; p.steps = 0 }) }

// Step lets one beat pass at once, playing or not.
func (p *Player) Step() {
	p.change(func(st *PlayerState) {
		if !st.Done {
			p.steps = min(p.steps+1, maxSteps)
		}
	})
}

// Speed sets how fast it plays: 1 is its pace, 2 twice that. What is not
// between a tenth and a hundred is brought there.
func (p *Player) Speed(f float64) {
	if f != f { // not a number
		return
	}
	p.change(func(st *PlayerState) { st.Speed = min(max(f, 0.1), 100) })
}

// State returns where the story stands.
func (p *Player) State() PlayerState {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.state
}

// Changed is closed at the next change of State.
func (p *Player) Changed() <-chan struct{} {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.changed
}
