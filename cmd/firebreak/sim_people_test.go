package main

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"time"

	"firebreak/integrations/sandbox"
)

// simCrew are the people who work in the incident channels.
var simCrew = []string{"alex", "sam", "kim", "jo"}

// room is the incident channel of a step, with the crew in it; false while
// there is none.
func (s *sim) room(st simStep) (sandbox.SlackChannel, bool) {
	var open []sandbox.Channel
	for _, c := range s.sb.Slack.Channels() {
		// Nobody can be in a private channel before the bot has invited them.
		if incidentChannel.MatchString(c.Name) && !c.Archived && len(c.Members) > 1 {
			open = append(open, c)
		}
	}
	if len(open) == 0 {
		return sandbox.SlackChannel{}, false
	}
	// Most of what happens happens in the newest ones.
	open = open[max(0, len(open)-4):]
	c := s.sb.Slack.In(open[st.pick(0, len(open))].ID)
	for _, p := range simCrew {
		c.Join(s.user(p))
	}
	return c, true
}

// words are something to say, different each time.
func (s *sim) words(st simStep) string {
	s.said++
	odd := []string{"", " <b> & \"x\"", " @sam look", " `code` *bold*", " /close", "\nsecond line", " ünïcode 🔥", " https://example.com/?a=1&b=2"}
	return fmt.Sprintf("words %d%s", s.said, odd[st.pick(3, len(odd))])
}

func simMember(st simStep) string { return simCrew[st.pick(1, len(simCrew))] }

// message is one that a person wrote and Slack still shows.
func (s *sim) message(c sandbox.SlackChannel, st simStep, by string) (sandbox.Message, bool) {
	shown := slices.DeleteFunc(c.Messages(), func(m sandbox.Message) bool {
		return m.Deleted || (m.Subtype != "" && m.Subtype != "file_share" && m.Subtype != "thread_broadcast") ||
			m.User == "" || m.BotID != "" || (by != "" && m.User != by)
	})
	if len(shown) == 0 {
		return sandbox.Message{}, false
	}
	shown = shown[max(0, len(shown)-12):]
	return shown[st.pick(2, len(shown))], true
}

// talk is what people do in a channel.
func (s *sim) talk(st simStep) {
	c, ok := s.room(st)
	if !ok {
		return
	}
	who := s.user(simMember(st))
	switch st.verb {
	case "say":
		c.Say(who, s.words(st))
		return
	case "upload":
		s.said++
		c.Upload(who, fmt.Sprintf("log-%d.txt", s.said), fmt.Appendf(nil, "line %d\n", s.said), s.words(st))
		return
	case "topic":
		c.SetTopic(who, s.words(st))
		return
	case "leave":
		c.Leave(who)
		return
	}
	m, ok := s.message(c, st, "")
	if !ok {
		return
	}
	switch st.verb {
	case "reply":
		c.Reply(who, m.TS, s.words(st))
	case "broadcast":
		c.Broadcast(who, m.TS, s.words(st))
	case "edit":
		s.edit(c, m, st)
	case "edit twice":
		s.edit(c, m, st)
		s.pass(st.between(3, 0, 1200*time.Millisecond))
		s.edit(c, m, st)
	case "delete":
		c.Delete(m.User, m.TS)
	case "react":
		s.react(c, m, who, st)
	case "unfurl":
		c.Unfurl(m.TS, "A page")
	}
}

func (s *sim) edit(c sandbox.SlackChannel, m sandbox.Message, st simStep) {
	c.Join(m.User)
	c.Edit(m.User, m.TS, s.words(st))
}

// react puts an emoji under a message or takes it back.
func (s *sim) react(c sandbox.SlackChannel, m sandbox.Message, who string, st simStep) {
	emoji := []string{"pushpin", "pushpin", "round_pushpin", "eyes"}[st.pick(3, 4)]
	for _, r := range m.Reactions {
		if r.Name == emoji && slices.Contains(r.Users, who) {
			c.Unreact(who, m.TS, emoji)
			return
		}
	}
	c.React(who, m.TS, emoji)
}

// command gives a slash command, as an answer takes: people go on meanwhile.
func (s *sim) command(st simStep) {
	c, ok := s.room(st)
	if !ok {
		return
	}
	who := s.user(simMember(st))
	s.said++
	n := 1 + st.pick(2, 3)
	line := map[string]string{
		"note":        fmt.Sprintf("note seen %d", s.said),
		"task add":    fmt.Sprintf("task add do %d @%s", s.said, simCrew[st.pick(3, len(simCrew))]),
		"task done":   fmt.Sprintf("task done %d", n),
		"task reopen": fmt.Sprintf("task reopen %d", n),
		"severity":    fmt.Sprintf("sev %d", 1+st.pick(2, 4)),
		"lead":        "lead @" + simCrew[st.pick(2, len(simCrew))],
		"mistyped":    fmt.Sprintf("statsu %d", s.said),
		"status":      "status",
		"close":       []string{"close", "close drill", fmt.Sprintf("close false-positive reason %d", s.said)}[n-1],
		"reopen":      "reopen",
		"rca set":     fmt.Sprintf("rca set %s text %d", []string{"summary", "impact", "root-cause"}[n-1], s.said),
		"rca publish": "rca publish",
		"open":        fmt.Sprintf("open sev%d by hand %d", n, s.said),
		"ack":         "ack",
		"split":       fmt.Sprintf("split %d", 1+st.pick(2, 12)),
	}[st.verb]
	s.busy.Go(func() { c.Command(who, "/inc "+line) })
}

// click presses a button of a channel's header.
func (s *sim) click(st simStep) {
	c, ok := s.room(st)
	if !ok {
		return
	}
	for _, m := range c.Messages() {
		if m.BotID != "" && slices.Contains(actionIDs(m.Blocks), "firebreak_ack") {
			who, id := s.user(simMember(st)), []string{"firebreak_ack", "firebreak_lead"}[st.pick(2, 2)]
			if slices.Contains(actionIDs(m.Blocks), id) {
				s.busy.Go(func() { c.Click(who, m.TS, id, "") })
			}
			return
		}
	}
}

var actionID = regexp.MustCompile(`"action_id":\s*"([^"]+)"`)

// actionIDs are the buttons in a message's blocks.
func actionIDs(blocks json.RawMessage) (ids []string) {
	for _, m := range actionID.FindAllSubmatch(blocks, -1) {
		ids = append(ids, string(m[1]))
	}
	return ids
}

// alert forwards one to the alert channel: often enough from one account
// that a detection comes of it.
func (s *sim) alert(st simStep) {
	s.said++
	source := []string{"sshd", "winlog"}[st.pick(1, 2)]
	line := fmt.Sprintf("```{\"event\":\"successful_login\",\"source\":%q,\"host\":\"host-%d\",\"user\":\"svc-%d\",\"n\":%d}```",
		source, st.pick(2, 6), st.pick(3, 2), s.said)
	s.sb.Slack.In("#alerts").Webhook("siem", line, "")
}

// page is what happens in PagerDuty.
func (s *sim) page(st simStep) {
	pd := s.sb.PagerDuty
	switch st.verb {
	case "page storm":
		for range 3 + st.pick(3, 4) {
			s.trigger(st)
		}
		return
	case "page":
		s.trigger(st)
		return
	}
	all := pd.Incidents()
	alive := slices.DeleteFunc(all, func(i sandbox.PagerDutyIncident) bool {
		return (i.Status == "resolved") != (st.verb == "page reopened") || i.MergedInto != ""
	})
	if len(alive) == 0 {
		return
	}
	p := alive[st.pick(0, len(alive))]
	who := simCrew[st.pick(1, len(simCrew))]
	s.said++
	switch st.verb {
	case "page acknowledged":
		if p.Status == "triggered" {
			pd.Acknowledge(p.ID, who)
		}
	case "page resolved":
		pd.Resolve(p.ID, who)
	case "page reopened":
		pd.Reopen(p.ID, who)
	case "page escalated":
		if !slices.Contains(p.Log, "escalate") { // there are two levels
			pd.Escalate(p.ID, who)
		}
	case "page noted":
		pd.Note(p.ID, who, fmt.Sprintf("note %d", s.said))
	case "page priority":
		pd.SetPriority(p.ID, who, []string{"P1", "P2", "P3"}[st.pick(2, 3)])
	case "page urgency":
		pd.SetUrgency(p.ID, who, []string{"high", "low"}[st.pick(2, 2)])
	case "page merged":
		if q := alive[st.pick(2, len(alive))]; q.ID != p.ID {
			pd.Merge(p.ID, q.ID, who)
		}
	}
}

func (s *sim) trigger(st simStep) {
	s.said++
	t := sandbox.Trigger{
		Title:   fmt.Sprintf("Trouble %d", s.said),
		Service: []string{"Identity", "Payments API", "Edge firewall"}[st.pick(0, 3)],
		Urgency: []string{"high", "low"}[st.pick(1, 2)],
	}
	if st.pick(2, 2) == 0 {
		t.Alerts = []map[string]any{{"summary": fmt.Sprintf("alert %d", s.said), "severity": "critical", "host": "web-1"}}
	}
	s.sb.PagerDuty.Trigger(t)
}

// issue is what people do in GitLab.
func (s *sim) issue(st simStep) {
	gl := s.sb.GitLab
	all := gl.Issues()
	if len(all) == 0 {
		return
	}
	is := all[st.pick(0, len(all))]
	s.said++
	switch {
	case st.verb == "issue closed" && is.State == "opened":
		gl.Close(is.IID, "kim")
	case st.verb == "issue reopened" && is.State == "closed":
		gl.Reopen(is.IID, "sam")
	case st.verb == "issue commented":
		gl.Comment(is.IID, "kim", fmt.Sprintf("comment %d", s.said))
	case st.verb == "issue retitled":
		gl.EditTitle(is.IID, "kim", fmt.Sprintf("title %d", s.said))
	}
}
