package main

import (
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"firebreak/incident"
	"firebreak/integrations/sandbox"
)

// sendAlerts posts to the bot's way in for alerts.
func (w *world) sendAlerts(body string, headers ...string) (status int, said string) {
	w.t.Helper()
	req, err := http.NewRequestWithContext(w.t.Context(), http.MethodPost, "http://bot.sandbox/alerts", strings.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer alerts-secret")
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	resp, err := w.client.Do(req)
	if err != nil {
		w.t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	return resp.StatusCode, strings.TrimSpace(string(text))
}

// failedLogins are alerts as a forwarder sends them.
func failedLogins(n int) (lines []string) {
	start := time.Now()
	for i := range n {
		lines = append(lines, strings.Trim(failure(start, "203.0.113.50", i), "`"))
	}
	return lines
}

// TestAlertsAreSent: alerts that come over HTTP are examined as those from
// Slack are, each once, whatever is repeated and whenever the bot dies.
func TestAlertsAreSent(t *testing.T) {
	inWorld(t, func(w *world) {
		w.env["FIREBREAK_ALERTS_TOKEN"] = "alerts-secret"
		w.start()
		logins := failedLogins(5)
		first, list := strings.Join(logins[:2], "\n"), "["+strings.Join(logins[2:], ", ")+"]"
		for range 2 {
			if status, said := w.sendAlerts(first, "Idempotency-Key", "first"); status != http.StatusAccepted || said != `{"accepted":2}` {
				t.Fatalf("%d %s", status, said)
			}
		}
		w.settle()
		if n := len(w.incidents()); n != 0 {
			t.Fatalf("two failures, told twice, opened %d incidents", n)
		}
		if status, said := w.sendAlerts(list, "Idempotency-Key", "second"); status != http.StatusAccepted {
			t.Fatalf("%d %s", status, said)
		}
		w.crash() // it was accepted: the next start takes it up
		w.start()
		if status, said := w.sendAlerts(list, "Idempotency-Key", "second"); status != http.StatusAccepted || said != `{"accepted":3}` {
			t.Fatalf("repeated: %d %s", status, said)
		}
		w.wantBruteForce(5)
	})
}

func TestAlertsAnswers(t *testing.T) {
	inWorld(t, func(w *world) {
		w.env["FIREBREAK_ALERTS_TOKEN"] = "alerts-secret"
		w.start()
		const good = `{"event":"x"}`
		for _, tt := range []struct {
			name, body, header, value string
			status                    int
			says                      string
		}{
			{"one", good, "", "", 202, `{"accepted":1}`},
			{"one over several lines", "{\n \"event\": \"x\"\n}\n", "", "", 202, `{"accepted":1}`},
			{"lines", good + "\r\n\r\n" + good + "\n", "", "", 202, `{"accepted":2}`},
			{"list", "\ufeff [" + good + ",\n" + good + "]\n", "", "", 202, `{"accepted":2}`},
			{"no token", good, "Authorization", "", 401, "bearer token"},
			{"wrong token", good, "Authorization", "Bearer alerts-secre", 401, "bearer token"},
			{"another scheme", good, "Authorization", "Basic alerts-secret", 401, "bearer token"},
			{"nothing", " \n", "", "", 400, "no alert"},
			{"empty list", "[]", "", "", 400, "no alert"},
			{"no JSON", good + "\n{bad\n" + good, "", "", 400, "line 2: this is no JSON"},
			{"cut off", good + "\n{\"event\":", "", "", 400, "line 2: this is no JSON"},
			{"no object", good + "\n\n\"text\"\n", "", "", 400, "line 3: this is no JSON object"},
			{"no object in the list", "[" + good + ",\n7]", "", "", 400, "element 2 of the list (line 2): this is no JSON object"},
			{"list that does not end", "[" + good, "", "", 400, "the list does not end"},
			{"list and more", "[" + good + "]" + good, "", "", 400, "something follows"},
			{"long key", good, "Idempotency-Key", strings.Repeat("x", 256), 400, "Idempotency-Key"},
			{"large alert", `{"event":"` + strings.Repeat("x", 600<<10) + `"}`, "", "", 413, "line 1: this alert is larger than 512 KiB"},
			{"many alerts", strings.Repeat(good+"\n", 1001), "", "", 413, "more than 1000 alerts"},
			{"large body", strings.Repeat(" ", 9<<20), "", "", 413, "larger than 8 MiB"},
		} {
			var headers []string
			if tt.header != "" {
				headers = []string{tt.header, tt.value}
			}
			status, said := w.sendAlerts(tt.body, headers...)
			if status != tt.status || !strings.Contains(said, tt.says) {
				t.Errorf("%s: %d %s, want %d %q", tt.name, status, said, tt.status, tt.says)
			}
			if status >= 300 && strings.Contains(said, "alerts-secret") {
				t.Errorf("%s tells the token: %s", tt.name, said)
			}
		}
	})
}

// TestAlertsAreOff: without a token nobody can send any.
func TestAlertsAreOff(t *testing.T) {
	inWorld(t, func(w *world) {
		w.start()
		if status, said := w.sendAlerts(`{"event":"x"}`); status != http.StatusNotFound || !strings.Contains(said, "FIREBREAK_ALERTS_TOKEN") {
			t.Errorf("%d %s", status, said)
		}
	})
}

// FuzzSplitAlerts: whatever is sent, each alert is an object, and an error
// says where.
func FuzzSplitAlerts(f *testing.F) {
	for _, seed := range []string{`{}`, `[{},{}]`, "{}\n{}", `[`, `{]`, "\ufeff", `[{}],`, fmt.Sprint(strings.Repeat("[", 100))} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		alerts, err := splitAlerts(body)
		if err == nil && len(alerts) == 0 || err != nil && len(alerts) > 0 {
			t.Errorf("%d alerts, error %v", len(alerts), err)
		}
		for _, a := range alerts {
			if a[0] != '{' {
				t.Errorf("%s is no object", a)
			}
		}
	})
}

// TestAlertsUnderAUsedKey: a key stands for one set of alerts. Others under it
// are refused and not kept; the same ones, written with other blanks between
// them, are the same.
func TestAlertsUnderAUsedKey(t *testing.T) {
	inWorld(t, func(w *world) {
		w.env["FIREBREAK_ALERTS_TOKEN"] = "alerts-secret"
		w.start()
		logins := failedLogins(5)
		send := func(want int, body string) {
			t.Helper()
			status, said := w.sendAlerts(body, "Idempotency-Key", "batch")
			if status != want || want == http.StatusUnprocessableEntity && !strings.Contains(said, "used for other alerts") {
				t.Errorf("%d %s, want %d", status, said, want)
			}
		}
		send(202, strings.Join(logins[:4], "\n"))
		send(422, logins[4])
		send(422, strings.Join(logins, "\n"))
		send(422, strings.Join(logins[:3], "\n"))
		send(422, strings.Join([]string{logins[1], logins[0], logins[2], logins[3]}, "\n"))
		send(202, "[\n"+strings.Join(logins[:4], ",\n ")+"]")
		w.settle()
		if n := len(w.incidents()); n != 0 {
			t.Fatalf("%d incidents: what was refused was kept", n)
		}
		w.sendAlerts(logins[4], "Idempotency-Key", "the next")
		w.wantBruteForce(5)
	})
}

// TestMoreAlertsThanAreExaminedIsSaid: of a body that bundles more alerts than
// are examined, the rest is counted where people look.
func TestMoreAlertsThanAreExaminedIsSaid(t *testing.T) {
	inWorld(t, func(w *world) {
		w.env["FIREBREAK_ALERTS_TOKEN"] = "alerts-secret"
		w.start()
		body := `{"alerts":[` + strings.TrimSuffix(strings.Repeat(`{"event":"x"},`, 1203), ",") + `]}`
		for range 2 {
			if status, said := w.sendAlerts(body, "Idempotency-Key", "bundle"); status != http.StatusAccepted {
				t.Fatalf("%d %s", status, said)
			}
		}
		w.siem("```" + body + "```")
		w.settle()
		for _, c := range []sandbox.SlackChannel{w.control(), w.sb.Slack.In("#alerts")} {
			if said := w.saidIn(c, "the other 203 were not looked at"); len(said) != 1 {
				t.Errorf("said in %s: %+v", c.ID(), said)
			}
		}
	})
}

// TestAlertsOnAFullDisk: what cannot be kept is answered with 503, none of it
// is kept, and the same request is taken once there is room.
func TestAlertsOnAFullDisk(t *testing.T) {
	dir, fill, free := smallDisk(t)
	inWorldNow(t, func(w *world) {
		w.env["FIREBREAK_DATABASE_URL"] = "sqlite:" + filepath.Join(dir, "firebreak.db")
		w.env["FIREBREAK_ALERTS_TOKEN"] = "alerts-secret"
		w.start()
		w.settle()
		body := strings.Join(failedLogins(5), "\n") + "\n" + `{"event":"large","note":"` + strings.Repeat("x", 300<<10) + `"}`
		fill()
		if status, said := w.sendAlerts(body, "Idempotency-Key", "full"); status != http.StatusServiceUnavailable || !strings.Contains(said, "send it again") {
			t.Errorf("%d %s", status, said)
		}
		w.pass(time.Minute)
		if found := w.foundAnywhere(); len(found) != 0 {
			t.Errorf("found in what was not kept: %+v", found)
		}
		free()
		w.pass(10 * time.Second)
		if status, said := w.sendAlerts(body, "Idempotency-Key", "full"); status != http.StatusAccepted {
			t.Errorf("%d %s", status, said)
		}
		w.settle()
		if found := w.foundAnywhere(); len(found) != 1 || len(found[0].Evidence) != 5 {
			t.Errorf("found: %+v", found)
		}
	})
}

// foundAnywhere are the detections of all incidents. The bot's own page about its disk
// is an incident too.
func (w *world) foundAnywhere() (all []incident.Detection) {
	for _, inc := range w.incidents() {
		all = append(all, w.detections(inc.Number)...)
	}
	return all
}
