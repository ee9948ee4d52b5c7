package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"firebreak/incident"
	"firebreak/integrations/sandbox"
)

// outsideCalls are all calls firebreak makes outside, by the vendor's name
// for them; true for those that change something there. A call that is not
// made in the fault test fails it: nothing may be added whose lost answer
// nobody has looked at.
var outsideCalls = map[string]bool{
	"slack apps.connections.open": false, "slack auth.test": false,
	"slack conversations.history": false, "slack conversations.members": false, "slack conversations.replies": false,
	"slack users.info": false, "slack users.lookupByEmail": false, "slack usergroups.users.list": false,
	"slack users.conversations": false, "slack conversations.info": false, "slack bookmarks.list": false, "slack download": false,
	"slack conversations.create": true, "slack conversations.setTopic": true, "slack conversations.invite": true,
	"slack bookmarks.add": true, "slack chat.postMessage": true, "slack chat.update": true, "slack chat.postEphemeral": true,
	"slack views.open": true, "slack response_url": true,
	"slack files.info": false, "slack files.completeUploadExternal": true,
	"slack files.getUploadURLExternal": false, "slack upload": false, // nobody sees what they leave

	"pagerduty GET /incidents": false, "pagerduty GET /incidents/{id}": false, "pagerduty GET /incidents/{id}/alerts": false,
	"pagerduty GET /incidents/{id}/notes": false, "pagerduty GET /log_entries": false, "pagerduty GET /incidents/{id}/log_entries": false, "pagerduty GET /oncalls": false,
	"pagerduty GET /users": false, "pagerduty GET /users/{id}": false, "pagerduty GET /escalation_policies": false, "pagerduty GET /services": false,
	"pagerduty POST /incidents": true, "pagerduty POST /incidents/{id}/responder_requests": true,
	"pagerduty PUT /incidents/{id}": true, "pagerduty POST /incidents/{id}/notes": true, "pagerduty POST /v2/enqueue": true,

	"gitlab GET /api/v4/projects/{id}/issues": false, "gitlab GET /api/v4/projects/{id}/issues/{iid}": false,
	"gitlab GET /api/v4/user": false, "gitlab GET /api/v4/users": false, "gitlab GET /api/v4/users/{user_id}": false,
	"gitlab POST /api/v4/projects/{id}/issues": true, "gitlab PUT /api/v4/projects/{id}/issues/{iid}": true,
	"gitlab POST /api/v4/projects/{id}/issues/{iid}/links": true,
	"gitlab POST /api/v4/projects/{id}/uploads":            false, // nothing shows what it leaves
}

// scenario is a part of firebreak's work in which calls are made to fail.
type scenario struct {
	name    string
	prepare func(w *world)
	play    func(w *world)
	check   func(w *world)
}

func scenarios() []scenario {
	return []scenario{
		{"story", func(*world) {}, func(w *world) { w.tellShort() }, func(w *world) { w.wantIssues(3) }},
		{"detection", inviteGroup, playDetection, func(w *world) { w.wantIssues(1); w.wantForms() }},
		{"calls", alone, playCalls, func(w *world) { w.wantCalls() }},
		{"nobody", nobodyOnCall, playNobody, func(w *world) { w.wantNotes(1) }},
	}
}

// inviteGroup has a user group invited to every incident.
func inviteGroup(w *world) {
	g := w.sb.Slack.AddGroup(sandbox.UserGroup{Handle: "security", Name: "Security", Users: []string{w.sb.Slack.User("jo").ID, w.sb.Slack.User("alex").ID}})
	w.env["FIREBREAK_SLACK_INVITE"] = g.ID
}

// playDetection: a detection opens an incident and pages; people press the
// buttons, a task goes back and forth, and a reaction comes before its
// message.
func playDetection(w *world) {
	alerts := w.sb.Slack.In("#alerts")
	for i, host := range []string{"web-1", "files-2", "db-3"} {
		source := []string{"sshd", "winlog", "sshd"}[i]
		alerts.Webhook("siem", fmt.Sprintf("```{\"event\":\"successful_login\",\"source\":%q,\"host\":%q,\"user\":\"svc-x\"}```", source, host), "")
		w.pass(time.Second)
	}
	c := w.channel(1)
	w.until("the page that the detection raised belongs to its incident", func() bool { return w.incident(1).Page.ID != "" })
	w.until("jo and alex are invited", func() bool { return len(c.Members()) >= 3 })
	header := w.incident(1).HeaderTS
	c.Click("alex", header, "firebreak_ack", "INC-1")
	c.Click("alex", header, "firebreak_severity", "INC-1")
	w.pass(5 * time.Second)
	c.Command("alex", "/inc task add look at svc-x @jo")
	w.until("the task is in GitLab", func() bool { return len(w.sb.GitLab.Issues()) > 0 })
	w.pass(5 * time.Second)
	c.Command("jo", "/inc task done 1")
	w.until("the issue is closed", func() bool { return w.sb.GitLab.Issue(1).State == "closed" })
	w.pass(5 * time.Second)
	c.Command("jo", "/inc task reopen 1")
	w.until("the issue is open", func() bool { return w.sb.GitLab.Issue(1).State == "opened" })
	w.sb.Faults.Add(sandbox.Fault{Service: "slack", Method: "deliver", Kind: sandbox.LoseDeliver})
	m := c.Say("jo", "this comes after its pin")
	c.React("alex", m.TS, "pushpin")
	w.settle()
	playForms(w, c, m.TS)
}

// playForms: a message goes on the timeline by its shortcut, the checklist of a
// refused close is mended, and all is exported.
func playForms(w *world, c sandbox.SlackChannel, ts string) {
	for range 3 { // a person tries again when nothing opens
		c.Shortcut("alex", ts, "add_to_timeline")
		w.pass(4 * time.Second) // a trigger lives for three
		if v := w.sb.Slack.View("alex"); v != nil {
			w.send(v)
			break
		}
		w.pass(time.Minute)
	}
	c.Command("alex", "/inc close")
	w.settle()
	w.press(c, "alex", "firebreak_fix_contained")
	w.settle()
	c.Command("alex", "/inc export")
	w.settle()
}

// wantForms: what playForms did was done once.
func (w *world) wantForms() {
	w.t.Helper()
	w.wantEntry(1, incident.KindNote, "this comes after its pin")
	w.wantEntry(1, incident.KindMilestone, "contained")
	if n := len(exports(w.channel(1))); n != 1 {
		w.t.Errorf("%d exports are shown, want 1", n)
	}
	if n := len(w.sb.Slack.Views()); n != 1 {
		w.t.Errorf("%d modals were opened, want 1", n)
	}
}

// alone has somebody in PagerDuty who is on no escalation policy.
func alone(w *world) {
	w.sb.PagerDuty.AddUser(sandbox.PagerDutyUser{Name: "Nia Lone", Email: "nia@elsewhere.example"})
}

// playCalls calls somebody for an incident without a page, then another.
func playCalls(w *world) {
	for range 3 { // a person does it again when Slack did not say who they are
		if r := w.sb.Slack.Command("sam", "/inc open Phishing"); !strings.Contains(answer(r), "I changed nothing") {
			break
		}
		w.pass(time.Minute)
	}
	c := w.channel(1)
	w.settle()
	c.Command("sam", "/inc page Nia Lone")
	w.until("the incident has a page", func() bool { return w.incident(1).Page.ID != "" })
	c.Command("sam", "/inc page @kim")
	w.until("kim is there", func() bool { return slices.Contains(c.Members(), w.user("kim")) })
	w.settle()
}

// wantCalls wants one page for one of them and one request for the other.
func (w *world) wantCalls() {
	w.t.Helper()
	pages := w.sb.PagerDuty.Incidents()
	if len(pages) != 1 || !slices.Equal(pages[0].Assignees, []string{"nia@elsewhere.example"}) || len(pages[0].Requests) != 1 {
		w.t.Errorf("pages: %+v", pages)
	}
}

// nobodyOnCall has somebody on call whom Slack does not know, and nowhere to
// say so but PagerDuty.
func nobodyOnCall(w *world) {
	w.sb.PagerDuty.AddUser(sandbox.PagerDutyUser{Name: "Nia Lone", Email: "nia@elsewhere.example"})
	w.sb.PagerDuty.OnCall("Payments API", 1, "nia")
	delete(w.env, "FIREBREAK_SLACK_CONTROL_CHANNEL")
}

func playNobody(w *world) {
	w.sb.PagerDuty.Trigger(sandbox.Trigger{Title: "Card numbers in logs", Service: "Payments API"})
	w.until("a note on the page says that nobody is there", func() bool { return len(w.sb.PagerDuty.Incidents()[0].Notes) > 0 })
	w.settle()
}

func (w *world) wantIssues(n int) {
	w.t.Helper()
	if got := len(w.sb.GitLab.Issues()); got != n {
		w.t.Errorf("%d issues, want %d", got, n)
	}
}

func (w *world) wantNotes(n int) {
	w.t.Helper()
	if got := len(w.sb.PagerDuty.Incidents()[0].Notes); got != n {
		w.t.Errorf("%d notes on the page, want %d", got, n)
	}
}

// TestEveryAnswerLost loses the answer of each outside call, one by one:
// every effect, and each kind of reading twice. In the end there is exactly
// one of everything all the same.
func TestEveryAnswerLost(t *testing.T) {
	made, played := &callNames{}, 0
	for _, sc := range scenarios() {
		t.Run(sc.name, func(t *testing.T) {
			played++
			var calls []sandbox.Call
			inWorldNow(t, func(w *world) {
				sc.run(w)
				calls = w.sb.Faults.Calls()
			})
			made.add(calls)
			for _, c := range callsToLose(calls) {
				if leftOut(c) {
					continue
				}
				t.Run(fmt.Sprintf("%s_%s_%d", c.Service, strings.NewReplacer("/", "_", " ", "_").Replace(c.Method), c.Nth), func(t *testing.T) {
					inWorld(t, func(w *world) { sc.lose(w, c); made.add(w.sb.Faults.Calls()) })
				})
			}
		})
	}
	if played < len(scenarios()) {
		return // -run has chosen some
	}
	for _, call := range slices.Sorted(maps.Keys(outsideCalls)) {
		if !made.has(call) {
			t.Errorf("%s is never called here", call)
		}
	}
}

// lose plays the scenario with one call's answer lost after its effect.
func (sc scenario) lose(w *world, c sandbox.Call) {
	w.t.Helper()
	w.sb.Faults.Add(sandbox.Fault{Service: c.Service, Method: c.Method, Nth: c.Nth, Kind: sandbox.DropAfter})
	sc.run(w)
	if slices.ContainsFunc(w.sb.Faults.Waiting(), func(f sandbox.Fault) bool { return f.Kind == sandbox.DropAfter }) {
		w.t.Error("the fault never struck")
	}
}

// callNames are the calls made in any of the worlds: looking things up makes
// calls of its own.
type callNames struct {
	mu    sync.Mutex
	names map[string]bool
}

func (n *callNames) add(calls []sandbox.Call) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, c := range calls {
		if n.names == nil {
			n.names = map[string]bool{}
		}
		n.names[c.Service+" "+c.Method] = true
	}
}

func (n *callNames) has(name string) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.names[name]
}

// run plays the scenario and holds what came of it against the ledgers.
func (sc scenario) run(w *world) {
	w.t.Helper()
	sc.prepare(w)
	w.start()
	sc.play(w)
	w.compare(1)
	w.compareOnce()
	sc.check(w)
	if parked := w.parked(); len(parked) > 0 {
		w.t.Errorf("parked: %+v", parked)
	}
	if n := len(w.channels()); n != 1 {
		w.t.Errorf("%d incidents have channels, want 1", n)
	}
	if w.incident(2).Number != incident.Number(0) {
		w.t.Error("there is a second incident")
	}
}

// callsToLose are the calls to spoil: every effect, and of each reading the
// first two.
func callsToLose(calls []sandbox.Call) (lose []sandbox.Call) {
	reads := map[string]int{}
	for _, c := range calls {
		name := c.Service + " " + c.Method
		if !outsideCalls[name] {
			if reads[name]++; reads[name] > 2 {
				continue
			}
		}
		lose = append(lose, c)
	}
	return lose
}
