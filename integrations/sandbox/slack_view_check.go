package sandbox

import (
	"fmt"
	"regexp"
)

// Documented limits of views and input blocks (Block Kit reference).
const (
	maxViewBlocks  = 100
	maxViewTitle   = 24
	maxViewPrivate = 3000
	maxLabel       = 2000
	maxPlaceholder = 150
	maxInput       = 3000
)

// checkView says what is wrong with a view of a kind, modal or home
// (documented rules, assumed words).
func checkView(view map[string]any, kind string) []string {
	v := &blockCheck{ids: map[string]bool{}}
	if view["type"] != kind {
		v.fault("/view/type", "unsupported type: %v", view["type"])
	}
	v.frame(view, kind)
	for name, high := range map[string]int{"private_metadata": maxViewPrivate, "callback_id": maxBlockID, "external_id": maxBlockID} {
		if view[name] == nil {
			continue
		}
		text, ok := view[name].(string)
		if !ok {
			v.fault("/view/"+name, "must be a string")
		}
		v.short("/view/"+name, text, 0, high)
	}
	list, ok := view["blocks"].([]any)
	if !ok {
		v.fault("/view/blocks", "must be an array")
	}
	v.count("/view/blocks", len(list), 0, maxViewBlocks)
	inputs := false
	for i, raw := range list {
		at := fmt.Sprintf("/view/blocks/%d", i)
		b, ok := raw.(map[string]any)
		if !ok {
			v.fault(at, "must be an object")
			continue
		}
		inputs = inputs || b["type"] == "input"
		v.block(at, b)
	}
	if inputs && kind == "modal" && view["submit"] == nil {
		v.fault("/view", "missing required field: submit") // documented: an input needs it
	}
	return v.faults
}

// frame checks what stands around the blocks. A Home tab has no buttons of its
// own (documented); that they are refused is assumed.
func (v *blockCheck) frame(view map[string]any, kind string) {
	if kind == "modal" && view["title"] == nil {
		v.fault("/view", "missing required field: title")
	}
	for _, name := range []string{"title", "submit", "close"} {
		switch {
		case view[name] == nil:
		case kind == "home" && name != "title":
			v.fault("/view/"+name, "unsupported field for home")
		default:
			v.text("/view/"+name, view[name], maxViewTitle, "plain_text")
		}
	}
}

// input checks an input block (documented).
func (v *blockCheck) input(at string, b map[string]any) {
	v.text(at+"/label", b["label"], maxLabel, "plain_text")
	if b["hint"] != nil {
		v.text(at+"/hint", b["hint"], maxLabel, "plain_text")
	}
	e, ok := b["element"].(map[string]any)
	if !ok {
		v.fault(at, "missing required field: element")
		return
	}
	at += "/element"
	if id, ok := e["action_id"].(string); ok {
		v.short(at+"/action_id", id, 0, maxBlockID)
	}
	if e["placeholder"] != nil {
		v.text(at+"/placeholder", e["placeholder"], maxPlaceholder, "plain_text")
	}
	switch e["type"] {
	case "plain_text_input":
		v.textInput(at, e)
	case "static_select", "multi_static_select", "radio_buttons", "checkboxes":
		v.options(at, e)
		v.initialOption(at, e)
	case "datepicker":
		v.shaped(at+"/initial_date", e["initial_date"], dateShape)
	case "timepicker":
		v.shaped(at+"/initial_time", e["initial_time"], timeShape)
	case "datetimepicker":
		if t, ok := e["initial_date_time"].(float64); e["initial_date_time"] != nil && (!ok || t < 1e9 || t >= 1e10) {
			v.fault(at+"/initial_date_time", "must be a UNIX timestamp of ten digits")
		}
	case "users_select", "conversations_select", "channels_select", "external_select", "multi_users_select",
		"multi_conversations_select", "multi_channels_select", "multi_external_select", "email_text_input",
		"url_text_input", "number_input", "rich_text_input":
	case "file_input":
		v.fileInput(at, e)
	default:
		v.fault(at+"/type", "unsupported type: %v", e["type"])
	}
}

func (v *blockCheck) textInput(at string, e map[string]any) {
	least, most := 0.0, float64(maxInput)
	if n, ok := e["min_length"].(float64); ok {
		least = n
	}
	if n, ok := e["max_length"].(float64); ok {
		most = n
	}
	if least < 0 || least > maxInput {
		v.fault(at+"/min_length", "must be between 0 and %d", maxInput)
	}
	if most < 1 || most > maxInput || most < least {
		v.fault(at+"/max_length", "must be between 1 and %d and not below min_length", maxInput)
	}
	if text, ok := e["initial_value"].(string); ok {
		v.short(at+"/initial_value", text, 0, int(most))
	}
}

// initialOption must be one of the options, in every field, also of those in
// groups (documented).
func (v *blockCheck) initialOption(at string, e map[string]any) {
	first := e["initial_option"]
	if first == nil {
		return
	}
	for _, o := range (slackField{element: e}).options() {
		if string(mustJSON(o)) == string(mustJSON(first)) {
			return
		}
	}
	v.fault(at+"/initial_option", "must match one of the options")
}

var (
	dateShape = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}$`)
	timeShape = regexp.MustCompile(`^([01]\d|2[0-3]):[0-5]\d$`)
)

func (v *blockCheck) shaped(at string, raw any, shape *regexp.Regexp) {
	if raw == nil {
		return
	}
	if text, ok := raw.(string); !ok || !shape.MatchString(text) {
		v.fault(at, "must look like %s", shape)
	}
}
