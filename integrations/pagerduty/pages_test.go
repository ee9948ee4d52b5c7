package pagerduty

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"firebreak/incident"
)

const secret = "s3cr3t-t0ken"

// client gives a client of h, under a base with a path and a trailing slash.
func client(t *testing.T, h http.Handler, change ...func(*Config)) *Client {
	t.Helper()
	cfg := Config{
		Token: secret, APIURL: "http://pd.test/base/", EventsURL: "http://pd.test/base/",
		From: "bot@example.com", HTTP: serve(t, http.StripPrefix("/base", h)),
	}
	for _, f := range change {
		f(&cfg)
	}
	c, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func sample(t *testing.T, name string) []byte {
	t.Helper()
	b, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func answer(w http.ResponseWriter, status int, body string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(body))
}

func always(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { answer(w, status, body) }
}

// openSet is a set of open incidents that may shrink between two reads.
type openSet struct {
	t      *testing.T
	ids    []string
	reads  int
	shrink func(reads int) // called after each read
}

func (s *openSet) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	offset, _ := strconv.Atoi(q.Get("offset"))
	limit, _ := strconv.Atoi(q.Get("limit"))
	if limit < 1 || limit > 100 || offset+limit > 10000 {
		answer(w, 400, `{"error":{"message":"Invalid Input Provided","code":2001}}`)
		return
	}
	all := s.ids
	if since := q.Get("since"); since != "" && q.Get("date_range") != "all" {
		from, err := time.Parse(time.RFC3339, since)
		if err != nil {
			s.t.Errorf("since %q: %v", since, err)
		}
		for len(all) > 0 && created(all[0]).Before(from) {
			all = all[1:]
		}
	}
	end := min(len(all), offset+limit)
	rows := []string{}
	for _, id := range all[min(offset, end):end] {
		rows = append(rows, fmt.Sprintf(`{"id":%q,"status":"triggered","created_at":%q}`, id, created(id).Format(time.RFC3339)))
	}
	answer(w, 200, fmt.Sprintf(`{"incidents":[%s],"more":%t,"total":null}`, strings.Join(rows, ","), end < len(all)))
	s.reads++
	if s.shrink != nil {
		s.shrink(s.reads)
	}
}

// created makes a time of an id such as P17.
func created(id string) time.Time {
	n, _ := strconv.Atoi(id[1:])
	return time.Date(2026, 1, 1, 0, 0, n, 0, time.UTC)
}

func ids(n int) []string {
	var all []string
	for i := range n {
		all = append(all, "P"+strconv.Itoa(i))
	}
	return all
}

func TestOpenPagesSkipsNoneWhenSomeResolveMeanwhile(t *testing.T) {
	set := &openSet{t: t, ids: ids(250)}
	set.shrink = func(int) { set.ids = set.ids[5:] } // five resolve between any two reads
	got, err := client(t, set).OpenPages(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]int{}
	for _, p := range got {
		seen[p.ID]++
	}
	for _, id := range set.ids {
		if seen[id] != 1 {
			t.Errorf("%s, which is open, was given %d times", id, seen[id])
		}
	}
}

func TestOpenPagesReachesBeyondOffsets(t *testing.T) {
	set := &openSet{t: t, ids: ids(10150)}
	got, err := client(t, set).OpenPages(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 10150 {
		t.Errorf("got %d pages, want 10150", len(got))
	}
}

func TestOpenPagesAsksForEverythingOpen(t *testing.T) {
	var asked url.Values
	var header http.Header
	c := client(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked, header = r.URL.Query(), r.Header
		if r.URL.Path != "/incidents" {
			t.Errorf("path %s", r.URL.Path)
		}
		answer(w, 200, `{"incidents":[],"more":false}`)
	}), func(c *Config) { c.ServiceIDs = []string{"PS1", "PS2"}; c.TeamIDs = []string{"PT1"} })
	if _, err := c.OpenPages(t.Context()); err != nil {
		t.Fatal(err)
	}
	want := url.Values{
		"statuses[]": {"triggered", "acknowledged"}, "date_range": {"all"}, "sort_by": {"created_at:asc"},
		"service_ids[]": {"PS1", "PS2"}, "team_ids[]": {"PT1"}, "include[]": {"assignees"},
		"time_zone": {"UTC"}, "offset": {"0"}, "limit": {"100"},
	}
	if d := cmp.Diff(want, asked); d != "" {
		t.Errorf("query (-want +got):\n%s", d)
	}
	if got := header.Get("Authorization"); got != "Token token="+secret {
		t.Errorf("authorization %q", got)
	}
	if got := header.Get("Accept"); got != "application/vnd.pagerduty+json;version=2" {
		t.Errorf("accept %q", got)
	}
}

func TestPagesBetweenSplitsLongStretches(t *testing.T) {
	since := time.Date(2025, 1, 1, 2, 3, 4, 5, time.FixedZone("", 3600))
	until := since.AddDate(1, 0, 0)
	var windows []span
	c := client(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		if q.Get("time_zone") != "UTC" || q.Has("statuses[]") || !strings.HasSuffix(q.Get("since"), "Z") {
			t.Errorf("query %v", q)
		}
		from, _ := time.Parse(time.RFC3339, q.Get("since"))
		to, _ := time.Parse(time.RFC3339, q.Get("until"))
		windows = append(windows, span{from, to})
		answer(w, 200, `{"incidents":[{"id":"P1"}],"more":false}`)
	}))
	got, err := c.PagesBetween(t.Context(), since, until)
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 1 {
		t.Errorf("a page that every window gives came %d times", len(got))
	}
	for i, w := range windows {
		if w.until.Sub(w.since) > maxWindow+time.Second {
			t.Errorf("window %v is longer than allowed", w)
		}
		if i > 0 && w.since.After(windows[i-1].until) {
			t.Errorf("gap before %v", w.since)
		}
	}
	if len(windows) < 3 || windows[0].since.After(since) || windows[len(windows)-1].until.Before(until) {
		t.Errorf("windows %v do not cover %v to %v", windows, since, until)
	}
}

func TestPagesBetweenNeedsBothEnds(t *testing.T) {
	c := client(t, always(200, `{}`))
	if _, err := c.PagesBetween(t.Context(), time.Time{}, time.Now()); incident.OutcomeOf(err) != incident.OutcomeRefused {
		t.Errorf("got %v", err)
	}
}

func TestPageOfSample(t *testing.T) {
	var answered struct{ Incidents []json.RawMessage }
	if err := json.Unmarshal(sample(t, "incidents.json"), &answered); err != nil {
		t.Fatal(err)
	}
	c := client(t, always(200, `{"incident":`+string(answered.Incidents[0])+`}`))
	got, err := c.Page(t.Context(), "PT4KHLK")
	if err != nil {
		t.Fatal(err)
	}
	want := incident.Page{
		ID: "PT4KHLK", Number: 1234, Title: "The server is on fire.", Status: incident.PageResolved,
		Urgency: "high", Priority: "P2", ServiceID: "PIJ90N7", Service: "My Mail Service",
		TeamIDs: []string{"PQ9K7I8"}, PolicyID: "PT20YPA",
		URL: "https://subdomain.pagerduty.com/incidents/PT4KHLK", Key: "baf7cf21b1da41b4b0221008339ff357",
		CreatedAt:  time.Date(2015, 10, 6, 21, 30, 42, 0, time.UTC),
		ResolvedAt: time.Date(2015, 10, 6, 21, 38, 23, 0, time.UTC),
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("page (-want +got):\n%s", d)
	}
}

func TestPageTakesOddFields(t *testing.T) {
	c := client(t, always(200, `{"incident":{"id":"P1","incident_number":"7","title":null,"summary":"[#7] x",
		"priority":{"id":"PR","name":"SEV-1","summary":"other"},"service":"gone","teams":null,"urgency":3,
		"incident_key":null,"status":"resolved","resolved_at":null,"last_status_change_at":"2026-01-02T03:04:05+02:00",
		"resolve_reason":{"type":"merge_resolve_reason","incident":{"id":"P9","type":"incident_reference"}},
		"assignments":[null,{"assignee":null}]}}`))
	got, err := c.Page(t.Context(), "P1")
	if err != nil {
		t.Fatal(err)
	}
	want := incident.Page{
		ID: "P1", Number: 7, Title: "[#7] x", Status: incident.PageResolved, Urgency: "3", Priority: "SEV-1",
		ResolvedAt: time.Date(2026, 1, 2, 1, 4, 5, 0, time.UTC), MergedInto: "P9",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("page (-want +got):\n%s", d)
	}
}

func TestPageWithoutIncidentIsNotEmpty(t *testing.T) {
	if p, err := client(t, always(200, `{}`)).Page(t.Context(), "P1"); err == nil {
		t.Errorf("an answer without an incident gave %+v", p)
	}
}
