package main

import (
	"strconv"
	"testing"

	"firebreak/integrations/sandbox"
)

// hostile is a text that would do harm if it were more than text.
const hostile = `<img src=x onerror="hostile=1"><script>hostile=2</script><iframe src="javascript:hostile=3"></iframe>`

// hostileBlocks are what an app could send.
const hostileBlocks = `[{"type":"section","text":{"type":"mrkdwn","text":"<javascript:hostile=4|press me> <http://evil.example/|elsewhere>"}},
{"type":"image","image_url":"http://evil.example/x.png","alt_text":"<b onclick='hostile=5'>a picture</b>"},
{"type":"actions","elements":[{"type":"button","text":{"type":"plain_text","text":"<i>a button</i>"},"action_id":"a","url":"javascript:hostile=6"}]},
{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[{"type":"link","url":"javascript:hostile=7","text":"a rich link"},{"type":"text","text":"<svg onload=hostile=8>"}]}]},
{"type":"<script>hostile=9</script>"}]`

// hostileMarkdown is what somebody could write in an issue.
const hostileMarkdown = hostile + "\n\n[press](javascript:hostile=10) ![gone](http://evil.example/y.png) <a href=\"javascript:hostile=11\">raw</a>\n\n" +
	"```html\n<script>hostile=12</script>\n```\n\n<details ontoggle=\"hostile=13\" open><summary>more</summary>x</details>"

// testHostileInBrowser writes such texts wherever anybody can write, and looks
// at them everywhere.
func testHostileInBrowser(t *testing.T, b *browser, st *stage) {
	room := st.sb.Slack.AddChannel("hostile", false, "alex", "sam")
	said := room.Say("alex", hostile)
	room.Reply("alex", said.TS, "in a thread: "+hostile)
	room.SetTopic("alex", hostile)
	room.AddBookmark("alex", hostile, "https://evil.example/", "")
	room.Upload("alex", `"><img src=x onerror=hostile=14>.svg`, []byte(`<svg xmlns="http://www.w3.org/2000/svg" onload="hostile=15"/>`), hostile)
	room.Post(sandbox.BotPost{Name: hostile, Text: hostile, Blocks: hostileBlocks})
	room.Webhook("siem", hostile, `[{"title":"`+`<b>t</b>","title_link":"javascript:hostile=16","text":"<script>hostile=17</script>","image_url":"http://evil.example/z.png"}]`)
	page := st.sb.PagerDuty.Trigger(sandbox.Trigger{Title: hostile, Service: "Identity", Urgency: "high"})
	st.sb.PagerDuty.Note(page.ID, "sam", hostile)
	issue := st.sb.GitLab.Open("kim", hostile, hostileMarkdown)
	st.sb.GitLab.Comment(issue.IID, "kim", hostileMarkdown)

	v := b.visit(t, st.base, "#/slack/hostile?as=sam", desktop())
	v.says(".chan", "typed: "+hostile)
	v.see(".msg .text", "typed: "+hostile)
	v.see(".msg", "a button")
	v.click(".chan-title", "hostile")
	v.listed("injected.js", "the menu of the channel")
	v.keys("\x1b")
	v.click(".thread-line", "1 reply")
	v.see(".thread .msg", "in a thread: "+hostile)
	v.listed("injected.js", "the channel with a thread")
	for _, look := range []struct{ hash, css, words string }{
		{"#/pagerduty", ".pd-page", hostile},
		{"#/pagerduty/" + page.ID, ".pd-notes", hostile},
		{"#/gitlab", ".gl-row", hostile},
		{"#/gitlab/" + strconv.Itoa(issue.IID), ".gl-text pre", "<script>hostile=12</script>"},
		{"#/ledger", ".lg-row", hostile},
		{"#/faults", ".fx-hero", ""},
	} {
		v.goTo(look.hash)
		v.see(look.css, look.words)
		v.listed("injected.js", look.hash)
	}
	v.goTo("#/ledger")
	v.click(".lg-row button", hostile)
	v.see(".lg-more", hostile)
	v.listed("injected.js", "a record of the ledger")
}
