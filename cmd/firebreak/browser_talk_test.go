package main

import (
	"testing"

	"github.com/chromedp/chromedp/kb"
)

// testTalkInBrowser talks as people do: completes names, corrects and deletes
// what was said, reacts, pins, and changes the topic.
func testTalkInBrowser(t *testing.T, b *browser, st *stage) {
	v := b.visit(t, st.base, "#/slack/general?as=jo", desktop())
	v.click(".compose-field", "Message #general")
	v.keys("ask @ki")
	v.see(".complete-row", "Kim Larsen")
	v.keys(kb.Tab)
	v.keys("about teh logs" + kb.Enter)
	v.see(".msg .text", "ask @Kim Larsen about teh logs")

	v.keys(kb.ArrowUp)
	v.see(".edit .compose-field", "ask @kim about teh logs")
	v.write(".edit .compose-field", "", "ask @kim about the logs")
	v.keys(kb.Enter)
	v.see(".msg .text", "ask @Kim Larsen about the logs (edited)")

	v.tool(".msg", "about the logs", "Add a reaction")
	v.keys("tada" + kb.Enter)
	v.see(".reaction", "You reacted with :tada:")
	v.tool(".msg", "about the logs", "More actions")
	v.click(".menu-item", "Pin to channel")
	v.click(".tool", "1 pinned")
	v.see(".list-pin", "about the logs")
	v.keys(kb.Escape)
	v.click(".chan-topic", "")
	v.write(".dialog .input", "Topic of #general", "Everything that is not an incident")
	v.keys(kb.Enter)
	v.see(".chan-topic", "Everything that is not an incident")

	v.says(".chan", "oops")
	v.tool(".msg", "oops", "More actions")
	v.click(".menu-item", "Delete message")
	v.click(".dialog .btn", "Delete")
	v.gone(".msg .text", "oops")
	v.see(".msg .text", "ask @Kim Larsen about the logs")
}

// testPageInBrowser pages somebody and acknowledges the page in its channel.
func testPageInBrowser(t *testing.T, b *browser, st *stage) {
	v := b.visit(t, st.base, "#/pagerduty?as=sam", desktop())
	v.see(".pd-page, .pd-calm", "")
	v.write(".pd-trigger .input", "What is wrong", "Ransom note on files-2")
	v.tab(".pd-trigger select", "")
	v.keys("Identity") // Sam is on call there
	v.click(".pd-trigger .btn", "Page now")
	v.see(".pd-page .tag", "Ringing")
	v.click(".tab", "Slack")
	v.click(".side-row", "ransom-note-on-files-2")
	v.see(".msg", "Ransom note on files-2")
	v.click(".msg .btn", "Acknowledge")
	v.click(".tab", "PagerDuty")
	v.click(".pd-title", "Ransom note on files-2")
	v.see(".pd-detail", "Acknowledged")
	v.click(".pd-deeds .btn", "Resolve")
	v.see(".pd-detail .tag", "Resolved")
	v.click(".tab", "Slack")
	v.see(".msg", "The page was resolved in PagerDuty by Sam Okafor")
}
