package pagerduty

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"firebreak/incident"
)

var (
	dayStart = time.Date(2015, 11, 7, 0, 0, 0, 0, time.UTC)
	dayEnd   = dayStart.AddDate(0, 0, 1)
)

func TestChangesOfSample(t *testing.T) {
	body := strings.Replace(string(sample(t, "log_entries.json")), `"more": true`, `"more": false`, 1)
	got, err := client(t, always(200, body)).Changes(t.Context(), dayStart, dayEnd)
	if err != nil {
		t.Fatal(err)
	}
	want := []incident.PageChange{{
		ID: "Q02JTSNZWHSEKV", PageID: "PT4KHLK", Type: "trigger",
		At: time.Date(2015, 11, 7, 0, 14, 20, 0, time.UTC),
		By: incident.Responder{ID: "PIJ90N7", Name: "My Mail Service"}, ByKind: "service",
		Summary: "Triggered through the API", Channel: got[0].Channel,
	}}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("changes (-want +got):\n%s", d)
	}
	var channel struct{ Type string }
	if json.Unmarshal(got[0].Channel, &channel) != nil || channel.Type != "api" {
		t.Errorf("channel %s", got[0].Channel)
	}
}

// Each of these costs the library the whole page of results.
func TestChangesTakesOddEntries(t *testing.T) {
	c := client(t, always(200, `{"more":false,"log_entries":[
		{"id":"L5","type":"resolve_log_entry","created_at":"2015-11-07T00:05:00Z","incident":{"id":"P1"},"channel":{"type":null}},
		{"id":"L1","type":"trigger_log_entry","created_at":"2015-11-07T00:01:00Z","incident":{"id":"P1"},"event_details":{"load":0.75,"list":[1]}},
		{"id":"L2","type":"annotate_log_entry","created_at":"2015-11-07T00:02:00Z","incident":{"id":"P1"},"channel":{"type":"note","summary":"from the channel"},"agent":{"id":"U1","type":"user_reference","summary":"Sam"}},
		{"id":"L3","type":"annotate_log_entry_reference","created_at":"2015-11-07T00:03:00Z","incident":{"id":"P1"},"note":"its own","channel":null},
		{"id":"L4","type":"notify_log_entry","created_at":"2015-11-07T00:04:00Z","incident":null},
		{"id":"L1","type":"trigger_log_entry","created_at":"2015-11-07T00:01:00Z","incident":{"id":"P1"}},
		{"id":"L6","type":"from_the_future_log_entry","created_at":17,"incident":{"id":"P1"},"agent":"nobody"},
		"not an entry", null]}`))
	got, err := c.Changes(t.Context(), dayStart, dayEnd)
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, g := range got {
		lines = append(lines, fmt.Sprintf("%s %s %q %s", g.ID, g.Type, g.Note, g.By.Name))
	}
	want := []string{
		`L6 from_the_future "" `, `L1 trigger "" `, `L2 annotate "from the channel" Sam`,
		`L3 annotate "its own" `, `L5 resolve "" `,
	}
	if d := cmp.Diff(want, lines); d != "" {
		t.Errorf("changes (-want +got):\n%s", d)
	}
}

func TestChangesReadsAllPagesOfTheAccount(t *testing.T) {
	var offsets []string
	c := client(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		if q.Get("include[]") != "channels" || q.Has("team_ids[]") || q.Get("time_zone") != "UTC" {
			t.Errorf("query %v", q)
		}
		offsets = append(offsets, q.Get("offset")+"+"+q.Get("limit"))
		rows := make([]string, 0, 100)
		for i := range 100 {
			rows = append(rows, fmt.Sprintf(`{"id":"L%s-%d","incident":{"id":"P1"}}`, q.Get("offset"), i))
		}
		answer(w, 200, fmt.Sprintf(`{"log_entries":[%s],"more":%t}`, strings.Join(rows, ","), q.Get("offset") != "200"))
	}), func(c *Config) { c.TeamIDs = []string{"PT1"} })
	got, err := c.Changes(t.Context(), dayStart, dayEnd)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]string{"0+100", "100+100", "200+100"}, offsets); d != "" || len(got) != 300 {
		t.Errorf("%d changes; reads (-want +got):\n%s", len(got), d)
	}
}

// Alerts of half a megabyte each must not stop the feed.
func TestChangesReadsLargeEntriesInSmallerPages(t *testing.T) {
	filler := strings.Repeat("x", 5<<10)
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var offset, limit int
		_, _ = fmt.Sscan(r.URL.Query().Get("offset")+" "+r.URL.Query().Get("limit"), &offset, &limit)
		rows := []string{}
		for i := offset; i < min(offset+limit, 30); i++ {
			rows = append(rows, fmt.Sprintf(`{"id":"L%d","incident":{"id":"P1"},"channel":{"type":"api","body":"%s"}}`, i, filler))
		}
		answer(w, 200, fmt.Sprintf(`{"log_entries":[%s],"more":%t}`, strings.Join(rows, ","), offset+limit < 30))
	})
	c, err := newClient(Config{APIURL: "http://pd.test", Token: secret, HTTP: serve(t, h)}, 64<<10)
	if err != nil {
		t.Fatal(err)
	}
	got, err := c.Changes(t.Context(), dayStart, dayEnd)
	if err != nil || len(got) != 30 {
		t.Errorf("got %d changes, want 30: %v", len(got), err)
	}
}

func FuzzLogEntries(f *testing.F) {
	for _, seed := range []string{
		`{"log_entries":[{"id":"L1","channel":{"type":null},"event_details":{"n":1},"incident":{"id":"P"}}],"more":true}`,
		`{"log_entries":{"id":1},"more":null}`, `{"log_entries":[[],{},null,7,"x"]}`,
		`{"log_entries":[{"id":{"a":1},"note":[1],"agent":[],"created_at":true,"incident":{"id":7}}]}`, ``,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		var answered logEntries
		if json.Unmarshal(body, &answered) != nil {
			return
		}
		c := &Client{people: newPeople()}
		for _, change := range c.changes(answered.Entries) {
			if change.ID == "" || change.PageID == "" {
				t.Errorf("change %+v without an identity", change)
			}
			if len(change.Channel) > 0 && !json.Valid(change.Channel) {
				t.Errorf("channel %q is no JSON", change.Channel)
			}
		}
	})
}
