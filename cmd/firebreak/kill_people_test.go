package main

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"time"

	"firebreak/integrations/sandbox"
)

// bystanders are people who go on working whether the bot is up or not: they
// talk, reply, edit, delete, pin and upload in the incidents' channels, and
// hand out tasks.
type bystanders struct {
	sb     *sandbox.Sandbox
	rng    *rand.Rand
	names  map[string]string // of those who act, by user id
	known  func(channel string, m sandbox.Message) bool
	roots  map[string][]string // threads begun, by channel
	room   sandbox.SlackChannel
	events int

	mu    sync.Mutex
	asked int               // tasks asked for
	told  map[string]string // what was answered, by the task's title
	wg    sync.WaitGroup
}

// maxThreads bounds the threads of a channel: reading each costs the bot a
// call at every start, and Slack allows few.
const maxThreads = 3

func newBystanders(sb *sandbox.Sandbox, known func(channel string, m sandbox.Message) bool) *bystanders {
	b := &bystanders{
		sb: sb, rng: rand.New(rand.NewPCG(uint64(time.Now().UnixNano()), 9)), known: known,
		names: map[string]string{}, roots: map[string][]string{}, told: map[string]string{},
	}
	for _, name := range []string{"alex", "sam", "kim", "jo"} {
		b.names[sb.Slack.User(name).ID] = name
	}
	return b
}

// gather brings everybody into a channel, where tasks are handed out.
func (b *bystanders) gather(channel string) {
	b.room = b.sb.Slack.In(channel)
	for _, name := range b.names {
		b.room.Join(name)
	}
}

// goOn lets them act until rest is called; rest waits for what they are at.
func (b *bystanders) goOn() (rest func()) {
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		tick := time.NewTicker(50 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-stop:
				return
			case <-tick.C:
				b.act()
			}
		}
	}()
	return sync.OnceFunc(func() {
		close(stop)
		<-stopped
		b.wg.Wait()
	})
}

// lastWords are said, and pinned, when all is calm again.
func (b *bystanders) lastWords() {
	m := b.room.Say("alex", "it is over")
	b.room.React("kim", m.TS, "pushpin")
	b.room.Reply("sam", m.TS, "is it?")
}

// act does one random thing in one of the incidents' channels.
func (b *bystanders) act() {
	channel, members := b.place()
	if len(members) == 0 {
		return
	}
	b.events++
	c, who := b.sb.Slack.In(channel), members[b.rng.IntN(len(members))]
	m, ok := b.pick(channel)
	mine := ok && slices.Contains(members, m.User) && !strings.HasPrefix(m.Subtype, "channel_") && !strings.HasPrefix(m.Subtype, "group_")
	switch dice := b.rng.IntN(12); {
	case dice < 4 || !ok:
		c.Say(who, fmt.Sprintf("say %d: <b> & \"x\" @sam /close ünïcode 🔥", b.events))
	case dice < 6:
		b.reply(c, channel, who, m)
	case dice < 8 && mine:
		c.Edit(m.User, m.TS, fmt.Sprintf("edited %d", b.events))
	case dice < 9 && mine && b.rng.IntN(3) == 0:
		// What nobody has seen before it is deleted, nobody can know.
		if b.known(channel, m) {
			c.Delete(m.User, m.TS)
		}
	case dice < 11:
		b.toggle(c, who, m)
	case b.rng.IntN(2) == 0:
		c.Upload(who, fmt.Sprintf("log-%d.txt", b.events), fmt.Appendf(nil, "line %d\n", b.events), "the log")
	}
}

// place is a random incident channel, mostly the first, and who of them is in.
func (b *bystanders) place() (channel string, members []string) {
	all := b.places()
	if len(all) == 0 {
		return "", nil
	}
	channel = all[0]
	if b.rng.IntN(3) == 0 {
		channel = all[b.rng.IntN(len(all))]
	}
	for _, id := range b.sb.Slack.In(channel).Members() {
		if b.names[id] != "" {
			members = append(members, id)
		}
	}
	return channel, members
}

// places are the incidents' channels.
func (b *bystanders) places() (ids []string) {
	for _, c := range b.sb.Slack.Channels() {
		if incidentChannel.MatchString(c.Name) {
			ids = append(ids, c.ID)
		}
	}
	return ids
}

// pick is a random message of a channel that is still there.
func (b *bystanders) pick(channel string) (sandbox.Message, bool) {
	all := slices.DeleteFunc(b.sb.Slack.In(channel).Messages(), func(m sandbox.Message) bool { return m.Deleted })
	if len(all) == 0 {
		return sandbox.Message{}, false
	}
	return all[b.rng.IntN(len(all))], true
}

// reply answers m if that begins no thread too many, else in one there is.
func (b *bystanders) reply(c sandbox.SlackChannel, channel, who string, m sandbox.Message) {
	root := m.TS
	if m.ThreadTS != "" {
		root = m.ThreadTS
	}
	roots := b.roots[channel]
	if !slices.Contains(roots, root) {
		if len(roots) >= maxThreads {
			return
		}
		b.roots[channel] = append(roots, root)
	}
	if b.rng.IntN(4) == 0 {
		c.Broadcast(who, m.TS, fmt.Sprintf("broadcast %d", b.events))
		return
	}
	c.Reply(who, m.TS, fmt.Sprintf("reply %d", b.events))
}

// toggle adds a reaction, a pin or another one, or takes it back.
func (b *bystanders) toggle(c sandbox.SlackChannel, who string, m sandbox.Message) {
	emoji := []string{"pushpin", "round_pushpin", "eyes"}[b.rng.IntN(3)]
	for _, r := range m.Reactions {
		if r.Name == emoji && slices.Contains(r.Users, who) {
			c.Unreact(who, m.TS, emoji)
			return
		}
	}
	c.React(who, m.TS, emoji)
}

// handOut lets Alex ask for one more task, and notes what the bot answers.
// A command typed while no process is up fails before the bot hears of it.
func (b *bystanders) handOut() {
	if b.sb.Slack.Sockets() == 0 {
		return
	}
	b.mu.Lock()
	b.asked++
	title := fmt.Sprintf("do thing %d", b.asked)
	b.mu.Unlock()
	b.wg.Go(func() {
		r := b.room.Command("alex", "/inc task add "+title)
		b.mu.Lock()
		defer b.mu.Unlock()
		b.told[title] = r.Text // empty when the process died before it answered
	})
}

// answers are what was answered to each task asked for, once all were.
func (b *bystanders) answers() map[string]string {
	b.wg.Wait()
	return b.told
}
