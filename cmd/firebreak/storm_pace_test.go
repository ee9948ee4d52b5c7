package main

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"firebreak/incident"
	"firebreak/integrations/sandbox"
)

// stormServices are the services that fail together, and stormPages is how
// many pages they raise in a minute.
const (
	stormServices = 10
	stormPages    = 500
)

// Ten services raise 500 pages within a minute, the worst of them last. Each
// page has its incident, each incident its channel; what waits for Slack waits
// in the right order, and nothing is asked of Slack that it would refuse.
func TestFiveHundredPagesInAMinute(t *testing.T) {
	if sampled() {
		t.Skip("takes half a minute; TestStormIsGathered is a smaller one")
	}
	inWorld(t, func(w *world) {
		w.level = unread
		w.env["FIREBREAK_STORM_PAGES"] = "10"
		w.start()
		began := time.Now()
		w.storm()
		for len(w.channels()) < len(w.incidents()) {
			w.pass(10 * time.Second)
			if time.Since(began) > time.Hour {
				t.Fatalf("%d channels for %d incidents after an hour", len(w.channels()), len(w.incidents()))
			}
		}
		w.settle()

		if refused := w.sb.Slack.RateLimited(); len(refused) > 0 {
			t.Errorf("Slack had to refuse calls for their pace: %v", refused)
		}
		w.incidentOfPages()
		s := readStorm(w)
		s.wantOneChannelEach()
		s.wantWholeBucket()
		s.wantWorstFirst()
		s.wantVisible()
	})
}

// storm lets the pages come, evenly over a minute.
func (w *world) storm() {
	for i := range stormServices {
		w.sb.PagerDuty.AddService(fmt.Sprint("service ", i))
	}
	for i := range stormPages {
		priority := "P3"
		if i >= stormPages*9/10 {
			priority = "P1"
		}
		w.sb.PagerDuty.Trigger(sandbox.Trigger{
			Title: fmt.Sprintf("host-%d does not answer", i), Service: fmt.Sprint("service ", i%stormServices), Priority: priority,
		})
		w.pass(time.Minute / stormPages)
	}
}

// stormLedger is what came of it.
type stormLedger struct {
	w         *world
	incidents []incident.Incident
	made      []madeChannel
	announced map[incident.Number]time.Time
}

// madeChannel is a call that made a channel.
type madeChannel struct {
	at time.Time
	n  incident.Number
}

var (
	numberInName = regexp.MustCompile(`"inc-(\d+)-`)
	numberInText = regexp.MustCompile(`INC-\d+`)
)

func readStorm(w *world) *stormLedger {
	s := &stormLedger{w: w, incidents: w.incidents(), announced: map[incident.Number]time.Time{}}
	for _, r := range w.sb.Ledger.Of("slack", sandbox.RecordRequest) {
		if m := numberInName.FindSubmatch(r.Args); r.Method == "conversations.create" && m != nil {
			n, _ := incident.ParseNumber("INC-" + string(m[1]))
			s.made = append(s.made, madeChannel{at: r.At, n: n})
		}
	}
	for _, m := range w.sb.Slack.In(w.env["FIREBREAK_SLACK_CONTROL_CHANNEL"]).Messages() {
		for _, text := range numberInText.FindAllString(m.Text+texts(m.Blocks), -1) {
			n, _ := incident.ParseNumber(text)
			if _, known := s.announced[n]; !known {
				s.announced[n] = timeOf(m.TS)
			}
		}
	}
	return s
}

// timeOf reads Slack's ts, which is when it took the message.
func timeOf(ts string) time.Time {
	seconds, _ := json.Number(ts).Float64()
	return time.UnixMicro(int64(seconds * 1e6)).UTC()
}

func (s *stormLedger) wantOneChannelEach() {
	for n, cs := range s.w.channels() {
		if len(cs) != 1 {
			s.w.t.Errorf("%s has %d channels", n, len(cs))
		}
	}
	// The first ten of each service have incidents of their own, the rest one.
	if want := stormServices * 11; len(s.incidents) != want {
		s.w.t.Errorf("%d incidents, want %d", len(s.incidents), want)
	}
}

// wantWholeBucket asks that channels were made as fast as Slack's bucket for
// that lets through: it is what everything waits for.
func (s *stormLedger) wantWholeBucket() {
	const burst = 4 // ours: Slack tolerates some and does not say how many
	took := s.made[len(s.made)-1].at.Sub(s.made[burst-1].at)
	share := float64(len(s.made)-burst) / (20 * took.Minutes())
	s.w.t.Logf("%d channels in %v: %.3f of what Slack lets through", len(s.made), took, share)
	if share < 0.98 {
		s.w.t.Errorf("only %.3f of Slack's bucket was used", share)
	}
}

// wantWorstFirst asks that no channel of a SEV3 was made while a SEV1 that was
// known waited. One call may be under way when the SEV1 comes.
func (s *stormLedger) wantWorstFirst() {
	of := map[incident.Number]incident.Incident{}
	made := map[incident.Number]time.Time{}
	for _, inc := range s.incidents {
		of[inc.Number] = inc
	}
	for _, m := range s.made {
		made[m.n] = m.at
	}
	for _, m := range s.made {
		if of[m.n].Severity != incident.SEV3 || of[m.n].Storm != "" {
			continue
		}
		i := slices.IndexFunc(s.incidents, func(other incident.Incident) bool {
			return other.Severity == incident.SEV1 && other.OpenedAt.Add(time.Second).Before(m.at) && made[other.Number].After(m.at)
		})
		if i >= 0 {
			s.w.t.Errorf("at %s %s (SEV3) got its channel before %s (SEV1, open since %s)", m.at, m.n, s.incidents[i].Number, s.incidents[i].OpenedAt)
		}
	}
}

// wantVisible asks that people could see each page within 2 s of its being
// known: its incident is announced, and a storm's channel names it once there
// is one.
func (s *stormLedger) wantVisible() {
	var slowest time.Duration
	for _, inc := range s.incidents {
		at, ok := s.announced[inc.Number]
		if !ok {
			s.w.t.Errorf("%s was not announced", inc.Number)
		}
		if d := at.Sub(inc.OpenedAt); d > 2*time.Second {
			s.w.t.Logf("%s announced after %v (%s)", inc.Number, d, inc.OpenedAt)
		}
		slowest = max(slowest, at.Sub(inc.OpenedAt))
		if inc.Storm != "" {
			slowest = max(slowest, s.slowestIn(inc))
		}
	}
	s.w.t.Logf("the slowest page was visible after %v", slowest)
	if slowest > 2*time.Second {
		s.w.t.Errorf("a page was visible only after %v", slowest)
	}
}

// slowestIn is how long the slowest page of a storm took to be named in the
// storm's channel, once that was there.
func (s *stormLedger) slowestIn(inc incident.Incident) (slowest time.Duration) {
	c := s.w.sb.Slack.In(inc.Channel.ID)
	messages := c.Messages()
	ready := timeOf(inc.HeaderTS)
	for _, e := range s.w.of(inc.Number, incident.KindPage) {
		if e.Data["type"] != "trigger" {
			continue
		}
		number := fmt.Sprintf("#%v", e.Data["number"])
		i := slices.IndexFunc(messages, func(m sandbox.Message) bool { return strings.Contains(m.Text+texts(m.Blocks), number) })
		if i < 0 {
			s.w.t.Errorf("%s: page %s is not named in its channel", inc.Number, number)
			continue
		}
		known := e.RecordedAt
		if known.Before(ready) {
			known = ready
		}
		if d := timeOf(messages[i].TS).Sub(known); d > 2*time.Second {
			s.w.t.Logf("%s %s named after %v (known %s)", inc.Number, number, d, known)
		}
		slowest = max(slowest, timeOf(messages[i].TS).Sub(known))
	}
	return slowest
}
