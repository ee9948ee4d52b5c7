package sandbox

import (
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestSlackVerbsPanicOnMistakes(t *testing.T) {
	sb := New(Options{})
	defer sb.Close()
	in := sb.Slack.In("#general")
	hidden := sb.Slack.AddChannel("hr", true, "kim")
	m := in.Say("sam", "x")
	for name, f := range map[string]func(){
		"no channel":      func() { sb.Slack.In("#nowhere") },
		"no user":         func() { in.Say("nobody", "x") },
		"no member":       func() { hidden.Say("sam", "x") },
		"no message":      func() { in.React("sam", "1.000001", "eyes") },
		"another's words": func() { in.Edit("kim", m.TS, "y") },
		"no button":       func() { in.Click("sam", m.TS, "ack", "") },
		"name taken":      func() { sb.Slack.AddUser(User{Name: "sam"}) },
	} {
		func() {
			defer func() {
				if p := recover(); !strings.HasPrefix(fmt.Sprint(p), "sandbox: ") {
					t.Errorf("%s: panic %v", name, p)
				}
			}()
			f()
		}()
	}
	in.Say("sam", "the lock is free") // would hang otherwise
}

func TestSlackSeedsItsWorld(t *testing.T) {
	slackTest(t, func(t *testing.T, r *rig) {
		s := r.sb.Slack
		for _, name := range []string{"#general", "#incidents", "#alerts"} {
			if info := s.In(name).Info(); !slices.Contains(info.Members, s.Bot().ID) || slices.Contains(info.Members, s.User("stranger").ID) {
				t.Errorf("%s has %v", name, info.Members)
			}
		}
		env := r.sb.Env()
		if env["FIREBREAK_SLACK_API_URL"] != "http://slack.sandbox/api/" || env["FIREBREAK_SLACK_CONTROL_CHANNEL"] != r.id("#incidents") {
			t.Errorf("env = %v", env)
		}
		u := s.AddUser(User{Name: "riley", Email: "riley@example.com"})
		if dig(r.ok("users.lookupByEmail", "email", "riley@example.com"), "user", "id") != u.ID || !slices.Contains(s.In("#general").Members(), u.ID) {
			t.Errorf("riley = %+v", u)
		}
	})
}

func TestSlackTruthKeepsEverything(t *testing.T) {
	slackTest(t, func(t *testing.T, r *rig) {
		in := r.sb.Slack.In("#general")
		m := in.Say("sam", "one")
		wait(time.Second)
		in.Edit("sam", m.TS, "two & three")
		in.React("kim", m.TS, "pushpin")
		in.Reply("kim", m.TS, "reply")
		in.UploadReply("jo", m.TS, "a.txt", []byte("x"), "")
		got := in.Thread(m.TS)
		if len(got) != 3 || got[0].Text != "two &amp; three" || got[0].Typed != "two & three" || got[0].Reactions[0].Name != "pushpin" || got[2].Files[0].Name != "a.txt" {
			t.Errorf("thread = %+v", got)
		}
		v := got[0].Versions
		if len(v) != 2 || v[0].Text != "one" || !v[0].At.Equal(m.At) || v[1].Typed != "two & three" || !v[1].At.After(m.At) {
			t.Errorf("versions = %+v", v)
		}
	})
}

func TestSlackDistributedApps(t *testing.T) {
	slackTest(t, func(t *testing.T, r *rig) {
		in := r.sb.Slack.In("#general")
		for range 20 {
			in.Say("sam", "x")
		}
		r.sb.Slack.SetDistributed(true)
		out := r.ok("conversations.history", "channel", in.ID(), "limit", "200")
		if n := len(out["messages"].([]any)); n != distributedPage || out["has_more"] != true {
			t.Errorf("%d messages", n)
		}
		r.refused("ratelimited", "conversations.history", "channel", in.ID())
		wait(time.Minute)
		r.ok("conversations.history", "channel", in.ID())
	})
}

func TestSlackFaults(t *testing.T) {
	slackTest(t, func(t *testing.T, r *rig) {
		in := r.sb.Slack.In("#general")
		post := func() (int, string, error) {
			res, err := r.http.Post(r.sb.base("slack")+"/api/chat.postMessage?token="+r.sb.Slack.app.botToken, "application/x-www-form-urlencoded",
				strings.NewReader("text=x&channel="+in.ID()))
			if err != nil {
				return 0, "", err
			}
			defer res.Body.Close()
			b, err := io.ReadAll(res.Body)
			return res.StatusCode, string(b), err
		}
		for _, c := range []struct {
			kind    FaultKind
			status  int
			applied int
		}{
			{Refuse429, 429, 0},
			{Err5xxBefore, 502, 0},
			{Err5xxAfter, 502, 1},
			{DropBefore, 0, 0},
			{DropAfter, 0, 1},
		} {
			before := len(in.Messages())
			r.sb.Faults.Add(Fault{Service: "slack", Method: "chat.postMessage", Kind: c.kind, RetryAfter: 7 * time.Second})
			status, body, err := post()
			if status == http.StatusBadGateway && !strings.HasPrefix(body, "<html>") {
				t.Errorf("%s: %q is no page", c.kind, body)
			}
			if status != c.status || (err != nil) != (c.status == 0) || len(in.Messages())-before != c.applied {
				t.Errorf("%s: %d %v, %d messages more", c.kind, status, err, len(in.Messages())-before)
			}
		}
		if status, body, err := post(); status != http.StatusOK || err != nil || !strings.Contains(body, `"ok":true`) {
			t.Errorf("after the faults: %d %s %v", status, body, err)
		}
	})
}

// Equal seeds and acts give equal worlds.
func TestSlackIsDeterministic(t *testing.T) {
	var runs []string
	for range 2 {
		slackTestWith(t, Options{Seed: 7}, func(t *testing.T, r *rig) {
			a, _ := r.dial()
			b, _ := r.dial()
			for i := range 30 {
				r.sb.Slack.In("#general").Say("sam", fmt.Sprint(i))
			}
			wait(time.Second)
			runs = append(runs, fmt.Sprint(len(a.frames), len(b.frames), r.id("#alerts"), r.sb.Slack.In("#general").Messages()))
		})
	}
	if runs[0] != runs[1] {
		t.Errorf("%s\nand\n%s", runs[0], runs[1])
	}
}
