package slack_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"
	sg "github.com/slack-go/slack"
	"github.com/slack-go/slack/slackevents"
	"github.com/slack-go/slack/socketmode"
)

// sdkSocket is slack-go's Socket Mode client, which acknowledges everything.
type sdkSocket struct {
	w    *sdkWorld
	c    *socketmode.Client
	stop context.CancelFunc
	done chan struct{}
}

func (w *sdkWorld) connect() *sdkSocket {
	w.t.Helper()
	c := socketmode.New(w.api, socketmode.OptionDialer(&websocket.Dialer{NetDialContext: w.net.DialContext}))
	ctx, stop := context.WithCancel(w.t.Context())
	s := &sdkSocket{w: w, c: c, stop: stop, done: make(chan struct{})}
	go func() { defer close(s.done); _ = c.RunContext(ctx) }()
	s.next(socketmode.EventTypeHello)
	return s
}

// next waits for a kind of event and acknowledges what comes until then.
func (s *sdkSocket) next(kind socketmode.EventType) socketmode.Event {
	s.w.t.Helper()
	for {
		select {
		case e := <-s.c.Events:
			if e.Request != nil && e.Request.EnvelopeID != "" {
				_ = s.c.Ack(*e.Request)
			}
			if e.Type == kind {
				return e
			}
			if e.Type == socketmode.EventTypeErrorBadMessage || e.Type == socketmode.EventTypeIncomingError {
				s.w.t.Fatalf("slack-go could not take %+v", e.Data)
			}
		case <-time.After(time.Hour):
			s.w.t.Fatalf("no %s in an hour", kind)
		}
	}
}

func (s *sdkSocket) interaction() sg.InteractionCallback {
	s.w.t.Helper()
	data, _ := s.next(socketmode.EventTypeInteractive).Data.(sg.InteractionCallback)
	return data
}

// inner is the next event of the Events API.
func (s *sdkSocket) inner() any {
	s.w.t.Helper()
	data, _ := s.next(socketmode.EventTypeEventsAPI).Data.(slackevents.EventsAPIEvent)
	return data.InnerEvent.Data
}

func (s *sdkSocket) end() {
	s.stop()
	for {
		select {
		case <-s.c.Events: // it waits for a reader even at its end
		case <-s.done:
			return
		}
	}
}

// TestSDKSocket: slack-go's own Socket Mode client connects unchanged and
// decodes events, commands and clicks.
func TestSDKSocket(t *testing.T) {
	throughSDK(t, func(t *testing.T, w *sdkWorld) {
		socket := w.connect()
		defer socket.end()
		sam := w.Slack.User("sam").ID
		m := w.in.Say("sam", "hello @kim")
		said, _ := socket.inner().(*slackevents.MessageEvent)
		is(w, "text", said.Text, m.Text)
		is(w, "ts", said.TimeStamp, m.TS)
		is(w, "user", said.User, sam)
		<-time.After(2 * time.Second)
		w.in.Edit("sam", m.TS, "changed")
		edited, _ := socket.inner().(*slackevents.MessageEvent)
		is(w, "edited", edited.Message.Text, "changed")
		is(w, "before", edited.PreviousMessage.Text, m.Text)
		w.in.React("sam", m.TS, "eyes")
		reacted, _ := socket.inner().(*slackevents.ReactionAddedEvent)
		is(w, "reaction", reacted.Item.Timestamp, m.TS)
		w.in.Join("stranger")
		for range 2 { // of the message and of the membership
			socket.inner()
		}
		go w.in.Command("sam", "/inc status")
		command, _ := socket.next(socketmode.EventTypeSlashCommand).Data.(sg.SlashCommand)
		is(w, "command", command.Command+" "+command.Text, "/inc status")
		is(w, "in", command.ChannelID, w.in.ID())
		is(w, "no enterprise", command.IsEnterpriseInstall, false)
		button := sg.NewActionBlock("row", sg.NewButtonBlockElement("take", "it", sg.NewTextBlockObject(sg.PlainTextType, "Take", false, false)))
		_, ts, err := w.api.PostMessageContext(t.Context(), w.in.ID(), sg.MsgOptionText("x", false), sg.MsgOptionBlocks(button))
		is(w, "post", err, nil)
		go w.in.Click("sam", ts, "take", "")
		click := socket.interaction()
		is(w, "click", click.ActionCallback.BlockActions[0].Value, "it")
		is(w, "on", click.Container.MessageTs, ts)
		is(w, "by", click.User.ID, sam)
		synctest.Wait()
		is(w, "unacknowledged", w.Slack.Undelivered(), 0)
	})
}
