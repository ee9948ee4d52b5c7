package main

import (
	"strings"
	"testing"
	"time"

	"firebreak/bot"
	"firebreak/incident"
	"firebreak/incident/report"
	"firebreak/integrations/sandbox"
	"firebreak/store"
)

// leaked are secrets made up for a test, put together so that nothing in the
// tree looks like one.
var leaked = []string{"AK" + "IAQ3EGRT5XZ2L7MNOP", "gl" + "pat-Zx9Kq2Lm4Np7Rt5Vw8Yb", "tr0ub4dor"}

// wantMasked wants none of the secrets in what left by some way, and that
// something was masked there.
func wantMasked(t *testing.T, way, text string) {
	t.Helper()
	for _, s := range leaked {
		if strings.Contains(strings.ToLower(text), strings.ToLower(s)) {
			t.Errorf("%s holds %s: %s", way, s, text)
		}
	}
	if !strings.Contains(text, "masked") {
		t.Errorf("%s has nothing masked: %s", way, text)
	}
}

// TestSecretsStayInTheChannel goes through every way that text of an incident
// leaves its channel by. The record keeps what was written.
func TestSecretsStayInTheChannel(t *testing.T) {
	inWorld(t, func(w *world) {
		w.env["FIREBREAK_PRIVATE_CHANNELS"] = "false" // so that titles are told elsewhere
		w.start()
		_, c := w.opened("sam", "Key "+leaked[0]+" was used")
		join(c, "sam", "kim")
		m := c.Say("kim", "so "+leaked[0]+" and "+leaked[1]+" and postgres://app:"+leaked[2]+"@db-1, phishing")
		c.React("kim", m.TS, "pushpin")
		w.pass(10 * time.Minute)
		for _, line := range []string{
			"lead @sam", "note the password is " + leaked[2], "update revoking " + leaked[1], "task add Revoke " + leaked[0] + " @kim",
			"rca set root-cause it was " + leaked[1] + ", phishing", "rca publish", "handover @kim",
		} {
			c.Command("sam", "/inc "+line)
		}
		c.Invite("sam", "jo")
		w.settle()
		general, sam := w.sb.Slack.In("#general"), "sam"
		ask := func(in sandbox.SlackChannel, line string) string { return answer(in.Command(sam, "/inc "+line)) }
		printed := func(f func(report.Report, *strings.Builder) error) string {
			var b strings.Builder
			w.view(func(v *store.View) error {
				r, err := bot.Report(v, 1)
				if err != nil {
					return err
				}
				return f(r, &b)
			})
			return b.String()
		}
		for way, text := range map[string]string{
			"the control channel":         saidAll(w.control()),
			"find elsewhere":              ask(general, "find phishing"),
			"find in the channel":         ask(c, "find phishing"),
			"timeline elsewhere":          ask(general, "INC-1 timeline"),
			"status elsewhere":            ask(general, "INC-1 status"),
			"tasks elsewhere":             ask(general, "INC-1 task list"),
			"catchup":                     ask(c, "catchup"),
			"the handover":                texts(w.saidIn(c, "will you take the lead")[0].Blocks),
			"the brief for who joins":     w.shownTo("jo"),
			"the RCA shown":               ask(c, "rca"),
			"the RCA in GitLab":           w.sb.GitLab.Issue(2).Description + w.sb.GitLab.Issue(1).Description,
			"the titles in GitLab":        w.sb.GitLab.Issue(2).Title + w.sb.GitLab.Issue(1).Title,
			"the channel's name and more": c.Info().Name + " " + c.Topic(),
			"Markdown":                    printed(func(r report.Report, b *strings.Builder) error { return r.Markdown(b) }),
			"CSV":                         printed(func(r report.Report, b *strings.Builder) error { return r.CSV(b) }),
			"Timesketch":                  printed(func(r report.Report, b *strings.Builder) error { return r.Timesketch(b) }),
			"JSON Lines":                  printed(func(r report.Report, b *strings.Builder) error { return r.JSONLines(b) }),
			"HTML":                        printed(func(r report.Report, b *strings.Builder) error { return r.HTML(b, time.Now()) }),
		} {
			wantMasked(t, way, text)
		}
		if got := ask(c, "timeline"); !strings.Contains(got, leaked[1]) {
			t.Errorf("in its own channel the timeline says %s", got)
		}
		if e := w.entryOf(1, m); !strings.Contains(e.Text, leaked[0]) {
			t.Errorf("the record holds %q", e.Text)
		}
	})
}

// saidAll is everything said in a channel.
func saidAll(c sandbox.SlackChannel) string {
	var b strings.Builder
	for _, m := range c.Messages() {
		b.WriteString(m.Text + texts(m.Blocks) + "\n")
	}
	return b.String()
}

// shownTo is everything that was shown to somebody only.
func (w *world) shownTo(who string) string {
	var b strings.Builder
	for _, e := range w.sb.Slack.Ephemerals(who) {
		b.WriteString(e.Text + texts(e.Blocks) + "\n")
	}
	return b.String()
}

// TestAuthorIsTold: who writes a secret is told so, alone and once, without
// it; what it was is shown to who has the lead, on the record.
func TestAuthorIsTold(t *testing.T) {
	inChannel(t, func(w *world, c sandbox.SlackChannel) {
		c.Say("kim", "nothing to see here, commit 9fceb02d0ae598e95dc970b74767f19372d61af8")
		m := c.Say("alex", "found "+leaked[0]+" and\nthe password is "+leaked[2])
		w.settle()
		e := w.entryOf(1, m)
		c.Edit("alex", m.TS, "found "+leaked[0]+" once")
		w.settle()
		w.stop()
		later := c.Reply("kim", m.TS, "and "+leaked[1])
		w.start() // compared with history: alex is told nothing anew
		w.settle()
		if shown := w.sb.Slack.Ephemerals("alex"); len(shown) != 1 || !strings.Contains(shown[0].Text, "an AWS key and a password") ||
			!strings.Contains(shown[0].Text, "redact") || strings.Contains(w.shownTo("alex"), leaked[0]) {
			t.Errorf("alex was told %+v", shown)
		}
		if shown := w.sb.Slack.Ephemerals("kim"); len(shown) != 1 || !strings.Contains(shown[0].Text, "a GitLab token") || shown[0].ThreadTS != later.ThreadTS {
			t.Errorf("kim was told %+v", shown)
		}
		if said := w.saidIn(c, "seems to hold"); len(said) > 0 {
			t.Errorf("the channel was told %+v", said)
		}

		w.correct(c, "sam", "reveal", e, "to rotate it", "Only who has the lead")
		c.Command("sam", "/inc lead @sam")
		w.correct(c, "sam", "reveal", e, "to rotate it", leaked[0], "for you only")
		w.wantAnswer(w.sb.Slack.In("#general"), "sam", "/inc INC-1 reveal "+number(e)+" again", leaked[0])
		w.wantAnswer(c, "sam", "/inc reveal 1 why not", "Nothing of entry 1 is masked")
		w.settle()
		asked := w.wantEntry(1, incident.KindCommand, "reveal "+number(e)+" again")
		if asked.Data["reveal"] != float64(e.N) || asked.Data["reason"] != "again" {
			t.Errorf("the record says %v", asked.Data)
		}
		w.wantAnswer(c, "kim", "/inc timeline kind:command", "reveal "+number(e)+" to rotate it")
	})
}

func number(e incident.Entry) string {
	return strings.TrimPrefix(incident.Number(e.N).String(), "INC-")
}

// TestNoEntryKeepsOut: a message with that reaction is in no RCA and no export
// until the last one is gone, also where the bot was away meanwhile.
func TestNoEntryKeepsOut(t *testing.T) {
	inChannel(t, func(w *world, c sandbox.SlackChannel) {
		m := c.Say("kim", "between us: the intern did it")
		c.React("sam", m.TS, "pushpin")
		c.React("kim", m.TS, "no_entry")
		w.settle()
		kept := func() bool {
			var b strings.Builder
			w.view(func(v *store.View) error {
				r, err := bot.Report(v, 1)
				if err != nil {
					return err
				}
				return r.Markdown(&b)
			})
			inRCA, inExport := strings.Contains(w.rca(1), "the intern did it"), strings.Contains(b.String(), "the intern did it")
			if inRCA != inExport {
				t.Errorf("in the RCA %t, in the export %t", inRCA, inExport)
			}
			return !inRCA
		}
		if !kept() {
			t.Error("it left although no_entry stands below it")
		}
		w.wantAnswer(c, "kim", "/inc timeline", "the intern did it", ":no_entry:")
		w.stop()
		c.React("sam", m.TS, "no_entry")
		c.Unreact("kim", m.TS, "no_entry")
		w.start()
		w.settle()
		if !kept() {
			t.Error("it left although sam's no_entry stands there")
		}
		c.Unreact("sam", m.TS, "no_entry")
		w.settle()
		if kept() {
			t.Error("it stayed out although no_entry is gone")
		}
		w.stop()
		c.React("alex", m.TS, "no_entry")
		w.start()
		w.settle()
		if !kept() {
			t.Error("a no_entry of while the bot was away is not seen")
		}
	})
}

// TestFormsKeepSecrets: forms show no secret and lose none; who types one into
// a command or a form is told, alone and once, and nobody is for what they
// left as it was.
func TestFormsKeepSecrets(t *testing.T) {
	inChannel(t, func(w *world, c sandbox.SlackChannel) {
		told := func(who string) (n int) {
			for _, e := range w.sb.Slack.Ephemerals(who) {
				n += strings.Count(e.Text, "seems to hold")
			}
			return n
		}
		m := c.Say("kim", "root password: "+leaked[2]+" on <db-1>, then phishing")
		w.settle()
		e := w.entryOf(1, m)
		v := w.editor(c, "sam")
		f := w.entryForm(v, e)
		if got := f.Value(f.name("text")); got != "root password: [masked: password] on <db-1>, then phishing" {
			t.Errorf("the text is prefilled with %q", got)
		}
		wantMasked(t, "the editor", string(v.JSON)+string(f.JSON))
		if shown := f.fill("text", "the colour is [masked: password]").Submit(); !strings.Contains(shown[f.name("text")], "known by the words beside it") {
			t.Errorf("other words around it: %v", shown)
		}
		w.send(f.fill("text", "the root password: [masked: password] on <db-1>, then phishing").View)
		if got := w.entryOf(1, m).Text; got != "the root password: "+leaked[2]+" on <db-1>, then phishing" {
			t.Errorf("the entry says %q", got)
		}
		page := w.screen("sam")
		wantMasked(t, "the page behind it", string(page.JSON))
		w.entryForm(page, e).Click("firebreak_edit_history_" + number(e))
		wantMasked(t, "the history", string(w.screen("sam").JSON))
		w.screen("sam").Click("firebreak_edit_entry_" + number(e))
		w.screen("sam").Click("firebreak_edit_split_" + number(e))
		f = entryForm{w.screen("sam")}
		w.send(f.fill("text", "phishing on <db-1>").fill("rest", "root password: [masked: password]").View)
		second := w.wantEntry(1, incident.KindNote, "root password: "+leaked[2])
		if got := w.entryOf(1, m).Text; got != "phishing on <db-1>" || second.Text != "root password: "+leaked[2] {
			t.Errorf("split in %q and %q", got, second.Text)
		}
		w.screen("sam").Close()
		if n := told("sam"); n != 0 {
			t.Errorf("sam was told %d times of what they did not write: %s", n, w.shownTo("sam"))
		}

		c.Command("alex", "/inc rca set summary the token was "+leaked[1]+", revoked")
		w.wantAnswer(c, "sam", "/inc rca", "firebreak_write_rca")
		w.press(c, "sam", "firebreak_write_rca")
		form := w.screen("sam")
		wantMasked(t, "the form of the RCA", string(form.JSON))
		w.send(form.Fill("summary", form.Value("summary")+" at noon").Fill("lessons", "rotate"))
		if got := w.sections(1)["summary"].Text; got != "the token was "+leaked[1]+", revoked at noon" {
			t.Errorf("the section says %q", got)
		}
		c.Command("sam", "/inc find "+leaked[1]) // a search is no leak
		w.settle()
		if alex, sam := told("alex"), told("sam"); alex != 1 || sam != 0 {
			t.Errorf("alex was told %d times, sam %d", alex, sam)
		}
		c.Command("sam", "/inc note the db password: "+leaked[2])
		w.settle()
		note := w.wantEntry(1, incident.KindNote, "the db password")
		if n := told("sam"); n != 1 || !strings.Contains(w.shownTo("sam"), "redact "+number(note)) || strings.Contains(w.shownTo("kim"), "Your command") {
			t.Errorf("sam was told %d times, kim %s", n, w.shownTo("kim"))
		}
		w.wantAnswer(w.sb.Slack.In("#general"), "sam", "/inc INC-1 task add Revoke "+leaked[1]+" @kim", "New task", "seems to hold a GitLab token")
		w.wantAnswer(w.sb.Slack.In("#general"), "sam", "/inc INC-1 task add Revoke it @kim", "New task")
		w.settle()
		if n := told("sam"); n != 2 { // the second time below the answer
			t.Errorf("sam was told %d times", n)
		}
		if home := string(w.home("kim").JSON); !strings.Contains(home, "Revoke [masked: ") || strings.Contains(home, leaked[1]) {
			t.Errorf("the Home tab shows %s", home)
		}
	})
}
