package bot

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"firebreak/incident"
)

// toldPager keeps what PagerDuty would have been told.
type toldPager struct {
	Pager
	told []string
}

func (p *toldPager) AddNote(_ context.Context, _, text, _ string) error {
	p.told = append(p.told, text)
	return nil
}

func (p *toldPager) RequestResponder(_ context.Context, _ string, _ incident.Callee, message, _ string) error {
	p.told = append(p.told, message)
	return nil
}

func (p *toldPager) CreatePage(_ context.Context, d incident.PageDraft) (incident.Page, error) {
	p.told = append(p.told, d.Title)
	return incident.Page{}, nil
}

func (p *toldPager) Enqueue(_ context.Context, _ string, e incident.PageEvent) error {
	p.told = append(p.told, e.Summary, e.Source, e.Details["line"].(string))
	if e.DedupKey != "token=abc12345" {
		p.told = append(p.told, "the dedup key was changed: "+e.DedupKey)
	}
	return nil
}

// secretOfTests is made up, and put together so that nothing in the tree looks
// like a secret.
const secretOfTests = "gl" + "pat-Zx9Kq2Lm4Np7Rt5Vw8Yb"

// TestPagerDutyIsToldNoSecret: whatever is planned, nothing but what is masked
// goes there.
func TestPagerDutyIsToldNoSecret(t *testing.T) {
	inner := &toldPager{}
	p, ctx, text := guardedPager{inner}, t.Context(), "used "+secretOfTests+" on db-1"
	details := map[string]any{"line": text, "count": 3}
	if err := p.AddNote(ctx, "P", text, "k"); err != nil {
		t.Fatal(err)
	}
	if err := p.RequestResponder(ctx, "P", incident.Callee{}, text, "k"); err != nil {
		t.Fatal(err)
	}
	if _, err := p.CreatePage(ctx, incident.PageDraft{Title: text}); err != nil {
		t.Fatal(err)
	}
	if err := p.Enqueue(ctx, "r", incident.PageEvent{DedupKey: "token=abc12345", Summary: text, Source: text, Details: details}); err != nil {
		t.Fatal(err)
	}
	if len(inner.told) != 6 {
		t.Errorf("told %q", inner.told)
	}
	for _, told := range inner.told {
		if strings.Contains(told, secretOfTests) || !strings.Contains(told, "masked: ") {
			t.Errorf("PagerDuty was told %q", told)
		}
	}
	if details["line"] != text {
		t.Error("the plan's own details were changed")
	}
}

// TestDetectionsQuoteNoSecret: neither the message, its thread and its text
// for phones, nor the list of detections.
func TestDetectionsQuoteNoSecret(t *testing.T) {
	at := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	d := incident.Detection{
		ID: "D", Rule: "r", Level: "high", At: at, Title: "Token " + secretOfTests, Why: "it says password is tr0ub4dor",
		Group: incident.Entity{Type: "account", Value: secretOfTests},
	}
	evidence := []incident.Alert{{ID: "A", At: at, Title: "login with " + secretOfTests, Entities: []incident.Entity{{Type: "url", Value: "https://bob:tr0ub4dor@db-1/"}}, Channel: "C1", TS: "1.0"}}
	for name, m := range map[string]message{
		"message": detectionMessage(d, evidence),
		"thread":  detectionThread(d, evidence, incident.Incident{Number: 3}),
	} {
		said := m.Text + string(m.blockJSON())
		for _, s := range []string{secretOfTests, "tr0ub4dor"} {
			if strings.Contains(said, s) {
				t.Errorf("%s quotes %s: %s", name, s, said)
			}
		}
		if !strings.Contains(said, "masked: ") {
			t.Errorf("%s masks nothing: %s", name, said)
		}
	}
	if evidence[0].Title != "login with "+secretOfTests || d.Group.Value != secretOfTests {
		t.Error("the record was changed")
	}
}

// TestMaskedPost masks what is read, and nothing by which things are found.
func TestMaskedPost(t *testing.T) {
	var l layout
	l.header("used " + secretOfTests)
	l.section("*who* used `"+secretOfTests+"`", "fine")
	l.context("password: tr0ub4dor")
	l.buttons(button{"token=abc12345", "Revoke " + secretOfTests, "token=abc12345", ""})
	p := maskedPost(l.message("used "+secretOfTests).post("C1", "k"))
	said := p.Text + string(p.Blocks)
	if strings.Contains(said, secretOfTests) || strings.Contains(said, "tr0ub4dor") {
		t.Errorf("it says %s", said)
	}
	if strings.Count(said, `"token=abc12345"`) != 2 || p.Channel != "C1" || p.Key != "k" {
		t.Errorf("ids were changed: %s", said)
	}
	if !json.Valid(p.Blocks) {
		t.Errorf("no JSON: %s", p.Blocks)
	}
	plain := sentence("nothing to see, <!date^1763800000^{time}|14:02> & <https://example.com/a|here>").post("C1", "k")
	if got := maskedPost(plain); got.Text != plain.Text || string(got.Blocks) != string(plain.Blocks) {
		t.Errorf("what holds no secret became %s", got.Blocks)
	}
	if got := maskedPost(incident.Post{Text: "x", Blocks: json.RawMessage(`[{"type":`)}); len(got.Blocks) > 0 {
		t.Errorf("blocks that cannot be read went out: %s", got.Blocks)
	}
}
