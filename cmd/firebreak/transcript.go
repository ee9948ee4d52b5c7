package main

import (
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"strings"
	"time"

	"firebreak/incident"
	"firebreak/integrations/sandbox"
)

// rule separates the parts of what the demo prints.
const rule = "────────────────────────────────────────────────────────────"

// transcript tells, line by line, what happens in the sandbox: who said what
// where, what the bot did, which issue appeared. It knows nothing but the
// sandbox's ledger.
type transcript struct {
	sb   *sandbox.Sandbox
	out  io.Writer
	stop func()
	done chan struct{}
	last string // where the last line happened
}

func newTranscript(sb *sandbox.Sandbox, out io.Writer) *transcript {
	records, stop := sb.Ledger.Subscribe()
	t := &transcript{sb: sb, out: out, stop: stop, done: make(chan struct{})}
	scenes := records
	go func() {
		defer close(t.done)
		for r := range scenes {
			t.tell(r)
		}
	}()
	return t
}

// finish waits until all that happened has been told. It may be called twice.
func (t *transcript) finish() {
	t.stop()
	<-t.done
}

func (t *transcript) tell(r sandbox.Record) {
	switch {
	case r.Kind == sandbox.RecordScene:
		t.last = ""
		fmt.Fprintf(t.out, "\n%s\n%s\n%s\n", rule, r.Text, rule)
	case r.Service == "slack":
		t.slack(r)
	case r.Service == "pagerduty" && (r.Kind == sandbox.RecordPerson || r.Kind == sandbox.RecordEffect):
		t.line(r.At, "PagerDuty", t.vendor(r, pagerVerbs))
	case r.Service == "gitlab" && (r.Kind == sandbox.RecordPerson || r.Kind == sandbox.RecordEffect):
		t.line(r.At, "GitLab", t.vendor(r, trackerVerbs))
	}
}

// pagerVerbs and trackerVerbs are what the vendors' ledgers call things, in a
// reader's words; what is not here is not worth a line.
var (
	pagerVerbs = map[string]string{
		"trigger": "page", "acknowledge": "acknowledged", "resolve": "resolved", "escalate": "escalated",
		"note": "note", "reassign": "reassigned", "merge": "merged", "reopen": "reopened", "priority": "priority", "urgency": "urgency",
	}
	trackerVerbs = map[string]string{
		"create issue": "opened issue", "open": "opened issue", "close": "closed", "reopen": "reopened",
		"comment": "commented on", "note": "commented on", "link": "linked", "upload": "keeps file",
	}
)

func (t *transcript) vendor(r sandbox.Record, verbs map[string]string) string {
	verb := verbs[r.Method]
	if verb == "" {
		return ""
	}
	text := verb + " " + r.Ref
	if r.Text != "" {
		text += " " + clip(r.Text)
	}
	if r.Actor != "" {
		text += " (by " + r.Actor + ")"
	}
	return text
}

// slack tells what happened in the workspace.
func (t *transcript) slack(r sandbox.Record) {
	where := t.channel(r.Where)
	who := t.person(r.Actor)
	if m := t.find(r.Where, r.Ref); m.Username != "" {
		who = m.Username
	}
	switch {
	case r.Kind == sandbox.RecordPerson && r.Method == "command":
		t.line(r.At, where, who+" types "+r.Text)
	case r.Kind == sandbox.RecordPerson && r.Method == "react":
		t.line(r.At, where, who+" adds :"+r.Text+": to "+t.quote(r.Where, r.Ref))
	case r.Kind == sandbox.RecordPerson && r.Method == "open_home":
		t.line(r.At, "Slack", who+" opens firebreak's Home tab")
	case r.Kind == sandbox.RecordPerson && r.Method == "fill":
		t.line(r.At, "Slack", who+" fills in a form")
	case r.Kind != sandbox.RecordEffect:
	case r.Method == "create_channel":
		t.line(r.At, "Slack", who+" creates #"+r.Text)
	case r.Method == "ephemeral":
		t.line(r.At, where, "  only "+who+" sees: "+t.plain(r.Text))
	case r.Method == "message":
		t.message(r, where, who)
	case r.Method == "message_changed" && !t.ours(r.Actor):
		t.line(r.At, where, who+" edits: "+t.plain(r.Text))
	case r.Method == "message_deleted":
		t.line(r.At, where, who+" deletes "+t.quote(r.Where, r.Ref))
	}
}

func (t *transcript) message(r sandbox.Record, where, who string) {
	m := t.find(r.Where, r.Ref)
	text := blockText(m.Blocks)
	if text == "" {
		text = r.Text
	}
	for _, f := range m.Files {
		text += fmt.Sprintf(" [file %s, %d bytes]", f.Name, f.Size)
	}
	thread := ""
	if m.ThreadTS != "" {
		thread = " (in the thread of " + t.quote(r.Where, m.ThreadTS) + ")"
	}
	t.line(r.At, where, who+thread+": "+t.plain(text))
}

// line prints one happening, under the name of where it happened.
func (t *transcript) line(at time.Time, where, text string) {
	if text == "" {
		return
	}
	if where != t.last {
		fmt.Fprintf(t.out, "  %s\n", where)
		t.last = where
	}
	text = strings.ReplaceAll(visible(strings.TrimSpace(text)), "\n", "\n             ")
	fmt.Fprintf(t.out, "    %s %s\n", at.Local().Format("15:04:05"), text)
}

func (t *transcript) channel(id string) string {
	if c, ok := t.sb.Slack.Find(id); ok {
		return "#" + c.Name
	}
	return "Slack"
}

func (t *transcript) ours(actor string) bool {
	return actor == t.sb.Slack.Bot().ID || actor == t.sb.Slack.BotID()
}

func (t *transcript) person(id string) string {
	if t.ours(id) {
		return "firebreak"
	}
	for _, u := range t.sb.Slack.Users() {
		if u.ID == id {
			return u.RealName
		}
	}
	return "an app"
}

func (t *transcript) find(channel, ts string) sandbox.Message {
	if _, ok := t.sb.Slack.Find(channel); !ok || ts == "" {
		return sandbox.Message{}
	}
	for _, m := range t.sb.Slack.In(channel).Messages() {
		if m.TS == ts {
			return m
		}
	}
	return sandbox.Message{}
}

func (t *transcript) quote(channel, ts string) string {
	return "“" + clip(t.plain(t.find(channel, ts).Text)) + "”"
}

// clip shortens what is only quoted.
func clip(s string) string {
	const most = 60
	if r := []rune(strings.ReplaceAll(s, "\n", " ")); len(r) > most {
		return string(r[:most]) + "…"
	}
	return strings.ReplaceAll(s, "\n", " ")
}

// dateToken is a date as Slack formats it for each reader.
var dateToken = regexp.MustCompile(`<!date\^\d+\^[^|>]*\|([^>]*)>`)

func (t *transcript) plain(s string) string {
	s = dateToken.ReplaceAllString(s, "$1")
	return incident.SlackPlain(s, func(id string) string { return t.person(id) })
}

// blockText is what a message's blocks say, as text.
func blockText(raw json.RawMessage) string {
	type text struct{ Text string }
	var blocks []struct {
		Type     string
		Text     *text
		Fields   []text
		Elements []struct {
			Type string
			Text json.RawMessage
		}
	}
	if json.Unmarshal(raw, &blocks) != nil {
		return ""
	}
	var lines []string
	for _, b := range blocks {
		if b.Text != nil {
			lines = append(lines, b.Text.Text)
		}
		for _, f := range b.Fields {
			lines = append(lines, f.Text)
		}
		var buttons []string
		for _, e := range b.Elements {
			var label text
			if e.Type == "button" && json.Unmarshal(e.Text, &label) == nil {
				buttons = append(buttons, "["+label.Text+"]")
			}
		}
		if len(buttons) > 0 {
			lines = append(lines, strings.Join(buttons, " "))
		}
	}
	return strings.Join(lines, "\n")
}
