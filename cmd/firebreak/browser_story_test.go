package main

import (
	"fmt"
	"strings"
	"testing"
)

// testStoryInBrowser plays the demo's story to its end, eight times as fast,
// following it; then it takes up the story's invitation and kills the bot.
func testStoryInBrowser(t *testing.T, b *browser) {
	t.Parallel()
	d := startDemo(t)
	v := b.visit(t, d.base, "", desktop())
	v.click(".st-speed", "")
	v.click(".menu-item", "8×")
	v.see(".st-speed", "8×")
	v.see(".st-follow[aria-pressed=true]", "Follow")
	seen := v.follow()
	for _, want := range []string{"#/pagerduty as ", "#/slack as sam", "#/slack as alex", "#/slack as kim", "#/slack as jo", "#/gitlab as sam", "#/gitlab as jo"} {
		if !strings.Contains(seen, want) {
			t.Errorf("following the story did not lead to %s, only to:\n%s", want, seen)
		}
	}
	if st := d.story(); st.Error != "" {
		t.Errorf("the story ended with %s", st.Error)
	}
	v.click(".tab", "GitLab")
	v.click(".gl-tab", "All 3")
	v.click(".gl-row", "RCA INC-1")
	v.see(".gl-issue h2", "RCA INC-1: VPN gateway: unusual number of failed logins")
	v.see(".gl-text", "svc-backup had a guessable password")
	v.see(".gl-links a", "Block 203.0.113.50 at the edge")
	v.see(".gl-picture", "")
	v.drawn()

	for _, sub := range []struct {
		name string
		f    func(t *testing.T, b *browser, d *demoRun)
	}{
		{"faults", testFaultsInBrowser}, {"phone", testPhoneInBrowser}, {"names", testNamesInBrowser}, {"colours", testColoursInBrowser},
	} {
		t.Run(sub.name, func(t *testing.T) {
			here := *d
			here.t = t
			sub.f(t, b, &here)
		})
	}
	v.leave()
	d.end()
}

// follow waits for the end of the story, and tells where it has led: views and
// as whom.
func (v *visitor) follow() string {
	v.t.Helper()
	places := map[string]bool{}
	seen := ""
	v.until(func() string { return "the story ends; so far it led to\n" + seen }, func() bool {
		at, err := evaluate[string](v, `location.hash.replace(/^(#\/\w+).*/, '$1') + ' as ' + document.querySelector('.who').textContent.slice(2)`)
		if err == nil && !places[at] {
			places[at] = true
			seen += fmt.Sprintln(at)
		}
		return v.find("#strip[data-phase=done] .st-title", "").N > 0
	})
	return seen
}

// testFaultsInBrowser kills the bot, talks on, and starts it: the account is
// equal.
func testFaultsInBrowser(t *testing.T, b *browser, d *demoRun) {
	v := b.visit(t, d.base, "#/faults?as=sam", desktop())
	v.see(".fx-saying", "Nothing lost, nothing doubled")
	before := d.bot().Restarts
	v.click(".btn", "Kill the bot")
	v.see(".fx-state", "The bot is dead")
	v.see(".tab .badge", "!")
	v.click(".btn", "Say 5 things as people")
	v.see(".fx-story li", "messages said meanwhile")
	v.see(".fx-saying", "The bot is dead: ")
	v.click(".tab", "Slack")
	v.click(".side-row", "inc-1-vpn-gateway")
	v.says(".chan", "is anybody recording this?")
	v.says(".chan", "/inc status")
	v.see(".toast", "The app is not connected")
	v.click(".tab", "Faults")
	v.click(".btn", "Start it again")
	v.see(".fx-state", "The bot is alive")
	v.see(".fx-saying", "Nothing lost, nothing doubled")
	v.see(".fx-story li", "recorded, doubled 0")
	sum := value[string](v, `document.querySelector('.fx-sum').getAttribute('aria-label')`)
	var sent, recorded, missing, doubled int
	if _, err := fmt.Sscanf(sum, "sent %d = recorded %d · missing %d · doubled %d", &sent, &recorded, &missing, &doubled); err != nil || sent < 6 || sent != recorded || missing+doubled > 0 {
		t.Errorf("the account says %q (%v)", sum, err)
	}
	d.until("the account is equal", func() bool { return len(discrepancies(d.account())) == 0 })
	if got := d.bot(); !got.Alive || got.Restarts != before+1 {
		t.Errorf("the bot is %+v, and had been restarted %d times before", got, before)
	}
}
