package incident

import (
	"testing"
	"time"
)

func TestReminderAt(t *testing.T) {
	due := time.Date(2026, 11, 25, 17, 0, 0, 0, time.UTC)
	day := 24 * time.Hour
	long := due.Add(-10 * day)
	for name, tt := range map[string]struct {
		since, now time.Time
		want       string
	}{
		"early":                 {long, due.Add(-day - time.Second), ""},
		"a day before":          {long, due.Add(-day), "soon"},
		"just before":           {long, due.Add(-time.Second), "soon"},
		"due":                   {long, due, "due"},
		"an hour late":          {long, due.Add(time.Hour), "due"},
		"a day late":            {long, due.Add(day), "overdue 1"},
		"a week late":           {long, due.Add(7 * day), "overdue 7"},
		"over a week late":      {long, due.Add(8*day - time.Second), "overdue 7"},
		"never an eighth":       {long, due.Add(8 * day), ""},
		"made within the day":   {due.Add(-5 * time.Hour), due.Add(-4 * time.Hour), ""},
		"and then due":          {due.Add(-5 * time.Hour), due, "due"},
		"assigned when overdue": {due.Add(2*day + time.Hour), due.Add(2*day + 2*time.Hour), ""},
		"and told the next day": {due.Add(2*day + time.Hour), due.Add(3 * day), "overdue 3"},
	} {
		t.Run(name, func(t *testing.T) {
			task := Task{State: TaskOpen, Owner: "U1", Due: due, Since: tt.since}
			got, ok := ReminderAt(task, tt.now)
			if ok != (tt.want != "") || (ok && got.Stage != tt.want) {
				t.Errorf("got %+v %t, want %q", got, ok, tt.want)
			}
			for _, spoil := range []func(*Task){
				func(t *Task) { t.State = TaskDone }, func(t *Task) { t.Owner = "" }, func(t *Task) { t.Due = time.Time{} },
			} {
				other := task
				spoil(&other)
				if _, ok := ReminderAt(other, tt.now); ok {
					t.Errorf("%+v is reminded of", other)
				}
			}
		})
	}
}

// TestDigestAt keeps 09:00 on days that are an hour longer or shorter.
func TestDigestAt(t *testing.T) {
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	for _, day := range []string{"2026-03-29T00:30:00Z", "2026-10-25T20:00:00Z", "2026-11-25T12:00:00Z"} {
		now, err := time.Parse(time.RFC3339, day)
		if err != nil {
			t.Fatal(err)
		}
		if got := DigestAt(now, paris); got.Hour() != 9 || got.Day() != now.In(paris).Day() {
			t.Errorf("%s: %s", day, got)
		}
	}
}
