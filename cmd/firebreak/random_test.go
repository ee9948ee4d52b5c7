package main

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"firebreak/integrations/sandbox"
)

// crowd is people doing random things in a channel.
type crowd struct {
	rng    *rand.Rand
	c      sandbox.SlackChannel
	people []string
	posts  []sandbox.Message
	tasks  int
}

// act does one random thing.
func (cr *crowd) act(i int) {
	who := cr.people[cr.rng.IntN(len(cr.people))]
	if len(cr.posts) == 0 {
		cr.posts = append(cr.posts, cr.c.Say(who, "first words"))
		return
	}
	m := cr.posts[cr.rng.IntN(len(cr.posts))]
	alive := func() bool { return !cr.now(m.TS).Deleted }
	switch cr.rng.IntN(14) {
	case 0, 1, 2:
		cr.posts = append(cr.posts, cr.c.Say(who, fmt.Sprintf("say %d: <b> & \"x\" @sam /close `code` ünïcode 🔥", i)))
	case 3, 4:
		if alive() {
			cr.posts = append(cr.posts, cr.c.Reply(who, m.TS, fmt.Sprintf("reply %d", i)))
		}
	case 5:
		if alive() {
			cr.posts = append(cr.posts, cr.c.Broadcast(who, m.TS, fmt.Sprintf("broadcast %d", i)))
		}
	case 6, 7:
		if alive() {
			cr.c.Edit(m.User, m.TS, fmt.Sprintf("edited %d", i))
		}
	case 8:
		if alive() && cr.rng.IntN(3) == 0 {
			cr.c.Delete(m.User, m.TS)
		}
	case 9, 10:
		if alive() {
			cr.toggle(who, m.TS)
		}
	case 11:
		cr.posts = append(cr.posts, cr.c.Upload(who, fmt.Sprintf("log-%d.txt", i), fmt.Appendf(nil, "line %d\n", i), "the log"))
	case 12:
		cr.c.Command(who, fmt.Sprintf("/inc note noted %d", i))
	case 13:
		if cr.tasks < 4 {
			cr.tasks++
			cr.c.Command(who, fmt.Sprintf("/inc task add do thing %d @sam", i))
		} else {
			cr.c.Command(who, "/inc statsu please")
		}
	}
}

func (cr *crowd) now(ts string) sandbox.Message {
	for _, m := range cr.c.Messages() {
		if m.TS == ts {
			return m
		}
	}
	return sandbox.Message{}
}

// toggle adds or takes back a reaction, a pin or another one.
func (cr *crowd) toggle(who, ts string) {
	emoji := []string{"pushpin", "round_pushpin", "eyes"}[cr.rng.IntN(3)]
	for _, r := range cr.now(ts).Reactions {
		if r.Name != emoji {
			continue
		}
		for _, u := range r.Users {
			if u == cr.user(who) {
				cr.c.Unreact(who, ts, emoji)
				return
			}
		}
	}
	cr.c.React(who, ts, emoji)
}

func (cr *crowd) user(name string) string { return cr.ids()[name] }

func (cr *crowd) ids() map[string]string {
	ids := map[string]string{}
	for i, id := range cr.c.Members() {
		_ = i
		ids[id] = id
	}
	for _, p := range cr.people {
		if _, ok := ids[p]; !ok {
			ids[p] = p
		}
	}
	return ids
}

// TestTimelineEqualsLedger lets people do 200 random things, with events
// doubled, held back and reordered and sockets cut, and compares the
// timeline with the emulator's own ledger.
func TestTimelineEqualsLedger(t *testing.T) {
	for seed := range uint64(3) {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.start()
				w.sb.PagerDuty.Trigger(sandbox.Trigger{Title: "Odd logins", Service: "Identity"})
				c := w.channel(1)
				join(c, "sam", "alex", "kim", "jo")
				rng := rand.New(rand.NewPCG(seed, 7))
				w.sb.Slack.Jitter(2 * time.Second)
				cr := &crowd{rng: rng, c: c, people: userIDs(w, "alex", "sam", "kim", "jo")}
				for i := range 200 {
					w.disturb(rng)
					cr.act(i)
					w.pass(time.Duration(rng.IntN(1500)) * time.Millisecond)
				}
				w.sb.Slack.Jitter(0)
				w.sb.Faults.Clear()
				w.settle()
				w.compare(1)
				w.compareOnce()
			})
		})
	}
}

func userIDs(w *world, names ...string) (ids []string) {
	for _, n := range names {
		ids = append(ids, w.sb.Slack.User(n).ID)
	}
	return ids
}

// disturb puts an occasional fault on what Slack delivers.
func (w *world) disturb(rng *rand.Rand) {
	switch rng.IntN(12) {
	case 0:
		w.sb.Faults.Add(sandbox.Fault{Service: "slack", Method: "deliver", Kind: sandbox.Duplicate})
	case 1:
		w.sb.Faults.Add(sandbox.Fault{Service: "slack", Method: "deliver", Kind: sandbox.HoldBack, Delay: 3 * time.Second})
	case 2:
		w.sb.Faults.Add(sandbox.Fault{Service: "slack", Method: "deliver", Kind: sandbox.LoseDeliver})
	case 3:
		if rng.IntN(4) == 0 {
			w.sb.Slack.DropSockets()
		}
	case 4:
		if rng.IntN(4) == 0 {
			w.sb.Slack.Disconnect("warning")
		}
	}
}
