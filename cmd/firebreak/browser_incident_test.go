package main

import (
	"testing"

	"github.com/chromedp/chromedp/kb"
)

// testIncidentInBrowser lives an incident from its opening to its end: a
// command, a button, a form, a thread, a pin, a task in GitLab.
func testIncidentInBrowser(t *testing.T, b *browser, st *stage) {
	v := b.visit(t, st.base, "#/slack/incidents?as=sam", desktop())
	v.click(".compose-field", "Message #incidents")
	v.keys("/in")
	v.see(".complete-row", "/inc [help]")
	v.keys(kb.Tab + "open sev3 Odd logins on the VPN" + kb.Enter)
	v.see(".msg-private", "SEV3 is open: its channel is on the way")
	v.click(".side-row", "inc-1-odd-logins-on-the-vpn")
	v.see(".msg", "SEV3 · open · commander: nobody yet")

	severityByButton(v)
	pinFromThread(v)
	taskByShortcut(v)

	v.says(".chan", "/inc close drill")
	v.see(".msg-private", "closed")
	v.see(".msg", "SEV1 · closed")
}

// severityByButton presses a button of the first message, and one of the
// answer that only who asked can see.
func severityByButton(v *visitor) {
	v.t.Helper()
	v.click(".msg .btn", "Severity")
	v.click(".msg-private .btn", "SEV1")
	v.see(".msg", "SEV1 · open")
	v.click(".msg .btn", "Take lead")
	v.see(".msg", "SEV1 · open · commander: @Sam Okafor")
}

// pinFromThread invites somebody, who answers in a thread; the answer is
// marked and stands in the timeline.
func pinFromThread(v *visitor) {
	v.t.Helper()
	v.says(".chan", "The gateway shows a wave of failures since 02:55")
	v.click(".tool", "About this channel")
	v.click(".menu-item", "Add somebody")
	v.click(".pick-row", "@kim")
	v.be("kim")
	v.tool(".msg", "The gateway shows a wave", "Reply in thread")
	v.says(".thread", "svc-backup got in at 02:58")
	v.be("sam")
	v.click(".thread-line", "1 reply")
	v.tool(".thread .msg", "svc-backup got in", "Mark for the RCA")
	v.see(".thread .reaction", "You reacted with :pushpin:")
	v.click(".tool", "Close thread")
	v.says(".chan", "/inc timeline pinned:yes")
	v.see(".msg-private", "svc-backup got in at 02:58")
}

// taskByShortcut makes a task of a message with a form that is refused at
// first, and finds it in GitLab.
func taskByShortcut(v *visitor) {
	v.t.Helper()
	v.tool(".msg", "The gateway shows a wave", "More actions")
	v.click(".menu-item", "Make a task")
	v.see(".modal h2", "Make a task")
	v.write(".modal .input", "What is to be done", "Block 203.0.113.50 at the edge")
	v.write(".modal .input", "Until when", "whenever")
	v.click(".modal .btn", "Add task")
	v.see(".modal .is-wrong .wrong", "whenever")
	v.write(".modal .input", "Until when", "in 2h")
	v.keys(kb.Enter)
	v.gone(".modal h2", "Make a task")
	v.see(".msg", "Block 203.0.113.50 at the edge")
	v.click(".tab", "GitLab")
	v.click(".gl-row", "Block 203.0.113.50 at the edge")
	v.see(".gl-issue .tag", "Confidential")
	v.click(".gl-issue .btn", "Close issue")
	v.see(".gl-issue .tag", "Closed")
	v.click(".tab", "Slack")
	v.see(".msg", "Task 1 is done, says sam in GitLab")
}
