package behaviour_test

import (
	"cmp"
	"crypto/sha256"
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"firebreak/detect"
	"firebreak/incident"
)

var freeze = flag.Bool("freeze", false, "write the traffic's sums anew: only when the traffic itself was wrong")

// told is one alert body as a tool forwards it. Attack says what it is part
// of, as rule/number; "" is benign.
type told struct {
	At, Seen time.Time
	Attack   string
	Body     string
}

// traffic makes four weeks of alerts. The same seed makes the same ones.
type traffic struct {
	rand   *rand.Rand
	attack string
	lines  []told
}

// monday is when all parts begin.
var monday = time.Date(2026, 9, 7, 0, 0, 0, 0, time.UTC)

const weeks = 4

func newTraffic(seed uint64) *traffic { return &traffic{rand: rand.New(rand.NewPCG(seed, 20260907))} }

// at is a moment of the part: the day from 0, and the time of day.
func at(day int, clock string) time.Time {
	t, err := time.Parse("15:04", clock)
	if err != nil {
		panic(err)
	}
	return monday.AddDate(0, 0, day).Add(time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute)
}

// around is d and up to a share of it more or less.
func (w *traffic) around(d time.Duration, share float64) time.Duration {
	return d + time.Duration((2*w.rand.Float64()-1)*share*float64(d))
}

// upTo is anything from 0 to d.
func (w *traffic) upTo(d time.Duration) time.Duration {
	return time.Duration(w.rand.Int64N(int64(d)))
}

// tell forwards a body: most arrive within seconds, some after a minute.
func (w *traffic) tell(at time.Time, body string) {
	at = at.Truncate(time.Second)
	delay := w.upTo(5 * time.Second)
	if w.rand.IntN(20) == 0 {
		delay = w.upTo(time.Minute)
	}
	w.lines = append(w.lines, told{At: at, Seen: at.Add(delay).Truncate(time.Second), Attack: w.attack, Body: body})
}

// during labels what do tells.
func (w *traffic) during(attack string, do func()) {
	w.attack = attack
	do()
	w.attack = ""
}

func outcome(ok bool, yes, no string) string {
	if ok {
		return yes
	}
	return no
}

func (w *traffic) sshd(at time.Time, ok bool, user, ip, host string) {
	w.tell(at, fmt.Sprintf(`{"source":"sshd","timestamp":%q,"host":%q,"message":"%s password for %s from %s port %d ssh2"}`,
		at.Format(time.RFC3339), host, outcome(ok, "Accepted", "Failed"), user, ip, 1024+w.rand.IntN(60000)))
}

func (w *traffic) winlog(at time.Time, ok bool, user, ip, host string) {
	w.tell(at, fmt.Sprintf(`{"EventID":%s,"TimeCreated":%q,"timestamp":%q,"Computer":%q,"TargetUserName":%q,"IpAddress":%q,"LogonType":3}`,
		outcome(ok, "4624", "4625"), at.Format(time.RFC3339), at.Format(time.RFC3339), host, user, ip))
}

func (w *traffic) okta(at time.Time, ok bool, user, ip string) {
	w.tell(at, fmt.Sprintf(`{"source":"okta","eventType":"user.session.start","published":%q,"actor":{"alternateId":"%s@corp.example"},"client":{"ipAddress":%q},"outcome":{"result":%q}}`,
		at.Format(time.RFC3339), user, ip, outcome(ok, "SUCCESS", "FAILURE")))
}

func (w *traffic) vpn(at time.Time, ok bool, user, ip string) {
	w.tell(at, fmt.Sprintf(`{"source":"vpn","event":"login","outcome":%q,"user":%q,"client_ip":%q,"timestamp":%q}`,
		outcome(ok, "success", "failure"), user, ip, at.Format(time.RFC3339)))
}

func (w *traffic) aws(at time.Time, name, user, ip string) {
	w.tell(at, fmt.Sprintf(`{"source":"aws","eventName":%q,"eventTime":%q,"userIdentity":{"userName":%q},"sourceIPAddress":%q}`,
		name, at.Format(time.RFC3339), user, ip))
}

func (w *traffic) proxy(at time.Time, ip, to string) {
	w.tell(at, fmt.Sprintf(`{"source":"proxy","event":"http-request","src_ip":%q,"dest_host":%q,"timestamp":%q}`,
		ip, to, at.Format(time.RFC3339)))
}

func (w *traffic) edr(at time.Time, what, user, host string) {
	w.tell(at, fmt.Sprintf(`{"source":"edr","action":%q,"user":%q,"hostname":%q,"timestamp":%q}`,
		what, user, host, at.Format(time.RFC3339)))
}

// arrived gives the lines in the order in which they arrive.
func (w *traffic) arrived() []told {
	return slices.SortedStableFunc(slices.Values(w.lines), func(a, b told) int { return a.Seen.Compare(b.Seen) })
}

// alerts reads what arrives, as the bot does, and says which of it is part of
// an attack.
func (w *traffic) alerts() ([]incident.Alert, map[string]string) {
	var alerts []incident.Alert
	attacks := map[string]string{}
	for i, line := range w.arrived() {
		for _, a := range detect.Alerts(detect.Input{ID: fmt.Sprintf("m%06d", i), JSON: []byte(line.Body), At: line.Seen}) {
			alerts = append(alerts, a)
			attacks[a.ID] = line.Attack
		}
	}
	return alerts, attacks
}

// attackNames are the attacks of a part.
func (w *traffic) attackNames() []string {
	seen := map[string]bool{}
	for _, line := range w.lines {
		if line.Attack != "" {
			seen[line.Attack] = true
		}
	}
	names := make([]string, 0, len(seen))
	for name := range seen {
		names = append(names, name)
	}
	slices.SortFunc(names, cmp.Compare[string])
	return names
}

// TestTrafficIsFrozen: the labelled traffic was written before the detectors
// and must not be bent to them afterwards.
func TestTrafficIsFrozen(t *testing.T) {
	for name, part := range map[string]*traffic{"training": training(), "heldout": heldOut(), "varied": varied()} {
		sum := sha256.New()
		for _, line := range part.arrived() {
			if err := json.NewEncoder(sum).Encode(line); err != nil {
				t.Fatal(err)
			}
		}
		got := fmt.Sprintf("%x  %d lines\n", sum.Sum(nil), len(part.lines))
		file := filepath.Join("testdata", "traffic", name+".sha256")
		if *freeze {
			if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil || got != string(want) {
			t.Errorf("%s: %q, frozen is %q (%v)", name, got, want, err)
		}
	}
}

// TestTrafficIsUnderstood: the bodies say what they are meant to, so that
// what a detector misses is its own fault.
func TestTrafficIsUnderstood(t *testing.T) {
	for name, part := range map[string]*traffic{"training": training(), "heldout": heldOut(), "varied": varied()} {
		alerts, _ := part.alerts()
		if len(alerts) != len(part.lines) {
			t.Errorf("%s: %d alerts of %d lines", name, len(alerts), len(part.lines))
		}
		actions := map[string]int{}
		for _, a := range alerts {
			actions[a.Source+" "+a.Action]++
			if a.Source == "" || len(a.Entities) < 2 || a.At.After(a.SeenAt) || a.SeenAt.Sub(a.At) > time.Minute {
				t.Fatalf("%s: %+v", name, a)
			}
		}
		for _, want := range []string{"sshd login-failure", "sshd login-success", "winlog login-failure", "okta login-success", "vpn login-failure", "aws create-user", "proxy http-request"} {
			if actions[want] == 0 {
				t.Errorf("%s: no %s among %v", name, want, actions)
			}
		}
		t.Logf("%s: %d alerts, attacks: %s", name, len(alerts), strings.Join(part.attackNames(), " "))
	}
}
