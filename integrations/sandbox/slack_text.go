package sandbox

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
)

// slackEscaper writes people's text as Slack stores it (documented).
var slackEscaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

// slackToken finds what the Slack client turns into links and mentions while a
// person types. Bare domains are linked by the real client too (observed),
// there with the whole list of top-level domains, here with a few.
var slackToken = regexp.MustCompile(`https?://[^\s<>|]+` +
	`|[\w.+-]+@[\w-]+(?:\.[\w-]+)+` +
	`|(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?\.)+(?:com|net|org|io|dev)\b(?:/[^\s<>|]*)?` +
	`|@[\w.-]+` +
	`|#[a-z0-9_-]+`)

// slackCode finds code, in which nothing is linked (assumed).
var slackCode = regexp.MustCompile("(?s)```.*?```|`[^`\n]+`")

// liveBroadcast finds what would ping many people (documented syntax).
var liveBroadcast = regexp.MustCompile(`<!(?:(?:channel|here|everyone|group)(?:[|^][^>]*)?|subteam\^[^>]*)>`)

// slackTyped is a text as a person typed it, turned into what Slack stores.
type slackTyped struct {
	text     string
	elements []map[string]any // of one rich_text_section
	label    bool             // mentions carry a name, as in escaped commands
}

// typed renders what user typed. With label, mentions look as in the text of
// slash commands with should_escape (documented): <@U1|sam>, <#C1|general>.
func (s *Slack) typed(user *slackUser, raw string, label bool) slackTyped {
	t := slackTyped{label: label}
	rest := raw
	for {
		loc := slackCode.FindStringIndex(rest)
		if loc == nil {
			break
		}
		s.typeProse(&t, user, rest[:loc[0]])
		t.plain(rest[loc[0]:loc[1]])
		rest = rest[loc[1]:]
	}
	s.typeProse(&t, user, rest)
	return t
}

func (s *Slack) typeProse(t *slackTyped, user *slackUser, prose string) {
	for {
		loc := slackToken.FindStringIndex(prose)
		if loc == nil {
			break
		}
		t.plain(prose[:loc[0]])
		word := prose[loc[0]:loc[1]]
		trimmed := strings.TrimRight(word, ".,;:!?)'\"-")
		inWord := loc[0] > 0 && !strings.ContainsRune(" \t\n([{\"'/,;:*_~", rune(prose[loc[0]-1]))
		if trimmed == "" || inWord || !s.typeToken(t, user, trimmed) {
			trimmed = word
			t.plain(word)
		}
		prose = prose[loc[0]+len(trimmed):]
	}
	t.plain(prose)
}

// typeToken writes one link or mention; false when the word is neither.
func (s *Slack) typeToken(t *slackTyped, user *slackUser, word string) bool {
	switch {
	case word[0] == '@':
		return s.typeMention(t, word[1:])
	case word[0] == '#':
		ch := s.channel(word)
		if ch == nil || ch.private && !ch.has(user.ID) {
			return false
		}
		t.link("<#"+ch.id+"|"+ch.name+">", map[string]any{"type": "channel", "channel_id": ch.id})
	case strings.HasPrefix(word, "http"):
		t.link("<"+slackEscaper.Replace(word)+">", map[string]any{"type": "link", "url": word})
	case strings.Contains(word, "@"):
		t.link("<mailto:"+word+"|"+word+">", map[string]any{"type": "link", "url": "mailto:" + word, "text": word})
	default:
		t.link("<http://"+slackEscaper.Replace(word)+"|"+slackEscaper.Replace(word)+">", map[string]any{"type": "link", "url": "http://" + word, "text": word})
	}
	return true
}

func (s *Slack) typeMention(t *slackTyped, name string) bool {
	switch name {
	case "here", "channel", "everyone":
		t.link("<!"+name+">", map[string]any{"type": "broadcast", "range": name})
		return true
	}
	for _, g := range s.teams {
		if g.Handle == name {
			t.link("<!subteam^"+g.ID+">", map[string]any{"type": "usergroup", "usergroup_id": g.ID})
			return true
		}
	}
	u := s.user(name)
	if u == nil {
		return false
	}
	text := "<@" + u.ID + ">"
	if t.label {
		text = "<@" + u.ID + "|" + u.Name + ">"
	}
	t.link(text, map[string]any{"type": "user", "user_id": u.ID})
	return true
}

func (t *slackTyped) link(text string, element map[string]any) {
	t.text += text
	t.elements = append(t.elements, element)
}

func (t *slackTyped) plain(text string) {
	if text == "" {
		return
	}
	t.text += slackEscaper.Replace(text)
	if n := len(t.elements); n > 0 && t.elements[n-1]["type"] == "text" {
		last, _ := t.elements[n-1]["text"].(string)
		t.elements[n-1]["text"] = last + text
		return
	}
	t.elements = append(t.elements, map[string]any{"type": "text", "text": text})
}

// blocks is the rich_text block that a person's message carries (observed).
func (t *slackTyped) blocks(id string) json.RawMessage {
	if len(t.elements) == 0 {
		return nil
	}
	return mustJSON([]any{map[string]any{
		"type": "rich_text", "block_id": id,
		"elements": []any{map[string]any{"type": "rich_text_section", "elements": t.elements}},
	}})
}

// slackControl finds what an app may write between < and > (documented).
var slackControl = regexp.MustCompile(`<(?:[@#!][^<>\n]*|(?:https?|mailto|tel|slack):[^<>\n]*)>`)

var slackEntity = regexp.MustCompile(`&(?:amp|lt|gt);`)

// appText is an app's text as Slack stores it: control sequences and entities
// stay, stray & < > are escaped (observed).
func appText(text string) string {
	keep := slackControl.FindAllStringIndex(text, -1)
	keep = append(keep, slackEntity.FindAllStringIndex(text, -1)...)
	at := make(map[int]int, len(keep))
	for _, span := range keep {
		at[span[0]] = span[1]
	}
	var b strings.Builder
	for i := 0; i < len(text); {
		if end, ok := at[i]; ok {
			b.WriteString(text[i:end])
			i = end
			continue
		}
		b.WriteString(slackEscaper.Replace(text[i : i+1]))
		i++
	}
	return b.String()
}

// broadcasting says whether an app's message would ping many people: in its
// text, in mrkdwn anywhere in blocks or attachments, or as a rich text element.
func broadcasting(m *slackMessage) bool {
	if liveBroadcast.MatchString(m.text) {
		return true
	}
	for _, raw := range []json.RawMessage{m.blocks, m.attachments} {
		var v any
		if json.Unmarshal(raw, &v) == nil && broadcastIn(v) {
			return true
		}
	}
	return false
}

func broadcastIn(v any) bool {
	switch v := v.(type) {
	case string:
		return liveBroadcast.MatchString(v)
	case []any:
		return slices.ContainsFunc(v, broadcastIn)
	case map[string]any:
		switch v["type"] {
		case "plain_text", "text":
			return false // documented: nothing is parsed in these
		case "broadcast", "usergroup":
			return true
		}
		for _, e := range v {
			if broadcastIn(e) {
				return true
			}
		}
	}
	return false
}

// nameBroadcasts turns @channel and the like into live broadcasts, as
// parse=full or link_names make Slack do (documented).
var nameBroadcasts = regexp.MustCompile(`@(channel|here|everyone)\b`)
