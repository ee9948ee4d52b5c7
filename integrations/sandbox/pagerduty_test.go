package sandbox_test

import (
	"slices"
	"strconv"
	"testing"
	"time"

	"firebreak/integrations/sandbox"
)

func TestPagerDutyDoor(t *testing.T) {
	onWire(t, sandbox.Options{}, func(t *testing.T, w *wire) {
		inc := w.PagerDuty.Trigger(sandbox.Trigger{Title: "x"})
		ack := `{"incident":{"type":"incident_reference","status":"acknowledged"}}`
		for _, c := range []struct {
			name, method, path string
			header             string
			status, code       int
		}{
			{"no token", "GET", "/incidents", "Authorization:", 401, 2006},
			{"wrong form of token", "GET", "/incidents", "Authorization: " + w.env["FIREBREAK_PAGERDUTY_TOKEN"], 401, 2006},
			{"bearer", "GET", "/incidents", "Authorization: Bearer " + w.env["FIREBREAK_PAGERDUTY_TOKEN"], 200, 0},
			{"no version", "GET", "/incidents", "Accept: application/json", 400, 2001},
			{"no From on a read", "GET", "/incidents", "From:", 200, 0},
			{"no From on a write", "PUT", "/incidents/" + inc.ID, "From:", 400, 2011},
			{"From a stranger", "PUT", "/incidents/" + inc.ID, "From: nobody@example.com", 400, 1008},
			{"read-only key", "PUT", "/incidents/" + inc.ID, "Authorization: Token token=pd-sandbox-token-read", 403, 2010},
			{"read-only key reads", "GET", "/incidents", "Authorization: Token token=pd-sandbox-token-read", 200, 0},
			{"unknown incident", "GET", "/incidents/" + strconv.Itoa(inc.Number), "X-Nothing: 1", 404, 2100},
			{"account key has no me", "GET", "/users/me", "X-Nothing: 1", 400, 2001},
		} {
			r := w.pd(c.method, c.path, ack, c.header)
			want(t, c.name+": status", r.status, c.status)
			if c.code != 0 {
				want(t, c.name+": code", r.at("error", "code"), float64(c.code))
			}
		}
		want(t, "status", w.PagerDuty.Incident(inc.ID).Status, "triggered")
	})
}

func TestPagerDutyRateLimit(t *testing.T) {
	onWire(t, sandbox.Options{LimitScale: 0.005}, func(t *testing.T, w *wire) { // 4 a minute
		for left := 3; left >= 0; left-- {
			r := w.pd("GET", "/abilities", nil)
			want(t, "remaining", r.header.Get("ratelimit-remaining"), strconv.Itoa(left))
		}
		pass(45 * time.Second)
		r := w.pd("GET", "/abilities", nil)
		want(t, "status", r.status, 429)
		want(t, "reset", r.header.Get("ratelimit-reset"), "15")
		want(t, "code", r.at("error", "code"), 2020.0)
		pass(15 * time.Second)
		want(t, "after the reset", w.pd("GET", "/abilities", nil).status, 200)
	})
}

func TestPagerDutyListFilters(t *testing.T) {
	onWire(t, sandbox.Options{}, func(t *testing.T, w *wire) {
		p := w.PagerDuty
		a := p.Trigger(sandbox.Trigger{Title: "a", Service: "Identity"})
		b := p.Trigger(sandbox.Trigger{Title: "b", Service: "Payments API", Urgency: "low"})
		c := p.Trigger(sandbox.Trigger{Title: "c", Service: "Identity"})
		p.Acknowledge(b.ID, "kim")
		p.Resolve(c.ID, "")
		for query, wanted := range map[string]string{
			"":                     "abc",
			"statuses[]=triggered": "a",
			"statuses[]=triggered&statuses[]=acknowledged": "ab",
			"service_ids[]=" + p.ServiceID("Identity"):     "ac",
			"team_ids[]=" + p.TeamID("Payments API"):       "b",
			"urgencies[]=low":                              "b",
			"user_ids[]=" + p.UserID("kim"):                "b",
			"user_ids[]=" + p.UserID("sam"):                "a", // c is resolved: nobody's
			"sort_by=created_at:desc,incident_number:desc": "cba",
			"sort_by=urgency:asc":                          "acb",
			"incident_key=" + a.Key:                        "a",
		} {
			want(t, query, w.pd("GET", "/incidents?"+query, nil).titles("incidents"), wanted)
		}
		for _, query := range []string{"statuses[]=open", "sort_by=title", "sort_by=urgency,created_at,resolved_at", "limit=0", "limit=x", "offset=9990&limit=20", "since=yesterday"} {
			want(t, query, w.pd("GET", "/incidents?"+query, nil).status, 400)
		}
		p.SetAbility("urgencies", false)
		r := w.pd("GET", "/incidents?urgencies[]=low", nil)
		want(t, "without the ability", r.status, 402)
		want(t, "code", r.at("error", "code"), 2014.0)
		p.SetAbility("teams", false)
		for _, path := range []string{"/incidents", "/log_entries"} {
			want(t, "teams: "+path, w.pd("GET", path+"?team_ids[]="+p.TeamID("Identity"), nil).status, 402)
		}
	})
}

func TestPagerDutyWindow(t *testing.T) {
	onWire(t, sandbox.Options{}, func(t *testing.T, w *wire) {
		p := w.PagerDuty
		day := 24 * time.Hour
		began := time.Now().UTC()
		for _, title := range []string{"a", "b", "c"} { // days 0, 40, 80
			p.Trigger(sandbox.Trigger{Title: title})
			pass(40 * day)
		}
		at := func(days int) string { return began.Add(time.Duration(days) * day).Format(time.RFC3339) }
		for query, wanted := range map[string]string{
			"":                                     "", // one month back from day 120
			"date_range=all":                       "abc",
			"date_range=all&since=nonsense":        "abc",
			"since=" + at(0):                       "a",
			"until=" + at(90):                      "c",
			"since=" + at(39) + "&until=" + at(81): "bc",
			"since=" + at(40) + "&until=" + at(40): "b", // both ends included
		} {
			want(t, query, w.pd("GET", "/incidents?"+query, nil).titles("incidents"), wanted)
		}
		bare := began.Add(40 * day).Format("2006-01-02T15:04:05")
		zoned := w.pd("GET", "/incidents?time_zone=UTC&since="+bare+"&until="+bare, nil)
		want(t, "in UTC", zoned.len("incidents"), 1)
		account := w.pd("GET", "/incidents?since="+bare+"&until="+bare, nil)
		want(t, "in the account's zone", account.len("incidents"), 0)
		r := w.pd("GET", "/incidents?since="+at(0)+"&until="+at(190), nil)
		want(t, "more than six months", r.status, 400)
		want(t, "code", r.at("error", "code"), 2005.0)
	})
}

func TestPagerDutyPages(t *testing.T) {
	onWire(t, sandbox.Options{LimitScale: -1}, func(t *testing.T, w *wire) {
		var ids []string
		for range 130 {
			ids = append(ids, w.PagerDuty.Trigger(sandbox.Trigger{Title: "x"}).ID)
		}
		first := w.pd("GET", "/incidents?statuses[]=triggered", nil)
		want(t, "default limit", first.len("incidents"), 25)
		if v, there := first.at().(map[string]any)["total"]; !there || v != nil {
			t.Error("total must be there and null")
		}
		capped := w.pd("GET", "/incidents?limit=500&total=true", nil)
		want(t, "cap", capped.len("incidents"), 100)
		want(t, "limit", capped.at("limit"), 100.0)
		want(t, "more", capped.at("more"), true)
		want(t, "total", capped.at("total"), 130.0)
		// The set moves between pages: resolving one shifts the rest left.
		w.PagerDuty.Resolve(ids[0], "alex")
		second := w.pd("GET", "/incidents?statuses[]=triggered&limit=100&offset=100", nil)
		want(t, "rest", second.len("incidents"), 29)
		want(t, "first of it", second.at("incidents", 0, "id"), ids[101])
		want(t, "more", second.at("more"), false)
	})
}

func TestPagerDutyIncidentShape(t *testing.T) {
	onWire(t, sandbox.Options{}, func(t *testing.T, w *wire) {
		p := w.PagerDuty
		byHand := p.Trigger(sandbox.Trigger{Title: "by hand", Priority: "P2"})
		pass(300 * time.Millisecond)
		ofAlert := p.Trigger(sandbox.Trigger{Title: "by tool", Alerts: []map[string]any{{"severity": "warning", "n": 5}}, Key: "k"})
		r := w.pd("GET", "/incidents", nil)
		want(t, "tie", r.at("incidents", 0, "created_at"), r.at("incidents", 1, "created_at").(string))
		want(t, "key", r.at("incidents", 0, "incident_key"), byHand.Key)
		absent(t, "key of an alert-born one", r.at("incidents", 1, "incident_key"))
		want(t, "number", r.at("incidents", 0, "incident_number"), float64(byHand.Number))
		want(t, "priority", r.at("incidents", 0, "priority", "summary"), "P2")
		want(t, "assignee", r.at("incidents", 0, "assignments", 0, "assignee", "type"), "user_reference")
		full := w.pd("GET", "/incidents/"+byHand.ID+"?include[]=assignees", nil)
		want(t, "e-mail", full.at("incident", "assignments", 0, "assignee", "email"), "alex@example.com")
		alerts := w.pd("GET", "/incidents/"+ofAlert.ID+"/alerts", nil)
		want(t, "alert_key", alerts.at("alerts", 0, "alert_key"), "k")
		want(t, "details", alerts.at("alerts", 0, "body", "details", "n"), 5.0)
		want(t, "severity", alerts.at("alerts", 0, "severity"), "warning")
	})
}

func TestPagerDutyWrites(t *testing.T) {
	onWire(t, sandbox.Options{}, func(t *testing.T, w *wire) {
		p := w.PagerDuty
		inc := p.Trigger(sandbox.Trigger{Title: "x", Service: "Identity"})
		put := func(fields string) reply {
			return w.pd("PUT", "/incidents/"+inc.ID, `{"incident":{"type":"incident_reference",`+fields+`}}`)
		}
		want(t, "ack", put(`"status":"acknowledged"`).at("incident", "status"), "acknowledged")
		want(t, "ack twice", put(`"status":"acknowledged"`).at("error", "code"), 1002.0)
		want(t, "unknown status", put(`"status":"closed"`).at("error", "code"), 1003.0)
		want(t, "unknown priority", put(`"priority":{"id":"P0"}`).at("error", "code"), 1020.0)
		want(t, "beyond the last level", put(`"escalation_level":3`).at("error", "code"), 1006.0)
		want(t, "escalate", put(`"escalation_level":2`).at("incident", "status"), "triggered")
		want(t, "assigned", p.Incident(inc.ID).Assignees[0], "kim@example.com")
		want(t, "resolve", put(`"status":"resolved","resolution":"rebooted"`).at("incident", "status"), "resolved")
		want(t, "resolve twice", put(`"status":"resolved"`).at("error", "code"), 1001.0)
		want(t, "note", p.Incident(inc.ID).Notes[0].Text, "Resolution Note: rebooted")
		want(t, "assignees", len(p.Incident(inc.ID).Assignees), 0)
		want(t, "reopen", put(`"status":"triggered"`).at("incident", "status"), "triggered")
		want(t, "type", w.pd("PUT", "/incidents/"+inc.ID, `{"incident":{"status":"resolved"}}`).status, 400)

		many := make([]map[string]any, 251)
		for i := range many {
			many[i] = map[string]any{"id": inc.ID, "type": "incident_reference"}
		}
		want(t, "251 at once", w.pd("PUT", "/incidents", map[string]any{"incidents": many}).status, 413)
		many[0]["status"] = "acknowledged"
		bulk := w.pd("PUT", "/incidents", map[string]any{"incidents": many[:1]})
		want(t, "bulk", bulk.at("incidents", 0, "status"), "acknowledged")

		note := w.pd("POST", "/incidents/"+inc.ID+"/notes", `{"note":{"content":"on it"}}`, "From: sam@example.com")
		want(t, "note status", note.status, 200)
		want(t, "author", note.at("note", "user", "summary"), "Sam Okafor")
		want(t, "empty note", w.pd("POST", "/incidents/"+inc.ID+"/notes", `{"note":{"content":" "}}`).status, 400)
		want(t, "newest first", w.pd("GET", "/incidents/"+inc.ID+"/notes", nil).at("notes", 0, "content"), "on it")

		ask := map[string]any{
			"requester_id": p.UserID("sam"), "message": "help",
			"responder_request_targets": []any{map[string]any{"responder_request_target": map[string]any{"id": p.UserID("jo"), "type": "user_reference"}}},
		}
		want(t, "responders", w.pd("POST", "/incidents/"+inc.ID+"/responder_requests", ask).status, 200)
		want(t, "asked", p.Incident(inc.ID).Responders[0], "jo@example.com")
		p.SetAbility("coordinated_responding", false)
		want(t, "without the ability", w.pd("POST", "/incidents/"+inc.ID+"/responder_requests", ask).status, 402)
	})
}

func TestPagerDutyNoteLimit(t *testing.T) {
	onWire(t, sandbox.Options{}, func(t *testing.T, w *wire) {
		inc := w.PagerDuty.Trigger(sandbox.Trigger{Title: "x"})
		for range 2000 {
			w.PagerDuty.Note(inc.ID, "alex", "n")
		}
		want(t, "note 2001", w.pd("POST", "/incidents/"+inc.ID+"/notes", `{"note":{"content":"n"}}`).status, 400)
	})
}

func TestPagerDutyMerge(t *testing.T) {
	onWire(t, sandbox.Options{}, func(t *testing.T, w *wire) {
		p := w.PagerDuty
		src := p.Trigger(sandbox.Trigger{Title: "src", Alerts: []map[string]any{{}}, Key: "k"})
		dst := p.Trigger(sandbox.Trigger{Title: "dst"})
		p.Merge(src.ID, dst.ID, "sam")
		r := w.pd("GET", "/incidents/"+src.ID, nil)
		want(t, "status", r.at("incident", "status"), "resolved")
		want(t, "reason", r.at("incident", "resolve_reason", "type"), "merge_resolve_reason")
		want(t, "survivor", r.at("incident", "resolve_reason", "incident", "id"), dst.ID)
		want(t, "alert moved", p.Incident(dst.ID).AlertKeys[0], "k")
		again := w.pd("PUT", "/incidents/"+dst.ID+"/merge", `{"source_incidents":[{"id":"`+src.ID+`","type":"incident_reference"}]}`)
		want(t, "again", again.at("error", "code"), 1019.0)
		third := p.Trigger(sandbox.Trigger{Title: "third"})
		byREST := w.pd("PUT", "/incidents/"+dst.ID+"/merge", `{"source_incidents":[{"id":"`+third.ID+`","type":"incident_reference"}]}`)
		want(t, "by REST", byREST.at("incident", "id"), dst.ID)
		want(t, "merged", p.Incident(third.ID).MergedInto, dst.ID)
		want(t, "unknown source", w.pd("PUT", "/incidents/"+dst.ID+"/merge", `{"source_incidents":[{"id":"Q0"}]}`).status, 404)
		reopen := w.pd("PUT", "/incidents/"+src.ID, `{"incident":{"type":"incident","status":"triggered"}}`)
		want(t, "a merged one stays closed", reopen.at("error", "code"), 1019.0)
	})
}

func TestPagerDutyLog(t *testing.T) {
	onWire(t, sandbox.Options{}, func(t *testing.T, w *wire) {
		p := w.PagerDuty
		began := time.Now().UTC()
		inc := p.Trigger(sandbox.Trigger{Title: "x", Alerts: []map[string]any{{"host": "db-1", "count": 7, "at": map[string]any{"dc": "fra"}}}})
		pass(time.Minute)
		p.Acknowledge(inc.ID, "alex")
		p.Note(inc.ID, "alex", "looking")
		p.Escalate(inc.ID, "alex")
		p.SetPriority(inc.ID, "alex", "P1")
		p.SetUrgency(inc.ID, "alex", "low")
		p.Reassign(inc.ID, "alex", "jo")
		p.Unacknowledge(inc.ID)
		p.Resolve(inc.ID, "jo")
		p.Reopen(inc.ID, "jo")
		wanted := []string{
			"trigger", "assign", "notify", "acknowledge", "annotate", "escalate", "priority_change",
			"urgency_change", "assign", "resolve", "unacknowledge", "assign", "notify",
		}
		if got := p.Incident(inc.ID).Log; !slices.Equal(got, wanted) {
			t.Errorf("log = %q, want %q", got, wanted)
		}
		until := "&until=" + began.Add(time.Hour).Format(time.RFC3339)
		all := w.pd("GET", "/log_entries?limit=100&include[]=channels&since="+began.Format(time.RFC3339)+until, nil)
		want(t, "entries", all.len("log_entries"), len(wanted))
		oldest := len(wanted) - 1 // newest first
		want(t, "type", all.at("log_entries", oldest, "type"), "trigger_log_entry")
		// Traps of real life: numbers and objects where the schema has strings.
		want(t, "number in event_details", all.at("log_entries", oldest, "event_details", "attempts"), 1.0)
		want(t, "nested", all.at("log_entries", oldest, "event_details", "event", "at", "dc"), "fra")
		want(t, "channel details", all.at("log_entries", oldest, "channel", "details", "count"), 7.0)
		escalation := oldest - slices.Index(wanted, "escalate")
		absent(t, "null channel type", all.at("log_entries", escalation, "channel", "type"))
		note := oldest - slices.Index(wanted, "annotate")
		want(t, "note text", all.at("log_entries", note, "channel", "summary"), "looking")
		want(t, "priority", all.at("log_entries", oldest-6, "summary"), `Priority changed from "none" to "P1"`)
		plain := w.pd("GET", "/incidents/"+inc.ID+"/log_entries?limit=100", nil)
		absent(t, "without include", plain.at("log_entries", note, "channel", "summary"))
		late := w.pd("GET", "/log_entries?limit=100&since="+began.Add(time.Second).Format(time.RFC3339)+until, nil)
		want(t, "after a second", late.len("log_entries"), len(wanted)-3)
		none := w.pd("GET", "/log_entries?team_ids[]="+p.TeamID("Identity"), nil)
		want(t, "another team", none.len("log_entries"), 0)
	})
}

func TestPagerDutyOnCall(t *testing.T) {
	onWire(t, sandbox.Options{}, func(t *testing.T, w *wire) {
		p := w.PagerDuty
		policy := p.PolicyID("Identity")
		r := w.pd("GET", "/oncalls?escalation_policy_ids[]="+policy+"&include[]=users", nil)
		want(t, "rows", r.len("oncalls"), 2)
		want(t, "level", r.at("oncalls", 0, "escalation_level"), 1.0)
		want(t, "e-mail", r.at("oncalls", 0, "user", "email"), "sam@example.com")
		p.OnCall("Identity", 1)
		inc := p.Trigger(sandbox.Trigger{Title: "nobody there", Service: "Identity"})
		want(t, "assignees", len(inc.Assignees), 0)
		r = w.pd("GET", "/oncalls?escalation_policy_ids[]="+policy, nil)
		want(t, "rows", r.len("oncalls"), 1)
		absent(t, "reference only", r.at("oncalls", 0, "user", "email"))
		user := w.pd("GET", "/users/"+p.UserID("kim"), nil)
		want(t, "user", user.at("user", "email"), "kim@example.com")
		want(t, "users", w.pd("GET", "/users?query=kim@", nil).at("users", 0, "name"), "Kim Larsen")
		want(t, "services", w.pd("GET", "/services?query=pay", nil).at("services", 0, "name"), "Payments API")
		want(t, "service", w.pd("GET", "/services/"+p.ServiceID("Identity"), nil).at("service", "escalation_policy", "id"), policy)
		want(t, "priorities", w.pd("GET", "/priorities", nil).len("priorities"), 5)
	})
}
