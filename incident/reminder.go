package incident

import (
	"strconv"
	"time"
)

const (
	// SoonBefore is how long before it is due a task's owner is told.
	SoonBefore = 24 * time.Hour
	// OverdueDays bounds how often an overdue task is told, once a day: who
	// has not heard seven times will not hear an eighth.
	OverdueDays = 7

	reminderDay = 24 * time.Hour
)

// Reminder is the one of a task's reminders that is to be given now.
type Reminder struct {
	Stage string    // soon, due, or overdue and the day; what it is told apart by
	Until time.Time // afterwards it is stale: the next one takes its place
}

// ReminderAt says which reminder of t is to be given at now, if any. Times
// that passed before this owner and this due time were set are not caught up
// on, and of those missed meanwhile only the last counts.
func ReminderAt(t Task, now time.Time) (Reminder, bool) {
	if t.State != TaskOpen || t.Owner == "" || t.Due.IsZero() {
		return Reminder{}, false
	}
	since := t.Since
	if since.IsZero() {
		since = t.CreatedAt
	}
	soon := t.Due.Add(-SoonBefore)
	switch {
	case now.Before(soon):
		return Reminder{}, false
	case now.Before(t.Due):
		return Reminder{"soon", t.Due}, !since.After(soon)
	}
	days := int(now.Sub(t.Due) / reminderDay)
	at := t.Due.Add(time.Duration(days) * reminderDay)
	r := Reminder{"due", at.Add(reminderDay)}
	if days > 0 {
		r.Stage = "overdue " + strconv.Itoa(days)
	}
	return r, days <= OverdueDays && !since.After(at)
}

// DigestAt is when a day's digest is due in loc: 09:00 of now's day there.
func DigestAt(now time.Time, loc *time.Location) time.Time {
	y, m, d := now.In(loc).Date()
	return time.Date(y, m, d, 9, 0, 0, 0, loc)
}
