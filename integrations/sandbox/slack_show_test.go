package sandbox

import (
	"slices"
	"strings"
	"sync"
	"testing/synctest"
)

// slackShow plays everything that Slack can say to an app.
type slackShow struct {
	r  *rig
	s  *Slack
	in SlackChannel
	c  *tap

	mu     sync.Mutex
	frames []object
	done   chan struct{}
}

// newSlackShow connects an app that acknowledges whatever comes.
func newSlackShow(r *rig) *slackShow {
	s := &slackShow{r: r, s: r.sb.Slack, in: r.sb.Slack.In("#general"), done: make(chan struct{})}
	var hello object
	s.c, hello = r.dial()
	s.frames = append(s.frames, hello)
	s.s.SetEvents(append(slices.Clone(defaultEvents), "channel_created", "app_home_opened")...)
	go func() {
		defer close(s.done)
		for f := range s.c.frames {
			s.mu.Lock()
			s.frames = append(s.frames, f)
			s.mu.Unlock()
			if id := f["envelope_id"]; id != nil {
				_ = s.c.ws.WriteJSON(object{"envelope_id": id}) // the socket may be gone at the end
			}
		}
	}()
	return s
}

// ended closes the connection and returns the frames that came.
func (s *slackShow) ended() []object {
	s.s.DropSockets()
	<-s.done
	return s.frames
}

func (s *slackShow) play() {
	s.people()
	s.channels()
	s.messages()
	s.files()
	s.marks()
	s.moves()
	s.screens()
	s.refusals()
	synctest.Wait()
	s.end()
}

func (s *slackShow) people() {
	g := s.s.AddGroup(UserGroup{Handle: "responders", Users: []string{"kim"}})
	s.r.ok("auth.test")
	s.r.ok("team.info")
	s.r.ok("users.info", "user", s.s.User("sam").ID)
	s.r.ok("users.info", "user", s.s.Bot().ID)
	s.r.ok("users.lookupByEmail", "email", "sam@example.com")
	s.r.ok("users.list", "limit", "3")
	s.r.ok("usergroups.list", "include_users", "true", "include_count", "true")
	s.r.ok("usergroups.users.list", "usergroup", g.ID)
	s.s.Deactivate("jo")
}

func (s *slackShow) channels() {
	r, sam := s.r, s.s.User("sam").ID
	for name, private := range map[string]bool{"inc-1": false, "inc-2": true} {
		id := r.create(name, private)
		r.ok("conversations.invite", "channel", id, "users", sam+",U0NOBODY", "force", "true")
		r.ok("conversations.kick", "channel", id, "user", sam)
		r.ok("conversations.setTopic", "channel", id, "topic", "t")
		r.ok("conversations.setPurpose", "channel", id, "purpose", "p")
		r.ok("conversations.rename", "channel", id, "name", name+"-x")
		r.ok("conversations.info", "channel", id, "include_num_members", "true")
		r.ok("conversations.archive", "channel", id)
	}
	r.ok("conversations.list", "limit", "2")
	r.ok("users.conversations")
	r.ok("conversations.members", "channel", s.in.ID())
	random := s.s.AddChannel("random", false, "kim").ID()
	r.ok("conversations.join", "channel", random)
	r.ok("conversations.join", "channel", random)
	r.ok("conversations.leave", "channel", random)
	r.ok("conversations.leave", "channel", random)
}

func (s *slackShow) messages() {
	r, in := s.r, s.in
	m := in.Say("sam", "hello @kim, see #alerts and https://example.com/")
	in.Edit("sam", m.TS, "y")
	in.Unfurl(m.TS, "a page")
	in.Reply("kim", m.TS, "reply")
	in.Broadcast("kim", m.TS, "to all")
	in.Webhook("siem", "x", `[{"text":"y"}]`)
	in.Post(BotPost{Name: "pager", Text: "x", Modern: true})
	in.Delete("sam", in.Say("sam", "gone").TS)
	in.Delete("sam", m.TS) // which leaves a tombstone
	own := r.ok("chat.postMessage", "channel", in.ID(), "text", strings.Repeat("x", 40001), "metadata", `{"event_type":"e","event_payload":{"k":1}}`)["ts"].(string)
	r.ok("chat.update", "channel", in.ID(), "ts", own, "text", "y")
	r.ok("chat.postMessage", "channel", in.ID(), "text", "z", "thread_ts", own, "reply_broadcast", "true")
	r.ok("chat.getPermalink", "channel", in.ID(), "message_ts", own)
	r.ok("chat.postEphemeral", "channel", in.ID(), "user", s.s.User("sam").ID, "text", "x")
	r.ok("conversations.history", "channel", in.ID(), "include_all_metadata", "true")
	r.ok("conversations.history", "channel", in.ID(), "limit", "2")
	r.ok("conversations.replies", "channel", in.ID(), "ts", own, "limit", "1")
	r.ok("conversations.replies", "channel", in.ID(), "ts", m.TS)
	r.ok("chat.delete", "channel", in.ID(), "ts", own)
}

func (s *slackShow) files() {
	r, in := s.r, s.in
	f := in.Upload("sam", "a.txt", []byte("x"), "see").Files[0]
	r.ok("files.info", "file", f.ID)
	out := r.ok("files.getUploadURLExternal", "filename", "rca.md", "length", "5")
	r.upload(out["upload_url"].(string), "hello")
	r.ok("files.completeUploadExternal", "files", `[{"id":"`+out["file_id"].(string)+`","title":"RCA"}]`, "channel_id", in.ID())
	r.ok("conversations.history", "channel", in.ID())
}

// marks are reactions, pins and bookmarks.
func (s *slackShow) marks() {
	r, in := s.r, s.in
	ts, ch := in.Say("sam", "x").TS, in.ID()
	hook := in.Webhook("siem", "x", "").TS
	in.React("sam", hook, "eyes")
	in.Unreact("sam", hook, "eyes")
	r.ok("reactions.add", "channel", ch, "timestamp", ts, "name", "eyes")
	r.ok("reactions.get", "channel", ch, "timestamp", ts)
	r.ok("reactions.remove", "channel", ch, "timestamp", ts, "name", "eyes")
	r.ok("pins.add", "channel", ch, "timestamp", ts)
	r.ok("pins.list", "channel", ch)
	r.ok("pins.remove", "channel", ch, "timestamp", ts)
	b := dig(r.ok("bookmarks.add", "channel_id", ch, "title", "t", "type", "link", "link", "https://example.com/"), "bookmark", "id").(string)
	r.ok("bookmarks.edit", "channel_id", ch, "bookmark_id", b, "title", "u")
	r.ok("bookmarks.list", "channel_id", ch)
	r.ok("bookmarks.remove", "channel_id", ch, "bookmark_id", b)
}

// moves are what people do to channels.
func (s *slackShow) moves() {
	bot, team := s.s.Bot().ID, s.s.User("stranger").TeamID
	for name, private := range map[string]bool{"open": false, "shut": true} {
		in := s.s.AddChannel(name, private, "sam", bot)
		in.Join("kim")
		in.Leave("kim")
		in.Invite("sam", "kim")
		in.Rename("sam", name+"-x")
		in.SetTopic("sam", "t")
		in.Convert("sam", !private)
		in.Convert("sam", private)
		in.Share(team)
		in.Join("stranger")
		in.Say("stranger", "hi")
		in.Unshare(team)
		in.Archive("sam")
		in.Unarchive("sam")
		in.Join(bot)
		in.Leave(bot)
		in.Join(bot)
		in.Remove("sam")
	}
}

// screens are commands, buttons, shortcuts and modals.
func (s *slackShow) screens() {
	r, in := s.r, s.in
	buttons := `[{"type":"actions","elements":[{"type":"button","action_id":"a","value":"1","text":{"type":"plain_text","text":"A"}}]}]`
	s.s.Command("sam", "/inc status")
	ts := r.ok("chat.postMessage", "channel", in.ID(), "text", "x", "blocks", buttons)["ts"].(string)
	in.Click("sam", ts, "a", "")
	r.ok("chat.postEphemeral", "channel", in.ID(), "user", s.s.User("sam").ID, "text", "x", "blocks", buttons)
	in.Press("sam", "a")
	in.Shortcut("sam", ts, "make_task")
	r.ok("views.open", "trigger_id", s.trigger(), "view", inputView)
	id := dig(r.ok("views.push", "trigger_id", s.trigger(), "view", inputView), "view", "id").(string)
	r.ok("views.update", "view_id", id, "view", inputView)
	r.ok("views.publish", "user_id", s.s.User("sam").ID, "view", homeView)
	s.s.OpenHome("sam")
	v := s.s.View("sam").Fill("title", "x").Fill("sev", "Two").Fill("who", "kim")
	v.Click("more")
	v.Submit()
	s.s.View("sam").Close()
}

// trigger is the trigger_id of a global shortcut that sam picks.
func (s *slackShow) trigger() string {
	s.s.GlobalShortcut("sam", "open_incident")
	s.mu.Lock()
	defer s.mu.Unlock()
	return dig(s.frames[len(s.frames)-1], "payload", "trigger_id").(string)
}

// refusals are answers that are no success, of each kind.
func (s *slackShow) refusals() {
	r, ch := s.r, s.in.ID()
	r.sb.Faults.Add(Fault{Service: "slack", Method: "chat.postMessage", Kind: Refuse429})
	r.refused("ratelimited", "chat.postMessage", "channel", ch, "text", "x")
	r.refused("invalid_arguments", "users.info")
	r.refused("invalid_blocks", "chat.postMessage", "channel", ch, "blocks", `[{"type":"marquee"}]`)
	r.refused("user_not_found", "conversations.invite", "channel", ch, "users", "U0NOBODY")
	r.refused("not_archived", "conversations.unarchive", "channel", ch)
	r.refused("invalid_arguments", "views.open", "trigger_id", s.trigger(), "view", "{}")
	scopes := s.s.Scopes()
	s.s.SetScopes("chat:write")
	r.refused("missing_scope", "pins.list", "channel", ch)
	s.s.SetScopes(scopes...)
}

// end is what Slack says before it says no more.
func (s *slackShow) end() {
	s.s.hourly.count = maxEventsPerHour
	s.in.Say("sam", "one too many")
	s.s.hourly.count = 0
	s.s.RevokeTokens()
	s.s.Deny("")
	s.s.Uninstall()
	s.s.Disconnect("warning")
	s.s.Disconnect("refresh_requested")
	synctest.Wait()
}
