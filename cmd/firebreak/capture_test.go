package main

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"testing"
	"time"

	"firebreak/incident"
	"firebreak/integrations/sandbox"
)

// inChannel runs f in the ready channel of INC-1, which sam opened by hand,
// and then holds the timeline against Slack's own ledger.
func inChannel(t *testing.T, f func(w *world, c sandbox.SlackChannel)) {
	t.Helper()
	t.Parallel()
	inChannelNow(t, f)
}

// inChannelNow is inChannel for a test that plays it more than once.
func inChannelNow(t *testing.T, f func(w *world, c sandbox.SlackChannel)) {
	t.Helper()
	inWorldNow(t, func(w *world) {
		w.start()
		_, c := w.opened("sam", "Phishing")
		join(c, "sam", "alex", "kim")
		f(w, c)
		w.settle()
		w.compare(1)
	})
}

// revisions are the texts an entry had, oldest first.
func revisions(e incident.Entry) (texts []string) {
	for _, r := range e.Revisions {
		texts = append(texts, r.Text)
	}
	return texts
}

func TestThreads(t *testing.T) {
	inChannel(t, func(w *world, c sandbox.SlackChannel) {
		parent := c.Say("sam", "who saw the mail?")
		reply := c.Reply("alex", parent.TS, "I did")
		shown := c.Broadcast("kim", parent.TS, "me too, at 9")
		w.settle()
		for _, m := range []sandbox.Message{reply, shown} {
			e := w.entryOf(1, m)
			if e.Source.ThreadTS != parent.TS || e.Kind != incident.KindMessage {
				t.Errorf("%q is a %s in the thread %q", m.Text, e.Kind, e.Source.ThreadTS)
			}
		}
		e := w.entryOf(1, reply)
		want := "https://examplecorp.slack.com/archives/" + c.ID() + "/p" + digits(reply.TS) + "?thread_ts=" + parent.TS + "&cid=" + c.ID()
		if e.Source.Permalink != want {
			t.Errorf("permalink %s, want %s", e.Source.Permalink, want)
		}
	})
}

func digits(ts string) string {
	return string(slices.DeleteFunc([]byte(ts), func(b byte) bool { return b == '.' }))
}

func TestTextIsKeptAsWritten(t *testing.T) {
	inChannel(t, func(w *world, c sandbox.SlackChannel) {
		text := "if a < b && c > \"d\" then\n\t`rm -rf *` ünïcode 🔥  two  spaces &amp;"
		m := c.Say("sam", text)
		w.settle()
		if got := w.entryOf(1, m).Text; got != text {
			t.Errorf("text %q, want %q", got, text)
		}
	})
}

func TestEditsWithinOneSecond(t *testing.T) {
	inChannel(t, func(w *world, c sandbox.SlackChannel) {
		m := c.Say("sam", "one")
		c.Edit("sam", m.TS, "two")
		c.Edit("sam", m.TS, "three")
		w.pass(5 * time.Second)
		c.Edit("sam", m.TS, "four")
		w.settle()
		want := []string{"one", "two", "three", "four"}
		if got := revisions(w.entryOf(1, m)); !slices.Equal(got, want) {
			t.Errorf("revisions %q, want %q", got, want)
		}
		w.stop() // what history shows of it adds nothing
		w.start()
		w.settle()
		if got := revisions(w.entryOf(1, m)); !slices.Equal(got, want) {
			t.Errorf("after a restart revisions are %q, want %q", got, want)
		}
	})
}

func TestEditBackToTheFirstText(t *testing.T) {
	inChannel(t, func(w *world, c sandbox.SlackChannel) {
		m := c.Say("sam", "one")
		w.pass(3 * time.Second)
		c.Edit("sam", m.TS, "two")
		w.pass(3 * time.Second)
		c.Edit("sam", m.TS, "one")
		w.settle()
		e := w.entryOf(1, m)
		if got, want := revisions(e), []string{"one", "two", "one"}; !slices.Equal(got, want) || e.Text != "one" {
			t.Errorf("revisions %q and text %q, want %q", got, e.Text, want)
		}
	})
}

func TestLinkPreviewIsNoRevision(t *testing.T) {
	inChannel(t, func(w *world, c sandbox.SlackChannel) {
		m := c.Say("sam", "see https://example.com/report")
		w.pass(2 * time.Second)
		c.Unfurl(m.TS, "A report")
		edited := c.Say("sam", "se https://example.com/report")
		c.Edit("sam", edited.TS, "see https://example.com/report")
		c.Unfurl(edited.TS, "A report")
		w.settle()
		if got := w.entryOf(1, m).Revisions; len(got) > 1 {
			t.Errorf("a preview made revisions: %+v", got)
		}
		if got := w.entryOf(1, edited).Revisions; len(got) != 2 {
			t.Errorf("an edit and a preview made %d revisions: %+v", len(got), got)
		}
	})
}

func TestDeletedMessagesStay(t *testing.T) {
	inChannel(t, func(w *world, c sandbox.SlackChannel) {
		alone := c.Say("sam", "said alone")
		parent := c.Say("sam", "said with replies")
		c.Reply("alex", parent.TS, "a reply that stays")
		gone := c.Reply("kim", parent.TS, "a reply that goes")
		w.pass(2 * time.Second)
		c.Delete("sam", alone.TS)
		c.Delete("sam", parent.TS) // leaves a tombstone
		c.Delete("kim", gone.TS)
		w.settle()
		for _, m := range []sandbox.Message{alone, parent, gone} {
			if e := w.entryOf(1, m); !e.Deleted || e.Text != m.Text || len(e.Revisions) > 1 {
				t.Errorf("%q: deleted %v, text %q, revisions %q", m.Text, e.Deleted, e.Text, revisions(e))
			}
		}
	})
}

func TestFileBytesAreKept(t *testing.T) {
	inChannel(t, func(w *world, c sandbox.SlackChannel) {
		content := []byte("\x00\x01 not text \xff")
		w.sb.Faults.Add(sandbox.Fault{Service: "slack", Method: "download", Kind: sandbox.DropAfter, Times: 2})
		m := c.Upload("sam", "memory.dmp", content, "from the laptop")
		c.UploadReply("alex", m.TS, "empty.txt", nil, "")
		w.settle()
		e := w.entryOf(1, m)
		sum := sha256.Sum256(content)
		if len(e.Files) != 1 || e.Files[0].SHA256 != hex.EncodeToString(sum[:]) || e.Files[0].Name != "memory.dmp" {
			t.Fatalf("files: %+v", e.Files)
		}
		if kept := w.content(e.Files[0].SHA256); !slices.Equal(kept, content) {
			t.Errorf("kept %q", kept)
		}
	})
}

func TestOtherAppsPosts(t *testing.T) {
	inChannel(t, func(w *world, c sandbox.SlackChannel) {
		hook := c.Webhook("Grafana", "CPU &gt; 90%", "")
		mute := c.Webhook("Old tool", "", `[{"fallback":"3 hosts down","color":"#f00"}]`)
		app := c.Post(sandbox.BotPost{Name: "deploybot", Text: "deployed 1.2.3", Modern: true})
		w.settle()
		for m, want := range map[*sandbox.Message]string{&hook: "CPU > 90%", &mute: "3 hosts down", &app: "deployed 1.2.3"} {
			e := w.entryOf(1, *m)
			if e.Actor.Kind != incident.ActorBot || e.Text != want {
				t.Errorf("%+v says %q, want a bot saying %q", e.Actor, e.Text, want)
			}
		}
		if got := w.entryOf(1, hook).Actor.Name; got != "Grafana" {
			t.Errorf("the webhook is called %q", got)
		}
		header := w.saidIn(c, "*Next*")
		if len(header) != 1 || w.entryOf(1, header[0]).Actor.Kind != incident.ActorBot {
			t.Errorf("the bot's own header is no bot's entry: %+v", header)
		}
	})
}

func TestJoinsAndTopics(t *testing.T) {
	inChannel(t, func(w *world, c sandbox.SlackChannel) {
		c.Join("jo")
		c.SetTopic("sam", "drop <everything>")
		c.Leave("jo")
		w.settle()
		joined, left, topic := 0, 0, 0
		for _, e := range w.entries(1) {
			switch {
			case e.Kind == incident.KindMembership && e.Actor.ID == w.user("jo") && e.Data["subtype"] == "channel_join":
				joined++
			case e.Kind == incident.KindMembership && e.Actor.ID == w.user("jo") && e.Data["subtype"] == "channel_leave":
				left++
			case e.Kind == incident.KindChannel && e.Actor.ID == w.user("sam"):
				topic++
			}
		}
		if joined != 1 || left != 1 || topic != 1 {
			t.Errorf("%d joined, %d left, %d topics, want one each", joined, left, topic)
		}
	})
}

func TestPeopleNeverSeenBefore(t *testing.T) {
	inChannel(t, func(w *world, c sandbox.SlackChannel) {
		w.sb.Slack.AddUser(sandbox.User{Name: "newbie", RealName: "Nick New", TZ: "Europe/Paris"})
		w.sb.Slack.AddUser(sandbox.User{Name: "vendor", RealName: "Vera Vendor", TeamID: "T0ELSEWHERE"})
		join(c, "sam", "newbie", "guest", "vendor")
		w.sb.Faults.Add(sandbox.Fault{Service: "slack", Method: "users.info", Kind: sandbox.Err5xxBefore, Times: 3})
		for _, who := range []string{"newbie", "guest", "vendor"} {
			m := c.Say(who, "hello from "+who)
			w.settle()
			if e := w.entryOf(1, m); e.Actor.ID != w.user(who) || e.Actor.Name != who || e.Actor.Kind != incident.ActorUser {
				t.Errorf("%s is kept as %+v", who, e.Actor)
			}
		}
	})
}

// TestUnknownThingsAreStoredAndAcknowledged: what the bot cannot read must
// neither be sent again for ever nor cost a message.
func TestUnknownThingsAreStoredAndAcknowledged(t *testing.T) {
	inWorld(t, func(w *world) {
		w.start()
		_, c := w.opened("sam", "Phishing")
		sam := w.user("sam")
		w.sb.Slack.InjectEnvelope("future_kind", `{"anything":[1,2]}`)
		w.sb.Slack.InjectEvent(`{"type":"canvas_rewritten","channel":"` + c.ID() + `","ts":7}`)
		w.sb.Slack.InjectEvent(`{"type":"message","channel":"` + c.ID() + `","user":"` + sam + `","ts":"1000000000.000100","text":"odd blocks","blocks":"none"}`)
		w.sb.Slack.InjectEvent(`{"type":"message","channel":"` + c.ID() + `","user":"` + sam + `","ts":"1000000000.000200","text":"odd all over",` +
			`"blocks":[{"type":"hologram","text":7}],"attachments":5,"files":"gone","reactions":{"a":1},"reply_count":"many","edited":[]}`)
		w.sb.Slack.InjectEvent(`{"type":"message"}`)
		w.settle()
		w.wantEntry(1, incident.KindMessage, "odd blocks")
		w.wantEntry(1, incident.KindMessage, "odd all over")
		for _, r := range w.sb.Ledger.Of("slack", sandbox.RecordAck) {
			if r.Text != "ok" {
				t.Errorf("ack of %s: %s", r.Ref, r.Text)
			}
		}
		if n := w.sb.Slack.Dropped(); n != 0 {
			t.Errorf("Slack gave up %d events", n)
		}
	})
}
