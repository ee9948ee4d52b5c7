package web

import (
	"encoding/json"
	"net/http"

	"firebreak/integrations/sandbox"
)

// slackDeed is what somebody does in Slack. Each verb reads what it needs.
type slackDeed struct {
	As         string            `json:"as"`
	Channel    string            `json:"channel"`
	TS         string            `json:"ts"`
	Thread     string            `json:"thread"`
	Text       string            `json:"text"`
	Broadcast  bool              `json:"broadcast"`
	Name       string            `json:"name"`
	Private    bool              `json:"private"`
	User       string            `json:"user"`
	Topic      string            `json:"topic"`
	Title      string            `json:"title"`
	Link       string            `json:"link"`
	Emoji      string            `json:"emoji"`
	ID         string            `json:"id"`
	CallbackID string            `json:"callback_id"`
	View       string            `json:"view"`
	Values     map[string]string `json:"values"`
	Deed       elementDeed       `json:"deed"`
	ActionID   string            `json:"action_id"`
	Typed      string            `json:"typed"`
}

// elementDeed is what somebody does to one element.
type elementDeed struct {
	BlockID  string                    `json:"block_id"`
	ActionID string                    `json:"action_id"`
	Value    string                    `json:"value"`
	State    map[string]map[string]any `json:"state"`
}

// actor is somebody about to do something, in a channel if one was named.
type actor struct {
	slackDeed
	s   *Server
	who sandbox.User
	ch  sandbox.Channel
	in  sandbox.SlackChannel
}

// done is the answer to a verb that has nothing to tell.
type done struct {
	OK bool `json:"ok"`
}

// postSlack runs a verb of Slack's.
func (s *Server) postSlack(w http.ResponseWriter, r *http.Request) (any, error) {
	a := &actor{s: s}
	if err := readBody(w, r, &a.slackDeed); err != nil {
		return nil, err
	}
	verb := r.PathValue("verb")
	inChannel, own := channelVerbs()[verb], ownVerbs()[verb]
	if inChannel == nil && own == nil {
		return nil, notFound("nobody can " + verb + " here")
	}
	if err := a.enter(inChannel != nil); err != nil {
		return nil, err
	}
	if inChannel == nil {
		inChannel = own
	}
	return a.try(inChannel)
}

// enter finds out who acts where.
func (a *actor) enter(needsChannel bool) (err error) {
	if a.who, err = a.s.reader(a.As); err != nil {
		return err
	}
	if a.Channel == "" {
		if needsChannel {
			return missing("channel")
		}
		return nil
	}
	if a.ch, err = a.s.seen(a.who, a.Channel); err != nil {
		return err
	}
	a.in = a.s.sb.Slack.In(a.ch.ID)
	return nil
}

// try runs a verb; the sandbox tells by a panic what a person cannot do.
func (a *actor) try(verb func(*actor) (any, error)) (out any, err error) {
	if told := sandbox.Try(func() { out, err = verb(a) }); told != nil {
		return nil, refused(told.Error())
	}
	if err == nil && out == nil {
		out = done{true}
	}
	return out, err
}

// channelVerbs are done in a channel.
func channelVerbs() map[string]func(*actor) (any, error) {
	return map[string]func(*actor) (any, error){
		"say":        (*actor).say,
		"edit":       (*actor).edit,
		"delete":     plain(func(a *actor) { a.in.Delete(a.who.ID, a.TS) }),
		"react":      (*actor).react,
		"unreact":    plain(func(a *actor) { a.in.Unreact(a.who.ID, a.TS, a.Name) }),
		"pin":        plain(func(a *actor) { a.in.Pin(a.who.ID, a.TS) }),
		"unpin":      plain(func(a *actor) { a.in.Unpin(a.who.ID, a.TS) }),
		"read":       (*actor).read,
		"join":       plain(func(a *actor) { a.in.Join(a.who.ID) }),
		"leave":      plain(func(a *actor) { a.in.Leave(a.who.ID) }),
		"invite":     plain(func(a *actor) { a.in.Invite(a.who.ID, a.User) }),
		"topic":      plain(func(a *actor) { a.in.SetTopic(a.who.ID, a.Topic) }),
		"archive":    plain(func(a *actor) { a.in.Archive(a.who.ID) }),
		"bookmark":   (*actor).bookmark,
		"unbookmark": plain(func(a *actor) { a.in.RemoveBookmark(a.who.ID, a.ID) }),
		"do":         (*actor).do,
	}
}

// ownVerbs are done on a person's own screen.
func ownVerbs() map[string]func(*actor) (any, error) {
	return map[string]func(*actor) (any, error){
		"create":      (*actor).create,
		"shortcut":    (*actor).shortcut,
		"home":        plain(func(a *actor) { a.s.sb.Slack.OpenHome(a.who.ID) }),
		"view-put":    (*actor).put,
		"view-do":     (*actor).doInView,
		"view-submit": (*actor).submit,
		"view-close":  (*actor).closeView,
		"suggest":     (*actor).suggest,
	}
}

// plain is a verb that answers nothing.
func plain(do func(*actor)) func(*actor) (any, error) {
	return func(a *actor) (any, error) {
		do(a)
		return nil, nil
	}
}

// seenReply is what a person saw after a command or a click.
type seenReply struct {
	Text      string          `json:"text"`
	Blocks    json.RawMessage `json:"blocks,omitempty"`
	Trouble   string          `json:"trouble"`
	Ephemeral bool            `json:"ephemeral"`
	TS        string          `json:"ts"`
}

func replied(r sandbox.Reply) map[string]seenReply {
	return map[string]seenReply{"reply": {Text: r.Text, Blocks: r.Blocks, Trouble: r.Trouble, Ephemeral: r.Ephemeral, TS: r.TS}}
}

func said(m sandbox.Message) map[string]any { return map[string]any{"ok": true, "ts": m.TS} }

func (d elementDeed) sandbox() sandbox.Deed {
	return sandbox.Deed{BlockID: d.BlockID, ActionID: d.ActionID, Value: d.Value, State: d.State}
}
