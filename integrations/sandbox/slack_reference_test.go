package sandbox

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func readSample(t *testing.T, file string, into any) {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(sampleDir(t, "slack"), file))
	if err == nil {
		err = json.Unmarshal(b, into)
	}
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
}

// TestSlackFollowsTheReference compares the table of methods with Slack's own:
// paces, JSON bodies, scopes, required arguments and every error code.
func TestSlackFollowsTheReference(t *testing.T) {
	var reference map[string]struct {
		RPM      int      `json:"rpm"`
		JSON     bool     `json:"json_body"`
		Scopes   []string `json:"bot_scopes_any_of"`
		Required []string `json:"required"`
		Errors   []string `json:"errors"`
	}
	readSample(t, "METHODS.json", &reference)
	var common map[string]string
	readSample(t, "web/_common_errors.json", &common)
	same(t, "errors of all methods", strings.Fields(slackCommonErrors), slices.Collect(maps.Keys(common)))
	for name, m := range slackMethods {
		want, known := reference[name]
		if !known {
			t.Errorf("%s is not in the reference", name)
			continue
		}
		if want.RPM != 0 && int(m.tier) != want.RPM {
			t.Errorf("%s: %d calls a minute, want %d", name, m.tier, want.RPM)
		}
		if m.json != want.JSON {
			t.Errorf("%s: takes JSON %v, want %v", name, m.json, want.JSON)
		}
		scopes := slices.DeleteFunc(want.Scopes, func(s string) bool { return strings.HasPrefix(s, "im:") || strings.HasPrefix(s, "mpim:") })
		same(t, name+": scopes", m.scopes, scopes)
		same(t, name+": required arguments", m.required, want.Required)
		same(t, name+": errors", strings.Fields(slackErrors[name]), append(want.Errors, slackUnlisted[name]...))
	}
}

// slackUnlisted are error codes that the reference does not list and that were
// seen: what a bot gets that unarchives a channel (observed).
var slackUnlisted = map[string][]string{"conversations.unarchive": {"not_in_channel"}}

// same compares lists whose order does not matter.
func same(t *testing.T, what string, got, want []string) {
	t.Helper()
	got, want = slices.Sorted(slices.Values(got)), slices.Sorted(slices.Values(want))
	if !slices.Equal(got, want) {
		t.Errorf("%s: %q, want %q", what, got, want)
	}
}

// TestSlackLimitsFollowTheReference compares the limits of Block Kit.
func TestSlackLimitsFollowTheReference(t *testing.T) {
	var limits map[string]any
	readSample(t, "blockkit_limits.json", &limits)
	for at, got := range map[string]int{
		"block_id max_length": maxBlockID, "action_id max_length": maxBlockID,
		"section text max_length": maxSection, "section fields max_items": maxFields, "section fields item_max_length": maxField,
		"header text max_length": maxHeader, "context elements max_items": maxContext, "actions elements max_items": maxElements,
		"button text max_length": maxButton, "button value max_length": maxValue, "button url max_length": maxURL,
		"select options max_items": maxOptions, "option text max_length": maxOptionText, "option value max_length": maxOptionData,
		"image image_url max_length": maxURL, "image alt_text max_length": maxValue, "markdown text max_length": maxMarkdown,
		"input label max_length": maxLabel, "input hint max_length": maxLabel, "select placeholder max_length": maxPlaceholder,
		"plain_text_input max_length max": maxInput, "view blocks max_items": maxViewBlocks, "view title max_length": maxViewTitle,
		"view private_metadata max_length": maxViewPrivate, "view callback_id max_length": maxBlockID,
	} {
		var path []any
		for p := range strings.FieldsSeq(at) {
			path = append(path, p)
		}
		if want := dig(limits, path...); want != float64(got) {
			t.Errorf("%s: %d, want %v", at, got, want)
		}
	}
}

// TestSlackSamplesPassTheValidators: blocks and views that Slack itself shows
// are no offence here. Blanked samples have empty texts and say nothing.
func TestSlackSamplesPassTheValidators(t *testing.T) {
	c := newComparison(t, "slack", slackDialect(), slackAnswers)
	sb := New(Options{})
	defer sb.Close()
	lists, views := 0, 0
	for name, answers := range c.samples {
		if strings.Contains(name, "-shape/") {
			continue
		}
		for _, answer := range answers {
			within(answer, func(key string, v any) {
				o := asObject(v)
				switch {
				case key == "view" && o["type"] == "modal":
					views++
					if faults := checkView(o, "modal"); len(faults) > 0 {
						t.Errorf("%s: view: %q", name, faults)
					}
				case key == "blocks":
					lists++
					_, err := readBlocks(sb.Slack, string(mustJSON(v)))
					if inView := strings.Contains(name, ".view"); err != nil && !(inView && err.Error() == "msg_blocks_too_long") {
						t.Errorf("%s: blocks: %v", name, err)
					}
				}
			})
		}
	}
	if lists < 10 || views < 5 {
		t.Errorf("only %d lists of blocks and %d views were looked at", lists, views)
	}
}

// within visits all values of all objects in v.
func within(v any, visit func(key string, v any)) {
	switch v := v.(type) {
	case object:
		for k, inner := range v {
			visit(k, inner)
			within(inner, visit)
		}
	case []any:
		for _, inner := range v {
			within(inner, visit)
		}
	}
}
