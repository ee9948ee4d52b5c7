package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"firebreak/incident"
	"firebreak/integrations/sandbox"
	"firebreak/store"
)

// What tests look at: entries, what the bot said, who was told what.

// of are the incident's entries of one kind, in timeline order.
func (w *world) of(n incident.Number, k incident.Kind) []incident.Entry {
	w.t.Helper()
	return slices.DeleteFunc(w.entries(n), func(e incident.Entry) bool { return e.Kind != k })
}

// entryOf is the one entry of a Slack message.
func (w *world) entryOf(n incident.Number, m sandbox.Message) incident.Entry {
	w.t.Helper()
	var found []incident.Entry
	for _, e := range w.entries(n) {
		if e.Source.TS == m.TS && e.Source.Channel == m.Channel {
			found = append(found, e)
		}
	}
	if len(found) != 1 {
		w.t.Fatalf("message %s %q stands %d times in the timeline of %s", m.TS, m.Text, len(found), n)
	}
	return found[0]
}

// wantEntry asks for exactly one entry of a kind whose text has all of these
// words.
func (w *world) wantEntry(n incident.Number, k incident.Kind, words ...string) incident.Entry {
	w.t.Helper()
	var found []incident.Entry
	for _, e := range w.of(n, k) {
		if !slices.ContainsFunc(words, func(word string) bool { return !strings.Contains(e.Text, word) }) {
			found = append(found, e)
		}
	}
	if len(found) != 1 {
		var all []string
		for _, e := range w.of(n, k) {
			all = append(all, fmt.Sprintf("%q", e.Text))
		}
		w.t.Fatalf("%d entries of kind %s with %q, want 1; there are %s", len(found), k, words, strings.Join(all, ", "))
	}
	return found[0]
}

// saidIn are the bot's messages in a channel that contain words, text and
// blocks taken together.
func (w *world) saidIn(c sandbox.SlackChannel, words string) (said []sandbox.Message) {
	for _, m := range c.Messages() {
		if m.User == w.sb.Slack.Bot().ID && strings.Contains(m.Text+texts(m.Blocks), words) {
			said = append(said, m)
		}
	}
	return said
}

// wantSaid asks for exactly one such message.
func (w *world) wantSaid(c sandbox.SlackChannel, words string) {
	w.t.Helper()
	if said := w.saidIn(c, words); len(said) != 1 {
		w.t.Errorf("the bot said %q %d times in #%s, want once", words, len(said), c.Info().Name)
	}
}

// incidents are all incidents, by number.
func (w *world) incidents() (incs []incident.Incident) {
	w.t.Helper()
	_ = w.app.store.View(context.Background(), func(v *store.View) (err error) {
		incs, err = v.Incidents(incident.Operator())
		return err
	})
	return incs
}

func (w *world) tasks(n incident.Number) (tasks []incident.Task) {
	w.t.Helper()
	w.view(func(v *store.View) (err error) {
		tasks, err = v.Tasks(n)
		return err
	})
	return tasks
}

func (w *world) user(name string) string { return w.sb.Slack.User(name).ID }

// control is the control channel.
func (w *world) control() sandbox.SlackChannel { return w.sb.Slack.In("#incidents") }

// opened is an incident opened by hand in #general, its channel ready.
func (w *world) opened(by, title string) (incident.Number, sandbox.SlackChannel) {
	w.t.Helper()
	before := len(w.incidents())
	w.sb.Slack.Command(by, "/inc open "+title)
	n := incident.Number(before + 1)
	c := w.channel(n)
	w.settle()
	return n, c
}
