package main

import (
	"strconv"
	"testing"
)

// digit is the key that makes a window somebody's.
func (st *stage) digit(name string) string {
	st.t.Helper()
	var world struct {
		People []struct {
			Name         string
			Bot, Deleted bool
		}
	}
	st.get("/api/world", &world)
	n := 0
	for _, p := range world.People {
		if p.Bot || p.Deleted {
			continue
		}
		if n++; p.Name == name {
			return strconv.Itoa(n)
		}
	}
	st.t.Fatalf("nobody is called %s", name)
	return ""
}

// testPeopleInBrowser becomes somebody else by one key, and sees what is new
// for each.
func testPeopleInBrowser(t *testing.T, b *browser, st *stage) {
	alerts := st.sb.Slack.In("#alerts")
	v := b.visit(t, st.base, "#/slack/general?as=sam", desktop())
	v.keys(st.digit("kim"))
	v.see(".who", "kim")
	v.see(".chan-title", "general")
	alerts.Say("alex", "the sensors are quiet")
	v.see(".side-unread", "alerts")
	v.gone(".side-unread .badge", "")
	alerts.Say("alex", "@kim have a look")
	v.see(".side-unread .badge", "1")
	v.see(".tab .badge", "1")
	v.keys(st.digit("sam"))
	v.see(".who", "sam")
	v.see(".side-unread", "alerts")
	v.gone(".side-unread .badge", "") // nobody mentioned Sam there
	v.keys(st.digit("kim"))
	v.click(".side-unread", "alerts")
	v.see(".log-new", "New")
	v.see(".msg", "have a look")
	v.click(".side-row", "general")
	v.see(".chan-title", "general")
	v.gone(".side-unread", "alerts") // it has been read
	v.keys("/")
	v.keys("3 of them")
	v.see(".compose-field", "3 of them")
	v.see(".who", "kim") // in a field a digit is a digit
}

// testPrivateInBrowser keeps a private channel from who is not in it.
func testPrivateInBrowser(t *testing.T, b *browser, st *stage) {
	st.sb.Slack.AddChannel("lounge", false, "alex")
	secret := st.sb.Slack.AddChannel("board-only", true, "alex", "jo")
	secret.Say("alex", "the merger is off")
	v := b.visit(t, st.base, "#/slack/general?as=jo", desktop())
	v.click(".side-row", "board-only")
	v.see(".msg", "the merger is off")
	v.be("sam")
	v.click("summary", "Not joined")
	v.see(".side-row", "lounge")
	v.gone(".side-row", "board-only")
	v.gone(".msg", "the merger is off")
	v.goTo("#/slack/" + secret.ID())
	v.see(".chan .empty", "")
	v.gone(".msg", "the merger is off")
	if !v.watch.forgive("/api/slack/channel/" + secret.ID()) {
		t.Error("the server refused nothing")
	}
	v.be("guest")
	v.see(".side-row", "partner")
	v.gone(".side-row", "lounge") // others may at least look into it
	v.gone(".chan .empty", "")
}
