package sandbox

import (
	"encoding/json"
	"fmt"
	"unicode/utf8"
)

// Documented limits of Block Kit in messages. The cap on all text together is
// observed: 9 597 characters passed and 11 341 did not; 12 000 is assumed.
const (
	maxBlocks     = 50
	maxBlockText  = 12000
	maxSection    = 3000
	maxFields     = 10
	maxField      = 2000
	maxHeader     = 150
	maxContext    = 10
	maxElements   = 25
	maxButton     = 75
	maxValue      = 2000
	maxURL        = 3000
	maxOptions    = 100
	maxOptionText = 75
	maxOptionData = 150
	maxBlockID    = 255
)

// readBlocks checks a blocks argument and gives each block an id. nil means
// none.
func readBlocks(s *Slack, raw string) (json.RawMessage, error) {
	if raw == "" {
		return nil, nil
	}
	var list []map[string]any
	if json.Unmarshal([]byte(raw), &list) != nil {
		return nil, refuse("invalid_blocks_format")
	}
	if len(list) == 0 {
		return nil, nil
	}
	v := &blockCheck{ids: map[string]bool{}}
	v.count("/blocks", len(list), 1, maxBlocks)
	for i, b := range list {
		v.block(fmt.Sprintf("/blocks/%d", i), b)
	}
	if len(v.faults) > 0 {
		shown := make([]string, 0, len(v.faults))
		for _, f := range v.faults {
			shown = append(shown, "[ERROR] "+f)
		}
		return nil, &slackRefusal{code: "invalid_blocks", extra: map[string]any{
			"errors": v.faults, "response_metadata": map[string]any{"messages": shown},
		}}
	}
	if v.total > maxBlockText {
		return nil, refuse("msg_blocks_too_long")
	}
	s.nameBlocks(list)
	return mustJSON(list), nil
}

// blockCheck collects what is wrong with a list of blocks.
type blockCheck struct {
	faults []string
	total  int // characters of text in all
	ids    map[string]bool
}

func (v *blockCheck) fault(at, format string, args ...any) {
	v.faults = append(v.faults, fmt.Sprintf(format, args...)+" [json-pointer:"+at+"]")
}

func (v *blockCheck) count(at string, n, low, high int) {
	if n < low {
		v.fault(at, "no fewer than %d items allowed", low)
	}
	if n > high {
		v.fault(at, "no more than %d items allowed", high)
	}
}

func (v *blockCheck) block(at string, b map[string]any) {
	if id, ok := b["block_id"].(string); ok {
		if v.ids[id] {
			v.fault(at+"/block_id", "block_id already exists")
		}
		v.ids[id] = true
		v.short(at+"/block_id", id, 0, maxBlockID)
	}
	switch b["type"] {
	case "section":
		v.section(at, b)
	case "header":
		v.text(at+"/text", b["text"], maxHeader, "plain_text")
	case "divider":
	case "context":
		v.each(at+"/elements", b["elements"], maxContext, v.contextElement)
	case "actions":
		v.each(at+"/elements", b["elements"], maxElements, v.element)
	case "image":
		v.image(at, b)
	case "markdown":
		v.counted(at+"/text", b["text"], 1, maxMarkdown)
	case "rich_text":
		v.each(at+"/elements", b["elements"], 1<<20, v.rich)
	case "input":
		v.input(at, b)
	case "file", "video", "table", "context_actions":
		// Known to Slack; their insides are not checked here.
	default:
		v.fault(at+"/type", "unsupported type: %v", b["type"])
	}
}

func (v *blockCheck) section(at string, b map[string]any) {
	if b["text"] == nil && b["fields"] == nil {
		v.fault(at, "missing required field: text or fields")
	}
	if b["text"] != nil {
		v.text(at+"/text", b["text"], maxSection, "")
	}
	if b["fields"] != nil {
		v.each(at+"/fields", b["fields"], maxFields, func(at string, f map[string]any) { v.text(at, f, maxField, "") })
	}
	if a, ok := b["accessory"].(map[string]any); ok {
		v.element(at+"/accessory", a)
	}
}

func (v *blockCheck) contextElement(at string, e map[string]any) {
	if e["type"] == "image" {
		v.image(at, e)
		return
	}
	v.text(at, e, maxSection, "")
}

func (v *blockCheck) image(at string, e map[string]any) {
	if e["slack_file"] == nil {
		v.counted(at+"/image_url", e["image_url"], 1, maxURL)
	}
	v.counted(at+"/alt_text", e["alt_text"], 1, maxValue)
}

// element checks what stands in actions or beside a section.
func (v *blockCheck) element(at string, e map[string]any) {
	if id, ok := e["action_id"].(string); ok {
		v.short(at+"/action_id", id, 0, maxBlockID)
	}
	switch e["type"] {
	case "button":
		v.text(at+"/text", e["text"], maxButton, "plain_text")
		if value, ok := e["value"].(string); ok {
			v.short(at+"/value", value, 0, maxValue)
		}
		if link, ok := e["url"].(string); ok {
			v.short(at+"/url", link, 0, maxURL)
		}
	case "static_select", "multi_static_select", "overflow", "radio_buttons", "checkboxes":
		v.options(at, e)
	case "image":
		v.image(at, e)
	case "users_select", "conversations_select", "channels_select", "external_select", "datepicker", "timepicker",
		"datetimepicker", "multi_users_select", "multi_conversations_select", "multi_channels_select",
		"multi_external_select", "workflow_button":
	default:
		v.fault(at+"/type", "unsupported type: %v", e["type"])
	}
}

func (v *blockCheck) options(at string, e map[string]any) {
	high := maxOptions
	switch e["type"] {
	case "overflow":
		high = 5
	case "radio_buttons", "checkboxes":
		high = 10
	}
	if e["option_groups"] != nil && e["options"] == nil {
		v.each(at+"/option_groups", e["option_groups"], maxOptions, func(at string, g map[string]any) {
			v.text(at+"/label", g["label"], maxOptionText, "plain_text")
			v.options(at, map[string]any{"options": g["options"]})
		})
		return
	}
	v.each(at+"/options", e["options"], high, func(at string, o map[string]any) {
		v.text(at+"/text", o["text"], maxOptionText, "")
		v.counted(at+"/value", o["value"], 1, maxOptionData)
	})
}

// rich counts the text in rich text and checks nothing else.
func (v *blockCheck) rich(at string, e map[string]any) {
	if text, ok := e["text"].(string); ok {
		v.total += utf8.RuneCountInString(text)
	}
	if e["elements"] != nil {
		v.each(at+"/elements", e["elements"], 1<<20, v.rich)
	}
}

// each visits the objects in a list that must hold 1 to high of them.
func (v *blockCheck) each(at string, raw any, high int, visit func(string, map[string]any)) {
	list, ok := raw.([]any)
	if !ok {
		v.fault(at, "must be an array")
		return
	}
	v.count(at, len(list), 1, high)
	for i, item := range list {
		object, ok := item.(map[string]any)
		if !ok {
			v.fault(fmt.Sprintf("%s/%d", at, i), "must be an object")
			continue
		}
		visit(fmt.Sprintf("%s/%d", at, i), object)
	}
}

// text checks a text object of at least one character; kind "" takes both.
func (v *blockCheck) text(at string, raw any, high int, kind string) {
	object, ok := raw.(map[string]any)
	if !ok {
		v.fault(at, "missing required field: text")
		return
	}
	got := object["type"]
	if kind == "" && got != "plain_text" && got != "mrkdwn" || kind != "" && got != kind {
		v.fault(at+"/type", "unsupported type: %v", got)
	}
	v.counted(at+"/text", object["text"], 1, high)
}

// counted checks a text's length and adds it to the total.
func (v *blockCheck) counted(at string, raw any, low, high int) {
	text, ok := raw.(string)
	if !ok {
		v.fault(at, "must be a string")
		return
	}
	v.total += utf8.RuneCountInString(text)
	v.short(at, text, low, high)
}

func (v *blockCheck) short(at, text string, low, high int) {
	n := utf8.RuneCountInString(text)
	if n < low {
		v.fault(at, "must be more than %d characters", low-1)
	}
	if n > high {
		v.fault(at, "must be less than %d characters", high+1)
	}
}
