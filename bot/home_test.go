package bot

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"firebreak/incident"
)

// homes are the Home tabs of a scene.
func (s scene) homes() map[string]json.RawMessage {
	const site = "https://acme.slack.com/"
	var full home
	for i := range s.tasks {
		t := homeTask{Task: s.tasks[i], title: s.inc.Title, answer: i%5 != 4}
		t.State = incident.TaskOpen
		switch i % 3 {
		case 0:
			t.Due = renderNow.Add(-time.Hour)
		case 1:
			t.Due = renderNow.Add(50 * time.Hour)
		case 2:
			t.Due = time.Time{}
		}
		full.tasks = append(full.tasks, t)
	}
	for i := range s.begun {
		inc := s.begun[i]
		inc.Status, inc.OpenedAt, inc.Commander = incident.StatusOpen, renderThen, strings.Repeat("U0ANN", i%2)
		if i == 1 {
			inc.Channel = incident.Channel{}
		}
		full.incidents = append(full.incidents, homeIncident{Incident: inc, tasks: i})
	}
	full.opens = true
	return map[string]json.RawMessage{
		"full":    homeShown(full, site, renderNow, "/inc"),
		"nothing": homeShown(home{opens: true}, site, renderNow, "/inc"),
		"member":  homeShown(home{tasks: full.tasks[:1]}, site, renderNow, "/inc"),
		"guest":   homeSaying(sentence(onlyFullMembers)),
		"emptied": emptiedHome(),
	}
}

func TestHomesGolden(t *testing.T) {
	for name, view := range story().homes() {
		var b bytes.Buffer
		if err := json.Indent(&b, view, "", "  "); err != nil {
			t.Fatal(err)
		}
		b.WriteByte('\n')
		golden(t, "home_"+name+".json", b.Bytes())
		if problem := homeFault(view); problem != "" {
			t.Errorf("%s: %s", name, problem)
		}
	}
}

// Whatever people write and however much they have to do, Slack takes every
// Home tab, and nothing on it is live that nobody meant.
func TestHomesKeepTheLimitsForAnyText(t *testing.T) {
	gen := rapid.Custom(func(t *rapid.T) string {
		return strings.Repeat(rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"&", "<!channel>", "長", "\n", "\x00", "<https://x.example|y>"})).Draw(t, "text"),
			rapid.SampledFrom([]int{1, 3, 3100}).Draw(t, "times"))
	})
	rapid.Check(t, func(t *rapid.T) {
		pool := rapid.SliceOfN(gen, 3, 3).Draw(t, "texts")
		i := 0
		s := newScene(func(string) string { i++; return pool[i%len(pool)] }, rapid.SampledFrom([]int{2, 7, 130}).Draw(t, "n"))
		for name, view := range s.homes() {
			if problem := homeFault(view); problem != "" {
				t.Fatalf("%s: %s", name, problem)
			}
		}
	})
}

// homeFault says what Slack would refuse about a Home tab (docs.slack.dev,
// Block Kit reference), or what in it is live.
func homeFault(raw json.RawMessage) string {
	var v struct {
		Type   string
		Blocks []struct {
			Text     *struct{ Text string }
			Elements []struct {
				Text json.RawMessage
				URL  string
			}
		}
	}
	if err := json.Unmarshal(raw, &v); err != nil {
		return err.Error()
	}
	if v.Type != "home" || len(v.Blocks) == 0 || len(v.Blocks) > 100 || len(raw) > 250_000 {
		return fmt.Sprintf("a %s of %d blocks, %d bytes", v.Type, len(v.Blocks), len(raw))
	}
	for _, b := range v.Blocks {
		if b.Text != nil && (b.Text.Text == "" || len([]rune(b.Text.Text)) > 3000 || liveToken(b.Text.Text) != "") {
			return "the text " + b.Text.Text
		}
		for _, e := range b.Elements {
			if e.URL != "" && !strings.HasPrefix(e.URL, "https://acme.slack.com/archives/C0") {
				return "a button to " + e.URL
			}
		}
	}
	return ""
}
