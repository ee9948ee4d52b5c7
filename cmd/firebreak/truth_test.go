package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"firebreak/incident"
	"firebreak/integrations/sandbox"
	"firebreak/store"
)

// truth holds a database against the sandbox's own ledgers. The bot may run
// or not.
type truth struct {
	t    *testing.T
	sb   *sandbox.Sandbox
	db   *store.Store
	pins []string // emoji that pin
}

func (w *world) truth() truth { return truth{w.t, w.sb, w.app.store, w.app.cfg.PinEmoji} }

func (w *world) compare(n incident.Number) { w.t.Helper(); w.truth().compare(n) }
func (w *world) compareOnce()              { w.t.Helper(); w.truth().compareOnce() }

func (tr truth) view(f func(v *store.View) error) {
	tr.t.Helper()
	if err := tr.db.View(context.Background(), f); err != nil {
		tr.t.Fatal(err)
	}
}

// compare holds an incident's timeline against the channel's own ledger:
// every message once, with its texts in order, its pins, its deletion, its
// files; nothing that Slack does not know.
func (tr truth) compare(n incident.Number) {
	tr.t.Helper()
	var inc incident.Incident
	var entries []incident.Entry
	tr.view(func(v *store.View) (err error) {
		if inc, err = v.Incident(incident.Operator(), n); err != nil {
			return err
		}
		entries, err = v.Entries(incident.Operator(), n, store.Filter{})
		return err
	})
	said := map[string]sandbox.Message{}
	for _, m := range tr.sb.Slack.In(inc.Channel.ID).Messages() {
		said[m.TS] = m
	}
	seen := map[string]int{}
	for _, e := range entries {
		if e.Source.System != "slack" || e.Source.TS == "" || e.Source.Channel != inc.Channel.ID {
			continue
		}
		seen[e.Source.TS]++
		m, ok := said[e.Source.TS]
		if !ok {
			tr.t.Errorf("%s: entry %d is of a message Slack never had: %s %q", n, e.N, e.Source.TS, e.Text)
			continue
		}
		for _, wrong := range differences(e, m, tr.pins) {
			tr.t.Errorf("%s: entry %d (%s): %s", n, e.N, m.TS, wrong)
		}
	}
	for ts, m := range said {
		if seen[ts] != 1 {
			tr.t.Errorf("%s: message %s %q stands %d times in the timeline", n, ts, m.Text, seen[ts])
		}
	}
}

// differences between an entry and the message it is of.
func differences(e incident.Entry, m sandbox.Message, pinEmoji []string) (wrong []string) {
	add := func(format string, args ...any) { wrong = append(wrong, fmt.Sprintf(format, args...)) }
	e = atSource(e)
	if want := incident.DecodeSlack(m.Text); e.Text != want && m.Subtype != "bot_message" {
		add("text %q, want %q", e.Text, want)
	}
	if got := fmt.Sprintf("%d.%06d", e.OccurredAt.Unix(), e.OccurredAt.Nanosecond()/1000); got != m.TS {
		add("occurred at %s, want %s", got, m.TS)
	}
	if e.Deleted != m.Deleted {
		add("deleted %v, want %v", e.Deleted, m.Deleted)
	}
	if author := m.User; author != "" && e.Actor.ID != author {
		add("author %q, want %q", e.Actor.ID, author)
	}
	if (e.Source.ThreadTS != "" && e.Source.ThreadTS != m.TS) != (m.ThreadTS != "") {
		add("thread %q, want %q", e.Source.ThreadTS, m.ThreadTS)
	}
	if got, want := pinsOf(e), wantedPins(m, pinEmoji); got != want && !m.Deleted {
		add("pins %q, want %q", got, want)
	}
	if got, want := filesOf(e), wantedFiles(m); got != want {
		add("files %q, want %q", got, want)
	}
	return wrong
}

// atSource is an entry without what responders made of it.
func atSource(e incident.Entry) incident.Entry {
	corrected := slices.ContainsFunc(e.Revisions, func(r incident.Revision) bool { return r.Via == "responder" })
	for _, r := range e.Revisions {
		if corrected && r.Via == "slack" {
			e.Text, e.OccurredAt = r.Text, r.OccurredAt
		}
	}
	return e
}

func pinsOf(e incident.Entry) string {
	pins := map[string]bool{}
	for _, p := range e.Pins {
		pins[p.By+":"+p.Emoji] = true
	}
	return strings.Join(slices.Sorted(maps.Keys(pins)), " ")
}

func wantedPins(m sandbox.Message, emoji []string) string {
	pins := map[string]bool{}
	for _, r := range m.Reactions {
		if slices.Contains(emoji, r.Name) {
			for _, u := range r.Users {
				pins[u+":"+r.Name] = true
			}
		}
	}
	return strings.Join(slices.Sorted(maps.Keys(pins)), " ")
}

func filesOf(e incident.Entry) string {
	var fs []string
	for _, f := range e.Files {
		fs = append(fs, fmt.Sprintf("%s:%d:%t", f.Name, f.Size, f.SHA256 != ""))
	}
	slices.Sort(fs)
	return strings.Join(fs, " ")
}

// wantedFiles are those that are kept: what the bot exports is no evidence.
func wantedFiles(m sandbox.Message) string {
	var fs []string
	if m.BotID != "" {
		return ""
	}
	for _, f := range m.Files {
		fs = append(fs, fmt.Sprintf("%s:%d:%t", f.Name, len(f.Content), true))
	}
	slices.Sort(fs)
	return strings.Join(fs, " ")
}

// compareOnce holds every outside effect against "exactly once": one channel
// for each incident, one issue for each task and each RCA, one message for
// each post, one incident for each page.
func (tr truth) compareOnce() {
	tr.t.Helper()
	tr.once("channels are", tr.channelNumbers())
	tr.once("issues have the key", tr.issueKeys())
	tr.once("posts have the key", tr.postKeys())
	pages := map[string]int{}
	tr.view(func(v *store.View) error {
		incs, err := v.Incidents(incident.Operator())
		for _, inc := range incs {
			rows, err := v.PagesOf(inc.Number)
			if err != nil {
				return err
			}
			for _, r := range rows {
				pages[r.Page.ID]++
			}
			tasks, err := v.Tasks(inc.Number)
			if err != nil {
				return err
			}
			for _, t := range tasks {
				if t.Issue.IID == 0 {
					tr.t.Errorf("task %d of %s has no issue", t.N, inc.Number)
				}
			}
		}
		return err
	})
	for _, p := range tr.sb.PagerDuty.Incidents() {
		if pages[p.ID] != 1 {
			tr.t.Errorf("page %s belongs to %d incidents", p.ID, pages[p.ID])
		}
	}
}

// once complains of everything that is there more than once.
func (tr truth) once(what string, counts map[string]int) {
	tr.t.Helper()
	for _, name := range slices.Sorted(maps.Keys(counts)) {
		if counts[name] != 1 {
			tr.t.Errorf("%d %s %q", counts[name], what, name)
		}
	}
}

// channelNumbers counts the bot's incident channels in Slack by incident.
func (tr truth) channelNumbers() map[string]int { return channelNumbers(tr.sb) }

// issueKeys counts GitLab's issues by the key they carry, and complains of
// those that ran quick actions.
func (tr truth) issueKeys() map[string]int {
	tr.t.Helper()
	for _, is := range tr.sb.GitLab.Issues() {
		if len(is.QuickActions) > 0 {
			tr.t.Errorf("issue %d ran quick actions: %v", is.IID, is.QuickActions)
		}
	}
	return issueKeys(tr.sb)
}

// postKeys counts the bot's posts by the key they carry.
func (tr truth) postKeys() map[string]int { return postKeys(tr.sb) }
