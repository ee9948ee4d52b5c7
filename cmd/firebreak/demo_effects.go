package main

import (
	"encoding/json"
	"regexp"
	"strings"

	"firebreak/incident"
	"firebreak/integrations/sandbox"
	"firebreak/integrations/sandbox/web"
	"firebreak/store"
)

// incidentChannel is the name of an incident's channel, with the number.
var incidentChannel = regexp.MustCompile(`^inc-(\d+)`)

// effects holds what the bot was to do outside against what was done there.
func effects(v *store.View, sb *sandbox.Sandbox, incidents []incident.Incident) ([]web.AccountEffect, error) {
	actions, err := v.Actions(0, false)
	if err != nil {
		return nil, err
	}
	pages, err := pageEffect(v, sb, incidents)
	return []web.AccountEffect{
		pages,
		channelEffect(sb, incidents),
		keyEffect("issues for tasks and RCAs", actions, issueKinds, issuesOf(sb)),
		keyEffect("messages of the bot", actions, postKinds, postsOf(sb)),
	}, err
}

// pageEffect is: one incident for each page.
func pageEffect(v *store.View, sb *sandbox.Sandbox, incidents []incident.Incident) (web.AccountEffect, error) {
	owners := map[string]int{}
	for _, inc := range incidents {
		rows, err := v.PagesOf(inc.Number)
		if err != nil {
			return web.AccountEffect{}, err
		}
		for _, r := range rows {
			owners[r.Page.ID]++
		}
	}
	all := sb.PagerDuty.Incidents()
	row := web.AccountEffect{What: "incidents for pages", Asked: len(all)}
	for _, p := range all {
		if owners[p.ID] > 0 {
			row.Done++
			row.Doubled += owners[p.ID] - 1
		}
	}
	return row, nil
}

// channelEffect is: one channel for each incident.
func channelEffect(sb *sandbox.Sandbox, incidents []incident.Incident) web.AccountEffect {
	row := web.AccountEffect{What: "channels for incidents", Asked: len(incidents)}
	for _, inc := range incidents {
		if inc.Channel.ID != "" {
			row.Done++
		}
	}
	for _, n := range channelNumbers(sb) {
		row.Doubled += n - 1
	}
	return row
}

// keyEffect counts what was done for each action of some kinds. An action that
// was set aside, or done together with another one, has no effect of its own.
func keyEffect(what string, actions []incident.Action, kinds map[string]bool, done func(incident.Action) int) web.AccountEffect {
	row := web.AccountEffect{What: what}
	for _, a := range actions {
		if !kinds[a.Kind] || absorbed(a) || a.State != incident.ActionDone && !a.State.Open() {
			continue
		}
		row.Asked++
		if n := done(a); n > 0 {
			row.Done++
			row.Doubled += n - 1
		}
	}
	return row
}

// postKinds make one message each, found by its key.
var postKinds = map[string]bool{
	"message.post": true, "channel.header": true, "incident.announce": true, "storm.pages": true,
}

// issueKinds make one issue each.
var issueKinds = map[string]bool{"issue.create": true, "rca.create": true}

// absorbed says that another action did what this one was to do.
func absorbed(a incident.Action) bool { return strings.HasPrefix(a.Reason, "done with action ") }

// postsOf counts the messages of an action, by the key they carry.
func postsOf(sb *sandbox.Sandbox) func(incident.Action) int {
	keys := postKeys(sb)
	return func(a incident.Action) int { return keys[a.Key] }
}

// issuesOf counts the issues of an action by the key they carry. People may
// have rewritten one, key and all: then the number that the bot was told counts.
func issuesOf(sb *sandbox.Sandbox) func(incident.Action) int {
	keys, numbers := issueKeys(sb), map[int]bool{}
	for _, is := range sb.GitLab.Issues() {
		numbers[is.IID] = true
	}
	return func(a incident.Action) int {
		var told struct{ IID int }
		if n := keys[a.Key]; n > 0 || json.Unmarshal(a.Result, &told) != nil || !numbers[told.IID] {
			return n
		}
		return 1
	}
}

// channelNumbers counts the incident channels that the bot has made by
// incident.
func channelNumbers(sb *sandbox.Sandbox) map[string]int {
	numbers := map[string]int{}
	for _, c := range sb.Slack.Channels() {
		if m := incidentChannel.FindStringSubmatch(c.Name); m != nil && c.Creator == sb.Slack.Bot().ID {
			numbers["inc-"+m[1]]++
		}
	}
	return numbers
}

// issueKeys counts GitLab's issues by the key they carry.
func issueKeys(sb *sandbox.Sandbox) map[string]int {
	keys := map[string]int{}
	for _, is := range sb.GitLab.Issues() {
		keys[issueKey(is.Description)]++
	}
	return keys
}

func issueKey(description string) string {
	const mark = "<!-- firebreak:v1 key="
	at := strings.LastIndex(description, mark)
	if at < 0 {
		return ""
	}
	key, _, _ := strings.Cut(description[at+len(mark):], " ")
	return key
}

// postKeys counts the bot's posts by the key they carry, over all channels.
func postKeys(sb *sandbox.Sandbox) map[string]int {
	keys := map[string]int{}
	for _, c := range sb.Slack.Channels() {
		for _, m := range sb.Slack.In(c.ID).Messages() {
			if _, rest, ok := strings.Cut(string(m.Metadata), `"key":"`); ok {
				key, _, _ := strings.Cut(rest, `"`)
				keys[key]++
			}
		}
	}
	return keys
}
