package bot

import (
	"strings"
	"testing"

	"firebreak/incident"
)

// judged are detections of the scene: nobody's, confirmed, and false.
func (s scene) judged() []listed {
	list := []listed{{Detection: s.found, n: 3}}
	for i, confirmed := range []bool{true, false} {
		d := listed{Detection: s.found, n: 2 - i, verdict: &incident.Verdict{Detection: s.found.ID, By: "U0SAM", At: renderThen, Confirmed: confirmed, Reason: s.typed}}
		d.Handling = incident.HandlingSuppressed
		list = append(list, d)
	}
	return list
}

// judgedMessage is the scene's detection with a verdict.
func (s scene) judgedMessage(confirmed bool) message {
	m := detectionMessage(s.found, s.alerts)
	v := incident.Verdict{Detection: s.found.ID, By: "U0ANN", At: renderThen, Confirmed: confirmed, Reason: s.typed}
	kept := len(m.Blocks) - 1 // without the buttons it had
	var l layout
	l.blocks = m.Blocks[:kept]
	l.context(verdictLine(v, renderNow, true))
	l.row(blockJudge, judgedButtons(v)...)
	return l.message(m.Text)
}

func (s scene) records() []incident.Record {
	return []incident.Record{
		{Rule: s.found.Rule, Told: 12, Suppressed: 3, Confirmed: 1, False: 9},
		{Rule: "trial", Shadow: 20, Confirmed: 18, OnTrial: true},
		{Rule: "quiet", Hints: 25},
	}
}

func (s scene) advice() []advice {
	r := s.records()
	return []advice{
		{incident.Proposal{Record: r[0], Advice: incident.AdviceTune, Group: s.found.Group, Removed: 6}, true},
		{incident.Proposal{Record: r[0], Advice: incident.AdviceTune, Group: s.found.Group, Removed: 6}, false},
		{incident.Proposal{Record: r[0], Advice: incident.AdviceRetire}, true},
		{incident.Proposal{Record: r[1], Advice: incident.AdviceRelease}, true},
		{incident.Proposal{Record: r[2], Advice: incident.AdviceJudge}, true},
	}
}

func (s scene) muted() incident.Suppression {
	return incident.Suppression{
		ID: 3, Rule: s.found.Rule, Group: s.found.Group, Detection: s.found.ID, Owner: "U0ANN", Reason: s.typed,
		CreatedAt: renderThen, ExpiresAt: renderNow.AddDate(0, 0, 7),
	}
}

// TestJudgedBlocksReplaceOnlyTheButtons: what was posted stays, whatever the
// verdict, and again; a message without the buttons is left alone.
func TestJudgedBlocksReplaceOnlyTheButtons(t *testing.T) {
	s := story()
	posted := detectionMessage(s.found, s.alerts).post("C", "k").Blocks
	v := incident.Verdict{Detection: s.found.ID, By: "U0SAM", At: renderThen, Confirmed: true, Reason: "secret <!channel> reason"}
	with, ok := judgedBlocks(posted, v, renderNow, true)
	if !ok || !strings.Contains(string(with), "Confirmed by \\u003c@U0SAM\\u003e") || !strings.Contains(string(with), "secret \\u0026lt;!channel\\u0026gt; reason") ||
		strings.Count(string(with), blockJudge) != 1 || !strings.Contains(string(with), "Evidence") {
		t.Errorf("%t, %s", ok, with)
	}
	without, _ := judgedBlocks(posted, v, renderNow, false)
	if strings.Contains(string(without), "secret") {
		t.Errorf("the reason is told: %s", without)
	}
	for _, other := range []string{"", "null", "{}", string(withheldMessage("/inc").post("C", "k").Blocks)} {
		if got, ok := judgedBlocks([]byte(other), v, renderNow, true); ok {
			t.Errorf("%q became %s", other, got)
		}
	}
}

// TestExceptLines: whatever an entity is called, the line means just that.
func TestExceptLines(t *testing.T) {
	for value, want := range map[string]string{
		"svc-scan":     "`- {id: brute-force, except: {account: [svc-scan]}}`",
		"203.0.113.50": "`- {id: brute-force, except: {account: [\"203.0.113.50\"]}}`",
		"off":          "`- {id: brute-force, except: {account: [\"off\"]}}`",
		"*":            "`- {id: brute-force, except: {account: [\"\\\\*\"]}}`",
		"a]}} # <b>\n": "`- {id: brute-force, except: {account: [\"a]}} # \\u003cb\\u003e\\n\"]}}`",
		"a`b":          "an `except` of that account.",
		"":             "`- {id: brute-force, except: {account: [\"\"]}}`",
	} {
		if got := exceptLine("brute-force", incident.Entity{Type: incident.EntityAccount, Value: value}); got != want {
			t.Errorf("%q: got %s, want %s", value, got, want)
		}
	}
}

func TestThresholds(t *testing.T) {
	for _, tt := range []struct {
		level, threshold string
		want             bool
	}{
		{"medium", "medium", true},
		{"low", "medium", false},
		{"critical", "medium", true},
		{"informational", "low", false},
		{"", "low", true},
		{"odd", "medium", false},
		{"critical", "never", false},
		{"informational", "informational", true},
	} {
		if got := reaches(tt.level, tt.threshold); got != tt.want {
			t.Errorf("%q reaches %q: %t", tt.level, tt.threshold, got)
		}
	}
}
