package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"firebreak/incident"
)

// guessed is a failed login of one account, as a forwarder posts it.
func guessed(at time.Time, account, address string) string {
	return fmt.Sprintf("```{\"event\":\"failed_login\",\"source\":\"okta\",\"user\":%q,\"src_ip\":%q,\"timestamp\":%q}```",
		account, address, at.UTC().Format(time.RFC3339))
}

// rules are the rules of an incident's detections.
func (w *world) rules(n incident.Number) map[string]incident.Detection {
	found := map[string]incident.Detection{}
	for _, d := range w.detections(n) {
		found[d.Rule] = d
	}
	return found
}

// TestBehaviourOutlivesRestarts: what was learnt, and what waits for older
// alerts, is there after a restart before each alert.
func TestBehaviourOutlivesRestarts(t *testing.T) {
	inWorld(t, func(w *world) {
		w.start()
		start := time.Now()
		for i := range 10 {
			w.siem(guessed(start.Add(time.Duration(i)*time.Second), fmt.Sprintf("user-%d", i), "203.0.113.50"))
			w.settle()
			w.stop()
			w.start()
		}
		w.settle()
		if _, early := w.rules(1)["password-spray"]; early {
			t.Error("told before those who mistyped could log in")
		}
		w.stop()
		w.start()
		w.pass(4 * time.Minute)
		w.settle()
		d, ok := w.rules(1)["password-spray"]
		if !ok || d.Group.Value != "203.0.113.50" || len(d.Evidence) < 8 || !strings.Contains(d.Why, "8 accounts") {
			t.Errorf("detections: %+v", w.detections(1))
		}
		if n := len(w.incidents()); n != 1 {
			t.Errorf("%d incidents", n)
		}
		w.wantSaid(w.channel(1), "One address tries many accounts")
		w.compare(1)
	})
}

// TestBruteForceIsToldAtOnce beside what the address did.
func TestBruteForceIsToldAtOnce(t *testing.T) {
	inWorld(t, func(w *world) {
		w.start()
		start := time.Now()
		for i := range 11 {
			w.siem(guessed(start.Add(time.Duration(i)*time.Second), "ada", "203.0.113.50"))
		}
		w.settle()
		d, ok := w.rules(1)["brute-force"]
		if !ok || d.Group.Value != "ada" || len(d.Evidence) != 10 {
			t.Errorf("detections: %+v", w.detections(1))
		}
	})
}

// TestDetectorsOfTheOperator: a file changes rules, and what is wrong with it
// is told with its line.
func TestDetectorsOfTheOperator(t *testing.T) {
	dir := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	good := Config{Detectors: file("good.yml", "- {id: brute-force, at-least: 20}\n- {id: beaconing, off: true}\n"), Places: file("p.csv", "192.0.2.0/24, DE, 52, 13\n")}
	if _, err := newWatch(good); err != nil {
		t.Error(err)
	}
	for _, tt := range []struct {
		cfg  Config
		want string
	}{
		{Config{Detectors: file("bad.yml", "- id: brute-force\n  at-least: 0\n")}, `line 1: rule "brute-force": at-least`},
		{Config{Detectors: filepath.Join(dir, "none")}, "FIREBREAK_DETECTORS"},
		{Config{Places: file("bad.csv", "\n192.0.2.0/24, DE, 152, 13\n")}, "places: line 2"},
	} {
		if _, err := newWatch(tt.cfg); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%v, want %q", err, tt.want)
		}
	}
}

// on is what an account did on a host, as a forwarder posts it.
func on(at time.Time, source, account, host string) string {
	return fmt.Sprintf("```{\"event\":\"process_start\",\"source\":%q,\"user\":%q,\"host\":%q,\"timestamp\":%q}```",
		source, account, host, at.UTC().Format(time.RFC3339))
}

// TestOneAttackIsOneIncident: two rules each find the guesses and the moves
// of one account. It is one incident and one page, and each rule has its say
// once, there and in a thread, or again when it has become worse.
func TestOneAttackIsOneIncident(t *testing.T) {
	inWorld(t, func(w *world) {
		w.start()
		start := time.Now()
		for i := range 14 {
			w.siem(guessed(start.Add(time.Duration(i)*time.Second), "ada", "203.0.113.50"))
		}
		w.siem(fmt.Sprintf("```{\"event\":\"login_success\",\"source\":\"okta\",\"user\":\"ada\",\"src_ip\":\"203.0.113.50\",\"timestamp\":%q}```",
			start.Add(20*time.Second).UTC().Format(time.RFC3339)))
		for i := range 6 {
			w.siem(on(start.Add(time.Minute+time.Duration(i)*time.Second), []string{"edr", "sshd"}[i%2], "ada", fmt.Sprintf("db-%d", i)))
		}
		w.settle()
		w.pass(20 * time.Minute) // for the rules that wait, and the page, which comes back by poll
		w.settle()
		if n := len(w.incidents()); n != 1 {
			t.Errorf("%d incidents, want 1", n)
		}
		if pages := w.sb.PagerDuty.Incidents(); len(pages) != 1 {
			t.Errorf("%d pages, want 1: %+v", len(pages), pages)
		}
		found := w.detections(1)
		for _, rule := range []string{"failed-logins", "brute-force", "success-after-failures", "many-hosts", "lateral-movement"} {
			if n := len(slices.DeleteFunc(slices.Clone(found), func(d incident.Detection) bool { return d.Rule != rule })); n != 1 {
				t.Errorf("%d detections of %s, want 1: %+v", n, rule, found)
			}
		}
		for _, d := range found {
			want := 1
			if d.Rule == "failed-logins" {
				want = 2 // again when a login succeeded, which is worse
			}
			if said := w.saidIn(w.channel(1), "Detection: "+d.Title); len(said) != want {
				t.Errorf("%s is told %d times in the channel, want %d", d.Title, len(said), want)
			}
			in := 0
			for _, m := range w.threads() {
				if strings.Contains(m.Text, "Detection: "+d.Title) {
					in++
				}
			}
			if in > want {
				t.Errorf("%s is told %d times in threads, want %d", d.Title, in, want)
			}
		}
		w.compare(1)
	})
}
