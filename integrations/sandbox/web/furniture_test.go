package web_test

import (
	"strings"

	"firebreak/integrations/sandbox"
)

// furnish lets one of each thing happen that a window can show.
func furnish(sb *sandbox.Sandbox) {
	furnishSlack(sb)
	furnishPages(sb)
	furnishIssues(sb)
}

func furnishSlack(sb *sandbox.Sandbox) {
	in, alerts := sb.Slack.In("#incidents"), sb.Slack.In("#alerts")
	in.SetTopic("alex", "INC-1 · SEV1 · lead @alex")
	first := in.Say("sam", "On it: *a wave* of _failures_ from `203.0.113.50`, see https://example.com/x?a=1&b=2 :fire:")
	in.Reply("kim", first.TS, "Which accounts? I can see ~root~ svc-backup so far & more <here>")
	which := in.Reply("sam", first.TS, "svc-backup got in at 02:58")
	in.Broadcast("kim", first.TS, "so it is a breach, @alex")
	in.React("alex", which.TS, "pushpin")
	in.React("kim", first.TS, "eyes")
	in.React("alex", first.TS, "eyes")
	in.Say("alex", "> quoted\n```code <b> & so on```\n• one\n• two\n1. first\n2. second")
	typo := in.Say("kim", "it is on db-3 as wel")
	in.Edit("kim", typo.TS, "it is on db-3 as well")
	in.Delete("sam", in.Say("sam", "wrong channel").TS)
	in.Upload("sam", "vpn-auth.log", []byte("02:58:11 vpn-1 sshd[811]: Accepted password for svc-backup\n"), "auth log of the gateway")
	in.Upload("kim", "dot.png", []byte(dotPNG), "a picture")
	gone := in.Say("alex", "this will be a tombstone")
	in.Reply("kim", gone.TS, "an answer to it")
	in.Delete("alex", gone.TS)
	in.Post(sandbox.BotPost{Name: "statuspage", Text: "fallback text", Blocks: zooBlocks, Modern: true})
	in.Post(sandbox.BotPost{Name: "grafana", Text: "with attachments", Attachments: zooAttachments})
	for range 3 {
		alerts.Webhook("siem", "```"+`{"event":"failed_login","source":"sshd","host":"vpn-1","user":"svc-backup","src_ip":"203.0.113.50"}`+"```", "")
	}
	sb.Slack.AddChannel("secret-review", true, "alex", "kim").Say("alex", "only us")
	partner := sb.Slack.AddChannel("partner", false, "alex", "stranger", "guest")
	partner.Share(sb.Slack.User("stranger").TeamID)
	partner.Say("stranger", "hello from elsewhere")
	sb.Slack.AddChannel("old-stuff", false, "alex").Archive("alex")
}

func furnishPages(sb *sandbox.Sandbox) {
	pd := sb.PagerDuty
	first := pd.Trigger(sandbox.Trigger{
		Title: "VPN gateway: unusual number of failed logins", Service: "Identity", Priority: "P2",
		Alerts: []map[string]any{{"summary": "vpn-1: 214 failed logins", "severity": "critical", "host": "vpn-1"}},
	})
	pd.Acknowledge(first.ID, "sam")
	pd.Note(first.ID, "sam", "Looking at it")
	pd.Trigger(sandbox.Trigger{Title: "Payments API: error rate above 5 %", Service: "Payments API", Urgency: "low"})
	old := pd.Trigger(sandbox.Trigger{Title: "Certificate expires in 7 days", Service: "Edge firewall", Urgency: "low"})
	pd.Resolve(old.ID, "alex")
}

func furnishIssues(sb *sandbox.Sandbox) {
	git := sb.GitLab
	git.Open("alex", "Block 203.0.113.50 at the edge", "From INC-1.\n\n- [ ] edge\n- [x] ~~core~~\n\n<b>raw</b> <!-- hidden --> see #2, @kim", "incident", "task")
	git.Assign(1, "alex", "kim")
	git.SetDue(1, "alex", "2026-12-01")
	git.Comment(1, "kim", "Done on `edge-1`, **not** on edge-2 yet.\n\n> how long?\n\n/label ~urgent")
	git.Open("alex", "RCA of INC-1", "# RCA\n\n## Timeline\n\n| At | Who | What |\n|---|:--:|---|\n| 02:58 | sam | svc-backup got *in* |\n\n1. one\n   - two\n\n```json\n{\"a\": 1}\n```\n\n---\n\n[a link](https://example.com) ![pic](https://example.com/x.png) <https://auto.example>  \nlast", "rca")
	git.SetConfidential(2, "alex", true)
	git.Close(2, "alex")
}

// dotPNG is a picture of one point.
var dotPNG = strings.Join([]string{
	"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89",
	"\x00\x00\x00\rIDATx\x9cc\xf8\xcf\xc0\xf0\x1f\x00\x05\x00\x01\xff\x89\x99=\x1d", "\x00\x00\x00\x00IEND\xaeB`\x82",
}, "")

const zooAttachments = `[{"color":"#d00000","pretext":"before","title":"CPU on db-3","title_link":"https://example.com/g","text":"above *90 %*",
"fields":[{"title":"Host","value":"db-3","short":true},{"title":"Since","value":"02:55","short":true}],"footer":"grafana","ts":1767225600,"fallback":"CPU on db-3 above 90 %"}]`

const zooBlocks = `[{"type":"header","text":{"type":"plain_text","text":"INC-1 · VPN brute force :fire:"}},
{"type":"section","text":{"type":"mrkdwn","text":"*SEV1* led by <@U0000000> since <!date^1767225600^{date_short} {time}|then>\n• <https://example.com|runbook>"},"accessory":{"type":"button","action_id":"ack","text":{"type":"plain_text","text":"Acknowledge"},"style":"primary","value":"1"}},
{"type":"section","fields":[{"type":"mrkdwn","text":"*Lead*\nAlex"},{"type":"mrkdwn","text":"*Page*\n#4101"}]},
{"type":"divider"},
{"type":"actions","block_id":"acts","elements":[
 {"type":"button","action_id":"close","text":{"type":"plain_text","text":"Close"},"style":"danger","value":"1","confirm":{"title":{"type":"plain_text","text":"Close?"},"text":{"type":"mrkdwn","text":"Really *close* it?"},"confirm":{"type":"plain_text","text":"Close"},"deny":{"type":"plain_text","text":"Keep"}}},
 {"type":"static_select","action_id":"sev","placeholder":{"type":"plain_text","text":"Severity"},"options":[{"text":{"type":"plain_text","text":"SEV1"},"value":"1"},{"text":{"type":"plain_text","text":"SEV2"},"value":"2"}]},
 {"type":"users_select","action_id":"lead","placeholder":{"type":"plain_text","text":"Lead"}},
 {"type":"overflow","action_id":"more","options":[{"text":{"type":"plain_text","text":"Rename"},"value":"rename"},{"text":{"type":"plain_text","text":"Archive"},"value":"archive"}]},
 {"type":"datepicker","action_id":"due","initial_date":"2026-12-01"},{"type":"timepicker","action_id":"at","initial_time":"17:00"},
 {"type":"checkboxes","action_id":"ticks","options":[{"text":{"type":"mrkdwn","text":"*edge*"},"value":"edge"},{"text":{"type":"plain_text","text":"core"},"value":"core"}]},
 {"type":"radio_buttons","action_id":"one","options":[{"text":{"type":"plain_text","text":"yes"},"value":"y"},{"text":{"type":"plain_text","text":"no"},"value":"n"}]}]},
{"type":"context","elements":[{"type":"mrkdwn","text":"updated by *firebreak*"},{"type":"plain_text","text":"just now"}]},
{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[{"type":"text","text":"bold","style":{"bold":true}},{"type":"text","text":" and "},{"type":"link","url":"https://example.com","text":"link"},{"type":"emoji","name":"fire"},{"type":"user","user_id":"U0000000"},{"type":"broadcast","range":"here"}]},
 {"type":"rich_text_list","style":"bullet","elements":[{"type":"rich_text_section","elements":[{"type":"text","text":"a point"}]}]},
 {"type":"rich_text_quote","elements":[{"type":"text","text":"said so"}]},{"type":"rich_text_preformatted","elements":[{"type":"text","text":"code"}]}]},
{"type":"image","image_url":"https://example.com/x.png","alt_text":"a graph","title":{"type":"plain_text","text":"Graph"}},
{"type":"video","title":{"type":"plain_text","text":"A video"},"video_url":"https://example.com/v","thumbnail_url":"https://example.com/t.png","alt_text":"video"},
{"type":"markdown","text":"**markdown** block\n- item"},
{"type":"table","rows":[[{"type":"raw_text","text":"Host"},{"type":"raw_text","text":"State"}],[{"type":"raw_text","text":"db-3"},{"type":"raw_text","text":"isolated"}]]},
{"type":"unheard_of","text":"?"}]`
