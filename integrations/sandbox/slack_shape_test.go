package sandbox

import (
	"path"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
)

func slackDialect() *dialect {
	return &dialect{
		sorts: map[string]string{
			"messages": "message", "previous_message": "message", "root": "message", "items": "item",
			"channels": "channel", "members": "user", "files": "file", "bookmarks": "bookmark",
		},
		free: map[string]bool{"event_payload": true},
		byID: map[string]int{"values": 2},
	}
}

// slackAnswers takes answers, payloads and frames out of a sample file.
func slackAnswers(file string, v any) (sort string, list []any) {
	folder, name := path.Split(file)
	switch folder {
	case "web/":
		for _, example := range asObject(dig(v, "examples")) {
			list = append(list, example)
		}
		return "answer", list
	case "web-shape/":
		return "answer", []any{v}
	case "events/", "events-shape/", "interactive/", "interactive-shape/":
		return "payload", []any{v}
	case "events-inner/":
		return "payload", []any{object{"event": v}}
	case "socketmode/":
		switch name {
		case "apps_connections_open_real.json":
			return "answer", []any{v}
		case "ack_real.json", "retry_sequence_real.json": // the client's, and a log
			return "", nil
		}
		return "frame", []any{v}
	}
	return "", nil
}

// slackUnsampled are what the emulator says and no sample has, with the ground
// it stands on.
var slackUnsampled = map[string]string{
	"values.selected_user":                                 "observed in bolt-js's types: what a users_select holds",
	"values.selected_option as null, not object":           "observed in bolt-js's types: nothing is selected",
	"payload.is_enterprise_install as string, not boolean": "observed in slack-go, which reads both: of slash commands",
	"payload.response_urls":                                "observed in bolt-js's types: of a view_submission",
	"attachments.title":                                    "documented: a field of attachments, here of a link's preview",
	"elements.channel_id":                                  "documented: the channel element of rich text",
	"element.initial_value":                                "the app's own view, sent back",
	"element.max_length":                                   "the app's own view, sent back",
}

func asObject(v any) object { o, _ := v.(object); return o }

// TestSlackShapes compares every answer, event, interactive payload and socket
// frame with the samples, field by field.
func TestSlackShapes(t *testing.T) {
	c := newComparison(t, "slack", slackDialect(), slackAnswers)
	slackTestWith(t, Options{Seed: 1, LimitScale: -1}, func(t *testing.T, r *rig) {
		c.t = t
		s := newSlackShow(r)
		s.play()
		for _, rec := range r.sb.Ledger.Read() {
			switch rec.Kind {
			case RecordRequest:
				c.slackAnswer(rec)
			case RecordEnvelope:
				c.slackPayload(rec)
			}
		}
		for _, f := range s.ended() {
			kind, _ := f["type"].(string)
			delete(f, "payload")
			c.check("frame "+kind, "frame", f, c.named("socketmode/"+kind+"*.json"))
		}
		for name := range slackMethods {
			if c.against[name] == nil && name != "conversations.unarchive" { // which no bot may
				t.Errorf("%s was not called", name)
			}
		}
		c.report("slack.golden", slackUnsampled)
	})
}

func (c *comparison) slackAnswer(rec Record) {
	said, err := decoded(rec.Reply)
	if err != nil {
		c.t.Errorf("%s answered %s", rec.Method, rec.Reply)
		return
	}
	if _, known := slackMethods[rec.Method]; !known {
		return
	}
	what := rec.Method
	if dig(said, "ok") != true {
		what += " refusing"
	}
	real := strings.ReplaceAll(rec.Method, ".", "_")
	c.check(what, "answer", said, c.named("web/"+rec.Method+".json", "web-shape/"+rec.Method+".json", "socketmode/"+real+"_real.json"))
}

func (c *comparison) slackPayload(rec Record) {
	said, err := decoded(rec.Args)
	if err != nil {
		c.t.Errorf("payload %s", rec.Args)
		return
	}
	kind, own := slackKind(said)
	var names []string
	for name, list := range c.samples {
		if folder, _ := path.Split(name); strings.HasPrefix(folder, "events") || strings.HasPrefix(folder, "interactive") {
			if other, _ := slackKind(list[0]); slices.Contains(own, other) {
				names = append(names, name)
			}
		}
	}
	slices.Sort(names)
	c.check(kind, "payload", said, names)
}

// slackKind names a payload, and the names under which samples of it go: one
// of a private channel is like one of a public one.
func slackKind(payload any) (kind string, samples []string) {
	kind, _ = dig(payload, "type").(string)
	if dig(payload, "event") != nil {
		kind = "event_callback" // which blanked samples leave out
	}
	switch kind {
	case "":
		return "slash command", []string{"slash command"}
	case "event_callback":
	case "block_actions":
		on, _ := dig(payload, "container", "type").(string)
		return "block_actions " + on, []string{"block_actions " + on, "block_actions "}
	default:
		return kind, []string{kind}
	}
	inner, _ := dig(payload, "event", "type").(string)
	subtype, _ := dig(payload, "event", "subtype").(string)
	kind = strings.TrimSpace("event " + inner + " " + subtype)
	return kind, []string{kind, strings.Replace(kind, "event group_", "event channel_", 1)}
}

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
	s.s.SetEvents(append(slices.Clone(defaultEvents), "channel_created")...)
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
