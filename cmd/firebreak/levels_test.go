package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"firebreak/incident"
	"firebreak/integrations/sandbox"
)

// levelsOf sets the levels from which on something is done.
func (w *world) levelsOf(open, page string) {
	w.env["FIREBREAK_DETECT_OPEN_LEVEL"] = open
	if page != "" {
		w.env["FIREBREAK_DETECT_PAGE_LEVEL"] = page
	}
}

// login is a login from an address that succeeds.
func login(address string) string {
	return strings.Replace(failure(time.Now(), address, 0), "failed_login", "successful_login", 1)
}

// TestHintThatGrows: below the level nobody is told; once it has become worse
// it opens one incident and pages once, under the id it had.
func TestHintThatGrows(t *testing.T) {
	inWorld(t, func(w *world) {
		w.levelsOf("high", "")
		w.start()
		w.guesses("203.0.113.50")
		hints := w.kept(incident.HandlingHint)
		if len(w.incidents()) != 0 || len(w.threads()) != 0 || len(hints) != 1 || hints[0].Level != "medium" {
			t.Fatalf("%d incidents, hints %+v", len(w.incidents()), hints)
		}
		w.wantAnswer(w.control(), "sam", "/inc detect hints", "1 hints", "Many failed logins")
		w.crash()
		w.start()
		w.siem(login("203.0.113.50"), login("203.0.113.50"))
		w.channel(1)
		w.settle()
		w.pass(2 * time.Minute)
		w.settle()
		found := w.detections(1)
		if len(w.incidents()) != 1 || len(found) != 1 || found[0].ID != hints[0].ID || found[0].Level != "high" || found[0].DedupKey != hints[0].DedupKey {
			t.Errorf("%d incidents, detections %+v", len(w.incidents()), found)
		}
		if pages := w.sb.PagerDuty.Incidents(); len(pages) != 1 {
			t.Errorf("%d pages", len(pages))
		}
		if n := len(w.kept(incident.HandlingHint)); n != 0 {
			t.Errorf("%d hints are left", n)
		}
		w.compareOnce()
	})
}

// TestHintJoins: what is below the level joins an open incident that shares
// its entities.
func TestHintJoins(t *testing.T) {
	inWorld(t, func(w *world) {
		w.levelsOf("never", "")
		w.start()
		w.sb.PagerDuty.Trigger(sandbox.Trigger{Title: "Odd logins", Service: "Identity", Alerts: []map[string]any{
			{"summary": "vpn-1: failed logins", "host": "vpn-1", "src_ip": "203.0.113.50", "action": "login anomaly", "source": "vpn"},
		}})
		w.channel(1)
		w.settle()
		w.guesses("203.0.113.50")
		if found := w.detections(1); len(found) != 1 {
			t.Errorf("detections: %+v", found)
		}
		w.guesses("198.51.100.7") // the same host
		w.siem(success("sshd", "web-1", "svc"), success("winlog", "web-2", "svc"), success("sshd", "web-3", "svc"))
		w.settle()
		if hints := w.kept(incident.HandlingHint); len(w.incidents()) != 1 || len(hints) != 1 || hints[0].Rule != "many-hosts" {
			t.Errorf("%d incidents, hints %+v", len(w.incidents()), hints)
		}
		if pages := w.sb.PagerDuty.Incidents(); len(pages) != 1 {
			t.Errorf("%d pages", len(pages))
		}
	})
}

// TestPageLevel: an incident below it pages nobody, until something at the
// level is found in it, and then once.
func TestPageLevel(t *testing.T) {
	inWorld(t, func(w *world) {
		w.levelsOf("medium", "high")
		w.start()
		w.guesses("203.0.113.50")
		w.channel(1)
		w.pass(2 * time.Minute)
		w.settle()
		if pages := w.sb.PagerDuty.Incidents(); len(pages) != 0 {
			t.Fatalf("pages: %+v", pages)
		}
		w.siem(login("203.0.113.50"))
		w.settle()
		w.crash()
		w.start()
		w.pass(2 * time.Minute)
		w.settle()
		pages := w.sb.PagerDuty.Incidents()
		if len(pages) != 1 || len(w.incidents()) != 1 || w.incident(1).Page.ID != pages[0].ID {
			t.Fatalf("%d incidents, pages %+v", len(w.incidents()), pages)
		}
		w.siem(success("sshd", "web-1", "user-0"), success("winlog", "web-2", "user-0"), success("sshd", "web-3", "user-0"))
		w.pass(2 * time.Minute)
		w.settle()
		if pages := w.sb.PagerDuty.Incidents(); len(pages) != 1 || len(w.detections(1)) < 2 {
			t.Errorf("%d pages for %d detections of one incident", len(pages), len(w.detections(1)))
		}
		w.compareOnce()
	})
}

// TestLowRulesGiveHints: rules of level low are on, and wake nobody.
func TestLowRulesGiveHints(t *testing.T) {
	inWorld(t, func(w *world) {
		path := filepath.Join(w.dir, "detectors.yml")
		rule := "- {id: odd, title: Odd, level: low, kind: count, actions: [odd], by: [account], at-least: 2, within: 1h, stands: 1h, lateness: 1s, at-once: true, techniques: [T1078]}\n"
		if err := os.WriteFile(path, []byte(rule), 0o600); err != nil {
			t.Fatal(err)
		}
		w.env["FIREBREAK_DETECTORS"] = path
		w.start()
		for range 2 {
			w.siem("```{\"event\":\"odd\",\"source\":\"app\",\"user\":\"ada\"}```")
		}
		w.settle()
		hints := w.kept(incident.HandlingHint)
		if len(hints) != 1 || hints[0].Rule != "odd" || strings.Contains(hints[0].Why, "ATT&CK") || len(hints[0].Techniques) != 1 || len(w.incidents()) != 0 {
			t.Errorf("%d incidents, hints %+v", len(w.incidents()), hints)
		}
	})
}

func TestLevelsAreChecked(t *testing.T) {
	for _, tt := range []struct{ open, page, want string }{
		{"medium", "", ""},
		{"low", "critical", ""},
		{"never", "never", ""},
		{"loud", "", "FIREBREAK_DETECT_OPEN_LEVEL"},
		{"low", "HIGH", "FIREBREAK_DETECT_PAGE_LEVEL"},
		{"high", "medium", "a page needs an incident"},
	} {
		env := tokens()
		env["FIREBREAK_DETECT_OPEN_LEVEL"], env["FIREBREAK_DETECT_PAGE_LEVEL"] = tt.open, tt.page
		s := load(env)
		if len(s.Problems) > 0 != (tt.want != "") || len(s.Problems) > 0 && !strings.Contains(s.Problems[0].String(), tt.want) {
			t.Errorf("%+v: %v", tt, s.Problems)
		}
	}
}
