package main

import "testing"

// testWindowsInBrowser opens two windows of one profile, which share one
// stream. The one that holds it goes, and the other still hears of everything.
func testWindowsInBrowser(t *testing.T, b *browser, st *stage) {
	const locks = `navigator.locks.query().then((q) => [q.held.length, q.pending.length])`
	profile := b.profile(t)
	first := profile.open(t, st.base, "#/slack/general?as=sam", desktop())
	first.see(".chan-title", "general")
	second := profile.open(t, st.base, "#/slack/general?as=kim", desktop())
	second.see(".chan-title", "general")
	if got := value[[2]int](second, locks); got != [2]int{1, 1} {
		t.Errorf("of two windows %v listen and wait to", got)
	}
	first.says(".chan", "is anybody there?")
	second.see(".msg", "is anybody there?")
	second.see(".who", "kim")
	first.see(".who", "sam")
	first.leave()
	second.until(func() string { return "the other window listens" }, func() bool {
		got, _ := evaluate[[2]int](second, locks)
		return got == [2]int{1, 0}
	})
	st.sb.Slack.In("#general").Say("alex", "anybody left?")
	second.see(".msg", "anybody left?")
}
