package pagerduty

import (
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestSameAnswerAgain asks again and again: what was made of an answer before
// is the same as new, whatever a caller has done to it, and another answer, or
// another question, is read.
func TestSameAnswerAgain(t *testing.T) {
	day, now := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC), ""
	c := client(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("date_range") != "all" {
			answer(w, 200, `{"incidents": [{"id": "POTHER", "status": "resolved"}]}`)
			return
		}
		answer(w, 200, now)
	}))
	one := `{"incidents": [{"id": "P1", "status": "triggered", "teams": [{"id": "T1"}], "assignments": [{"assignee": {"id": "U1", "email": "sam@example.com", "name": "Sam"}}]}]}`
	for i, step := range []struct {
		says, id, status string
	}{
		{one, "P1", "triggered"},
		{one, "P1", "triggered"},
		{`{"incidents": [{"id": "P1", "status": "acknowledged"}]}`, "P1", "acknowledged"},
		{one, "P1", "triggered"},
		{`{"incidents": []}`, "", ""},
		{`{"incidents": "none"}`, "", ""},
		{one, "P1", "triggered"},
	} {
		now = step.says
		for range 2 {
			pages, err := c.OpenPages(t.Context())
			if err != nil {
				t.Fatalf("%d: %v", i, err)
			}
			if step.id == "" {
				if len(pages) != 0 {
					t.Errorf("%d: %v", i, pages)
				}
				continue
			}
			if len(pages) != 1 || pages[0].ID != step.id || string(pages[0].Status) != step.status {
				t.Fatalf("%d: got %v, want %s %s", i, pages, step.id, step.status)
			}
			if step.says == one {
				if diff := cmp.Diff([]string{"T1"}, pages[0].TeamIDs); diff != "" {
					t.Error(diff)
				}
				if got := pages[0].Assignees; len(got) != 1 || got[0].Email != "sam@example.com" {
					t.Errorf("%d: assigned to %v", i, got)
				}
				pages[0].TeamIDs[0], pages[0].Assignees[0].Email, pages[0].ID = "x", "x", "x"
			}
		}
		if other, err := c.PagesBetween(t.Context(), day, day.AddDate(0, 0, 1)); err != nil || len(other) != 1 || other[0].ID != "POTHER" {
			t.Errorf("%d: another question was answered %v, %v", i, other, err)
		}
	}
	now = `{"incidents": [`
	for range 2 {
		if _, err := c.OpenPages(t.Context()); err == nil {
			t.Error("an answer cut short passed for one")
		}
	}
}
