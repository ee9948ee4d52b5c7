package detect_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"firebreak/detect"
	"firebreak/incident"
)

var attacker = incident.Entity{Type: incident.EntityAddress, Value: "203.0.113.7"}

func failure(id int, after time.Duration) incident.Alert {
	return incident.Alert{
		ID: fmt.Sprintf("a%03d", id), Source: "sshd", Action: detect.LoginFailure, At: received.Add(after),
		Entities: []incident.Entity{attacker, {Type: incident.EntityAccount, Value: "root"}},
	}
}

func failures(after ...time.Duration) []incident.Alert {
	var alerts []incident.Alert
	for i, d := range after {
		alerts = append(alerts, failure(i, d))
	}
	return alerts
}

func TestFailedLoginsAtItsEdges(t *testing.T) {
	m, s := time.Minute, time.Second
	for name, tt := range map[string]struct {
		alerts []incident.Alert
		counts []int
	}{
		"four":                       {failures(0, m, 2*m, 3*m), nil},
		"five":                       {failures(0, m, 2*m, 3*m, 4*m), []int{5}},
		"five at once":               {failures(0, 0, 0, 0, 0), []int{5}},
		"five in exactly the window": {failures(0, m, 2*m, 3*m, 10*m), []int{5}},
		"five in a little longer":    {failures(0, m, 2*m, 3*m, 10*m+s), nil},
		"twelve are one":             {failures(0, m, 2*m, 3*m, 4*m, 5*m, 6*m, 7*m, 8*m, 9*m, 10*m, 11*m), []int{12}},
		"strays are no evidence":     {failures(-40*m, 0, m, 2*m, 3*m, 4*m, 40*m), []int{5}},
		"again within the hour": {
			failures(0, m, 2*m, 3*m, 4*m, 30*m, 31*m, 32*m, 33*m, 34*m), []int{10},
		},
		"again after it": {
			failures(0, m, 2*m, 3*m, 4*m, 70*m, 71*m, 72*m, 73*m, 74*m), []int{5, 5},
		},
	} {
		t.Run(name, func(t *testing.T) {
			var counts []int
			for _, d := range detect.FailedLogins(5).Examine(attacker, tt.alerts) {
				counts = append(counts, d.Count)
				if len(d.Evidence) != d.Count || d.Group != attacker || d.Why == "" || d.DedupKey == "" {
					t.Errorf("odd detection %+v", d)
				}
			}
			if diff := cmp.Diff(tt.counts, counts); diff != "" {
				t.Errorf("counts differ (-want +got):\n%s", diff)
			}
		})
	}
}

func TestOtherAddressesAndActionsDontCount(t *testing.T) {
	alerts := failures(0, 1, 2, 3, 4)
	alerts[0].Action = "port-scan"
	if found := detect.FailedLogins(5).Examine(attacker, alerts); found != nil {
		t.Errorf("found %+v", found)
	}
	alerts = failures(0, 1, 2, 3, 4)
	alerts[4].Entities = alerts[4].Entities[1:]
	if found := detect.FailedLogins(5).Examine(attacker, alerts); found != nil {
		t.Errorf("found %+v", found)
	}
}

func TestEvidenceIsBoundedAndCountIsNot(t *testing.T) {
	var alerts []incident.Alert
	for i := range 1000 {
		alerts = append(alerts, failure(i, time.Duration(i)*time.Second))
	}
	found := detect.FailedLogins(5).Examine(attacker, alerts)
	if len(found) != 1 || found[0].Count != 1000 || len(found[0].Evidence) != 200 {
		t.Fatalf("found %d, first counts %d with %d as evidence", len(found), found[0].Count, len(found[0].Evidence))
	}
}

// draw makes alerts that fit into one standing time of the rule.
func draw(t *rapid.T) []incident.Alert {
	n := rapid.IntRange(0, 14).Draw(t, "alerts")
	alerts := make([]incident.Alert, n)
	for i := range alerts {
		a := failure(i, time.Duration(rapid.IntRange(0, 3600).Draw(t, "second"))*time.Second)
		a.Action = rapid.SampledFrom([]string{detect.LoginFailure, detect.LoginFailure, detect.LoginSuccess, "process-start"}).Draw(t, "action")
		a.Source = rapid.SampledFrom([]string{"sshd", "edr", "winlog"}).Draw(t, "source")
		host := rapid.SampledFrom([]string{"db-1", "db-1.acme.example", "db-2", "web-1", "web-2"}).Draw(t, "host")
		a.Entities = append(a.Entities, incident.Entity{Type: incident.EntityHost, Value: host})
		alerts[i] = a
	}
	return alerts
}

// TestAnyOrderOfArrivalTellsTheSame: what is told, once all alerts are
// there, depends neither on the order in which they came nor on repeats.
func TestAnyOrderOfArrivalTellsTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		alerts := draw(t)
		var want, got keeper
		for _, a := range inOrder(alerts) {
			want.take(a)
		}
		shuffled := rapid.Permutation(append(alerts, alerts...)).Draw(t, "arrival")
		for _, a := range shuffled {
			got.take(a)
		}
		tell := func(k keeper) map[string]int {
			m := map[string]int{}
			for _, d := range k.told {
				m[d.Rule+" "+d.Group.Value]++
			}
			return m
		}
		if diff := cmp.Diff(tell(want), tell(got)); diff != "" {
			t.Fatalf("told differs (-in order +as they came):\n%s", diff)
		}
		for what, n := range tell(got) {
			if n != 1 {
				t.Fatalf("%s told %d times", what, n)
			}
		}
		for _, d := range detect.Builtin() {
			for _, group := range []incident.Entity{attacker, {Type: incident.EntityAccount, Value: "root"}} {
				if diff := cmp.Diff(d.Examine(group, alerts), d.Examine(group, shuffled)); diff != "" {
					t.Fatalf("%s depends on the order of its history:\n%s", d.Rule().ID, diff)
				}
			}
		}
	})
}

// TestDetectionIsNeverMissedNorInvented counts every window by hand.
func TestDetectionIsNeverMissedNorInvented(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		alerts := draw(t)
		full := false
		for _, a := range alerts {
			n := 0
			for _, b := range alerts {
				if age := a.At.Sub(b.At); b.Action == detect.LoginFailure && age >= 0 && age <= 10*time.Minute {
					n++
				}
			}
			full = full || n >= 5
		}
		if found := detect.FailedLogins(5).Examine(attacker, alerts); (len(found) > 0) != full {
			t.Fatalf("found %d, a full window: %v", len(found), full)
		}
	})
}

func inOrder(alerts []incident.Alert) []incident.Alert {
	return slices.SortedStableFunc(slices.Values(alerts), func(a, b incident.Alert) int { return a.At.Compare(b.At) })
}

func FuzzAlerts(f *testing.F) {
	for _, s := range []string{
		"", "\x00", "\xff", "{}", "[[[[", `{"a":{"a":{"a":1}}}`, `{"user":"a","user":"b"}`, "a=b c=d",
		"Nov 22 14:01:00 db-1 sshd[1]: message repeated 99999999999 times: [ Failed password for root from 1.2.3.4 port 1 ssh2]",
		`{"alerts":[{"ip":"1.2.3.4"},{"time":99999999999999999999}]}`, "```{\"host\":\"x\"}", "<!date^1^x|y>",
		`[{"type":"section","fields":[{"text":"*Host*\nx"}]}]`, `[{"fields":[{"title":"Host","value":"x"}],"ts":"1"}]`,
		`{"details":"{\"details\":\"{\\\"ip\\\":\\\"1.2.3.4\\\"}\"}"}`, "user: bob\nip: 1.2.3.4:22\nhost: [::1]:22",
		`{\"ip\":\"1.2.3.4\"}`, `"{\"ip\":\"1.2`, `{"a":{"b":[1,{"c":"d`, "[{\"ip\":\"1.2.3.4\"", `host:a,ip:1.2.3.4 @usr.name:`, `{"Entities":"[{\"Type\":\"account\",\"Name\":\"a\"}]"}`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, in := range []detect.Input{
			{ID: "x", At: received, Text: s},
			{ID: "x", At: received, JSON: []byte(s), Text: "y"},
			{ID: "x", At: received, Blocks: json.RawMessage(s), Attachments: json.RawMessage(s)},
		} {
			checkAlerts(t, in)
		}
	})
}

func checkAlerts(t *testing.T, in detect.Input) {
	t.Helper()
	alerts := detect.Alerts(in)
	if len(alerts) > 200 {
		t.Fatalf("%d alerts", len(alerts))
	}
	seen := map[string]bool{}
	for _, a := range alerts {
		if seen[a.ID] || a.Action == "" || a.Title == "" || !utf8.ValidString(a.Title) || a.At.After(received.Add(25*time.Hour)) {
			t.Fatalf("odd alert %+v", a)
		}
		seen[a.ID] = true
		for _, e := range a.Entities {
			if e.Value == "" || e.Value != strings.ToLower(strings.TrimSpace(e.Value)) || strings.Contains(e.Value, "\x00") {
				t.Fatalf("odd entity %+v", e)
			}
		}
	}
	if diff := cmp.Diff(alerts, detect.Alerts(in)); diff != "" {
		t.Fatalf("not the same twice:\n%s", diff)
	}
}

// TestHugeInput: what is hostile by size is read in bounded time and space.
func TestHugeInput(t *testing.T) {
	noise := make([]byte, 128<<10)
	r := rand.New(rand.NewPCG(1, 2))
	for i := range noise {
		noise[i] = "{}[]\",:=ab1.\n "[r.IntN(14)]
	}
	for name, s := range map[string]string{
		"pairs":     strings.Repeat("a=1 user=b\n", 60_000),
		"lines":     strings.Repeat("x y z\n", 60_000),
		"nested":    strings.Repeat(`{"a":`, 60_000),
		"lists":     strings.Repeat("[", 300_000),
		"objects":   strings.Repeat(`{"message":"user=b ip=1.2.3.4"}`, 60_000),
		"fields":    `{"a":[` + strings.Repeat(`{"message":"user=b ip=1.2.3.4"},`, 20_000) + `{}]}`,
		"one value": `{"message":"` + strings.Repeat("user a from 1.2.3.4 ", 30_000) + `"}`,
		"one line":  strings.Repeat("for x from 1.2.3.4 on h-1 ", 30_000),
		"noise":     string(noise),
	} {
		t.Run(name, func(t *testing.T) {
			for _, in := range []detect.Input{
				{ID: "x", Text: s},
				{ID: "x", JSON: []byte(s)},
				{ID: "x", Blocks: json.RawMessage(s), Attachments: json.RawMessage(s)},
			} {
				if n := len(detect.Alerts(in)); n > 1000 {
					t.Errorf("%d alerts", n)
				}
			}
		})
	}
}
