package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"firebreak/incident"
	"firebreak/integrations/sandbox"
	"firebreak/store"
)

// faultWays are the ways in which each call is made to fail, beside the one
// in TestEveryAnswerLost (its connection lost after the effect).
var faultWays = []struct {
	name  string
	fault sandbox.Fault
}{
	{"5xx_after", sandbox.Fault{Kind: sandbox.Err5xxAfter}},
	{"hang_after", sandbox.Fault{Kind: sandbox.HangAfter}},
	{"429", sandbox.Fault{Kind: sandbox.Refuse429, RetryAfter: 2 * time.Second}},
}

// TestEveryCallFails fails each outside call, one by one, in ways that pass:
// in the end there is exactly one of everything.
func TestEveryCallFails(t *testing.T) {
	eachCall(t, func(t *testing.T, sc scenario, c sandbox.Call) {
		t.Parallel()
		for i, way := range faultWays {
			if leftOut(c) || sampled() && i != c.Nth%len(faultWays) {
				continue
			}
			t.Run(way.name, func(t *testing.T) {
				inWorld(t, func(w *world) {
					w.level = unread
					f := way.fault
					f.Service, f.Method, f.Nth = c.Service, c.Method, c.Nth
					w.sb.Faults.Add(f)
					sc.run(w)
					w.struck()
				})
			})
		}
	})
}

// sampled says that there is no time for everything: under the race detector
// and with -short.
func sampled() bool { return raced || testing.Short() }

// leftOut says whether a call need not fail when there is no time for all:
// then the first call of each method that writes does.
func leftOut(c sandbox.Call) bool {
	return sampled() && (c.Nth > 1 || !outsideCalls[c.Service+" "+c.Method])
}

// eachCall runs f for each call that callsToLose chooses, in each scenario.
// With the race detector TestEveryAnswerLost alone makes calls fail.
func eachCall(t *testing.T, f func(t *testing.T, sc scenario, c sandbox.Call)) {
	t.Helper()
	if raced {
		t.Skip("runs without the race detector, which watches TestEveryAnswerLost for the same goroutines")
	}
	for _, sc := range scenarios() {
		t.Run(sc.name, func(t *testing.T) {
			var calls []sandbox.Call
			inWorldNow(t, func(w *world) {
				sc.run(w)
				calls = w.sb.Faults.Calls()
			})
			for _, c := range callsToLose(calls) {
				t.Run(callName(c), func(t *testing.T) { f(t, sc, c) })
			}
		})
	}
}

func callName(c sandbox.Call) string {
	return fmt.Sprintf("%s_%s_%d", c.Service, strings.NewReplacer("/", "_", " ", "_").Replace(c.Method), c.Nth)
}

// struck complains of a fault that never struck.
func (w *world) struck() {
	w.t.Helper()
	for _, f := range w.sb.Faults.Waiting() {
		if f.Method != "deliver" {
			w.t.Errorf("the fault never struck: %+v", f)
		}
	}
}

// refusals are how each call is refused for good, in the vendor's own words.
// A refused auth.test ends the bot with the fix (TestRevokedTokenEndsServe).
var refusals = map[string]string{
	"slack apps.connections.open": "forbidden_team",
	"slack conversations.history": "channel_not_found", "slack conversations.members": "fetch_members_failed",
	"slack conversations.replies": "channel_not_found", "slack users.info": "user_not_found",
	"slack users.lookupByEmail": "users_not_found", "slack usergroups.users.list": "no_such_subteam",
	"slack users.conversations": "missing_scope", "slack bookmarks.list": "channel_not_found", "slack download": "404",
	"slack conversations.create": "restricted_action", "slack conversations.setTopic": "user_is_restricted",
	"slack conversations.invite": "not_in_channel", "slack bookmarks.add": "too_many_bookmarks",
	"slack chat.postMessage": "restricted_action", "slack chat.update": "edit_window_closed",
	"slack chat.postEphemeral": "user_not_in_channel", "slack conversations.info": "channel_not_found",
	"slack views.open": "expired_trigger_id", "slack response_url": "404",
	"slack files.info": "file_not_found", "slack files.getUploadURLExternal": "storage_limit_reached", "slack upload": "400",
	"slack files.completeUploadExternal": "posting_to_channel_denied",

	"pagerduty POST /v2/enqueue":                           "400",
	"gitlab POST /api/v4/projects/{id}/issues":             "422",
	"gitlab PUT /api/v4/projects/{id}/issues/{iid}":        "422",
	"gitlab POST /api/v4/projects/{id}/issues/{iid}/links": "404",
	"gitlab POST /api/v4/projects/{id}/uploads":            "413",
	"gitlab GET /api/v4/projects/{id}/issues/{iid}":        "404",
	"gitlab GET /api/v4/projects/{id}/issues":              "403",
	"gitlab GET /api/v4/user":                              "403",
	"gitlab GET /api/v4/users":                             "403",
	"gitlab GET /api/v4/users/{user_id}":                   "404",
	"pagerduty PUT /incidents/{id}":                        "403",
	"pagerduty POST /incidents/{id}/notes":                 "403",
	"pagerduty GET /incidents":                             "403",
	"pagerduty GET /incidents/{id}":                        "404",
	"pagerduty GET /incidents/{id}/alerts":                 "404",
	"pagerduty GET /incidents/{id}/notes":                  "404",
	"pagerduty GET /log_entries":                           "403",
	"pagerduty GET /incidents/{id}/log_entries":            "404",
	"pagerduty GET /oncalls":                               "403",
	"pagerduty GET /users":                                 "403",
	"pagerduty GET /users/{id}":                            "404",
	"pagerduty GET /escalation_policies":                   "403",
	"pagerduty GET /services":                              "403",
	"pagerduty POST /incidents":                            "400",
	"pagerduty POST /incidents/{id}/responder_requests":    "402",
}

// TestEveryCallRefused refuses each outside call, one by one, for good. What
// cannot be done then is parked, with a reason that a person can see; there
// is one of everything else, and nothing that was said is lost.
func TestEveryCallRefused(t *testing.T) {
	eachCall(t, func(t *testing.T, sc scenario, c sandbox.Call) {
		code, ok := refusals[c.Service+" "+c.Method]
		if c.Method == "auth.test" {
			return
		}
		if leftOut(c) {
			return
		}
		if !ok {
			t.Fatalf("nobody says how %s %s is refused", c.Service, c.Method)
		}
		inWorld(t, func(w *world) {
			w.level = unread
			w.sb.Faults.Add(sandbox.Fault{Service: c.Service, Method: c.Method, Nth: c.Nth, Kind: sandbox.Refuse, Code: code})
			sc.prepare(w)
			w.start()
			w.playAsFarAsItGoes(sc)
			w.restAsFarAsItGoes()
			w.struck()
			w.wantNothingSilent()
			w.truth().once("channels are", w.truth().channelNumbers())
			w.truth().once("issues have the key", w.truth().issueKeys())
			w.truth().once("posts have the key", w.truth().postKeys())
			if w.incident(1).Channel.ID != "" && c.Method != "download" {
				w.compare(1)
			}
		})
	})
}

// playAsFarAsItGoes plays a scenario until something does not come that the
// refusal has made impossible.
func (w *world) playAsFarAsItGoes(sc scenario) {
	w.lenient = true
	defer func() {
		w.lenient = false
		if r := recover(); r != nil {
			why, ok := r.(stuck)
			if cannot, says := r.(string); says && strings.HasPrefix(cannot, "sandbox: ") {
				why, ok = stuck(cannot), true // nobody can press or type there
			}
			if !ok {
				panic(r)
			}
			w.t.Logf("the scenario ends here: %s", why)
		}
	}()
	sc.play(w)
}

// restAsFarAsItGoes waits until all that is left waits for something parked.
func (w *world) restAsFarAsItGoes() {
	w.t.Helper()
	quiet := 0
	w.until("everything is done, or waits for a person", func() bool {
		quiet++
		if st, err := w.app.store.Stats(w.t.Context()); err != nil || st.InboxPending > 0 || w.sb.Slack.Undelivered() > 0 || len(w.running()) > 0 {
			quiet = 0
		}
		return quiet > 60
	})
}

// running are the open actions that do not wait, directly or through others,
// for one that is parked or lost.
func (w *world) running() (running []incident.Action) {
	w.t.Helper()
	w.view(func(v *store.View) error {
		all, err := v.Actions(0, false)
		halted := map[int64]bool{}
		for _, a := range all { // needs point to lower ids
			halted[a.ID] = a.State == incident.ActionParked || a.State == incident.ActionLost
			for _, need := range a.Needs {
				halted[a.ID] = halted[a.ID] || halted[need]
			}
			if a.State.Open() && !halted[a.ID] {
				running = append(running, a)
			}
		}
		return err
	})
	return running
}

// wantNothingSilent asks that every action is done or says why not, where a
// person looks: what is parked has a sentence of its own in the incident's or
// the control channel, unless its loss concerns nobody.
func (w *world) wantNothingSilent() {
	w.t.Helper()
	var all []incident.Action
	w.view(func(v *store.View) (err error) {
		all, err = v.Actions(0, false)
		return err
	})
	posts := w.truth().postKeys()
	told := map[string]bool{}
	for key := range posts {
		told[key] = true
		told[key[:max(0, strings.LastIndex(key, ":"))]] = true // parked:<action>:<try>
	}
	for _, a := range all {
		switch {
		case a.State == incident.ActionDone:
		case a.State == incident.ActionLost && (a.Kind == "message.ephemeral" || a.Kind == "view.open"):
		case a.Reason == "" && len(a.Needs) == 0:
			w.t.Errorf("action %d %s is %s without a reason", a.ID, a.Kind, a.State)
		case a.State == incident.ActionParked && !quietKinds[a.Kind] && a.Kind != "message.ephemeral" && !w.toldOf(a, told):
			w.t.Errorf("action %d %s is parked (%s) and nobody is told", a.ID, a.Kind, a.Reason)
		case a.State == incident.ActionLost:
			w.t.Errorf("action %d %s is lost", a.ID, a.Kind)
		}
	}
}

// toldOf says whether people can read of a parked action. Without a control
// channel what belongs there stands in the log alone, and a control channel
// that cannot be written to is not told of itself.
func (w *world) toldOf(a incident.Action, told map[string]bool) bool {
	w.t.Helper()
	control := w.env["FIREBREAK_SLACK_CONTROL_CHANNEL"]
	if control != "" && strings.HasPrefix(a.Reason, "The channel is archived, or the bot is not in it") { // told once for the channel
		return told[fmt.Sprintf("move:%s:1:shut", w.incident(a.Incident).Channel.ID)]
	}
	if a.Kind == "file.examine" { // in the file's own thread
		return told["examined:"+strings.TrimPrefix(a.Key, "examine:")]
	}
	return told[fmt.Sprintf("parked:%d", a.ID)] || control == "" ||
		a.Kind == "message.post" && strings.Contains(string(a.Payload), control) || a.Kind == "incident.announce"
}
