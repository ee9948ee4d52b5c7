package sandbox

import (
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestPagerDutyShapes compares every answer of PagerDuty's REST and Events API
// with the samples of its API schema.
func TestPagerDutyShapes(t *testing.T) {
	d := &dialect{
		sorts: map[string]string{
			"incidents": "incident", "alerts": "alert", "notes": "note", "log_entries": "log_entry", "users": "user",
			"services": "service", "teams": "team", "priorities": "priority", "escalation_policies": "escalation_policy",
			"assignee": "user", "assignees": "user", "acknowledger": "user", "requester": "user", "targets": "user",
			"old_priority": "priority", "new_priority": "priority",
		},
		free: map[string]bool{"details": true, "cef_details": true, "event_details": true},
	}
	c := newComparison(t, "pagerduty", d, func(file string, v any) (string, []any) {
		if strings.Contains(file, ".request.") || !strings.HasPrefix(file, "rest/") && !strings.HasPrefix(file, "events_v2/") {
			return "", nil
		}
		return "answer", []any{v}
	})
	slackTestWith(t, Options{Seed: 1}, func(t *testing.T, r *rig) {
		c.t = t
		r.playPagerDuty()
		calls := slices.DeleteFunc(r.sb.PagerDuty.Calls(), func(call string) bool { return call == "GET /users/me" }) // which always refuses
		c.answers(r, "pagerduty", calls, func(what string) (string, []string) {
			switch what {
			case "POST /v2/enqueue":
				return "answer", c.named("events_v2/enqueue.202.json")
			case "refusal":
				return "answer", c.named("rest/error_*.json", "events_v2/enqueue.4*.json")
			}
			method, at, _ := strings.Cut(what, " ")
			name := strings.ToLower(method) + strings.NewReplacer("/", "_", "{", "", "}", "").Replace(at)
			return "answer", c.named(path.Join("rest", name+".20?.*.json"))
		})
		c.report("pagerduty.golden", pagerDutyUnsampled)
	})
}

// pagerDutyUnsampled are what the emulator says and no sample has, with the
// ground it stands on: mostly PagerDuty's API schema, which says more than its
// examples show.
var pagerDutyUnsampled = map[string]string{
	"answer.service":                                      "documented: GET /services/{id}",
	"answer.user":                                         "documented: GET /users/{id}",
	"body.cef_details":                                    "observed: clients read it there, when the event came by the Events API v2",
	"log_entry.changed_actions":                           "documented: of a snooze_log_entry",
	"channel.changeset":                                   "documented: of a field_value_change_log_entry",
	"channel.duration":                                    "documented: of a website channel that snoozes",
	"channel.cef_details":                                 "observed: clients read it there, when the event came by the Events API v2",
	"channel.body":                                        "observed: clients read it of an email channel, as its other fields",
	"channel.body_content_type":                           "observed: see body",
	"channel.from":                                        "observed: see body",
	"channel.to":                                          "observed: see body",
	"channel.html_url":                                    "observed: see body",
	"channel.raw_url":                                     "observed: see body",
	"channel.details":                                     "documented: of an api channel",
	"channel.incident_key":                                "documented: of an api channel",
	"channel.new_priority":                                "observed: clients read it in priority_change_log_entry, which the schema lacks",
	"channel.notification":                                "documented: a notification",
	"channel.old_priority":                                "observed: see new_priority",
	"channel.subject":                                     "documented: of a web_trigger channel",
	"channel.type as null, not string":                    "observed: it made go-pagerduty panic",
	"error.errors":                                        "documented: the generic error",
	"incident.alert_grouping as null, not object":         "documented: null without alerts",
	"incident.incident_key as null, not string":           "observed: of incidents that alerts made",
	"incident.priority as null, not object":               anyNull,
	"incident.resolve_reason as object, not null":         "documented: merge_resolve_reason",
	"incident_urgency_rule.urgency":                       "documented: of the type constant",
	"log_entry.acknowledgement_timeout":                   "documented: of an acknowledge_log_entry; may be null",
	"log_entry.assignees":                                 "documented: of an assign_log_entry",
	"log_entry.html_url as null, not string":              "documented: nullable",
	"log_entry.service":                                   "documented",
	"log_entry.user":                                      "documented: of a notify_log_entry",
	"oncalls.end as null, not string":                     "documented: of who is always on call",
	"oncalls.schedule as null, not object":                anyNull,
	"oncalls.start as null, not string":                   "documented: of who is always on call",
	"priority.description as null, not string":            anyNull,
	"priority.html_url":                                   "documented: every object has it",
	"resolve_reason.incident":                             "documented: merge_resolve_reason",
	"resolve_reason.type":                                 "documented: merge_resolve_reason",
	"service.acknowledgement_timeout as null, not number": "documented: switched off",
	"service.auto_resolve_timeout as null, not number":    "documented: switched off",
	"service.description":                                 "documented",
	"user.description as null, not string":                "documented: nullable",
	"user.job_title as null, not string":                  anyNull,
}

// anyNull is PagerDuty's general rule about its fields.
const anyNull = "documented: unless it is required, any field can be null"

// playPagerDuty makes every call that PagerDuty's emulator knows, in all
// states of an incident.
func (r *rig) playPagerDuty() {
	p := r.sb.PagerDuty
	call := func(status int, call, body string) { r.t.Helper(); r.rest(status, "pagerduty", call, body) }
	key := p.RoutingKey("Identity")
	call(202, "POST /v2/enqueue", `{"routing_key":"`+key+`","event_action":"trigger","dedup_key":"d","payload":{"summary":"x","source":"y","severity":"critical","custom_details":{"n":1}}}`)
	call(202, "POST /v2/enqueue", `{"routing_key":"`+key+`","event_action":"acknowledge","dedup_key":"d"}`)
	call(400, "POST /v2/enqueue", `{"routing_key":"short"}`)
	call(400, "POST /v2/enqueue", `{`)
	call(201, "POST /incidents", `{"incident":{"type":"incident","title":"by hand","service":{"id":"`+p.ServiceID("Identity")+`","type":"service_reference"}}}`)
	ofAlert, byHand := p.Incidents()[0].ID, p.Incidents()[1].ID
	byMail := p.Trigger(Trigger{Title: "odd", Service: "Identity", Email: &PagerDutyEmail{From: "siem@example.com", Subject: "odd", Body: "x"}}).ID
	p.SetPriority(byHand, "sam", "P1")
	p.SetUrgency(byHand, "sam", "low")
	p.Escalate(byHand, "sam")
	p.Reassign(byHand, "sam", "jo")
	p.Acknowledge(byHand, "jo")
	p.Snooze(byHand, "jo", time.Hour)
	call(200, "GET /incidents/"+byHand, "")
	p.Delegate(byHand, "jo", "Payments API")
	p.MoveTo(byHand, "kim", "Edge firewall")
	p.Acknowledge(byHand, "jo")
	p.Unacknowledge(byHand)
	call(200, "POST /incidents/"+byHand+"/responder_requests", `{"requester_id":"`+p.UserID("sam")+`","message":"help","responder_request_targets":[
		{"responder_request_target":{"id":"`+p.UserID("kim")+`","type":"user_reference"}},
		{"responder_request_target":{"id":"`+p.PolicyID("Identity")+`","type":"escalation_policy_reference"}}]}`)
	call(200, "POST /incidents/"+byHand+"/notes", `{"note":{"content":"on it"}}`)
	call(200, "PUT /incidents/"+byHand, `{"incident":{"type":"incident_reference","status":"acknowledged"}}`)
	call(200, "PUT /incidents", `{"incidents":[{"id":"`+byHand+`","type":"incident_reference","status":"resolved","resolution":"rebooted"}]}`)
	call(200, "PUT /incidents/"+byHand, `{"incident":{"type":"incident_reference","status":"triggered"}}`)
	for _, id := range []string{ofAlert, byHand, byMail} {
		call(200, "GET /incidents/"+id+"/alerts", "")
		call(200, "GET /incidents/"+id+"/notes", "")
		call(200, "GET /incidents/"+id+"/log_entries?include[]=channels&limit=100", "")
		call(200, "GET /incidents/"+id+"?include[]=users&include[]=services", "")
	}
	call(200, "PUT /incidents/"+byHand+"/merge", `{"source_incidents":[{"id":"`+ofAlert+`","type":"incident_reference"}]}`)
	call(200, "GET /incidents?total=true", "")
	call(200, "GET /log_entries?include[]=channels&include[]=incidents&limit=100", "")
	call(200, "GET /log_entries?limit=100", "")
	call(200, "GET /oncalls?include[]=users", "")
	for _, what := range []string{"escalation_policies", "users", "services", "priorities", "abilities", "users/" + p.UserID("sam"), "services/" + p.ServiceID("Identity")} {
		call(200, "GET /"+what, "")
	}
	call(400, "GET /incidents?limit=0", "")
	call(404, "GET /incidents/Q0", "")
	r.sb.Faults.Add(Fault{Service: "pagerduty", Kind: Refuse429})
	call(429, "GET /abilities", "")
}

// TestPagerDutyTakesSampleRequests sends the bodies that PagerDuty's schema
// shows, with our ids in place of its own.
func TestPagerDutyTakesSampleRequests(t *testing.T) {
	dir := sampleDir(t, "pagerduty")
	slackTest(t, func(t *testing.T, r *rig) {
		p := r.sb.PagerDuty
		ids := []string{
			"PWIXJZS", p.ServiceID("Identity"), "PT20YPA", p.PolicyID("Identity"), "P53ZZH5", p.priorities[1].ID,
			"PL1JMK5", p.UserID("sam"), "PJ25ZYX", p.UserID("jo"), "PXPGF42", p.UserID("kim"),
			"e93facc04764012d7bfb002500d5d1a6", p.RoutingKey("Identity"),
		}
		for _, sample := range []string{"PT4KHLK", "PQMF62U", "PPVZH9X", "P8JOGX7", "PYJ9K7I"} {
			ids = append(ids, sample, p.Trigger(Trigger{Title: "x", Service: "Identity"}).ID)
		}
		ours := strings.NewReplacer(ids...)
		send := func(status int, call, file string) {
			t.Helper()
			b, err := os.ReadFile(filepath.Join(dir, file))
			if err != nil {
				t.Fatal(err)
			}
			r.rest(status, "pagerduty", ours.Replace(call), ours.Replace(string(b)))
		}
		send(201, "POST /incidents", "rest/post_incidents.request.request.json")
		send(200, "PUT /incidents", "rest/put_incidents.request.incidents.json")
		send(200, "PUT /incidents/PYJ9K7I", "rest/put_incidents_id.request.request.json")
		send(200, "POST /incidents/PYJ9K7I/notes", "rest/post_incidents_id_notes.request.request.json")
		send(200, "POST /incidents/PYJ9K7I/responder_requests", "rest/post_incidents_id_responder_requests.request.request.json")
		send(200, "PUT /incidents/PYJ9K7I/merge", "rest/put_incidents_id_merge.request.request.json")
		send(202, "POST /v2/enqueue", "events_v2/enqueue.request.event.json")
		all := p.Incidents()
		if made := all[5]; made.Priority != "P2" || made.Title != "The server is on fire." || made.Key != "baf7cf21b1da41b4b0221008339ff357" {
			t.Errorf("made by hand: %+v", made)
		}
		if last := all[4]; last.Status != "acknowledged" || len(last.Notes) != 1 || last.Responders[0] != "jo@example.com" || all[3].MergedInto != last.ID {
			t.Errorf("changed: %+v", last)
		}
		if paged := all[6]; paged.Title != "DISK at 99% on machine prod-datapipe03.example.com" || paged.AlertKeys[0] != "srv01/mysql" {
			t.Errorf("paged: %+v", paged)
		}
	})
}
