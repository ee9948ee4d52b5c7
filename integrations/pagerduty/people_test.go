package pagerduty

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"firebreak/incident"
)

func TestOnCallOfOneLevel(t *testing.T) {
	c := client(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/users/U4" {
			answer(w, 200, `{"user":{"id":"U4","name":"Jo","email":"jo@example.com"}}`)
			return
		}
		q := r.URL.Query()
		if q.Get("escalation_policy_ids[]") != "EP" || q.Get("include[]") != "users" {
			t.Errorf("query %v", q)
		}
		answer(w, 200, `{"more":false,"oncalls":[
			{"escalation_level":2,"user":{"id":"U2","name":"Kim","email":"kim@example.com"},"schedule":null,"start":null,"end":null},
			{"escalation_level":1,"user":{"id":"U1","name":"Sam","email":"sam@example.com"},"schedule":{"id":"S1"}},
			{"escalation_level":1,"user":{"id":"U1","name":"Sam","email":"sam@example.com"},"schedule":{"id":"S2"}},
			{"escalation_level":1,"user":{"id":"U4","type":"user_reference","summary":"Jo"},"schedule":{"id":"S1"}},
			{"escalation_level":1,"user":null}]}`)
	}))
	got, err := c.OnCall(t.Context(), "EP", 1)
	if err != nil {
		t.Fatal(err)
	}
	want := []incident.Responder{
		{ID: "U1", Name: "Sam", Email: "sam@example.com"}, {ID: "U4", Name: "Jo", Email: "jo@example.com"},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("on call (-want +got):\n%s", d)
	}
	all, err := c.OnCall(t.Context(), "EP", 0)
	if err != nil || len(all) != 3 || all[2].ID != "U2" {
		t.Errorf("all levels: %v %v", all, err)
	}
}

func TestOnCallOfSample(t *testing.T) {
	c := client(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/users/") {
			answer(w, 404, `{"error":{"message":"Not Found","code":2100}}`)
			return
		}
		answer(w, 200, string(sample(t, "oncalls.json")))
	}))
	got, err := c.OnCall(t.Context(), "PT20YPA", 2)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]incident.Responder{{ID: "PT23IWX", Name: "Tim Wright"}}, got); d != "" {
		t.Errorf("on call (-want +got):\n%s", d)
	}
}

// lookups answers one open incident with one assignee, and counts what is
// asked of its user.
type lookups struct {
	user   func(w http.ResponseWriter)
	users  int
	inline bool // the assignee comes with an e-mail
}

func (l *lookups) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/users/U1" {
		l.users++
		l.user(w)
		return
	}
	email := ""
	if l.inline {
		email = `,"email":"sam@example.com"`
	}
	answer(w, 200, `{"more":false,"incidents":[{"id":"P1","status":"triggered","assignments":[
		{"at":"2026-01-01T00:00:00Z","assignee":{"id":"U1","type":"user_reference","summary":"Sam"`+email+`}}]}]}`)
}

func TestAssigneesComeWithEmails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &lookups{user: func(w http.ResponseWriter) {
			answer(w, 200, `{"user":{"id":"U1","name":"Sam","email":"sam@example.com"}}`)
		}}
		c := client(t, l)
		want := []incident.Responder{{ID: "U1", Name: "Sam", Email: "sam@example.com"}}
		for range 3 {
			got, err := c.OpenPages(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(want, got[0].Assignees); d != "" {
				t.Errorf("assignees (-want +got):\n%s", d)
			}
		}
		if l.users != 1 {
			t.Errorf("%d look-ups for three polls, want 1", l.users)
		}
		<-time.After(knownFor)
		if _, err := c.OpenPages(t.Context()); err != nil || l.users != 2 {
			t.Errorf("%d look-ups after an hour, want 2: %v", l.users, err)
		}
	})
}

func TestIncludedEmailNeedsNoLookup(t *testing.T) {
	l := &lookups{inline: true}
	got, err := client(t, l).OpenPages(t.Context())
	if err != nil || got[0].Assignees[0].Email != "sam@example.com" || l.users != 0 {
		t.Errorf("%v with %d look-ups: %v", got, l.users, err)
	}
}

func TestFailingLookupCostsNoPage(t *testing.T) {
	for name, status := range map[string]int{"forbidden": 403, "broken": 500} {
		t.Run(name, func(t *testing.T) {
			l := &lookups{user: func(w http.ResponseWriter) { answer(w, status, `{}`) }}
			c := client(t, l)
			for range 2 {
				got, err := c.OpenPages(t.Context())
				if err != nil || len(got) != 1 || got[0].Assignees[0] != (incident.Responder{ID: "U1", Name: "Sam"}) {
					t.Errorf("got %v: %v", got, err)
				}
			}
			// What PagerDuty refuses is not asked again at once; trouble is.
			if want := map[int]int{403: 1, 500: 2}[status]; l.users != want {
				t.Errorf("%d look-ups, want %d", l.users, want)
			}
		})
	}
}
