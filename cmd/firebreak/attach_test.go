package main

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"firebreak/incident"
	"firebreak/integrations/sandbox"
	"firebreak/store"
)

// told is an alert of a tool, i seconds after start, with an id of its own.
func told(start time.Time, what, address, account, host string, i int) string {
	return fmt.Sprintf(`{"id":"1763800000.%06d","event":%q,"source":"edr","src_ip":%q,"user":%q,"host":%q,"title":"%s, score %d","timestamp":%q}`,
		i, what, address, account, host, what, i, start.Add(time.Duration(i)*time.Second).UTC().Format(time.RFC3339))
}

// fenced are alerts as a forwarder posts them.
func fenced(lines ...string) (messages []string) {
	for _, line := range lines {
		messages = append(messages, "```"+line+"```")
	}
	return messages
}

// attacked opens the incident of a brute force from 203.0.113.50.
func (w *world) attacked() sandbox.SlackChannel {
	w.t.Helper()
	start := time.Now()
	for i := range 5 {
		w.siem(failure(start, "203.0.113.50", i))
	}
	c := w.channel(1)
	w.settle()
	return c
}

// wantAlerts wants so many alert entries in an incident.
func (w *world) wantAlerts(n incident.Number, want int) []incident.Entry {
	w.t.Helper()
	es := w.of(n, incident.KindAlert)
	if len(es) != want {
		w.t.Errorf("%d alerts are on the timeline of %s, want %d", len(es), n, want)
		for _, e := range es {
			w.t.Logf("%d %s %v", e.N, e.Text, e.Data["entities"])
		}
	}
	return es
}

// later lets days pass while no bot runs, which costs a test nothing.
func (w *world) later(d time.Duration) {
	w.t.Helper()
	w.stop()
	w.pass(d)
	w.start()
}

// An alert without a detection joins the open incident that is about the same
// address, before or after it; nothing is said of it. What only shares an
// everyday account, or comes days later, or after the end, joins nothing.
func TestAlertsJoinTheIncidentOfTheirEntities(t *testing.T) {
	inWorld(t, func(w *world) {
		w.start()
		w.siem(fenced(told(time.Now(), "port-scan", "203.0.113.50", "n/a", "edge-9", 0))...)
		c := w.attacked()
		w.wantAlerts(1, 6)
		said := len(c.Messages())
		w.siem(fenced(
			told(time.Now(), "malware", "203.0.113.50", "eve", "lab-3", 1),
			told(time.Now(), "malware", "198.51.100.9", "root", "lab-4", 2),
			told(time.Now(), "malware", "198.51.100.9", "eve", "lab-3", 3), // what was only attached leads nowhere
		)...)
		w.settle()
		es := w.wantAlerts(1, 7)
		e := es[len(es)-1]
		if e.Lane != incident.LaneAdversary || e.Source.Channel != w.sb.Slack.In("#alerts").ID() || !strings.Contains(e.Text, "malware") {
			t.Errorf("the entry: %+v", e)
		}
		if now := len(c.Messages()); now != said {
			t.Errorf("%d messages were posted for alerts", now-said)
		}
		w.later(25 * time.Hour)
		w.siem(fenced(told(time.Now(), "malware", "203.0.113.50", "eve", "lab-3", 4))...)
		w.settle()
		w.wantAlerts(1, 7)
		w.compareOnce()
	})
}

// An address on which alerts have come for days is everyday life, and leads
// to no incident.
func TestEverydayEntitiesJoinNothing(t *testing.T) {
	inWorld(t, func(w *world) {
		w.start()
		for i := range 5 {
			w.siem(fenced(told(time.Now(), "proxy-block", "203.0.113.50", "ann", "pc-1", i))...)
			w.settle()
			w.later(24 * time.Hour)
		}
		w.attacked()
		before := len(w.of(1, incident.KindAlert))
		w.siem(fenced(told(time.Now(), "proxy-block", "203.0.113.50", "bob", "pc-2", 9))...)
		w.settle()
		w.wantAlerts(1, before)
	})
}

// A tool that goes on telling the same makes one entry that counts, and the
// detectors count every one of them.
func TestRepeatedAlertsAreOneEntry(t *testing.T) {
	inWorld(t, func(w *world) {
		w.start()
		start := time.Now()
		same := func(i int) string { // what changes is the time and the count
			return fmt.Sprintf("```{\"event\":\"failed_login\",\"source\":\"sshd\",\"host\":\"vpn-1\",\"user\":\"ann\",\"src_ip\":\"203.0.113.50\",\"title\":\"%d failed logins\",\"timestamp\":%q}```",
				i, start.Add(time.Duration(i)*time.Second).UTC().Format(time.RFC3339))
		}
		for i := range 5 {
			w.siem(same(i))
		}
		w.channel(1)
		w.settle()
		if found := w.detections(1); len(found) != 1 || found[0].Count != 5 || len(found[0].Evidence) != 5 {
			t.Errorf("detections: %+v", found)
		}
		w.siem(same(600), same(1200), same(1200)) // the last is told twice in the same words
		w.settle()
		es := w.wantAlerts(1, 1)
		if times, until := es[0].Repeats(); times != 6 || until.Sub(start) != 20*time.Minute || len(es[0].Revisions) > 0 {
			t.Errorf("repeated %d times until %s: %+v", times, until, es[0])
		}
		w.siem(same(4000)) // an hour later it is news
		w.settle()
		w.wantAlerts(1, 2)
		w.wantAnswer(w.channel(1), "sam", "/inc timeline kind:alert", "repeated 6 times until")
		w.compareOnce()
	})
}

// The same event by two ways is one, whichever comes first.
func TestOneEventByTwoWays(t *testing.T) {
	inWorld(t, func(w *world) {
		w.env["FIREBREAK_ALERTS_TOKEN"] = "alerts-secret"
		w.start()
		start := time.Now()
		var lines []string
		for i := range 4 {
			lines = append(lines, strings.Trim(failure(start, "203.0.113.50", i), "`"))
		}
		w.siem(fenced(lines[0], lines[1], lines[2])...)
		w.sendAlerts(strings.Join(lines, "\n"))
		w.settle()
		w.siem(fenced(lines[3])...)
		w.sb.PagerDuty.Trigger(sandbox.Trigger{Title: "Odd logins", Service: "Identity", Alerts: []map[string]any{
			{"summary": "odd", "event": "failed_login", "source": "sshd", "host": "pc-9", "user": "user-9", "src_ip": "198.51.100.7"},
		}})
		w.channel(1)
		w.settle()
		if n := len(w.incidents()); n != 1 {
			t.Errorf("%d incidents: four failures were taken for more", n)
		}
		w.sendAlerts(strings.Trim(failure(start, "203.0.113.50", 4), "`"))
		w.channel(2)
		w.settle()
		if found := w.detections(2); len(found) != 1 || found[0].Count != 5 {
			t.Errorf("detections: %+v", found)
		}
	})
}

// Many alerts within minutes are told in one message, which is edited; it
// names what they are.
func TestStormOfAlertsIsOneMessage(t *testing.T) {
	inWorld(t, func(w *world) {
		w.env["FIREBREAK_ALERTS_TOKEN"] = "alerts-secret"
		w.start()
		c := w.attacked()
		before := len(w.of(1, incident.KindAlert))
		said := len(c.Messages())
		for i := range 300 {
			what := []string{"malware", "malware", "beacon"}[i%3]
			if status, answer := w.sendAlerts(told(time.Now(), what, "203.0.113.50", fmt.Sprint("user-", i), fmt.Sprint("pc-", i), i)); status != http.StatusAccepted {
				t.Fatal(answer)
			}
			w.pass(500 * time.Millisecond)
		}
		w.settle()
		w.wantAlerts(1, before+300)
		fresh := c.Messages()[said:]
		if len(fresh) != 1 {
			t.Fatalf("%d messages: %+v", len(fresh), fresh)
		}
		m := fresh[0]
		all := m.Text + texts(m.Blocks)
		for _, want := range []string{"305 alerts came in", "edr (300)", "malware (200)", "beacon (100)", "address 203.0.113.50 (305)"} {
			if !strings.Contains(all, want) {
				t.Errorf("the message lacks %q: %s", want, all)
			}
		}
		if edits := len(m.Versions) - 1; edits == 0 || edits > 8 {
			t.Errorf("%d edits for 300 alerts in 150 s", edits)
		}
		w.compareOnce()
	})
}

// A sweep over many groups opens a few incidents and one for the rest, which
// pages once; each detection is kept with its evidence.
func TestStormOfDetectionsIsGathered(t *testing.T) {
	longUnderRace(t)
	inWorld(t, func(w *world) {
		w.env["FIREBREAK_ALERTS_TOKEN"] = "alerts-secret"
		w.start()
		const groups = 60
		start := time.Now()
		var lines []string
		for g := range groups {
			for i := range 5 {
				lines = append(lines, fmt.Sprintf(`{"event":"failed_login","source":"sshd","host":"web-%d","user":"u%d","src_ip":"198.51.100.%d","timestamp":%q}`,
					g, g, g, start.Add(time.Duration(i)*time.Second).UTC().Format(time.RFC3339)))
			}
		}
		w.sendAlerts(strings.Join(lines, "\n"))
		w.settle()
		w.pass(2 * time.Minute)
		w.settle()
		if n := len(w.incidents()); n != ruleStorms+1 {
			t.Fatalf("%d incidents", n)
		}
		inc := w.incident(ruleStorms + 1)
		if !strings.HasPrefix(inc.Title, "Detection storm: ") || inc.Page.ID == "" {
			t.Errorf("the storm: %+v", inc)
		}
		if pages := w.sb.PagerDuty.Incidents(); len(pages) != ruleStorms+1 {
			t.Errorf("%d pages", len(pages))
		}
		found := w.detections(inc.Number)
		if len(found) != groups-ruleStorms || len(found[0].Evidence) != 5 {
			t.Errorf("%d detections in the storm", len(found))
		}
		if es := w.of(inc.Number, incident.KindDetection); len(es) != groups-ruleStorms {
			t.Errorf("%d entries of detections", len(es))
		}
		c := w.channel(inc.Number)
		told := w.saidIn(c, "detections in")
		if len(told) != 1 || !strings.Contains(told[0].Text+texts(told[0].Blocks), fmt.Sprint(groups-ruleStorms, " detections")) {
			t.Errorf("told: %+v", told)
		}
		if extra := w.saidIn(c, ":mag:"); len(extra) > 0 {
			t.Errorf("%d detections are told one by one", len(extra))
		}
		w.compareOnce()
	})
}

// ruleStorms is how many incidents one rule opens before its storm gathers.
const ruleStorms = 10

// Many groups of one incident are told in one message too.
func TestManyDetectionsOfOneIncidentAreOneMessage(t *testing.T) {
	inWorld(t, func(w *world) {
		w.start()
		start := time.Now()
		for g := range 12 {
			for i := range 5 {
				w.siem(failure(start, fmt.Sprint("198.51.100.", g+1), i)) // all on vpn-1
			}
		}
		c := w.channel(1)
		w.settle()
		w.pass(time.Minute)
		if n := len(w.incidents()); n != 1 {
			t.Fatalf("%d incidents", n)
		}
		if found := w.detections(1); len(found) != 12 {
			t.Errorf("%d detections", len(found))
		}
		if one, all := w.saidIn(c, ":mag:"), w.saidIn(c, "detections in"); len(one) != 5 || len(all) != 1 {
			t.Errorf("%d told by themselves, %d for the rest", len(one), len(all))
		}
	})
}

// outcome is what a set of alerts comes to, whatever the incidents' numbers:
// for each incident its detections and its alerts.
func (w *world) outcome() (list []string) {
	for _, inc := range w.incidents() {
		var said []string
		for _, d := range w.detections(inc.Number) {
			said = append(said, "detection "+d.Rule+" "+d.Group.Value)
		}
		w.view(func(v *store.View) error {
			ids, err := v.AlertsOf(inc.Number)
			for _, a := range ids {
				said = append(said, fmt.Sprintf("alert %s %s %v", a.At.Format(time.TimeOnly), a.Action, a.Entities))
			}
			return err
		})
		slices.Sort(said)
		list = append(list, strings.Join(said, "\n"))
	}
	slices.Sort(list)
	return list
}

// The same alerts in any order, told twice and by several ways, with restarts
// between them, come to the same detections, incidents and attached alerts.
func TestAlertsInAnyOrderComeToTheSame(t *testing.T) {
	longUnderRace(t)
	t.Parallel()
	var want []string
	for seed := range int64(12) {
		inSeededWorld(t, seed+1, func(w *world) {
			w.env["FIREBREAK_ALERTS_TOKEN"] = "alerts-secret"
			w.start()
			random := rand.New(rand.NewPCG(uint64(seed), 7))
			w.pass(10 * time.Minute)
			start := time.Now().Add(-10 * time.Minute)
			var lines []string
			for i := range 7 {
				lines = append(lines, strings.Trim(failure(start, "203.0.113.50", i), "`"))
				lines = append(lines, told(start, "port-scan", "198.51.100.77", "n/a", fmt.Sprint("edge-", i), i))
			}
			for i, host := range []string{"db-1", "db-2", "web-3", "web-4"} {
				lines = append(lines, fmt.Sprintf(`{"event":"successful_login","source":"log-%d","host":%q,"user":"svc-backup","src_ip":"10.20.0.7","timestamp":%q}`,
					i%2, host, start.Add(time.Duration(i)*time.Minute).UTC().Format(time.RFC3339)))
			}
			for i := range 4 {
				lines = append(lines, told(start, "malware", "203.0.113.50", "eve", "lab-3", 100+i))
				lines = append(lines, told(start, "odd-job", "192.0.2.9", "svc-backup", "lab-4", 200+60*i))
			}
			if seed > 0 {
				lines = append(lines, lines...)
				random.Shuffle(len(lines), func(i, j int) { lines[i], lines[j] = lines[j], lines[i] })
			}
			for i, line := range lines {
				if random.IntN(2) == 0 {
					w.sendAlerts(line)
				} else {
					w.siem(fenced(line)...)
				}
				if seed > 0 && i%17 == 9 {
					w.settle()
					w.stop()
					w.start()
				}
			}
			w.settle()
			w.pass(time.Minute)
			w.settle()
			got := w.outcome()
			if seed == 0 {
				want = got
				if len(got) != 2 {
					t.Fatalf("%d incidents: %v", len(got), got)
				}
			}
			if !slices.Equal(got, want) {
				t.Errorf("seed %d:\n%s\nwant\n%s", seed, strings.Join(got, "\n--\n"), strings.Join(want, "\n--\n"))
			}
		})
	}
}

// In a channel that another organisation reads, a storm says nothing of what
// came.
func TestStormInASharedChannel(t *testing.T) {
	inWorld(t, func(w *world) {
		w.env["FIREBREAK_ALERTS_TOKEN"] = "alerts-secret"
		w.start()
		c := w.attacked()
		c.Share(w.sb.Slack.User("stranger").TeamID)
		w.settle()
		said := len(c.Messages())
		for i := range 40 {
			w.sendAlerts(told(time.Now(), "malware", "203.0.113.50", fmt.Sprint("user-", i), "pc-1", i))
		}
		w.settle()
		w.wantAlerts(1, 45)
		for _, m := range c.Messages()[said:] {
			if all := m.Text + texts(m.Blocks); strings.Contains(all, "malware") || strings.Contains(all, "203.0.113.50") {
				t.Errorf("said to others: %s", all)
			}
		}
	})
}

// A storm's message survives the end of the process between its alerts: it is
// one, and says all of them.
func TestStormAcrossCrashes(t *testing.T) {
	inWorld(t, func(w *world) {
		w.env["FIREBREAK_ALERTS_TOKEN"] = "alerts-secret"
		w.start()
		c := w.attacked()
		for i := range 60 {
			if status, answer := w.sendAlerts(told(time.Now(), "malware", "203.0.113.50", fmt.Sprint("user-", i), "pc-1", i)); status != http.StatusAccepted {
				t.Fatal(answer)
			}
			w.pass(time.Second)
			if i%20 == 13 {
				w.crash()
				w.start()
			}
		}
		w.settle()
		w.pass(time.Minute)
		w.settle()
		w.wantAlerts(1, 65)
		if m := w.saidIn(c, "alerts came in"); len(m) != 1 || !strings.Contains(m[0].Text, "65 alerts came in") {
			t.Errorf("told: %+v", m)
		}
		w.compareOnce()
	})
}
