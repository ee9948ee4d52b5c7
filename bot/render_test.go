package bot

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/slack-go/slack"
	"pgregory.net/rapid"

	"firebreak/detect/logfile"
	"firebreak/detect/sweep"
	"firebreak/incident"
	"firebreak/incident/lines"
	"firebreak/store"
)

var (
	renderNow  = time.Date(2026, 11, 22, 14, 32, 0, 0, time.UTC)
	renderThen = renderNow.Add(-50 * time.Minute)
)

// scene is one incident with everything that is rendered. Every text a
// person or a vendor wrote is made by text.
type scene struct {
	inc      incident.Incident
	page     incident.Page
	names    []string
	tasks    []incident.Task
	entries  []incident.Entry
	alerts   []incident.Alert
	found    incident.Detection
	missing  []string
	markdown string
	typed    string
	pending  []unfinished
	roles    []holder
	callees  []incident.Callee
	begun    []incident.Incident
	pages    []incident.Page
}

// story is a scene as people would write it.
func story() scene {
	texts := map[string]string{
		"title": "Brute force on bastion & VPN", "task": "Rotate the <bastion> keys", "note": "Traffic to 10.0.0.1 stopped\nat the firewall",
		"person": "Ann Onymous", "why": "7 failed logins for root from 10.0.0.1 within 5 minutes, then a success.",
	}
	return newScene(func(what string) string {
		if s, ok := texts[what]; ok {
			return s
		}
		return what
	}, 3)
}

// newScene makes a scene of n of each thing.
// missed is what somebody missed in a scene.
func (s scene) missed() caughtUp {
	return caughtUp{
		standing: standing{Incident: s.inc, Tasks: s.tasks, Pins: s.entries, Pinned: len(s.entries) + 9, Update: s.entries[0], Roles: s.roles},
		Since:    renderThen, News: map[incident.Kind]int{incident.KindMessage: 12, incident.KindTask: 1},
		Told: s.entries[:min(len(s.entries), catchupShown)], Unknown: []string{"nobody has the lead", "it is not contained"},
	}
}

func newScene(text func(what string) string, n int) scene {
	s := scene{
		inc: incident.Incident{
			Number: 3, Title: text("title"), Severity: incident.SEV2, Status: incident.StatusOpen, Private: true,
			OpenedAt: renderThen, Channel: incident.Channel{ID: "C0INC", Name: "inc-3-brute-force"}, Commander: "U0ANN",
			Page:    incident.PageRef{ID: "PABC123", Number: 1234, URL: "https://acme.pagerduty.com/incidents/PABC123?a=1&b=2"},
			Service: text("service"), Urgency: "high", Reason: text("reason"),
			Milestones: map[incident.Milestone]time.Time{incident.Detected: renderThen, incident.Acknowledged: renderNow.Add(-30 * time.Hour)},
			RCA:        incident.Issue{IID: 9, URL: "https://gitlab.com/acme/sec/-/issues/9"},
		},
		page: incident.Page{ID: "PABC123", Number: 1234, Title: text("title"), Service: text("service"), Priority: text("P1"), URL: "https://acme.pagerduty.com/incidents/PABC123"},
		found: incident.Detection{
			ID: "rule-0a1b2c3d4e5f6071", At: renderNow.Add(-10 * time.Minute), Rule: text("rule"), Title: text("detection"), Level: "high", Count: n + 2, Why: text("why"),
			Group: incident.Entity{Type: incident.EntityAccount, Value: text("root")}, Techniques: []string{"T1110.003", text("technique")},
		},
		markdown: "# RCA\n\n## Summary\n\n    indented ``` fence\n" + strings.Repeat(text("section")+"\n", n),
		typed:    text("typed"),
	}
	for i := range n {
		s.names = append(s.names, text("person"))
		s.missing = append(s.missing, text("The root cause is not written yet (rca set root-cause TEXT)."))
		s.roles = append(s.roles, holder{text("scribe"), "U0SAM"})
		s.callees = append(s.callees, incident.Callee{Kind: incident.CalleeUser, ID: fmt.Sprint(i), Name: text("person"), Email: text("ann@acme.example")})
		s.pending = append(s.pending, sceneUnfinished(i, text))
		s.begun = append(s.begun, incident.Incident{Number: incident.Number(i + 3), Title: text("title"), Severity: incident.SEV3, Private: i%2 == 0, Channel: s.inc.Channel})
		s.pages = append(s.pages, incident.Page{ID: fmt.Sprint("P", i), Number: 1234 + i, Title: text("title"), URL: "https://acme.pagerduty.com/incidents/PABC123"})
		s.tasks = append(s.tasks, sceneTask(i, text))
		s.entries = append(s.entries, sceneEntry(i, text))
		s.alerts = append(s.alerts, incident.Alert{
			ID: fmt.Sprint(i), Source: text("sshd"), Action: "login-failure", Title: text("alert"), At: renderThen.Add(time.Duration(i) * time.Second),
			Channel: "C0ALERTS", TS: fmt.Sprintf("17638%05d.000100", i),
			Entities: []incident.Entity{{Type: incident.EntityAddress, Value: "10.0.0.1"}, {Type: incident.EntityAccount, Value: text("root")}},
		})
	}
	return s
}

func sceneUnfinished(i int, text func(string) string) unfinished {
	p := unfinished{Action: incident.Action{ID: int64(i + 20), Kind: kindIssueCreate, Incident: 3, CreatedAt: renderThen, Reason: text("reason")}}
	switch i % 6 {
	case 0:
		p.State = incident.ActionParked
	case 1:
		p.State, p.WaitsFor, p.Kind = incident.ActionPlanned, 20, text("kind")
	case 2:
		p.State, p.Attempts, p.NotBefore = incident.ActionPlanned, 3, renderNow.Add(8*time.Second)
	case 3:
		p.State = incident.ActionLost
	case 4:
		p.State = incident.ActionUnknown
	case 5:
		p.State, p.NotBefore = incident.ActionPlanned, renderNow.Add(48*time.Hour)
	}
	return p
}

func taskDueIn(s scene, d time.Duration) incident.Task {
	t := s.tasks[0]
	t.Due = renderNow.Add(d)
	return t
}

// takenOf is a task of which GitLab has changed everything.
func takenOf(s scene) message {
	was, now := s.tasks[0], s.tasks[len(s.tasks)-1]
	now.N, now.Due = was.N, renderNow.Add(50*time.Hour)
	var all []taken
	for i, f := range incident.Fields() {
		direction := incident.Pull
		if i%2 == 1 {
			direction = incident.Conflict
		}
		all = append(all, taken{Change: incident.Change{Field: f, Direction: direction}, was: was, now: now})
	}
	m, _ := takenMessage(all, renderNow)
	return m
}

func sceneTask(i int, text func(string) string) incident.Task {
	t := incident.Task{
		Incident: 3, N: i + 1, Title: text("task"), Owner: "U0SAM", Due: renderNow.Add(time.Duration(i*30-10) * time.Hour),
		State: incident.TaskOpen, Issue: incident.Issue{IID: 10 + i, URL: "https://gitlab.com/acme/sec/-/issues/10"},
	}
	switch i % 3 {
	case 1:
		t.Owner, t.OwnerName, t.Due = "", text("gitlab-name"), time.Time{}
		t.Labels = []string{text("label"), "urgent"}
	case 2:
		t.State, t.Owner, t.Issue = incident.TaskDone, "", incident.Issue{}
	}
	return t
}

func sceneEntry(i int, text func(string) string) incident.Entry {
	e := incident.Entry{
		Incident: 3, N: i + 1, Kind: incident.KindMessage, OccurredAt: renderThen.Add(time.Duration(i) * time.Minute),
		Actor: incident.Actor{ID: "U0ANN", Name: text("person"), Kind: incident.ActorUser}, Text: text("note"),
		Source: incident.Source{System: "slack", Permalink: "https://acme.slack.com/archives/C0INC/p1763800000000100"},
	}
	e.RecordedAt = e.OccurredAt
	switch i % 5 {
	case 1:
		e.Kind, e.Pins = incident.KindNote, []incident.Pin{{By: "U0SAM", Emoji: "pushpin"}}
	case 2:
		e.Deleted, e.RecordedAt, e.Source.Permalink = true, e.OccurredAt.Add(time.Hour), text("permalink")
	case 3:
		e.Text, e.Files = "", []incident.File{{Name: text("file.txt")}}
	case 4:
		e.Redacted, e.Actor.Name = true, ""
	}
	return e
}

// hits are one of each sort that a search can give.
func (s scene) hits() store.Found {
	task := incident.Entry{Incident: 3, Kind: incident.KindTask, OccurredAt: renderThen, Actor: incident.Actor{ID: "U0SAM"}, Text: s.tasks[0].Title}
	section := task
	section.Kind, section.Text = incident.KindRCA, s.markdown
	return store.Found{Hits: []store.Hit{
		{Entry: s.entries[0], Snippet: s.typed},
		{Entry: s.entries[1], Snippet: s.typed, Older: 2},
		{Entry: task, Task: 1, Snippet: s.tasks[0].Title, Link: "https://gitlab.com/acme/sec/-/issues/10"},
		{Entry: section, Section: incident.SectionSummary, Snippet: s.typed, Link: s.inc.RCA.URL},
	}}
}

// imported is what came of a file of which much was wrong.
func (s scene) imported() Imported {
	got := Imported{Fresh: 1200, Summary: lines.Summary{Taken: 1234, From: renderThen, To: renderNow, Refused: 40, Unzoned: true, Responders: 3}}
	for i := range 20 {
		got.Troubles = append(got.Troubles, lines.Trouble{Place: i + 2, Why: s.typed + " names no time zone"})
	}
	return got
}

// dropped is a file of the scene.
func (s scene) dropped() examineOrder {
	return examineOrder{Channel: "C0INC", Thread: "1763800000.000100", Name: s.typed + ".log", Size: 9 << 20, At: renderNow}
}

// swept is what was found in it: a finding for each alert, with all alerts as
// evidence.
func (s scene) swept() sweep.Found {
	found := sweep.Found{
		Kind: logfile.Text, Events: 12034, From: renderThen, To: renderNow, Unread: 3, Left: 2,
		Troubles: []sweep.Trouble{{Place: 7, Why: s.typed}}, Ended: s.typed, Notes: []string{"2 events tell no time"},
	}
	for _, a := range s.alerts {
		f := sweep.Finding{Detection: s.found}
		for i, line := range s.alerts {
			if line.Raw = a.Title; i > 0 {
				line.Raw = `{"user":"root"}`
			}
			f.Lines = append(f.Lines, sweep.Line{Place: int64(i + 1), Alert: line})
		}
		found.Findings = append(found.Findings, f)
	}
	return found
}

// indicators are one of each type, with what somebody typed in its value.
func (s scene) indicators() (list []incident.Indicator) {
	values := map[incident.IndicatorType]string{
		incident.IndicatorIPv4: "203.0.113.7", incident.IndicatorDomain: "evil.com", incident.IndicatorURL: "https://evil.com/" + s.typed,
		incident.IndicatorEmail: "boss@evil.com", incident.IndicatorAccount: s.names[0], incident.IndicatorIPv6: "2001:db8::7",
	}
	for _, t := range incident.IndicatorTypes() {
		value := values[t]
		if value == "" {
			value = string(t) + " " + s.typed
		}
		list = append(list, incident.Indicator{Type: t, Value: value})
	}
	return list
}

// sightings are eight of each type, more than is shown.
func (s scene) sightings() (list []store.Mention) {
	for _, i := range s.indicators() {
		for n := range 8 {
			list = append(list, store.Mention{
				Indicator: i, Incident: incident.Number(3 + n), N: n, At: renderThen, Last: renderNow, Count: 1 + n%3,
				Actor: incident.Actor{ID: "U0ANN", Name: s.names[0], Kind: incident.ActorUser}, Permalink: s.entries[0].Source.Permalink,
			})
		}
	}
	return list
}

func (s scene) sighted() sighted {
	return sighted{asked: indicatorAsked{s.typed, s.indicators()[:1]}, list: s.sightings()[:8], title: map[incident.Number]string{3: s.inc.Title}, more: true}
}

func (s scene) foundIndicators() (list []foundIndicator) {
	for n, i := range s.indicators() {
		list = append(list, foundIndicator{i, s.sightings()[:min(n, screenIncidents+1)]})
	}
	return list
}

func (s scene) repeated() (list []repeated) {
	for n, i := range s.indicators() {
		list = append(list, repeated{i, slices.Repeat([]incident.Incident{s.inc}, 1+n%5)})
	}
	return list
}

// checklist is what keeps the scene's incident open, with every fix there is.
func (s scene) checklist() checklist {
	tasks := slices.Clone(s.tasks)
	for i := range tasks {
		tasks[i].Owner, tasks[i].OwnerName = "", ""
	}
	return checklist{Number: 3, Missing: s.missing, Fixes: fixes(s.inc, nil, tasks)}
}

func (s scene) storm(rule string, length time.Duration) store.Storm {
	return store.Storm{ID: 1, Incident: 3, Rule: rule, Since: renderThen, Until: renderThen.Add(length)}
}

// tallies are those of a storm of alerts, with a tool's own words in them.
func (s scene) tallies() store.StormTallies {
	say := func(words ...string) (list []store.Tally) {
		for i, w := range words {
			list = append(list, store.Tally{What: w, Count: 40 - i})
		}
		return list
	}
	return store.StormTallies{Alerts: 112, Sources: say("edr", s.typed), Actions: say(s.names[0]), Entities: say("address 203.0.113.50", s.typed, "host db-1")}
}

// gathered are the detections that a storm's message names.
func (s scene) gathered() (found []incident.Detection) {
	for i := range stormGroups {
		found = append(found, incident.Detection{
			Rule: "failed-logins", Title: s.typed, Level: "high", At: renderThen.Add(time.Duration(i) * time.Minute),
			Group: incident.Entity{Type: incident.EntityAccount, Value: s.names[0]},
		})
	}
	return found
}

// messages renders everything that can be said about a scene.
func (s scene) messages() map[string]message {
	public, plain, closed := s.inc, s.inc, s.inc
	public.Private = false
	acked := s.inc
	acked.AcknowledgedBy = incident.Actor{Name: s.names[0]}
	plain.Page, plain.RCA, plain.Commander, plain.Channel, plain.OpenedBy = incident.PageRef{}, incident.Issue{}, "", incident.Channel{}, "U0SAM"
	closed.Status, closed.Disposition = incident.StatusClosed, incident.Override
	storm := s.inc
	storm.Storm = "PSERVICE"
	ruleStorm := s.inc
	ruleStorm.Storm = ruleStormOf("failed-logins")
	const cmd, by = "/inc", "U0SAM"
	m := map[string]message{
		"header":               headerMessage(s.inc, s.page, s.names, cmd),
		"header_acknowledged":  headerMessage(acked, s.page, s.names, cmd),
		"header_by_hand":       headerMessage(plain, incident.Page{}, nil, cmd),
		"header_closed":        headerMessage(closed, s.page, nil, cmd),
		"announce_private":     announcement([]incident.Incident{s.inc}, true),
		"announce_public":      announcement([]incident.Incident{public}, false),
		"announce_several":     announcement(s.begun[:min(len(s.begun), mostGathered)], true),
		"header_storm":         headerMessage(storm, s.page, s.names, cmd),
		"storm_pages":          stormPagesMessage(s.pages[:min(len(s.pages), mostGathered)]),
		"storm_over":           stormOver(472, cmd),
		"header_rule_storm":    headerMessage(ruleStorm, s.page, s.names, cmd),
		"storm_alerts":         alertStormMessage(s.storm("", 90*time.Second), s.tallies(), renderNow, cmd),
		"alerts_left":          leftMessage(1000, 2412),
		"storm_rule":           ruleStormMessage(s.storm(s.typed, 9*time.Minute), 190, s.gathered(), renderNow, cmd),
		"split":                splitMessage(s.page, s.inc, by),
		"nobody":               nobodyReachable(s.inc),
		"opened":               openedMessage(plain),
		"page_resolved":        pageResolvedMessage(s.names[0], cmd),
		"parked":               parkedMessage(incident.Action{ID: 12, Kind: kindInvite, Incident: 3}, s.typed, cmd),
		"actions":              actionsMessage(3, s.pending, len(s.pending)+2, renderNow, cmd),
		"actions_none":         actionsMessage(3, nil, 0, renderNow, cmd),
		"retry_not_needed":     notRetried(s.pending[1], renderNow, cmd),
		"called":               calledMessage(call{To: s.callees[0], By: incident.Actor{ID: by}}),
		"called_policy":        calledMessage(call{To: incident.Callee{Kind: incident.CalleePolicy, Name: s.typed}, By: incident.Actor{ID: by}}),
		"no_callee":            noCalleeMessage(s.typed, calleeFound{Why: "several are called that", Near: s.callees[:min(len(s.callees), nearShown)]}, cmd),
		"severity_choice":      severityChoice(s.inc),
		"severity":             severityMessage(s.inc, incident.SEV3, by),
		"lead":                 leadMessage("U0ANN", by),
		"role":                 roleMessage(s.typed, "U0ANN", by),
		"milestone":            milestoneMessage(incident.Contained, renderThen, renderNow, by),
		"update":               updateMessage(public, s.typed, by),
		"closed":               closedMessage(closed, by, cmd),
		"close_refused":        s.checklist().message(cmd),
		"close_ready":          checklist{Number: 3, Said: "Task 2 is done already."}.message(cmd),
		"reopened_archived":    unarchiveMessage(s.inc),
		"reopened":             reopenedMessage(s.inc, by),
		"rca_published":        rcaPublishedMessage(s.inc, false),
		"rca":                  rcaMessage(3, s.markdown, cmd),
		"noted":                notedMessage(s.entries[0], renderNow),
		"task_added":           taskAddedMessage(s.tasks[0], renderNow, ""),
		"task_from_message":    taskAddedMessage(s.tasks[0], renderNow, s.entries[0].Source.Permalink),
		"task_changed":         taskChangedMessage(s.tasks[0], by),
		"task_due":             taskDueMessage(s.tasks[0], renderNow),
		"task_apart":           taskApart(s.tasks[0]),
		"task_locked":          taskLocked(s.tasks[0]),
		"task_owner_local":     ownerStaysHere(s.tasks[0], "/inc"),
		"task_field_local":     fieldStaysHere(s.tasks[0], incident.FieldDue),
		"task_taken":           takenOf(s),
		"mapped":               mappedMessage("U0SAM", "sam.lee"),
		"account_known":        accountCheckedMessage("U0SAM", "sam.lee", true),
		"account_unknown":      accountCheckedMessage("U0SAM", "sam.lee", false),
		"gitlab_token":         trackerTroubleMessage("401", "security/incidents"),
		"gitlab_project":       trackerTroubleMessage("404", "security/incidents"),
		"gitlab_role":          trackerTroubleMessage("403", "security/incidents"),
		"gitlab_well":          trackerTroubleMessage("", "security/incidents"),
		"reminder_soon":        reminderMessage(taskDueIn(s, 20*time.Hour), renderNow),
		"reminder_due":         reminderMessage(taskDueIn(s, 0), renderNow),
		"reminder_overdue":     reminderMessage(taskDueIn(s, -50*time.Hour), renderNow),
		"digest":               digestMessage(s.inc, s.tasks, renderNow),
		"task_changed_outside": taskChangedOutside(s.tasks[len(s.tasks)-1], s.names[0]),
		"task_list":            taskListMessage(3, s.tasks, renderNow, cmd),
		"task_list_empty":      taskListMessage(3, nil, renderNow, cmd),
		"timeline":             timelineMessage(3, s.entries, len(s.entries)+100, renderNow, cmd),
		"timeline_empty":       timelineMessage(3, nil, 0, renderNow, cmd),
		"status":               statusMessage(standing{Incident: s.inc, Tasks: s.tasks, Pins: s.entries, Pinned: len(s.entries) + 9, Update: s.entries[0], Roles: s.roles, Detections: 3, SetAside: 2}, renderNow, cmd),
		"catchup":              catchupMessage(s.missed(), "U0ANN", renderNow, cmd),
		"catchup_new":          catchupMessage(caughtUp{standing: standing{Incident: plain}}, "U0ANN", renderNow, cmd),
		"handover":             handoverMessage(s.missed(), "U0SAM", "U0ANN", renderNow),
		"handover_new":         handoverMessage(caughtUp{standing: standing{Incident: plain}}, "U0SAM", "U0ANN", renderNow),
		"corrected":            correctedMessage(s.entries[0], s.entries[len(s.entries)-1], "U0ANN", renderNow, cmd),
		"dropped":              droppedMessage(s.entries[0], renderNow, cmd),
		"undone":               undoneMessage(s.entries[0], renderNow),
		"status_new":           statusMessage(standing{Incident: plain}, renderNow, cmd),
		"importing":            importingMessage(s.typed + ".csv"),
		"imported":             importedMessage(importOrder{Name: s.typed + ".csv"}, s.imported(), renderNow, cmd),
		"imported_none":        importedMessage(importOrder{Name: s.typed + ".csv"}, Imported{Why: "begins with " + s.typed}, renderNow, cmd),
		"found":                foundMessage(cmd, s.typed, 1, s.hits(), renderNow),
		"found_page":           foundMessage(cmd, s.typed+" page:2", 2, store.Found{Hits: s.hits().Hits, More: true}, renderNow),
		"found_no_page":        foundMessage(cmd, s.typed+" page:9", 9, store.Found{}, renderNow),
		"found_nothing":        foundMessage(cmd, s.typed, 1, store.Found{}, renderNow),
		"detection":            detectionMessage(s.found, s.alerts),
		"detections":           detectionsMessage(3, s.judged(), renderNow, "/inc"),
		"detections_none":      detectionsMessage(3, nil, renderNow, "/inc"),
		"detection_thread":     detectionThread(s.found, s.alerts, s.inc),
		"examining":            examiningMessage(s.dropped(), 5<<20, 0),
		"examining_events":     examiningMessage(s.dropped(), 5<<20, 1234567),
		"examined":             examinedMessage(s.dropped(), s.swept(), false, renderNow, cmd),
		"examined_shared":      examinedMessage(s.dropped(), s.swept(), true, renderNow, cmd),
		"examined_nothing":     examinedMessage(s.dropped(), sweep.Found{Kind: logfile.CSV, Events: 1}, false, renderNow, cmd),
		"examined_no_log":      examinedMessage(s.dropped(), sweep.Found{}, false, renderNow, cmd),
		"unexamined":           unexaminedMessage(s.dropped(), s.typed),
		"indicators":           indicatorsMessage(3, s.sightings(), renderNow, cmd),
		"indicators_none":      indicatorsMessage(3, nil, renderNow, cmd),
		"indicators_found":     foundIndicatorsMessage(s.foundIndicators(), 3),
		"indicators_unfound":   foundIndicatorsMessage(nil, 0),
		"seen":                 seenMessage(s.sighted(), renderNow),
		"seen_nowhere":         seenMessage(sighted{asked: indicatorAsked{s.typed, s.indicators()[:1]}}, renderNow),
		"seen_before":          repeatsMessage(s.repeated(), cmd),
		"detection_confirmed":  s.judgedMessage(true),
		"detection_false":      s.judgedMessage(false),
		"score":                scoreMessage(s.records(), s.advice(), "/inc"),
		"score_none":           scoreMessage(nil, nil, "/inc"),
		"proposals":            proposalsMessage(s.advice(), "/inc"),
		"shadow":               quietMessage(listShadow, s.records(), s.judged(), 4, renderNow),
		"hints":                quietMessage(listHints, s.records(), s.judged(), 0, renderNow),
		"hints_none":           quietMessage(listHints, nil, nil, 0, renderNow),
		"mute":                 mutedMessage(s.muted(), by, 2, true, renderNow, cmd),
		"mute_elsewhere":       mutedMessage(s.muted(), "U0SAM", 0, false, renderNow, cmd),
		"unmuted":              unmutedMessage(s.muted(), by, 3, true),
		"mute_ended":           muteEndedMessage(s.muted(), 3, renderThen, renderNow, true, cmd),
		"mutes":                mutesMessage([]listedMute{{s.muted(), 3, true}, {s.muted(), 0, false}}, renderNow, cmd),
		"mutes_none":           mutesMessage(nil, renderNow, cmd),
		"gap":                  gapMessage(s.inc, store.Gap{Since: renderThen, Until: renderNow, Why: s.typed}, renderNow, false),
		"gap_closed":           gapMessage(s.inc, store.Gap{Since: renderThen, Until: renderNow, Why: s.typed, ClosedAt: renderNow}, renderNow, true),
		"short_pages":          shortPagesMessage(),
		"open_checkpoints":     openCheckpointsMessage(incident.TrackerIssue{IID: 9, URL: "https://gitlab.com/acme/incidents/-/issues/9"}),
		"shut_archived":        shutMessage(s.inc, store.ChannelState{Archived: true}, cmd),
		"shut_out":             shutMessage(s.inc, store.ChannelState{Out: true}, cmd),
		"open_again":           openAgainMessage(s.inc, 2),
		"shared":               sharedMessage(s.inc, true, false),
		"unshared":             sharedMessage(s.inc, false, true),
		"withheld":             withheldMessage(cmd),
		"made_public":          madePublicMessage(s.inc, false),
		"made_public_control":  madePublicMessage(s.inc, true),
		"made_private":         madePrivateMessage(s.inc),
		"outsider":             outsiderMessage(incident.Person{ID: "U0ANN", Guest: true}, "T0"),
		"status_outsiders":     statusMessage(standing{Incident: s.inc, Tasks: s.tasks, Pins: s.entries, Warning: outsidersLine([]incident.Person{{ID: "U0ANN", Guest: true}, {ID: "U0SAM", Stranger: true}}, "T0")}, renderNow, cmd),
		"deactivated":          deactivatedMessage(incident.Person{Name: s.names[0]}, []int{1, 3}, true, cmd),
		"alerts_unread":        alertsUnreadMessage("C0INC", causeOut),
		"help":                 helpMessage(cmd),
		"unclear_time":         unclearTimeMessage(&incident.UnclearTimeError{Text: s.typed, Candidates: [2]time.Time{renderThen, renderNow}}),
		"restored":             restored(renderThen, renderNow),
		"trouble":              troubled([]ailment{{checkDatabase, renderNow, s.typed}, {checkGitLab, renderThen, "gitlab list issues answered 502"}}, renderNow),
		"trouble_over":         recovered([]ailment{{checkDatabase, renderNow, ""}, {checkGitLab, renderNow, ""}}, renderNow),
		"topic_as_a_message":   {Text: channelTopic(s.inc)},
		"evidence":             evidenceMessage(3, s.pieces(), 2, renderNow, cmd),
		"evidence_none":        evidenceMessage(3, nil, 0, renderNow, cmd),
		"evidence_piece":       pieceMessage(s.pieces()[0], renderNow),
		"evidence_given":       movedMessage(s.pieces()[0], incident.MoveGiven, "U0ANN", "U0SAM", s.typed),
		"evidence_sealed":      movedMessage(s.pieces()[0], incident.MoveSealed, "U0ANN", "", ""),
		"evidence_marked":      markedMessage(1, 2, s.entries[0], cmd),
		"evidence_missed":      parkedMessage(incident.Action{ID: 12, Kind: kindFetchFile, Incident: 3, Payload: encode(fetchFile{Name: s.typed})}, "it is larger than 256 MiB", cmd),
	}
	if _, err := Parse(cmd, s.typed); err != nil {
		if e, ok := errors.AsType[*UsageError](err); ok {
			m["refused"] = refusedMessage(e)
		}
	}
	return m
}

func TestMessagesGolden(t *testing.T) {
	s := story()
	for len(s.entries) < 5 {
		s.entries = append(s.entries, sceneEntry(len(s.entries), func(what string) string { return what }))
	}
	for name, m := range s.messages() {
		t.Run(name, func(t *testing.T) {
			var b bytes.Buffer
			enc := json.NewEncoder(&b)
			enc.SetEscapeHTML(false)
			enc.SetIndent("", "  ")
			p := m.post("C0INC", "key:"+name)
			if err := enc.Encode(map[string]any{"text": p.Text, "blocks": p.Blocks}); err != nil {
				t.Fatal(err)
			}
			golden(t, name+".json", b.Bytes())
			checkMessage(t, m)
		})
	}
}

func TestPostCarriesKeyAndBlocks(t *testing.T) {
	p := announcement([]incident.Incident{story().inc}, true).post("C0CTRL", "announce:INC-3")
	if p.Channel != "C0CTRL" || p.Key != "announce:INC-3" || !json.Valid(p.Blocks) {
		t.Errorf("got %+v", p)
	}
	var row []struct {
		Elements []struct{ ActionID, Value string } `json:"elements"`
	}
	data := strings.ReplaceAll(string(p.Blocks), "action_id", "ActionID")
	if err := json.Unmarshal([]byte(data), &row); err != nil {
		t.Fatal(err)
	}
	if b := row[1].Elements[0]; b.ActionID != actionJoin || b.Value != "INC-3" {
		t.Errorf("got the button %+v", b)
	}
}

func TestPrivateAnnouncementTellsNoMore(t *testing.T) {
	b, err := json.Marshal(announcement([]incident.Incident{story().inc}, true))
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{"Brute", "brute", "C0INC", "U0ANN", "PABC123", "1234"} {
		if bytes.Contains(b, []byte(secret)) {
			t.Errorf("%q is told: %s", secret, b)
		}
	}
}

func TestDetectionThreadShowsItsOwnChannelOnly(t *testing.T) {
	s := story()
	s.alerts[0].Channel, s.alerts[0].Source = "C0OTHER", "secret-source"
	all := strings.Join(texts(detectionThread(s.found, s.alerts, s.inc).Blocks), "\n")
	if strings.Contains(all, "secret-source") || strings.Contains(all, "Brute") {
		t.Errorf("it tells too much:\n%s", all)
	}
	if strings.Count(all, "login-failure") != 2 || !strings.Contains(all, "… and 3 more.") {
		t.Errorf("want 2 of 5 alerts:\n%s", all)
	}
}

func TestNothingIsDroppedSilently(t *testing.T) {
	s := newScene(func(what string) string { return strings.Repeat("長", 400) + what }, 60)
	for name, m := range map[string]message{
		"tasks":   taskListMessage(3, s.tasks, renderNow, "/inc"),
		"missing": checklist{Number: 3, Missing: s.missing}.message("/inc"),
		"rca":     rcaMessage(3, s.markdown, "/inc"),
	} {
		all := strings.Join(texts(m.Blocks), "\n")
		if !regexp.MustCompile(`… and \d+ more`).MatchString(all) {
			t.Errorf("%s: what was left out is not said", name)
		}
		checkMessage(t, m)
	}
	all := strings.Join(texts(taskListMessage(3, s.tasks, renderNow, "/inc").Blocks), "\n")
	var left int
	if _, err := fmt.Sscanf(all[strings.LastIndex(all, "…"):], "… and %d more", &left); err != nil {
		t.Fatal(err)
	}
	if shown := len(regexp.MustCompile("`\\d+` ").FindAllString(all, -1)); shown+left != 60 || shown < 10 {
		t.Errorf("%d tasks are shown and %d said to be left, want 60", shown, left)
	}
}

func TestTimelinePagesTheNewest(t *testing.T) {
	s := newScene(func(what string) string { return what }, 50)
	m := timelineMessage(3, s.entries, 50, renderNow, "/inc")
	all := strings.Join(texts(m.Blocks), "\n")
	if strings.Contains(all, "`30` ") || !strings.Contains(all, "`31` ") || !strings.Contains(all, "`50` ") {
		t.Errorf("want entries 31 to 50:\n%s", all)
	}
	if strings.Index(all, "`31` ") > strings.Index(all, "`50` ") {
		t.Error("want the oldest first")
	}
}

func TestLinkStaysAToken(t *testing.T) {
	tests := []struct{ address, want string }{
		{"https://a.example/x?a=1&b=2", "<https://a.example/x?a=1&amp;b=2|label>"},
		{"https://a.example/x|y", "label"},
		{"https://a.example/x>y", "label"},
		{"https://a.example/x y", "label"},
		{"javascript:alert(1)", "label"},
		{"!channel", "label"},
		{"", "label"},
		{"https://a.example/" + strings.Repeat("x", 600), "label"},
	}
	for _, tt := range tests {
		if got := link(tt.address, "label"); got != tt.want {
			t.Errorf("link(%q) = %q, want %q", tt.address, got, tt.want)
		}
	}
}

func TestWordsShowTokens(t *testing.T) {
	const in = "ask <@U1|sam> or <@U2> in <#C1|ops>, see <https://x.example/a?b&c|this> &  a <b> <!here>"
	const want = "ask @sam or @U2 in #ops, see this (https://x.example/a?b&amp;c) &amp; a &lt;b&gt; &lt;!here&gt;"
	if got := words(in, 500); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestCutMrkdwnKeepsTokensWhole(t *testing.T) {
	tests := []struct {
		in    string
		limit int
		want  string
	}{
		{"short", 5, "short"},
		{"longer", 5, "long…"},
		{"ab &amp; c", 7, "ab…"},
		{"ab &amp; cd", 10, "ab &amp;…"},
		{"see <https://x.example|x> now", 12, "see…"},
		{"see <@U1> now", 11, "see <@U1>…"},
		{"äöü&lt;", 5, "äöü…"},
	}
	for _, tt := range tests {
		if got := cutMrkdwn(tt.in, tt.limit); got != tt.want {
			t.Errorf("cutMrkdwn(%q, %d) = %q, want %q", tt.in, tt.limit, got, tt.want)
		}
	}
}

// Whatever people, vendors and attackers write: no message pings, links or
// pretends on their behalf, and Slack takes every one.
func TestMessagesAreSafeForAnyText(t *testing.T) {
	evil := []string{
		"<!channel>", "<!here|here>", "<@U666>", "<!subteam^S1|@ops>", "<https://evil.example|bank>", "@here", "&lt;!channel&gt;",
		"`", "```", "|", "^", "<", ">", "&", "\n", "\r\n", "\x00", "\xff", "\u202e", "*", "_", "~", "長い文", "🔥", " ", "<!date^1^{time}|x>",
		strings.Repeat("A", 500), strings.Repeat("<", 400), strings.Repeat("&", 3000), strings.Repeat("🔥", 1500), strings.Repeat("\n", 50),
		"https://x.example/a", "javascript:x", "sev 5 ", "note at ", "lead ",
	}
	gen := rapid.Custom(func(t *rapid.T) string {
		parts := rapid.SliceOfN(rapid.OneOf(rapid.SampledFrom(evil), rapid.String()), 0, 6).Draw(t, "parts")
		return strings.Join(parts, "")
	})
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.SampledFrom([]int{2, 7, 30}).Draw(t, "n")
		pool := rapid.SliceOfN(gen, 4, 4).Draw(t, "texts")
		i := 0
		s := newScene(func(string) string { i++; return pool[i%len(pool)] }, n)
		for name, m := range s.messages() {
			if problem := faults(m); problem != "" {
				t.Fatalf("%s: %s\n%s", name, problem, m.blockJSON())
			}
		}
		if topic := channelTopic(s.inc); utf8.RuneCountInString(topic) > topicMax || strings.Contains(topic, "\n") {
			t.Fatalf("topic of %d characters: %q", utf8.RuneCountInString(topic), topic)
		}
	})
}

func checkMessage(t *testing.T, m message) {
	t.Helper()
	if problem := faults(m); problem != "" {
		t.Errorf("%s\n%s", problem, m.blockJSON())
	}
}

// faults says what Slack would refuse about a message, or what in it would be
// live that nobody meant.
func faults(m message) string {
	if m.Text == "" || utf8.RuneCountInString(m.Text) > fallbackMax {
		return fmt.Sprintf("fallback of %d characters", utf8.RuneCountInString(m.Text))
	}
	if leak := liveToken(m.Text); leak != "" {
		return "fallback with the live token " + leak
	}
	total := 0
	for _, text := range texts(m.Blocks) {
		total += utf8.RuneCountInString(text)
	}
	raw := m.blockJSON()
	if len(m.Blocks) > 50 || total >= 9000 || len(raw) > 15000 {
		return fmt.Sprintf("%d blocks with %d characters in %d bytes", len(m.Blocks), total, len(raw))
	}
	// What travels as the answer to a command must be below 20 480 bytes.
	if whole := len(raw) + len(m.Text); whole > 19000 {
		return fmt.Sprintf("%d bytes in all", whole)
	}
	for _, b := range m.Blocks {
		if problem := blockFault(b); problem != "" {
			return problem
		}
	}
	return ""
}

func blockFault(b slack.Block) string {
	limit := sectionMax
	if b.BlockType() == slack.MBTHeader {
		limit = headerMax
	}
	for _, text := range texts([]slack.Block{b}) {
		if n := utf8.RuneCountInString(text); n == 0 || n > limit {
			return fmt.Sprintf("%s block with %d characters", b.BlockType(), n)
		}
		if !utf8.ValidString(text) {
			return "invalid UTF-8"
		}
		if leak := liveToken(text); leak != "" && b.BlockType() != slack.MBTHeader {
			return "block with the live token " + leak
		}
	}
	if c, ok := b.(*slack.ContextBlock); ok && len(c.ContextElements.Elements) > contextMax {
		return "context with too many elements"
	}
	return ""
}

// texts gives every text of some blocks.
func texts(blocks []slack.Block) []string {
	var all []string
	for _, b := range blocks {
		switch b := b.(type) {
		case *slack.HeaderBlock:
			all = append(all, b.Text.Text)
		case *slack.SectionBlock:
			all = append(all, b.Text.Text)
		case *slack.ContextBlock:
			for _, e := range b.ContextElements.Elements {
				all = append(all, e.(*slack.TextBlockObject).Text)
			}
		}
	}
	return all
}

// ours are the tokens firebreak itself writes in the scenes; everything else
// between angle brackets came from somebody's text.
var ours = regexp.MustCompile(`^<(@(U0ANN|U0SAM)|#C0INC|!date\^\d{10}\^(\{[a-z_]+\} ?)+\|[-0-9: ]+ UTC|` +
	`https://(acme\.pagerduty\.com|gitlab\.com|acme\.slack\.com|attack\.mitre\.org)/[^|<>]*\|[^|<>]*|https?://[^|<>]*\|↗)>$`)

// liveToken gives the first token in mrkdwn that is not ours, or a bracket
// that belongs to no token.
func liveToken(mrkdwn string) string {
	for i := 0; i < len(mrkdwn); i++ {
		if mrkdwn[i] != '<' {
			continue
		}
		end := strings.IndexByte(mrkdwn[i:], '>')
		if end < 0 {
			return mrkdwn[i:]
		}
		if tok := mrkdwn[i : i+end+1]; !ours.MatchString(tok) {
			return tok
		}
	}
	for _, word := range []string{"@here", "@channel", "@everyone"} {
		if strings.Contains(strings.ToLower(mrkdwn), word) {
			return word
		}
	}
	return ""
}

func TestLiveTokenFindsThem(t *testing.T) {
	for _, text := range []string{"a <!channel>", "<@U666>", "<https://evil.example|x>", "half <", "@Here"} {
		if liveToken(text) == "" {
			t.Errorf("%q passes", text)
		}
	}
	if diff := cmp.Diff("", liveToken("<@U0SAM> &lt;!channel&gt; <!date^1763800000^{time}|14:32 UTC>")); diff != "" {
		t.Error(diff)
	}
}
