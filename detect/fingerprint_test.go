package detect_test

import (
	"fmt"
	"strings"
	"testing"

	"firebreak/detect"
	"firebreak/incident"
)

// one reads an input that holds one alert.
func one(t *testing.T, in detect.Input) incident.Alert {
	t.Helper()
	in.ID, in.At = "x", received
	alerts := detect.Alerts(in)
	if len(alerts) != 1 {
		t.Fatalf("%d alerts in %+v", len(alerts), in)
	}
	return alerts[0]
}

// TestFingerprint: what a tool tells again has one fingerprint whatever its
// counts, times and ids; what is about something else has another.
func TestFingerprint(t *testing.T) {
	of := func(body string) string { return one(t, detect.Input{JSON: []byte(body)}).Fingerprint }
	base := of(`{"title":"3 failed logins at 14:02:11 (id 7f3a9c21)","event":"login_failed","source":"sshd","severity":"low","user":"ann","src_ip":"203.0.113.7"}`)
	for _, again := range []string{
		`{"title":"4 failed logins at 14:02:59 (id 11223344)","event":"login_failed","source":"sshd","severity":"low","user":"ann","src_ip":"203.0.113.7"}`,
		`{"title":"1,204 failed logins at 2026-11-22T14:03:00Z (id 0a0b0c0d)","event":"login_failed","source":"sshd","severity":"low","user":"ann","src_ip":"203.0.113.7","timestamp":"2026-11-22T14:00:00Z","id":"11111111-2222-3333-4444-555555555555"}`,
		`{"src_ip":"203.0.113.7","user":"ACME\\ann","severity":"LOW","source":"sshd","event":"login_failed","title":"3 Failed Logins at 14:02:11 (id 7f3a9c21)"}`,
	} {
		if of(again) != base {
			t.Errorf("has another fingerprint: %s", again)
		}
	}
	for _, other := range []string{
		`{"title":"3 failed logins at 14:02:11","event":"login_failed","source":"sshd","severity":"high","user":"ann","src_ip":"203.0.113.7"}`,
		`{"title":"3 failed logins at 14:02:11 (id 7f3a9c21)","event":"login_failed","source":"sshd","severity":"low","user":"bob","src_ip":"203.0.113.7"}`,
		`{"title":"3 failed logins at 14:02:11 (id 7f3a9c21)","event":"login_failed","source":"vpn","severity":"low","user":"ann","src_ip":"203.0.113.7"}`,
		`{"title":"3 blocked logins at 14:02:11 (id 7f3a9c21)","event":"login_failed","source":"sshd","severity":"low","user":"ann","src_ip":"203.0.113.7"}`,
	} {
		if of(other) == base {
			t.Errorf("has the same fingerprint: %s", other)
		}
	}
	if a, b := of(`{"title":"CVE-2024-3094 on T1110","ip":"203.0.113.7"}`), of(`{"title":"CVE-2024-3095 on T1110","ip":"203.0.113.7"}`); a == b {
		t.Error("names of vulnerabilities are taken for counts")
	}
}

// TestEvent: the same event has one identity by whatever way it comes; where
// nothing can tell, it has none.
func TestEvent(t *testing.T) {
	const body = `{"event":"login_failed","source":"sshd","user":"ann","src_ip":"203.0.113.7","timestamp":"2026-11-22T14:00:00Z"}`
	sent := one(t, detect.Input{JSON: []byte(body)}).Event
	if sent == "" {
		t.Fatal("an alert with a time has no identity")
	}
	for name, in := range map[string]detect.Input{
		"a code fence":     {Text: "look\n```json\n" + body + "\n```"},
		"PagerDuty":        {JSON: []byte(`{"type":"alert_body","contexts":[],"details":` + body + `,"cef_details":{"client":"sshd","severity":"error"}}`)},
		"PagerDuty events": {JSON: []byte(`{"type":"api","cef_details":{"details":` + body + `,"dedup_key":"k"}}`)},
		"other blanks":     {JSON: []byte("{ \"user\": \"ann\",\n" + strings.TrimPrefix(strings.Replace(body, `"user":"ann",`, "", 1), "{"))},
	} {
		if got := one(t, in).Event; got != sent {
			t.Errorf("%s: another identity", name)
		}
	}
	for name, other := range map[string]string{
		"another time": strings.Replace(body, "14:00:00", "14:00:01", 1),
		"another user": strings.Replace(body, "ann", "bob", 1),
	} {
		if one(t, detect.Input{JSON: []byte(other)}).Event == sent {
			t.Errorf("%s: the same identity", name)
		}
	}
	if e := one(t, detect.Input{JSON: []byte(`{"event":"login_failed","user":"ann"}`)}).Event; e != "" {
		t.Errorf("nothing can tell, but it is %s", e)
	}

	id := func(key, value string) string {
		return one(t, detect.Input{JSON: fmt.Appendf(nil, `{"event":"login_failed",%q:%q,"n":%q}`, key, value, value+"x")}).Event
	}
	for _, own := range []string{"4c1f0d6f-4f4f-2b5c-8f7a-0f1c2d3e4f50", "1795356000.734211", "e4b2c1d0a9f8e7d6c5b4a3f2e1d0c9b8"} {
		if id("id", own) == "" || id("id", own) != id("eventID", own) {
			t.Errorf("%s is no identity", own)
		}
	}
	for _, shared := range []string{"4625", "12345678", "web-server-0001", "query matched"} {
		if id("alert_id", shared) != "" {
			t.Errorf("%s, which many events share, is an identity", shared)
		}
	}
}

// TestEventsOfOneInput: what stands twice in a log happened twice; what has an
// id happened once; an id of the whole is nobody's.
func TestEventsOfOneInput(t *testing.T) {
	events := func(text string) map[string]int {
		seen := map[string]int{}
		for _, a := range detect.Alerts(detect.Input{ID: "x", At: received, Text: text, JSON: nil}) {
			seen[a.Event]++
		}
		return seen
	}
	line := "Nov 22 14:00:00 db-1 sshd[1]: Failed password for root from 203.0.113.7 port 22 ssh2\n"
	if got := events(line + line); len(got) != 2 {
		t.Errorf("two lines are %d events", len(got))
	}
	object := `{"event":"x","id":"4c1f0d6f-4f4f-2b5c-8f7a-0f1c2d3e4f50"}` + "\n"
	if got := events(object + object); len(got) != 1 {
		t.Errorf("one id is %d events", len(got))
	}
	bundle := `{"id":"4c1f0d6f-4f4f-2b5c-8f7a-0f1c2d3e4f50","alerts":[{"event":"x","user":"a"},{"event":"x","user":"b"}]}`
	if got := events(bundle); got[""] != 2 {
		t.Errorf("the alerts of a bundle: %v", got)
	}
}

// TestMoreAlertsThanAreExamined are counted.
func TestMoreAlertsThanAreExamined(t *testing.T) {
	for n, want := range map[int]int{999: 0, 1000: 0, 1001: 1, 3412: 2412} {
		body := `{"alerts":[` + strings.TrimSuffix(strings.Repeat(`{"user":"a"},`, n), ",") + `]}`
		alerts, left := detect.Read(detect.Input{ID: "x", JSON: []byte(body), At: received})
		if left != want || len(alerts)+left != n {
			t.Errorf("of %d alerts %d are examined, %d left", n, len(alerts), left)
		}
	}
}
