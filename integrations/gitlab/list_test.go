package gitlab

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"firebreak/incident"
)

// listing is a project whose issues may change between two reads.
type listing struct {
	t      *testing.T
	issues []issue
	mu     sync.Mutex // an abandoned answer is still being written
	reads  int
	meddle func(reads int) // called before each read
}

func (l *listing) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/git/api/v4/user" {
		answer(w, 200, bot)
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.reads++
	if l.meddle != nil {
		l.meddle(l.reads)
	}
	q := r.URL.Query()
	if q.Get("scope") != "all" || q.Get("state") != "all" || q.Get("sort") != "asc" {
		l.t.Errorf("query %v", q)
	}
	rows := []issue{}
	for _, i := range l.issues {
		since := at(time.RFC3339, q.Get("updated_after"))
		if label := q.Get("labels"); (label == "" || slices.Contains(i.Labels, label)) && !at(time.RFC3339, i.UpdatedAt).Before(since) {
			rows = append(rows, i)
		}
	}
	slices.SortStableFunc(rows, func(a, b issue) int {
		if q.Get("order_by") == "updated_at" {
			return cmp.Or(strings.Compare(a.UpdatedAt, b.UpdatedAt), cmp.Compare(a.IID, b.IID))
		}
		return cmp.Compare(a.IID, b.IID)
	})
	size, _ := strconv.Atoi(q.Get("per_page"))
	page, _ := strconv.Atoi(q.Get("page"))
	from := min(len(rows), (page-1)*size)
	answer(w, 200, rows[from:min(len(rows), from+size)])
}

var monday = time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)

func updated(second int) string {
	return monday.Add(time.Duration(second)*time.Second + 5*time.Millisecond).Format("2006-01-02T15:04:05.000Z")
}

func TestFindIssue(t *testing.T) {
	const key = "task:INC-3:1"
	l := &listing{t: t}
	for iid := 1; iid <= 250; iid++ {
		i := issue{ID: iid, IID: iid, Author: bot, Labels: []string{"firebreak-inc-3"}, Description: keyLine(fmt.Sprint("other:", iid))}
		switch iid {
		case 5: // copied by a person
			i.Author, i.Description = user{ID: 8}, keyLine(key)
		case 6: // quoted
			i.Description = "> " + keyLine(key) + "\n\n" + keyLine("task:INC-3:2")
		case 7: // another incident's
			i.Labels, i.Description = nil, keyLine(key)
		case 230, 240:
			i.Description, i.State = "text\n\n"+keyLine(key)+"\r\n", "closed"
		}
		l.issues = append(l.issues, i)
	}
	c := client(t, l)
	got, ok, err := c.FindIssue(t.Context(), "firebreak-inc-3", key)
	if err != nil || !ok || got.IID != 230 || !got.Closed {
		t.Errorf("found %t %+v: %v", ok, got, err)
	}
	if _, ok, err := c.FindIssue(t.Context(), "firebreak-inc-3", "task:INC-3:9"); ok || err != nil {
		t.Errorf("found what is not there: %v", err)
	}
	for _, bad := range [][2]string{{"", key}, {"a,b", key}, {"a", ""}} {
		if _, _, err := c.FindIssue(t.Context(), bad[0], bad[1]); incident.OutcomeOf(err) != incident.OutcomeRefused {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func TestUpdatedSinceSkipsNoneWhenSomeChangeMeanwhile(t *testing.T) {
	l := &listing{t: t}
	for iid := 1; iid <= 350; iid++ {
		l.issues = append(l.issues, issue{ID: iid, IID: iid, UpdatedAt: updated(iid)})
	}
	// Between reads the oldest are updated and so move to the end.
	l.meddle = func(reads int) {
		if reads <= 3 {
			l.issues[reads].UpdatedAt, l.issues[reads].State = updated(1000+reads), "closed"
		}
	}
	got, err := client(t, l).UpdatedSince(t.Context(), monday)
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 350 {
		t.Errorf("%d issues, want 350", len(got))
	}
	if last := got[len(got)-1]; last.IID != 4 || !last.Closed {
		t.Errorf("the last one is %+v, want the newest state of 4", last)
	}
}

func TestUpdatedSinceReadsManyOfOneSecond(t *testing.T) {
	l := &listing{t: t}
	for iid := 1; iid <= 350; iid++ {
		l.issues = append(l.issues, issue{ID: iid, IID: iid, UpdatedAt: updated(5)})
	}
	got, err := client(t, l).UpdatedSince(t.Context(), monday)
	if err != nil || len(got) != 350 {
		t.Errorf("%d issues, want 350: %v", len(got), err)
	}
}

func TestUpdatedSinceBeginsEarlier(t *testing.T) {
	l := &listing{t: t, issues: []issue{{ID: 1, IID: 1, UpdatedAt: updated(0)}}}
	got, err := client(t, l).UpdatedSince(t.Context(), monday.Add(30*time.Second))
	if err != nil || len(got) != 1 {
		t.Errorf("an issue committed late is missed: %v %v", got, err)
	}
}

func TestListingReadsLargeIssuesInSmallerPages(t *testing.T) {
	l := &listing{t: t}
	for iid := 1; iid <= 20; iid++ {
		l.issues = append(l.issues, issue{
			ID: iid, IID: iid, Author: bot, Labels: []string{"l"}, UpdatedAt: updated(iid),
			Description: strings.Repeat("x", 9<<10) + "\n" + keyLine("k"+strconv.Itoa(iid)),
		})
	}
	c, err := newClient(Config{URL: "http://gl.test/git", Token: secret, Project: "sec/incidents.log", HTTP: serve(t, l)}, 64<<10)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := c.UpdatedSince(t.Context(), monday); err != nil || len(got) != 20 {
		t.Errorf("%d issues, want 20: %v", len(got), err)
	}
	if got, ok, err := c.FindIssue(t.Context(), "l", "k19"); err != nil || !ok || got.IID != 19 {
		t.Errorf("found %t %d: %v", ok, got.IID, err)
	}
}
