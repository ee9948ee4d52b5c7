package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"firebreak/integrations/sandbox"
	"firebreak/integrations/sandbox/web"
)

// story is a breach as people and vendors live it: a brute force that
// succeeds, then lateral movement. Only their inputs are scripted here; what
// the bot makes of them is the bot's own. Change a line and the detections,
// the timeline and the RCA change with it.
//
// Whoever watches a free one acts in the same world, so that a deed may be
// impossible when its turn comes: the story then mends what a person would
// mend, waits for the bot, and leaves out the rest.
type story struct {
	sb     *sandbox.Sandbox
	player *web.Player
	free   bool              // people play along
	short  bool              // leaves out what it can do without; the fault tests fail each of its calls
	wait   time.Duration     // how long anything the bot does may take; of a free one see until
	remark func(line string) // hears why the story waits or leaves something out

	page   sandbox.PagerDutyIncident
	room   sandbox.SlackChannel // the incident's channel, once it is there
	alerts sandbox.SlackChannel
	said   map[string]string // ts of what was said, by a name for it
	tasks  map[string]string // numbers of the tasks, by a name for them; those they have when nobody plays along
	began  time.Time         // when the page came
	opened time.Time         // when the incident's channel was there
	number map[string]string // numbers of entries, by a name for them

	index int
	scene web.Scene // as it stands in the window
}

func newStory(sb *sandbox.Sandbox, player *web.Player) *story {
	return &story{
		sb: sb, player: player, wait: 2 * time.Minute, remark: func(string) {},
		alerts: sb.Slack.In("#alerts"), said: map[string]string{}, tasks: map[string]string{"block": "1", "disable": "2"},
		number: map[string]string{},
	}
}

// act is one scene of the story.
type act struct {
	title string
	text  string        // for somebody who has never seen firebreak
	look  func() string // where to look at first
	deeds func() []deed
	then  func(ctx context.Context) error // waits for what the bot makes of it; may be nil
	aside bool                            // a short story has no such scene
}

// deed is one thing that a person or a vendor does.
type deed struct {
	told string // what comes next, in one line
	who  string // who acts in the incident's channel; empty: it is done elsewhere
	bot  bool   // would be in vain while the bot is away
	look string // where to look from here on; empty: as before
	do   func() error

	seen  func() bool // what has to be there first; nil: nothing
	until string      // in words, for whoever waits
}

// errUnheard is a deed's end when the bot was gone before it heard of it.
var errUnheard = errors.New("the bot did not hear of it")

// play plays all scenes.
func (s *story) play(ctx context.Context) error {
	acts := slices.DeleteFunc(s.acts(), func(a act) bool { return a.aside && s.short })
	titles := make([]string, len(acts))
	for i, a := range acts {
		titles[i] = a.title
	}
	s.player.Scenes(titles)
	s.scene = web.Scene{Title: acts[0].title}
	if err := s.until(ctx, "the bot is connected", s.connected); err != nil {
		return err
	}
	for i, a := range acts {
		if err := s.perform(ctx, i, a); err != nil {
			return fmt.Errorf("story, %s: %w", a.title, err)
		}
	}
	if s.free {
		s.scene.Text = "The incident is closed and its report is in GitLab. Everything stays up: be anybody, call a page of your own, or kill the bot under Faults, talk on, and see that nothing is lost when it is back."
		s.player.Scene(s.index, s.scene)
	}
	return nil
}

func (s *story) perform(ctx context.Context, i int, a act) error {
	s.index, s.scene = i, web.Scene{Title: a.title, Text: a.text, Look: a.look()}
	s.sb.Ledger.Say(a.title)
	s.player.Scene(i, s.scene)
	if err := s.linger(ctx); err != nil {
		return err
	}
	if err := s.step(ctx, a.deeds()...); err != nil || a.then == nil {
		return err
	}
	return a.then(ctx)
}

// step does one deed after the other, each when its turn comes.
func (s *story) step(ctx context.Context, deeds ...deed) error {
	for _, d := range deeds {
		if d.look != "" {
			s.scene.Look = d.look
			s.player.Scene(s.index, s.scene)
		}
		if err := s.player.Beat(ctx, d.told); err != nil {
			return err
		}
		if err := s.dare(ctx, d); err != nil {
			return err
		}
	}
	return nil
}

// dare does a deed as far as the world allows it.
func (s *story) dare(ctx context.Context, d deed) error {
	mended := false
	for {
		if d.bot {
			if err := s.until(ctx, "the bot is back", s.connected); err != nil {
				return err
			}
		}
		if d.seen != nil {
			if err := s.expect(ctx, d.until, d.seen); err != nil {
				return err
			}
		}
		err := s.try(d.do)
		switch {
		case err == nil || !s.free:
			return err
		case errors.Is(err, errUnheard) && d.bot:
			if err := sleep(ctx, time.Second); err != nil {
				return err
			}
		case d.who != "" && !mended:
			mended = true
			s.mend(d.who)
		default:
			s.remark("the story goes on without this: " + err.Error())
			return nil
		}
	}
}

// try does it; what the sandbox panics about is an error.
func (s *story) try(do func() error) (err error) {
	if trouble := s.sb.Slack.Try(func() { err = do() }); trouble != nil {
		return trouble
	}
	return err
}

// mend lets people open the channel again and come back into it. What cannot
// be mended will be left out.
func (s *story) mend(who string) {
	_ = s.try(func() error {
		if s.room.Info().Archived {
			s.remark("Alex opens the channel again")
			s.room.Unarchive("alex")
			s.room.Join("alex")
			s.room.Invite("alex", s.sb.Slack.Bot().ID)
		}
		s.room.Join(who)
		return nil
	})
}

// connected says whether the bot hears what people do.
func (s *story) connected() bool { return s.sb.Slack.Sockets() > 0 }
