package sandbox

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"
)

// AddChannel makes a channel with these members (handles or ids), the first of
// whom creates it, without any message or event.
func (s *Slack) AddChannel(name string, private bool, members ...string) SlackChannel {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.checkName(name); err != nil {
		panic(fmt.Sprintf("sandbox: channel %q: %v", name, err))
	}
	creator := s.mustUser("alex")
	if len(members) > 0 {
		creator = s.mustUser(members[0])
	}
	ch := s.newChannel(name, private, creator)
	for _, name := range members {
		ch.members = append(ch.members, s.mustUser(name).ID)
	}
	return SlackChannel{s: s, id: ch.id}
}

// AddOutsiders adds #partner, which the stranger's workspace shares (Slack
// Connect): people, the guest and the stranger are in it, the app is not.
func (s *Slack) AddOutsiders() {
	s.AddChannel("partner", false, "alex", "sam", "guest", "stranger").Share(s.User("stranger").TeamID)
}

// Expire removes what is older than keep, as a workspace's retention setting
// does: for good and without an event (documented in Slack's help centre,
// "Customize message and file retention").
func (in SlackChannel) Expire(keep time.Duration) {
	in.s.mu.Lock()
	defer in.s.mu.Unlock()
	in.s.note(RecordPerson, "expire", "", in.id, "", keep.String())
	for _, m := range in.channel().messages {
		if time.Since(m.at) > keep {
			m.expired = true
		}
	}
}

func (s *Slack) newFile(u *slackUser, name string, content []byte) *slackFile {
	f := &slackFile{
		id: s.id("F"), name: name, title: name, user: u.ID, content: bytes.Clone(content),
		created: time.Now().Unix(), uploaded: true, shared: true,
	}
	s.files[f.id] = f
	return f
}

// BotPost is a message of another app.
type BotPost struct {
	Name        string // the app's or the webhook's
	Text        string // mrkdwn as the app wrote it
	Blocks      string // JSON list, may be empty
	Attachments string // JSON list, may be empty
	ThreadTS    string
	// Modern makes it a message of a bot user, without subtype; otherwise it is
	// a classic one with subtype bot_message and no user (both observed).
	Modern bool
}

// Webhook posts as an incoming webhook does: subtype bot_message, no user.
// Attachments is a JSON list or empty.
func (in SlackChannel) Webhook(name, text, attachments string) Message {
	return in.Post(BotPost{Name: name, Text: text, Attachments: attachments})
}

// Post adds another app's message.
func (in SlackChannel) Post(p BotPost) Message {
	for _, raw := range []string{p.Blocks, p.Attachments} {
		if raw != "" && !json.Valid([]byte(raw)) {
			panic("sandbox: blocks and attachments of a post are JSON")
		}
	}
	in.s.mu.Lock()
	defer in.s.mu.Unlock()
	ch, app := in.channel(), in.s.otherApp(p.Name)
	m := &slackMessage{
		ch: ch, subtype: "bot_message", botID: app.botID, username: p.Name, app: &app, text: appText(p.Text),
	}
	if p.Blocks != "" {
		m.blocks = json.RawMessage(p.Blocks)
	}
	if p.Attachments != "" {
		m.attachments = json.RawMessage(p.Attachments)
	}
	if p.Modern {
		m.subtype, m.username, m.user = "", "", app.userID
	}
	if p.ThreadTS != "" {
		m.thread = in.root(ch, p.ThreadTS)
	}
	in.s.note(RecordPerson, "post", app.botID, ch.id, "", p.Text)
	in.s.post(m)
	return m.truth(in.s)
}

// otherApp returns the app of that name, made when first named.
func (s *Slack) otherApp(name string) slackApp {
	app, ok := s.app2[name]
	if !ok {
		app = slackApp{id: s.id("A"), botID: s.id("B"), userID: s.id("U"), name: name}
		s.app2[name] = app
		s.users = append(s.users, &slackUser{User: User{
			ID: app.userID, Name: "app-" + name, RealName: name, TZ: "Etc/UTC", Bot: true, TeamID: s.team.id,
		}})
	}
	return app
}
