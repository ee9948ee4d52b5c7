package store_test

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"testing"
	"time"

	"firebreak/incident"
	"firebreak/store"

	"github.com/google/go-cmp/cmp"
)

// same compares what was kept with what was to be.
func same[T any](t *testing.T, s *store.Store, what string, want T, fn func(*store.View) (T, error)) {
	t.Helper()
	if diff := cmp.Diff(want, read(t, s, fn)); diff != "" {
		t.Errorf("%s: %s", what, diff)
	}
}

func TestIncidentsAreKeptWhole(t *testing.T) {
	s := fresh(t)
	inc := openIncident(t, s, incident.Incident{Title: "first", DedupKey: "k"})
	if inc.Number != 1 || inc.Status != incident.StatusOpen {
		t.Errorf("opened %+v", inc)
	}
	full := incident.Incident{
		Number: 1, Title: "t", Severity: incident.SEV2, Status: incident.StatusClosed, Private: true,
		OpenedAt: noon, OpenedBy: "U1", ClosedAt: noon.Add(time.Hour), Channel: incident.Channel{ID: "C1", Name: "inc-1"},
		HeaderTS: "1.2", Page: incident.PageRef{ID: "P1", Number: 7, URL: "u"}, DedupKey: "k", Service: "s", Urgency: "high",
		Commander: "U2", Disposition: incident.Duplicate, Reason: "r", DuplicateOf: 3,
		Milestones: map[incident.Milestone]time.Time{incident.Contained: noon.Add(time.Microsecond)}, RCA: incident.Issue{IID: 4, URL: "v"},
	}
	key, e := message(1, "1.000001", "text")
	update(t, s, func(tx *store.Tx) error { return must2(tx.Record(key, e)) })
	update(t, s, func(tx *store.Tx) error { return tx.SaveIncident(full) })
	second := openIncident(t, s, incident.Incident{Title: "second", DedupKey: "k"})
	get := func(fn func(*store.View) (incident.Incident, error), want incident.Incident) {
		t.Helper()
		same(t, s, "incident", want, fn)
	}
	get(func(v *store.View) (incident.Incident, error) { return v.Incident(incident.Operator(), 1) }, full)
	get(func(v *store.View) (incident.Incident, error) { return v.IncidentByChannel("C1") }, full)
	get(func(v *store.View) (incident.Incident, error) { return v.IncidentByDedupKey("k") }, second)
	same(t, s, "open", []incident.Incident{second}, (*store.View).OpenIncidents)
	same(t, s, "all", []incident.Incident{full, second}, func(v *store.View) ([]incident.Incident, error) { return v.Incidents(incident.Operator()) })
	if n := read(t, s, func(v *store.View) (int, error) { return v.CountEntries(1) }); n != 1 {
		t.Errorf("saving an incident lost its counter: %d", n)
	}
	for name, fn := range map[string]func(*store.Tx) error{
		"no channel": func(tx *store.Tx) error { return must(tx.IncidentByChannel("")) },
		"no key":     func(tx *store.Tx) error { return must(tx.IncidentByDedupKey("")) },
		"no number":  func(tx *store.Tx) error { return tx.SaveIncident(incident.Incident{Number: 9}) },
	} {
		if err := s.Update(t.Context(), fn); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, twin := range map[string]incident.Incident{
		"page": {Page: incident.PageRef{ID: "P1"}}, "channel": {Channel: incident.Channel{ID: "C1"}},
	} {
		if err := s.Update(t.Context(), func(tx *store.Tx) error { return must(tx.OpenIncident(twin)) }); err == nil {
			t.Errorf("two incidents have one %s", name)
		}
	}
}

func TestTasksAreNumberedInTheirIncident(t *testing.T) {
	s := fresh(t)
	openIncident(t, s, incident.Incident{Title: "x"})
	openIncident(t, s, incident.Incident{Title: "y"})
	add := func(task incident.Task) incident.Task {
		update(t, s, func(tx *store.Tx) (err error) { task, err = tx.AddTask(task); return err })
		return task
	}
	one := add(incident.Task{Incident: 1, Title: "one", CreatedAt: noon})
	two := add(incident.Task{Incident: 1, Title: "two", CreatedAt: noon})
	other := add(incident.Task{Incident: 2, Title: "other", CreatedAt: noon})
	if one.N != 1 || two.N != 2 || other.N != 1 || one.State != incident.TaskOpen {
		t.Errorf("%+v %+v %+v", one, two, other)
	}
	two.Owner, two.OwnerName, two.Due, two.State, two.DoneAt = "U1", "sam", noon, incident.TaskDone, noon
	two.CreatedBy, two.Issue, two.DueDay, two.Apart = "U2", incident.Issue{IID: 5, URL: "u"}, "2026-01-01", "moved"
	two.Since, two.Said = noon, "key"
	two.Labels, two.Agreed = []string{"a", "b"}, incident.Agreed{incident.FieldTitle: {Here: "x", There: "y"}}
	two.Writing = incident.Agreed{incident.FieldOwner: {Here: "U1", There: "sam"}}
	update(t, s, func(tx *store.Tx) error { return tx.SaveTask(two) })
	same(t, s, "tasks", []incident.Task{one, two}, func(v *store.View) ([]incident.Task, error) { return v.Tasks(1) })
	same(t, s, "task", two, func(v *store.View) (incident.Task, error) { return v.Task(1, 2) })
	same(t, s, "by issue", two, func(v *store.View) (incident.Task, error) { return v.TaskByIssue(5) })
	err := s.View(t.Context(), func(v *store.View) error { return must(v.TaskByIssue(0)) })
	if !errors.Is(err, store.ErrNotFound) {
		t.Errorf("task of no issue: %v", err)
	}
	one.Issue.IID = 5
	if err := s.Update(t.Context(), func(tx *store.Tx) error { return tx.SaveTask(one) }); err == nil {
		t.Error("two tasks have one issue")
	}
	if err := s.Update(t.Context(), func(tx *store.Tx) error { return must(tx.AddTask(incident.Task{Incident: 9})) }); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("task of no incident: %v", err)
	}
}

func TestPagesKeepTheirIncident(t *testing.T) {
	s := fresh(t)
	openIncident(t, s, incident.Incident{Title: "x"})
	page := incident.Page{
		ID: "P1", Number: 3, Title: "t", Status: incident.PageTriggered, Urgency: "high", Priority: "P1", ServiceID: "S", Service: "svc",
		TeamIDs: []string{"T1", "T2"}, PolicyID: "E", URL: "u", Key: "k", CreatedAt: noon, ResolvedAt: noon.Add(1000),
		MergedInto: "P2", Assignees: []incident.Responder{{ID: "A", Name: "n", Email: "e"}},
	}
	get := func(v *store.View) (store.PageRow, error) { return v.Page("P1") }
	update(t, s, func(tx *store.Tx) error { return tx.SavePage(page, 0) })
	same(t, s, "filtered", store.PageRow{Page: page, Filtered: true}, get)
	update(t, s, func(tx *store.Tx) error { return tx.SavePage(page, 1) })
	page.Title = "changed"
	update(t, s, func(tx *store.Tx) error { return tx.SavePage(page, 0) })
	same(t, s, "kept", store.PageRow{Page: page, Incident: 1}, get)
	same(t, s, "of incident", []store.PageRow{{Page: page, Incident: 1}}, func(v *store.View) ([]store.PageRow, error) { return v.PagesOf(1) })
}

func TestAlertsAndDetections(t *testing.T) {
	s := fresh(t)
	host, address := incident.Entity{Type: incident.EntityHost, Value: "h"}, incident.Entity{Type: incident.EntityAddress, Value: "10.0.0.1"}
	alert := func(id string, second int) incident.Alert {
		return incident.Alert{
			ID: id, Source: "sshd", Action: "login-failure", Title: "t", Severity: "low", At: noon.Add(time.Duration(second) * time.Second),
			SeenAt: noon, Entities: []incident.Entity{host, address, host}, Channel: "C", TS: "1.2", Raw: "raw",
		}
	}
	a, b, c := alert("a", 2), alert("b", 1), alert("c", 5)
	for _, x := range []incident.Alert{a, b, c} {
		update(t, s, func(tx *store.Tx) error { return must(tx.SaveAlert(x)) })
	}
	a.Incident = 7
	update(t, s, func(tx *store.Tx) error {
		if fresh, err := tx.SaveAlert(a); fresh || err != nil {
			t.Errorf("fresh %t, %v", fresh, err)
		}
		return nil
	})
	same(t, s, "alert", a, func(v *store.View) (incident.Alert, error) { return v.Alert("a") })
	same(t, s, "alerts", []incident.Alert{b, a}, func(v *store.View) ([]incident.Alert, error) {
		return v.AlertsWith(host, noon.Add(time.Second), noon.Add(2*time.Second))
	})
	d := incident.Detection{
		ID: "d", Rule: "r", Title: "t", Level: "high", At: noon, Group: address, Count: 2, Why: "w",
		Evidence: []string{"b", "a"}, Incident: 7, DedupKey: "k",
	}
	update(t, s, func(tx *store.Tx) error { return must(tx.SaveDetection(d)) })
	d.Count, d.Evidence = 3, []string{"b", "a", "c"}
	grown := d
	grown.Incident = 0
	update(t, s, func(tx *store.Tx) error {
		if fresh, err := tx.SaveDetection(grown); fresh || err != nil {
			t.Errorf("fresh %t, %v", fresh, err)
		}
		return nil
	})
	same(t, s, "detection", d, func(v *store.View) (incident.Detection, error) { return v.Detection("d") })
	same(t, s, "of incident", []incident.Detection{d}, func(v *store.View) ([]incident.Detection, error) { return v.Detections(7) })
	same(t, s, "of rule", []incident.Detection{d}, func(v *store.View) ([]incident.Detection, error) {
		return v.DetectionsFor("r", address, noon, noon)
	})
	same(t, s, "of another group", nil, func(v *store.View) ([]incident.Detection, error) { return v.DetectionsFor("r", host, noon, noon) })
}

func TestPeopleSectionsBlobsCursors(t *testing.T) {
	s := fresh(t)
	openIncident(t, s, incident.Incident{Title: "x"})
	sam := incident.Person{ID: "U1", TeamID: "T", Name: "Sam", Email: "Sam@Example.com", TZ: "Europe/Paris"}
	gone := incident.Person{ID: "U0", Name: "Sam", Email: "sam@example.com", Deactivated: true, Bot: true, Guest: true, Stranger: true}
	sum := sha256.Sum256([]byte("bytes"))
	sha := hex.EncodeToString(sum[:])
	section := store.Section{Name: "impact", Text: "none", By: "U1", At: noon}
	for range 2 {
		update(t, s, func(tx *store.Tx) error {
			return errors.Join(tx.SavePerson(sam), tx.SavePerson(gone), tx.SetSection(1, section), tx.SaveBlob(sha, []byte("bytes")), tx.SetCursor("a", "b"))
		})
	}
	person := func(id string) func(*store.View) (incident.Person, error) {
		return func(v *store.View) (incident.Person, error) {
			p, saved, err := v.Person(id)
			if time.Since(saved) > time.Minute {
				t.Errorf("saved at %v", saved)
			}
			return p, err
		}
	}
	same(t, s, "person", sam, person("U1"))
	same(t, s, "another", gone, person("U0"))
	same(t, s, "by e-mail", sam, func(v *store.View) (incident.Person, error) { return v.PersonByEmail("SAM@example.COM") })
	same(t, s, "sections", map[string]store.Section{"impact": section}, func(v *store.View) (map[string]store.Section, error) { return v.Sections(1) })
	same(t, s, "blob", []byte("bytes"), func(v *store.View) ([]byte, error) { return v.Blob(sha) })
	same(t, s, "cursor", "b", func(v *store.View) (string, error) { return v.Cursor("a") })
	same(t, s, "no cursor", "", func(v *store.View) (string, error) { return v.Cursor("z") })
	for name, fn := range map[string]func(*store.Tx) error{
		"nobody's e-mail": func(tx *store.Tx) error { return must(tx.PersonByEmail("")) },
		"no blob":         func(tx *store.Tx) error { return must(tx.Blob("00")) },
		"nobody":          func(tx *store.Tx) error { return must2(tx.Person("U9")) },
	} {
		if err := s.Update(t.Context(), fn); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, fn := range map[string]func(*store.Tx) error{
		"a blob under a wrong name": func(tx *store.Tx) error { return tx.SaveBlob(sha, []byte("other")) },
		"a member without a name":   func(tx *store.Tx) error { return tx.Join("C1", "") },
	} {
		if err := s.Update(t.Context(), fn); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
}
