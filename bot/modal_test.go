package bot

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/slack-go/slack"
	"pgregory.net/rapid"

	"firebreak/incident"
	"firebreak/store"
)

// modals renders every modal of a scene.
func (s scene) modals() map[string]modal {
	o := origin{Incident: 3, Channel: "C0INC", Thread: "1763800000.000100", TS: "1763800000.000200"}
	var choices []*slack.OptionBlockObject
	for i := range s.tasks {
		choices = append(choices, option("INC-"+fmt.Sprint(i+1)+" · "+oneLine(s.tasks[i].Title), "INC-"+fmt.Sprint(i+1)))
	}
	return map[string]modal{
		"open":            openModal(""),
		"timeline":        timelineModal(o, s.entries[0].Text, "2026-11-22 14:32:00", nil),
		"timeline_choice": timelineModal(origin{Channel: "C0X"}, s.entries[0].Text, "2026-11-22 14:32:00", choices),
		"timeline_known":  timelineModal(o, s.entries[0].Text, "2026-11-22 14:32:00", nil).withCorrection(s.entries[0]),
		"task":            taskModal(o, cut(oneLine(s.tasks[0].Title), titleMax), nil),
		"task_choice":     taskModal(origin{Channel: "C0X"}, cut(oneLine(s.tasks[0].Title), titleMax), choices),
		"override":        overrideModal(o),
		"editor":          editorModal(o, page{Skip: 20, Entries: s.entries[:min(len(s.entries), editorShown)], Total: len(s.entries) + 45}, droppedMessage(s.entries[0], renderNow, "/inc").Text),
		"correct":         correctModal(o, s.inc, s.entries[0], incident.Person{TZ: "Europe/Paris"}, "/inc"),
		"select":          selectModal(origin{Incident: 3, Turn: 2, Chosen: everythingChosen(s)}, page{Skip: 50, Entries: s.entries[:min(len(s.entries), selectShown)], Total: len(s.entries) + 85}, choices, selecting{}),
		"select_more": selectModal(origin{Incident: 3, Turn: 3, Page: 50, Picks: picks{s.entries[0].N: entryHash(s.entries[0]), 4711: "0123456789ab"}.pack()},
			page{Skip: 50, Entries: s.entries[:min(len(s.entries), selectShown)], Total: len(s.entries) + 85}, choices,
			selecting{do: "shift", shift: "-1h", to: "INC-1", reason: cut(oneLine(s.entries[0].Text), titleMax), left: 2}),
		"select_none":    selectModal(origin{Incident: 3}, page{}, nil, selecting{}),
		"choose":         chooseForm(origin{Incident: 3, Page: 40, Chosen: everythingChosen(s)}, incident.Person{TZ: "Europe/Paris"}),
		"history":        historyModal(origin{Incident: 3, Page: 40}, s.rewritten()),
		"merge":          mergeModal(origin{Incident: 3}, s.entries[0], s.entries[1:min(len(s.entries), optionsMax)]),
		"split":          splitModal(origin{Incident: 3}, s.entries[0], incident.Person{TZ: "Europe/Paris"}),
		"move":           moveModal(origin{Incident: 3}, s.entries[0], choices),
		"correct_folded": correctModal(o, s.inc, s.rewritten(), incident.Person{TZ: "Europe/Paris"}, "/inc"),
		"why_real":       whyModal(o, s.found, incident.Verdict{Confirmed: true}),
		"why_false":      whyModal(o, s.found, incident.Verdict{Reason: cut(s.typed, reasonMax)}),
		"mute":           muteModal(muting{from: o, detection: s.found, scope: scopeGroup, lasts: muteDefault, owner: "U0SAM"}),
		"mute_refused": muteModal(muting{
			from: o, detection: s.found, scope: scopeRule, lasts: "7d", reason: cut(s.typed, reasonMax), owner: "U0ANN", hides: 3, newest: &s.found,
		}),
		"evidence":       evidenceModal(o, slackMessage{Files: []slackFile{{}, {}}}),
		"rca":            rcaModal(o, s.sections(), "", "/inc"),
		"answer":         saying("firebreak", openedMessage(s.inc)),
		"answer_unclear": saying("firebreak", message{Text: "Only responders may do that."}),
	}
}

// sections are an RCA of which one section is too long for a field.
func (s scene) sections() map[string]store.Section {
	return map[string]store.Section{
		incident.SectionSummary:      {Text: s.typed},
		incident.SectionRootCause:    {Text: s.entries[0].Text},
		incident.SectionContributing: {Text: strings.Repeat("long ", 700)},
	}
}

func TestModalsGolden(t *testing.T) {
	for name, m := range story().modals() {
		t.Run(name, func(t *testing.T) {
			var b bytes.Buffer
			if err := json.Indent(&b, m.json(), "", "  "); err != nil {
				t.Fatal(err)
			}
			b.WriteByte('\n')
			golden(t, "modal_"+name+".json", b.Bytes())
			if problem := modalFault(m.json()); problem != "" {
				t.Error(problem)
			}
		})
	}
}

// Whatever people write, Slack takes every modal.
func TestModalsKeepTheLimitsForAnyText(t *testing.T) {
	gen := rapid.Custom(func(t *rapid.T) string {
		return strings.Repeat(rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"&", "🔥", "長", "\n", "<", "\x00"})).Draw(t, "text"),
			rapid.SampledFrom([]int{1, 3, 80, 3100}).Draw(t, "times"))
	})
	rapid.Check(t, func(t *rapid.T) {
		pool := rapid.SliceOfN(gen, 3, 3).Draw(t, "texts")
		i := 0
		n := rapid.SampledFrom([]int{2, 7, 130}).Draw(t, "n")
		s := newScene(func(string) string { i++; return pool[i%len(pool)] }, n)
		for name, m := range s.modals() {
			if problem := modalFault(m.json()); problem != "" {
				t.Fatalf("%s: %s", name, problem)
			}
		}
	})
}

// TestModalFaultFindsThem: the check can fail.
func TestModalFaultFindsThem(t *testing.T) {
	long := func(n int) string { return strings.Repeat("x", n) }
	for name, m := range map[string]modal{
		"metadata": {Callback: "x", Title: "x", Submit: "x", Origin: origin{Channel: long(3001)}},
		"input":    {Title: "x", Submit: "x", Blocks: []slack.Block{field("a", long(2001), "", &slack.PlainTextInputBlockElement{}, false)}},
		"initial":  {Title: "x", Submit: "x", Blocks: []slack.Block{field("a", "x", "", &slack.PlainTextInputBlockElement{InitialValue: long(3001)}, false)}},
		"submit":   {Title: "x", Blocks: []slack.Block{field("a", "x", "", &slack.PlainTextInputBlockElement{}, false)}},
		"title":    {Title: ""},
	} {
		if modalFault(m.json()) == "" {
			t.Errorf("%s passes", name)
		}
	}
}

// modalFault says what Slack would refuse about a modal (docs.slack.dev,
// Block Kit reference).
func modalFault(raw json.RawMessage) string {
	var v struct {
		Title, Submit, Close *struct{ Text string }
		Private              string `json:"private_metadata"`
		Blocks               []struct {
			Type    string
			BlockID string `json:"block_id"`
			Text    *struct{ Text string }
			Label   *struct{ Text string }
			Hint    *struct{ Text string }
			Element struct {
				Initial string `json:"initial_value"`
				Most    int    `json:"max_length"`
				Options []struct {
					Text  struct{ Text string }
					Value string
				}
			}
		}
	}
	if err := json.Unmarshal(raw, &v); err != nil {
		return err.Error()
	}
	long := func(what, text string, least, most int) string {
		if n := utf8.RuneCountInString(text); n < least || n > most {
			return fmt.Sprintf("%s of %d characters", what, n)
		}
		return ""
	}
	faults := []string{long("metadata", v.Private, 0, 3000)}
	if v.Title == nil || len(raw) > 250_000 || len(v.Blocks) > 100 {
		return "no title, or too large"
	}
	faults = append(faults, long("title", v.Title.Text, 1, modalTitleMax))
	ids := map[string]bool{}
	for _, b := range v.Blocks {
		if b.Text != nil {
			faults = append(faults, long("text", b.Text.Text, 1, 3000))
		}
		if b.Type != "input" {
			continue
		}
		if v.Submit == nil || ids[b.BlockID] {
			return "an input without submit, or one id twice"
		}
		ids[b.BlockID] = true
		faults = append(faults, long("label", b.Label.Text, 1, 2000), long("initial value", b.Element.Initial, 0, min(3000, max(b.Element.Most, 1))))
		if len(b.Element.Options) > 100 {
			return "too many options"
		}
		for _, o := range b.Element.Options {
			faults = append(faults, long("option", o.Text.Text, 1, 75), long("value", o.Value, 1, 150))
		}
	}
	return strings.Join(faults, "")
}
