package main

import (
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// sights are the places of a window after the story, each with what is there
// when it has loaded.
func (d *demoRun) sights() []sight {
	d.t.Helper()
	room := d.room()
	return []sight{
		{"#/slack/" + room, ".chan .msg", "INC-1"},
		{"#/slack/" + room + d.thread(room), ".thread .msg", "svc-backup got in"},
		{"#/slack/alerts", ".chan .msg", "failed_login"},
		{"#/slack/home", ".home .blocks", "Open an incident"},
		{"#/pagerduty", ".pd-trigger", "Page now"},
		{"#/pagerduty/" + d.page(), ".pd-detail", "VPN gateway"},
		{"#/gitlab", ".gl-tab", "All"},
		{"#/gitlab/3", ".gl-text", "guessable password"},
		{"#/faults", ".fx-saying", "Nothing lost"},
		{"#/ledger", ".lg-row", ""},
	}
}

type sight struct{ hash, css, words string }

// thread is the route from a channel to its first thread.
func (d *demoRun) thread(room string) string {
	d.t.Helper()
	var channel struct {
		Messages []struct {
			TS         string
			ReplyCount int `json:"reply_count"`
		}
	}
	d.get("/api/slack/channel/"+room+"?as=sam", &channel)
	for _, m := range channel.Messages {
		if m.ReplyCount > 0 {
			return "/t/" + m.TS
		}
	}
	d.t.Fatal("nobody has answered in a thread")
	return ""
}

// page is the id of the story's page.
func (d *demoRun) page() string {
	d.t.Helper()
	var all struct{ Incidents []struct{ ID string } }
	d.get("/api/pagerduty", &all)
	return all.Incidents[len(all.Incidents)-1].ID
}

// look goes to a sight and waits until it is there.
func (v *visitor) look(s sight) {
	v.t.Helper()
	v.goTo(s.hash)
	v.see(s.css, s.words)
}

// testPhoneInBrowser looks at everything on a phone: nothing is wider than it.
func testPhoneInBrowser(t *testing.T, b *browser, d *demoRun) {
	v := b.visit(t, d.base, "?as=sam#/slack", phone())
	v.see(".side-row", "inc-1")
	v.listed("overflow.js", "the list of channels")
	for _, s := range d.sights() {
		v.look(s)
		v.listed("overflow.js", s.hash)
	}
	v.click(".tab", "Slack")
	v.click(".side-row", "incidents")
	v.click(".tool", "Shortcuts of apps")
	v.listed("overflow.js", "a menu")
	v.click(".menu-item", "Open an incident")
	v.see(".modal h2", "Open an incident")
	v.listed("overflow.js", "a form")
	v.click(".modal .btn", "Cancel")
	v.gone(".modal h2", "Open an incident")
	v.click(".who", "")
	v.see(".who-row", "kim")
	v.listed("overflow.js", "the list of people")
	v.click(".who-row", "kim")
	v.says(".chan", "from the phone")
	v.see(".msg", "from the phone")
	v.click(".chan .tool", "All channels")
	v.see(".side-row", "general")
}

// testColoursInBrowser looks at everything in both colour schemes: all text
// stands out from what is behind it.
func testColoursInBrowser(t *testing.T, b *browser, d *demoRun) {
	v := b.visit(t, d.base, "#/slack?as=sam", desktop())
	backs := map[string]bool{}
	for _, scheme := range []string{"light", "dark"} {
		v.scheme(scheme)
		for _, s := range d.sights() {
			v.look(s)
			v.listed("contrast.js", scheme+" "+s.hash)
		}
		backs[value[string](v, `getComputedStyle(document.body).backgroundColor`)] = true
	}
	if len(backs) != 2 {
		t.Errorf("light and dark are both %v", backs)
	}
	// One may also choose, whatever the system says, and it stays so.
	const chosen = `document.documentElement.dataset.theme ?? ''`
	v.click(".top-tool", "Colours: light, dark or as the system")
	if got := value[string](v, chosen); got != "light" {
		t.Errorf("in the dark the button chooses %q", got)
	}
	v.do("load it anew", chromedp.Reload())
	v.see(".tabs .tab", "Slack")
	if got := value[string](v, chosen); got != "light" {
		t.Errorf("loaded anew the window is %q", got)
	}
}

// scheme makes the window light or dark, as the system's setting does.
func (v *visitor) scheme(name string) {
	v.t.Helper()
	features := []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: name}, {Name: "prefers-reduced-motion", Value: "reduce"}}
	if _, err := chromedp.Call(v.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: features}); err != nil {
		v.t.Fatal(err)
	}
}
