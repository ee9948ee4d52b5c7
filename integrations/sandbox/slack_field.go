package sandbox

import (
	"encoding/json"
	"slices"
)

// slackField is an element that people use: in an input block, in actions or
// beside a section. Most hold a value; buttons and overflow menus do not.
type slackField struct {
	block, action string
	element       map[string]any
	input         bool // in an input block
	optional      bool
	dispatches    bool // an input that tells the app of every change
	attachment    int  // number of the message's attachment it stands in; 0: none
}

func (f slackField) key() string  { return f.block + "\x00" + f.action }
func (f slackField) kind() string { k, _ := f.element["type"].(string); return k }

// fieldsOf are the elements in blocks, in order.
func fieldsOf(blocks []map[string]any) []slackField {
	var fields []slackField
	for _, b := range blocks {
		block, _ := b["block_id"].(string)
		optional, _ := b["optional"].(bool)
		dispatches, _ := b["dispatch_action"].(bool)
		for _, e := range elementsOf(b) {
			action, _ := e["action_id"].(string)
			fields = append(fields, slackField{
				block: block, action: action, element: e,
				input: b["type"] == "input", optional: optional, dispatches: dispatches,
			})
		}
	}
	return fields
}

// elementsOf are a block's interactive elements, wherever they stand in it.
func elementsOf(b map[string]any) []map[string]any {
	list := []any{b["element"], b["accessory"]}
	if more, ok := b["elements"].([]any); ok && (b["type"] == "actions" || b["type"] == "context_actions") {
		list = append(list, more...)
	}
	var elements []map[string]any
	for _, e := range list {
		if e, ok := e.(map[string]any); ok && e["type"] != "image" {
			elements = append(elements, e)
		}
	}
	return elements
}

// nameBlocks gives blocks and their elements the ids that the app left out
// (documented: Slack makes them up).
func (s *Slack) nameBlocks(blocks []map[string]any) {
	for _, b := range blocks {
		if b["block_id"] == nil {
			b["block_id"] = s.sb.token(5)
		}
		for _, e := range elementsOf(b) {
			if e["action_id"] == nil {
				e["action_id"] = s.sb.token(5)
			}
		}
	}
}

// objects are the objects in a JSON list; nil if it is none.
func objects(raw json.RawMessage) []map[string]any {
	var list []map[string]any
	if json.Unmarshal(raw, &list) != nil {
		return nil
	}
	return list
}

// button says whether there is nothing to choose about the element.
func (f slackField) button() bool { return f.kind() == "button" || f.kind() == "icon_button" }

func (f slackField) holds() bool {
	switch f.kind() {
	case "button", "icon_button", "feedback_buttons", "overflow", "workflow_button", "":
		return false
	}
	return true
}

// slot is the key of state.values, and of an action, that holds an element's
// value, and the key of the element that holds its first one (documented for
// each element).
func (f slackField) slot() (value, initial string) {
	switch f.kind() {
	case "users_select":
		return "selected_user", "initial_user"
	case "multi_users_select":
		return "selected_users", "initial_users"
	case "conversations_select":
		return "selected_conversation", "initial_conversation"
	case "multi_conversations_select":
		return "selected_conversations", "initial_conversations"
	case "channels_select":
		return "selected_channel", "initial_channel"
	case "multi_channels_select":
		return "selected_channels", "initial_channels"
	case "static_select", "radio_buttons", "external_select", "overflow":
		return "selected_option", "initial_option"
	case "checkboxes", "multi_static_select", "multi_external_select":
		return "selected_options", "initial_options"
	case "datepicker":
		return "selected_date", "initial_date"
	case "timepicker":
		return "selected_time", "initial_time"
	case "datetimepicker":
		return "selected_date_time", "initial_date_time"
	case "rich_text_input":
		return "rich_text_value", "initial_value"
	case "file_input":
		return "files", ""
	}
	return "value", "initial_value"
}

// several says whether the element takes more than one.
func (f slackField) several() bool {
	slot, _ := f.slot()
	return slices.Contains([]string{
		"selected_options", "selected_users", "selected_conversations", "selected_channels", "files",
	}, slot)
}

// value is what the field holds: nil, or no items, where nothing was put in.
func (f slackField) value(filled map[string]any) any {
	_, initial := f.slot()
	value, ok := filled[f.key()]
	if !ok {
		value = f.element[initial]
	}
	if value == nil && f.several() {
		return []any{}
	}
	return value
}

// stateOf is what fields hold, as state.values has it: null where nothing was
// put in (documented by example).
func stateOf(fields []slackField, filled map[string]any) map[string]map[string]any {
	values := map[string]map[string]any{}
	for _, f := range fields {
		if !f.holds() {
			continue
		}
		if values[f.block] == nil {
			values[f.block] = map[string]any{}
		}
		slot, _ := f.slot()
		values[f.block][f.action] = map[string]any{"type": f.kind(), slot: f.value(filled)}
	}
	return values
}
