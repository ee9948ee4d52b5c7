package sandbox

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// viewField is an element that holds a value: in an input block, in actions
// or beside a section.
type viewField struct {
	block, action string
	element       map[string]any
	input         bool // in an input block
	optional      bool
}

func (f viewField) key() string  { return f.block + "\x00" + f.action }
func (f viewField) kind() string { k, _ := f.element["type"].(string); return k }

// fields are the view's elements that hold values, in order.
func (v *slackView) fields() []viewField {
	var fields []viewField
	for _, b := range v.blocks() {
		block, _ := b["block_id"].(string)
		optional, _ := b["optional"].(bool)
		for _, e := range elementsOf(b) {
			action, _ := e["action_id"].(string)
			f := viewField{block: block, action: action, element: e, input: b["type"] == "input", optional: optional}
			if f.holds() {
				fields = append(fields, f)
			}
		}
	}
	return fields
}

// elementsOf are a block's interactive elements, wherever they stand in it.
func elementsOf(b map[string]any) []map[string]any {
	var list []map[string]any
	for _, at := range []string{"element", "accessory"} {
		if e, ok := b[at].(map[string]any); ok {
			list = append(list, e)
		}
	}
	if more, ok := b["elements"].([]any); ok && b["type"] == "actions" {
		for _, e := range more {
			if e, ok := e.(map[string]any); ok {
				list = append(list, e)
			}
		}
	}
	return list
}

func (f viewField) holds() bool {
	switch f.kind() {
	case "button", "overflow", "image", "workflow_button", "":
		return false
	}
	return true
}

// slot is the key of state.values that holds an element's value, and the key
// of the element that holds its first one (documented: Block Kit).
func (f viewField) slot() (value, initial string) {
	switch f.kind() {
	case "users_select":
		return "selected_user", "initial_user"
	case "static_select", "radio_buttons", "external_select":
		return "selected_option", "initial_option"
	case "checkboxes", "multi_static_select", "multi_external_select":
		return "selected_options", "initial_options"
	case "datepicker":
		return "selected_date", "initial_date"
	case "timepicker":
		return "selected_time", "initial_time"
	case "datetimepicker":
		return "selected_date_time", "initial_date_time"
	case "conversations_select":
		return "selected_conversation", "initial_conversation"
	case "channels_select":
		return "selected_channel", "initial_channel"
	}
	return "value", "initial_value"
}

// value is the field's entry in state.values: null where nothing was put in
// (documented by example).
func (f viewField) value(filled map[string]any) map[string]any {
	slot, initial := f.slot()
	value, ok := filled[f.key()]
	if !ok {
		value = f.element[initial]
	}
	if value == nil && slot == "selected_options" {
		value = []any{}
	}
	return map[string]any{"type": f.kind(), slot: value}
}

// typed is what a person's client makes of what they put in.
func (f viewField) typed(s *Slack, put string) (any, error) {
	if put == "" {
		return nil, nil
	}
	switch f.kind() {
	case "users_select":
		u := s.user(put)
		if u == nil {
			return nil, fmt.Errorf("there is no %s to select", put)
		}
		return u.ID, nil
	case "static_select", "radio_buttons":
		return f.option(put)
	case "checkboxes":
		chosen := []any{}
		for value := range strings.SplitSeq(put, ",") {
			o, err := f.option(value)
			if err != nil {
				return nil, err
			}
			chosen = append(chosen, o)
		}
		return chosen, nil
	case "datetimepicker":
		return strconv.ParseInt(put, 10, 64)
	}
	return put, nil
}

// option finds one of the field's options by its value or its text.
func (f viewField) option(put string) (any, error) {
	list, _ := f.element["options"].([]any)
	for _, o := range list {
		option, _ := o.(map[string]any)
		text, _ := option["text"].(map[string]any)
		if option["value"] == put || text["text"] == put {
			return option, nil
		}
	}
	return nil, fmt.Errorf("%s offers no %q", f.action, put)
}

// complaint is what the client says of a field before it sends anything, or
// "" (the rules are documented, the words assumed).
func (f viewField) complaint(filled map[string]any) string {
	if !f.input {
		return ""
	}
	slot, _ := f.slot()
	value := f.value(filled)[slot]
	text, isText := value.(string)
	list, isList := value.([]any)
	if value == nil || isText && text == "" || isList && len(list) == 0 {
		if f.optional {
			return ""
		}
		return "Please complete this required field."
	}
	n := float64(utf8.RuneCountInString(text))
	if least, ok := f.element["min_length"].(float64); ok && isText && n < least {
		return fmt.Sprintf("Please enter at least %d characters.", int(least))
	}
	if most := f.longest(); isText && f.kind() == "plain_text_input" && n > most {
		return fmt.Sprintf("Please enter at most %d characters.", int(most))
	}
	return ""
}

func (f viewField) longest() float64 {
	if most, ok := f.element["max_length"].(float64); ok {
		return most
	}
	return maxInput
}
