package bot

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"firebreak/incident"
	"firebreak/incident/mask"
)

// Bounds of what one answer lists.
const (
	rulesShown     = 40
	proposalsShown = 8
)

// scoreMessage shows how rules did, the worst first, and what that calls for.
func scoreMessage(records []incident.Record, proposals []advice, command string) message {
	if len(records) == 0 {
		return sentence("No rule has found anything in the last 90 days.")
	}
	p := parser{slash: command}
	shown := records[:min(len(records), rulesShown)]
	var lines []string
	for _, r := range shown {
		lines = append(lines, bullet(recordLine(r)))
	}
	head := "How rules did in the last 90 days"
	var l layout
	l.section("*" + head + "*")
	adviceOf(&l, proposals)
	l.list(lines, len(records)-len(shown), func(left int) string { return fmt.Sprintf("… and %d more rules that did better.", left) })
	l.context("“At least” and “at most” hold with 95 % confidence: few verdicts prove little. "+
		"Judge by the buttons of a detection, of "+p.do("detect shadow")+" and of "+p.do("detect hints")+".", p.do("detect mutes")+" shows what is muted.")
	return l.message(head)
}

// recordLine is a rule on one line: how often right, and what became of what
// it found.
func recordLine(r incident.Record) string {
	var parts []string
	for _, p := range []struct {
		n    int
		what string
	}{{r.Told, "told"}, {r.Shadow, "in shadow"}, {r.Suppressed, "muted"}, {r.Hints, "hints"}} {
		if p.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", p.n, p.what))
		}
	}
	return "*" + words(r.Rule, 80) + "* · " + r.Right() + " · " + strings.Join(parts, ", ")
}

// adviceOf adds proposals.
func adviceOf(l *layout, proposals []advice) {
	if len(proposals) == 0 {
		return
	}
	lines := []string{"*To do*"}
	shown := proposals[:min(len(proposals), proposalsShown)]
	for _, p := range shown {
		lines = append(lines, bullet(adviceLine(p)))
	}
	l.list(lines, len(proposals)-len(shown), func(left int) string { return fmt.Sprintf("… and %d more.", left) })
}

// adviceLine is a proposal with its reason.
func adviceLine(p advice) string {
	rule := "*" + words(p.Rule, 80) + "*"
	right := p.Right()
	switch p.Advice {
	case incident.AdviceTune:
		text := fmt.Sprintf("Tune %s, %s: %d of its %s are about %s.", rule, right, p.Removed, count(p.False, "false positive"), words(groupText(p.Group), 120))
		if !p.except {
			return text + " An exception or a filter for it removes them and no confirmed one."
		}
		return text + " In the file of `FIREBREAK_DETECTORS` this removes them and no confirmed one: " + exceptLine(p.Rule, p.Group)
	case incident.AdviceRetire:
		return fmt.Sprintf("Retire or rewrite %s, %s: no single cause stands behind its false positives.", rule, right)
	case incident.AdviceRelease:
		return fmt.Sprintf("Take %s out of shadow: %s.", rule, right)
	}
	return fmt.Sprintf("Judge %s: it found %d things, and nobody says whether they were real.", rule, p.Found())
}

// exceptMax is how many characters a line for the detectors' file may have.
const exceptMax = 300

// exceptLine is an exception as the detectors' file takes it. Values are
// patterns there, so that what looks like one is escaped.
func exceptLine(rule string, g incident.Entity) string {
	value := strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(g.Value)
	line := fmt.Sprintf("- {id: %s, except: {%s: [%s]}}", yamlText(rule), yamlText(string(g.Type)), yamlText(value))
	if len(line) > exceptMax || strings.Contains(line, "`") {
		return "an `except` of that " + words(string(g.Type), 40) + "."
	}
	return "`" + incident.SlackText(line) + "`"
}

// yamlText writes a text as YAML that can mean nothing else: bare if it is a
// plain word, else as JSON, which YAML includes.
func yamlText(s string) string {
	plainWord := s != "" && strings.Trim(strings.ToLower(s), "abcdefghijklmnopqrstuvwxyz0123456789-") == "" && strings.ContainsAny(strings.ToLower(s), "ghijklmnopqrstuvwxyz")
	switch strings.ToLower(s) {
	case "true", "false", "null", "yes", "no", "on", "off":
		plainWord = false
	}
	if plainWord && s[0] != '-' {
		return s
	}
	b, err := json.Marshal(s)
	if err != nil {
		return `""` // a string always encodes
	}
	return string(b)
}

// proposalsMessage tells the control channel what rules call for.
func proposalsMessage(proposals []advice, command string) message {
	head := "About your detection rules: " + count(len(proposals), "proposal")
	var l layout
	l.section(head)
	adviceOf(&l, proposals)
	l.context("It follows from your verdicts of the last 90 days; " + parser{slash: command}.do("detect score") + " shows them. Told at most once a week, and only when there is news.")
	return l.message(head)
}

// quietMessage lists detections that nobody was told of, with buttons to judge
// them, and how the rules behind them do.
func quietMessage(list string, rules []incident.Record, found []listed, more int, now time.Time) message {
	head, none := "Found, but told nobody: hints, and what is muted", "Nothing was kept quiet in the last 90 days."
	if list == listShadow {
		head, none = "What rules in shadow would have told", "No rule in shadow has found anything in the last 90 days."
	}
	var l layout
	var lines []string
	for _, r := range rules {
		if list == listShadow && r.OnTrial || list == listHints && r.Hints+r.Suppressed > 0 {
			lines = append(lines, bullet(recordLine(r)))
		}
	}
	if len(found) == 0 && len(lines) == 0 {
		return sentence(none)
	}
	l.section("*" + head + "*")
	shown := lines[:min(len(lines), 10)]
	l.list(shown, len(lines)-len(shown), func(left int) string { return fmt.Sprintf("… and %d more rules.", left) })
	for _, d := range found {
		muted := ""
		if d.Handling == incident.HandlingSuppressed {
			muted = " · muted"
		}
		l.section(fmt.Sprintf("%s · *%s* · %s%s%s", stamp(d.At, now), words(mask.Text(d.Title), 120), words(d.Level, 40), muted, verdictMark(d.verdict)), words(mask.Text(d.Why), 300))
		l.row("", listButtons(list, d)...)
	}
	if more > 0 {
		l.context(fmt.Sprintf("… and %d more. Judge these, and the next ones come.", more))
	}
	return l.message(head)
}

// listButtons judge a detection of a list.
func listButtons(list string, d listed) (bs []button) {
	if d.verdict == nil || !d.verdict.Confirmed {
		bs = append(bs, button{action: actionConfirm + "_" + list, label: "Confirm", value: d.ID})
	}
	if d.verdict == nil || d.verdict.Confirmed {
		bs = append(bs, button{action: actionFalse + "_" + list, label: "False positive", value: d.ID})
	}
	return bs
}
