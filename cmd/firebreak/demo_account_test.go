package main

import (
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"firebreak/incident"
	"firebreak/integrations/sandbox"
	"firebreak/integrations/sandbox/web"
)

// account draws up the account of the world as it is.
func (w *world) account() web.Account {
	w.t.Helper()
	a, err := accountant{sb: w.sb, path: w.dir + "/firebreak.db"}.account(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	return a
}

// wantAccount wants everything recorded and done, once.
func (w *world) wantAccount() {
	w.t.Helper()
	for _, wrong := range discrepancies(w.account()) {
		w.t.Error(wrong)
	}
}

// discrepancies are what is not equal in an account.
func discrepancies(a web.Account) (wrong []string) {
	add := func(v any) {
		line, _ := json.Marshal(v) // a row of strings and numbers
		wrong = append(wrong, string(line))
	}
	said := 0
	for _, c := range a.Channels {
		said += c.Said
		if c.Said != c.Recorded || len(c.Missing)+len(c.Doubled) > 0 {
			add(c)
		}
	}
	for _, e := range a.Effects {
		if e.Asked == 0 || e.Asked != e.Done || e.Doubled > 0 {
			add(e)
		}
	}
	if a.Waiting+a.Unknown > 0 || said == 0 || len(a.Effects) == 0 {
		add(a)
	}
	return wrong
}

// TestAccount tells the story and finds all of it recorded; then it sees what
// is missing while the bot is away, and what is there twice.
func TestAccount(t *testing.T) {
	inWorld(t, func(w *world) {
		if err := os.Remove(filepath.Join(w.dir, "firebreak.db")); err != nil {
			t.Fatal(err)
		}
		if a := w.account(); len(a.Channels)+len(a.Effects) > 0 {
			t.Errorf("without a database there is an account: %+v", a)
		}
		w.start()
		st := w.tellShort()
		w.wantAccount()

		w.stop()
		lost := st.room.Say("kim", "is anybody recording this? <3")
		a := w.account()
		if c := a.Channels[0]; c.Recorded != c.Said-1 || len(c.Missing) != 1 || c.Missing[0] != (web.AccountMessage{TS: lost.TS, Text: lost.Typed}) {
			t.Errorf("a message is missing, and the account says %+v", c)
		}
		if a.Channels[0].Incident != "INC-1" || !strings.HasPrefix(a.Channels[0].Name, "inc-1-") {
			t.Errorf("the account is of %+v", a.Channels[0])
		}
		w.repeatPost(st.room)
		if e := w.account().Effects[3]; e.Doubled != 1 {
			t.Errorf("a message was posted twice, and the account says %+v", e)
		}
		st.room.Delete("kim", lost.TS)
		if c := w.account().Channels[0]; c.Said != c.Recorded {
			t.Errorf("what was said and deleted while nobody listened is claimed: %+v", c)
		}
	})
}

// repeatPost posts the bot's first message in a channel once more, key and
// all, as a bot would that does not look first.
func (w *world) repeatPost(in sandbox.SlackChannel) {
	w.t.Helper()
	for _, m := range in.Messages() {
		if len(m.Metadata) == 0 {
			continue
		}
		form := url.Values{"channel": {in.ID()}, "text": {"again"}, "metadata": {string(m.Metadata)}}
		req, err := http.NewRequest(http.MethodPost, w.env["FIREBREAK_SLACK_API_URL"]+"chat.postMessage", strings.NewReader(form.Encode()))
		if err != nil {
			w.t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("Authorization", "Bearer "+w.env["FIREBREAK_SLACK_BOT_TOKEN"])
		client := w.net.Client()
		defer client.CloseIdleConnections()
		resp, err := client.Do(req)
		if err != nil {
			w.t.Fatal(err)
		}
		defer resp.Body.Close()
		var answer struct{ OK bool }
		if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil || !answer.OK {
			w.t.Fatalf("chat.postMessage: %+v, %v", answer, err)
		}
		return
	}
	w.t.Fatal("the bot has posted nothing")
}

// TestAccountSeesTwoEntries gives one message two entries.
func TestAccountSeesTwoEntries(t *testing.T) {
	sb := sandbox.New(sandbox.Options{Seed: 1})
	c := sb.Slack.In("#general")
	m := c.Say("kim", "hello")
	c.SetTopic("kim", "not said by anybody")
	at := incident.Source{System: "slack", Channel: c.ID(), TS: m.TS}
	row := channelAccount(sb, incident.Incident{Number: 7}, c.Info(), []incident.Entry{{Source: at}, {Source: at}})
	want := web.AccountMessage{TS: m.TS, Text: "hello"}
	if row.Said != 1 || row.Recorded != 1 || len(row.Doubled) != 1 || row.Doubled[0] != want || len(row.Missing) != 0 {
		t.Errorf("two entries for one message: %+v", row)
	}
}

// TestAccountOfRewrittenIssue lets people rewrite an issue, key and all: it is
// still the task's one.
func TestAccountOfRewrittenIssue(t *testing.T) {
	inWorld(t, func(w *world) {
		w.start()
		st := w.tellShort()
		w.sb.GitLab.SetDescription(1, "kim", "I know better")
		w.settle()
		w.pass(time.Minute)
		w.wantAccount()
		if !st.closed(blockTask) {
			t.Error("the issue of the first task is open")
		}
	})
}
