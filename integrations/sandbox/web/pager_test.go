package web_test

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"firebreak/integrations/sandbox/web"
)

func TestPagerDuty(t *testing.T) {
	w := newWindow(t, web.Options{})
	do := func(verb string, body object) object {
		t.Helper()
		if body["as"] == nil {
			body["as"] = w.sb.Slack.User("sam").ID
		}
		return w.post("/api/pagerduty/"+verb, body)
	}
	page := do("trigger", object{"title": "Disk full", "service": "Identity", "urgency": "high", "priority": "P2", "alert": object{"host": "db-1", "severity": "critical"}})
	id := page["id"]
	if page["alerts"] != 1.0 || !slices.Equal(page["assignees"].([]any), []any{"Sam Okafor"}) {
		t.Errorf("triggered: %v", page)
	}
	do("acknowledge", object{"id": id})
	do("note", object{"id": id, "text": "looking"})
	do("urgency", object{"id": id, "urgency": "low"})
	do("priority", object{"id": id, "priority": "P1"})
	do("escalate", object{"id": id})
	do("reassign", object{"id": id, "to": "jo, @alex"})
	do("trigger", object{"title": "another"})
	rows := objects(w.get("/api/pagerduty")["incidents"])
	if got, want := column(rows, "title"), []any{"another", "Disk full"}; !slices.Equal(got, want) {
		t.Fatalf("pages %v, want the newest first", got)
	}
	got := object{}
	for _, field := range []string{"urgency", "priority", "assignees", "status"} {
		got[field] = rows[1][field]
	}
	want := object{"urgency": "low", "priority": "P1", "assignees": []any{"Jo Tanaka", "Alex Moreno"}, "status": "triggered"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the page (-want +got):\n%s", diff)
	}
	if notes := objects(rows[1]["notes"]); len(notes) != 1 || notes[0]["who"] != "Sam Okafor" || notes[0]["text"] != "looking" {
		t.Errorf("notes: %v", notes)
	}
	do("resolve", object{"id": id})
	do("reopen", object{"id": id})
	w.post("/api/pagerduty/resolve", object{"id": id})
	if p := w.sb.PagerDuty.Incident(id.(string)); p.Status != "resolved" {
		t.Errorf("resolved by its monitor: %+v", p)
	}
}

// TestPagerDutyRota compares the window's word with whom the sandbox calls.
func TestPagerDutyRota(t *testing.T) {
	w := newWindow(t, web.Options{})
	got := map[string][]any{}
	for _, s := range objects(w.get("/api/pagerduty")["services"]) {
		for _, level := range objects(s["oncall"]) {
			got[s["name"].(string)] = append(got[s["name"].(string)], level["names"].([]any)...)
		}
	}
	want := map[string][]any{
		"Edge firewall": {"Alex Moreno", "Sam Okafor"}, "Identity": {"Sam Okafor", "Kim Larsen"}, "Payments API": {"Kim Larsen", "Jo Tanaka"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("on call (-want +got):\n%s", diff)
	}
	people := objects(w.get("/api/pagerduty")["people"])
	if got, want := column(people, "email"), []any{"alex@example.com", "sam@example.com", "kim@example.com", "jo@example.com", "firebreak@example.com"}; !slices.Equal(got, want) {
		t.Errorf("people %v, want %v", got, want)
	}
	w.sb.PagerDuty.AddService("Mail")
	if names := column(objects(w.get("/api/pagerduty")["services"]), "name"); !slices.Contains(names, "Mail") {
		t.Errorf("services %v lack a new one", names)
	}
}

func TestPagerDutyRefusals(t *testing.T) {
	w := newWindow(t, web.Options{})
	id := w.post("/api/pagerduty/trigger", object{"title": "x"})["id"]
	for _, c := range []struct {
		verb   string
		body   object
		status int
	}{
		{"trigger", object{}, 400},
		{"trigger", object{"title": "x", "urgency": "huge"}, 409},
		{"trigger", object{"title": "x", "priority": "P9"}, 409},
		{"trigger", object{"title": "x", "service": "nothing"}, 409},
		{"sing", object{"as": "sam", "id": id}, 404},
		{"acknowledge", object{"id": id}, 400},
		{"acknowledge", object{"as": "sam"}, 400},
		{"acknowledge", object{"as": "sam", "id": "Q1"}, 409},
		{"acknowledge", object{"as": "guest", "id": id}, 409},
		{"escalate", object{"id": id}, 400},
		{"urgency", object{"as": "sam", "id": id, "urgency": "x"}, 409},
		{"priority", object{"as": "sam", "id": id, "priority": "x"}, 409},
		{"note", object{"as": "sam", "id": id}, 400},
		{"reassign", object{"as": "sam", "id": id}, 400},
		{"reassign", object{"as": "sam", "id": id, "to": []string{"nobody"}}, 409},
		{"reassign", object{"as": "sam", "id": id, "to": 7}, 400},
		{"storm", object{"count": 0}, 400},
		{"storm", object{"count": 501}, 400},
		{"storm", object{"count": 5, "seconds": -1}, 400},
		{"storm", object{"count": 5, "seconds": 0, "services": []string{"nothing"}}, 409},
		{"storm", object{"count": 5}, 409},
	} {
		w.wrong("/api/pagerduty/"+c.verb, c.body, c.status)
	}
	if n := len(w.sb.PagerDuty.Incidents()); n != 1 {
		t.Errorf("%d pages, want the one that was right", n)
	}
}

func TestStormAtOnce(t *testing.T) {
	w := newWindow(t, web.Options{})
	w.post("/api/pagerduty/storm", object{"count": 40, "seconds": 0, "services": []string{"Identity"}})
	pages := w.sb.PagerDuty.Incidents()
	titles := map[string]bool{}
	for _, p := range pages {
		titles[p.Title] = true
	}
	if len(pages) != 40 || len(titles) != 40 || pages[0].Service != "Identity" {
		t.Errorf("%d pages with %d titles", len(pages), len(titles))
	}
}

// TestStorm spreads pages over a minute, one storm at a time, and ends with the
// server.
func TestStorm(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBubble(t, web.Options{})
		storm := `{"count":60,"seconds":60}`
		if got := b.post("/api/pagerduty/storm", storm); got != 200 {
			t.Fatalf("storm: %d", got)
		}
		if got := b.post("/api/pagerduty/storm", storm); got != 409 {
			t.Errorf("a second storm: %d, want 409", got)
		}
		pass(t, 30500*time.Millisecond)
		if n := len(b.sb.PagerDuty.Incidents()); n != 31 {
			t.Errorf("%d pages after half of the time", n)
		}
		pass(t, time.Minute)
		if n := len(b.sb.PagerDuty.Incidents()); n != 60 {
			t.Errorf("%d pages at the end", n)
		}
		if got := b.post("/api/pagerduty/storm", storm); got != 200 {
			t.Errorf("the next storm: %d", got)
		}
		b.end()
		if n := len(b.sb.PagerDuty.Incidents()); n > 62 {
			t.Errorf("%d pages: the storm outlived the server", n)
		}
	})
}
