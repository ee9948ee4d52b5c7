package sandbox

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// chosen is what the person's client makes of what they put into f: text as
// typed, a person or a channel by name or id, an option by value or text,
// several joined by commas; nothing empties it.
func (on *slackSurface) chosen(f slackField, put string) (any, error) {
	switch {
	case put == "":
		return nil, nil
	case f.several():
		return on.items(f, on.parts(f, strings.Split(put, ",")))
	}
	return on.item(f, put)
}

// maxTorn is into how many parts commas of its own may tear one value
// (assumed).
const maxTorn = 8

// parts puts together again what a comma of its own tore apart.
func (on *slackSurface) parts(f slackField, torn []string) []string {
	var whole []string
	for len(torn) > 0 {
		n := min(len(torn), maxTorn)
		for n > 1 && !on.fits(f, strings.Join(torn[:n], ",")) {
			n--
		}
		whole, torn = append(whole, strings.TrimSpace(strings.Join(torn[:n], ","))), torn[n:]
	}
	return whole
}

// items are several at once, each once.
func (on *slackSurface) items(f slackField, puts []string) (any, error) {
	list := []any{}
	for _, put := range puts {
		one, err := on.item(f, put)
		if err != nil {
			return nil, err
		}
		same := func(other any) bool { return string(mustJSON(other)) == string(mustJSON(one)) }
		if !slices.ContainsFunc(list, same) {
			list = append(list, one)
		}
	}
	if most, ok := f.element["max_selected_items"].(float64); ok && len(list) > int(most) {
		return nil, fmt.Errorf("%s takes no more than %d", f.action, int(most)) // documented
	}
	return list, nil
}

func (on *slackSurface) fits(f slackField, put string) bool {
	_, err := on.item(f, strings.TrimSpace(put))
	return err == nil
}

func (on *slackSurface) item(f slackField, put string) (any, error) {
	switch f.kind() {
	case "users_select", "multi_users_select":
		return on.person(put)
	case "channels_select", "multi_channels_select":
		return on.channel(put, false)
	case "conversations_select", "multi_conversations_select":
		return on.channel(put, true)
	case "static_select", "multi_static_select", "radio_buttons", "checkboxes", "overflow":
		return f.option(f.options(), put)
	case "external_select", "multi_external_select":
		return f.option(on.offers(f), put)
	case "datepicker":
		_, err := time.Parse(time.DateOnly, put)
		return put, unless(err == nil, "%q is no date such as 2026-05-31", put)
	case "timepicker":
		return put, unless(timeShape.MatchString(put), "%q is no time such as 09:30", put)
	case "datetimepicker":
		return moment(put)
	case "rich_text_input":
		return on.rich(put), nil
	case "file_input":
		return on.attached(f, put)
	}
	return put, nil
}

// unless says what is wrong unless it is good.
func unless(good bool, format string, args ...any) error {
	if good {
		return nil
	}
	return fmt.Errorf(format, args...)
}

// moment is a UNIX time in seconds; Slack takes ten digits (documented).
func moment(put string) (any, error) {
	seconds, err := strconv.ParseInt(put, 10, 64)
	if err != nil || seconds < 1e9 || seconds >= 1e10 {
		return nil, fmt.Errorf("%q is no UNIX time of ten digits", put)
	}
	return seconds, nil
}

func (on *slackSurface) person(put string) (any, error) {
	u := on.s.user(put)
	if u == nil || u.Deleted {
		return nil, fmt.Errorf("there is no %s to select", put)
	}
	return u.ID, nil
}

// channel finds one that the person may choose. Documented: menus of channels
// have public ones alone, menus of conversations what the person sees; direct
// messages are not emulated.
func (on *slackSurface) channel(put string, private bool) (any, error) {
	ch := on.s.channel(put)
	if ch == nil || ch.archived || ch.private && !private || !on.s.sees(on.who, ch) {
		return nil, fmt.Errorf("there is no channel %s to select", put)
	}
	return ch.id, nil
}

// options are those that the element lists, in groups or not.
func (f slackField) options() []any {
	list, _ := f.element["options"].([]any)
	groups, _ := f.element["option_groups"].([]any)
	for _, g := range groups {
		group, _ := g.(map[string]any)
		more, _ := group["options"].([]any)
		list = slices.Concat(list, more)
	}
	return list
}

// option finds one of the options by its value, else by its text.
func (f slackField) option(options []any, put string) (any, error) {
	for _, named := range []func(map[string]any) any{
		func(o map[string]any) any { return o["value"] },
		func(o map[string]any) any { text, _ := o["text"].(map[string]any); return text["text"] },
	} {
		for _, o := range options {
			if option, _ := o.(map[string]any); named(option) == put {
				return option, nil
			}
		}
	}
	return nil, fmt.Errorf("%s offers no %q", f.action, put)
}

// offers are the options that the app gave for a menu of its own, and those
// that it set at first.
func (on *slackSurface) offers(f slackField) []any {
	list := slices.Clone(on.held.offered[f.key()])
	if one := f.element["initial_option"]; one != nil {
		list = append(list, one)
	}
	more, _ := f.element["initial_options"].([]any)
	return append(list, more...)
}

// rich is typed text as rich text has it.
func (on *slackSurface) rich(put string) any {
	section := map[string]any{"type": "rich_text_section", "elements": on.s.typed(on.who, put, false).elements}
	return map[string]any{"type": "rich_text", "elements": []any{section}}
}

// stated is what an entry of state.values says that f holds. A bare value does
// for the whole entry.
func (on *slackSurface) stated(f slackField, entry any) (any, error) {
	if object, ok := entry.(map[string]any); ok {
		slot, _ := f.slot()
		entry = object[slot]
	}
	if list, ok := entry.([]any); ok && f.several() {
		var puts []string
		for _, one := range list {
			puts = append(puts, putOf(one))
		}
		return on.items(f, puts)
	}
	if object, ok := entry.(map[string]any); ok && f.kind() == "rich_text_input" && object["type"] == "rich_text" {
		return object, nil
	}
	return on.chosen(f, putOf(entry))
}

// putOf is what a person puts in to get value.
func putOf(value any) string {
	switch value := value.(type) {
	case string:
		return value
	case float64:
		return strconv.FormatInt(int64(value), 10)
	case map[string]any:
		text, _ := value["text"].(map[string]any)
		return cmp.Or(putOf(value["value"]), putOf(text["text"]), putOf(value["id"])) // an option, or a file
	}
	return ""
}
