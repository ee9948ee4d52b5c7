package bot

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"firebreak/detect"
	"firebreak/detect/sigma"
	"firebreak/incident"
)

// TestWhatRulesSeeOfAnAlert: the event it hands on, the alert itself, or what
// was understood of it.
func TestWhatRulesSeeOfAnAlert(t *testing.T) {
	received := time.Date(2026, 9, 7, 12, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		name string
		in   detect.Input
		want []map[string]string // fields of each event, as far as they are named
	}{
		{
			"text",
			detect.Input{Text: "Sep  7 11:59:00 web-1 sshd[7]: Failed password for root from 203.0.113.9 port 22 ssh2"},
			[]map[string]string{{"src_ip": "203.0.113.9", "user": "root", "host": "web-1", "action": "login-failure", "title": "?", "absent": ""}},
		},
		{"object", detect.Input{JSON: []byte(`{"a":{"b":1},"user":"root"}`)}, []map[string]string{{"a.b": "1", "user": "root", "src_ip": "", "action": ""}}},
		{
			"event as an object",
			detect.Input{JSON: []byte(`{"rule":"x","_source":{"EventID":1,"Image":"sh"}}`)},
			[]map[string]string{{"EventID": "1", "Image": "sh", "rule": ""}, {"rule": "x", "EventID": ""}},
		},
		{
			"event as text",
			detect.Input{JSON: []byte(`{"rule":"x","event":{"original":"{\"EventID\":2}"}}`)},
			[]map[string]string{{"EventID": "2"}, {"rule": "x"}},
		},
		{"no event", detect.Input{JSON: []byte(`{"raw":"{no json","x":1}`)}, []map[string]string{{"x": "1"}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.in.ID, tt.in.At = "m", received
			alerts := detect.Alerts(tt.in)
			if len(alerts) != 1 {
				t.Fatalf("alerts: %+v", alerts)
			}
			events := AlertEvents(alerts[0])
			if len(events) != len(tt.want) {
				t.Fatalf("%d events, want %d", len(events), len(tt.want))
			}
			for i, fields := range tt.want {
				got := map[string]string{}
				for name, want := range fields {
					values := events[i].Values(name)
					for _, v := range values.List {
						got[name] += v.Text
					}
					if want == "?" && got[name] != "" {
						got[name] = "?"
					}
					if want == "" && !values.Present {
						got[name] = ""
					}
				}
				if diff := cmp.Diff(fields, got); diff != "" {
					t.Errorf("event %d (-want +got):\n%s", i, diff)
				}
			}
		})
	}
}

// TestWhyIsBounded: whatever stands in an alert, the sentence is short and has
// no secrets.
func TestWhyIsBounded(t *testing.T) {
	b := newBot(t, openStore(t))
	d := b.ruleDetection(sigma.Head{ID: strings.Repeat("x", 1000)}, incident.Entity{}, time.Time{}, "a")
	if len(d.Rule) > 200 || len(d.ID) > 300 {
		t.Errorf("the rule's name has %d bytes, the id %d", len(d.Rule), len(d.ID))
	}
	a := incident.Alert{Source: strings.Repeat("s", 500), Entities: []incident.Entity{{Type: incident.EntityHost, Value: strings.Repeat("h", 256)}}}
	var said []sigma.Said
	for range 40 {
		said = append(said, sigma.Said{Field: strings.Repeat("f", 500), Text: "glpat-abcdefghij0123456789 \n" + strings.Repeat("<!channel> ", 900)})
	}
	why := b.whyFound(said, a)
	if len([]rune(why)) > 2000 || strings.Contains(why, "glpat-abc") || strings.Contains(why, "\n") || !strings.Contains(why, "35 more fields") {
		t.Errorf("why (%d): %s", len(why), why)
	}
}
