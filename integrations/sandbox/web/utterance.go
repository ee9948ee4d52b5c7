package web

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// maxText is what Slack takes as one message (documented).
const maxText = 40_000

// say says something in the channel or in a thread, or runs a command.
func (a *actor) say() (any, error) {
	if err := a.sayable(); err != nil {
		return nil, err
	}
	switch {
	case strings.HasPrefix(a.Text, "/"):
		return a.command()
	case a.Thread == "":
		return said(a.in.Say(a.who.ID, a.Text)), nil
	case a.Broadcast:
		return said(a.in.Broadcast(a.who.ID, a.Thread, a.Text)), nil
	}
	return said(a.in.Reply(a.who.ID, a.Thread, a.Text)), nil
}

func (a *actor) sayable() error {
	if strings.TrimSpace(a.Text) == "" {
		return missing("text")
	}
	if utf8.RuneCountInString(a.Text) > maxText {
		return bad("a message has at most 40,000 characters")
	}
	return nil
}

// command runs a slash command. Observed: the client knows which there are,
// and says itself that threads take none.
func (a *actor) command() (any, error) {
	name, _, _ := strings.Cut(a.Text, " ")
	if !a.s.manifest.knows(name) {
		return nil, refused(name + " is not a valid command. In Slack, all messages that start with the “/” character are interpreted as commands.")
	}
	if a.Thread != "" {
		return nil, refused(name + " is not supported in threads. Sorry!")
	}
	return replied(a.in.Command(a.who.ID, a.Text)), nil
}

// knows says whether the app offers a command; a manifest that names none
// leaves it to the app.
func (m manifest) knows(command string) bool {
	for _, c := range m.Features.Commands {
		if c.Command == command {
			return true
		}
	}
	return len(m.Features.Commands) == 0
}

func (a *actor) edit() (any, error) {
	if err := a.sayable(); err != nil {
		return nil, err
	}
	return said(a.in.Edit(a.who.ID, a.TS, a.Text)), nil
}

// timestamp is the form of a ts.
var timestamp = regexp.MustCompile(`^\d{10}\.\d{6}$`)

// read remembers how far this person has read; no ts means nothing.
func (a *actor) read() (any, error) {
	if a.TS != "" && !timestamp.MatchString(a.TS) {
		return nil, bad("ts is a message's, such as 1767225600.000100")
	}
	a.s.marks.set(a.who.ID, a.ch.ID, a.TS)
	return nil, nil
}

func (a *actor) react() (any, error) {
	if a.Name == "" {
		return nil, missing("name")
	}
	a.in.React(a.who.ID, a.TS, strings.Trim(a.Name, ":"))
	return nil, nil
}

func (a *actor) bookmark() (any, error) {
	if !strings.HasPrefix(a.Link, "https://") && !strings.HasPrefix(a.Link, "http://") {
		return nil, bad("a bookmark's link begins with https://")
	}
	title := a.Title
	if title == "" {
		title = a.Link
	}
	return bookmark(a.in.AddBookmark(a.who.ID, title, a.Link, strings.Trim(a.Emoji, ":"))), nil
}

func (a *actor) create() (any, error) {
	in, err := a.s.sb.Slack.CreateChannel(a.who.ID, a.Name, a.Private)
	if err != nil {
		return nil, err
	}
	return map[string]any{"ok": true, "channel": in.ID()}, nil
}

// shortcut picks one of the app's shortcuts, of a message if one is named.
func (a *actor) shortcut() (any, error) {
	if a.CallbackID == "" {
		return nil, missing("callback_id")
	}
	if a.Channel != "" && a.TS != "" {
		return replied(a.in.Shortcut(a.who.ID, a.TS, a.CallbackID)), nil
	}
	return replied(a.s.sb.Slack.GlobalShortcut(a.who.ID, a.CallbackID)), nil
}
