package bot

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"firebreak/incident"
	"firebreak/store"
)

// taken is a field that was taken over from GitLab.
type taken struct {
	incident.Change
	was, now incident.Task
	by       string // username of who closed the issue, if anybody did
}

// apply gives a task the issue's value of one field.
func (b *Bot) apply(v *store.View, t *incident.Task, c incident.Change, m meeting) error {
	switch c.Field {
	case incident.FieldTitle:
		t.Title = c.There
	case incident.FieldState:
		t.State, t.DoneAt = incident.TaskState(c.There), time.Time{}
		if t.State == incident.TaskDone {
			t.DoneAt = nowUTC()
		}
	case incident.FieldOwner:
		name, _, _ := strings.Cut(c.There, ",")
		if t.Owner, t.OwnerName = m.Owner, ""; t.Owner == "" {
			t.OwnerName = name
		}
		t.Since = nowUTC()
	case incident.FieldDue:
		loc, err := taskZone(v, *t)
		if err != nil {
			return err
		}
		setDay(t, c.There, loc)
		t.Since = nowUTC()
	case incident.FieldLabels:
		t.Labels = nil
		if c.There != "" {
			t.Labels = strings.Split(c.There, ",")
		}
	}
	return nil
}

// workEnds is when a task is due on a day that GitLab names: it keeps no
// times, and here a day alone means 17:00 too.
const workEnds = 17 * time.Hour

// setDay moves a task to another day, at the time of day it had. The same day
// changes nothing.
func setDay(t *incident.Task, day string, loc *time.Location) {
	if old, _, _ := strings.Cut(t.DueValue(), " "); old == day {
		return
	}
	date, err := time.Parse(time.DateOnly, day)
	if err != nil { // no day
		t.Due, t.DueDay = time.Time{}, ""
		return
	}
	clock := workEnds
	if !t.Due.IsZero() {
		at := t.Due.In(loc)
		clock = time.Duration(at.Hour())*time.Hour + time.Duration(at.Minute())*time.Minute
	}
	minutes := int(clock / time.Minute)
	t.Due = time.Date(date.Year(), date.Month(), date.Day(), minutes/60, minutes%60, 0, 0, loc).UTC()
	t.DueDay = day
}

// taskZone is the zone in which a task's days are counted where nobody says:
// its owner's, else the commander's, else UTC.
func taskZone(v *store.View, t incident.Task) (*time.Location, error) {
	inc, err := v.Incident(incident.Operator(), t.Incident)
	if err != nil {
		return nil, err
	}
	for _, user := range []string{t.Owner, inc.Commander} {
		p, _, err := v.Person(user)
		if err != nil && !isNotFound(err) {
			return nil, err
		}
		if loc, err := time.LoadLocation(p.TZ); err == nil && p.TZ != "" {
			return loc, nil
		}
	}
	return time.UTC, nil
}

// recordTaken puts it on the timeline, what was lost included.
func recordTaken(tx *store.Tx, a incident.Action, k taken) error {
	actor := incident.Actor{Name: "GitLab", Kind: incident.ActorSystem}
	if k.Field == incident.FieldState && k.by != "" {
		actor = incident.Actor{Name: k.by, Kind: incident.ActorUser}
	}
	was, now := k.shown(&tx.View, k.was), k.shown(&tx.View, k.now)
	data := map[string]any{"task": k.now.N, "field": string(k.Field), "was": was, "now": now, "issue": k.now.Issue.URL}
	text := fmt.Sprintf("task %d: %s in GitLab: %s, was %s", k.now.N, k.Field, now, was)
	if k.Field == incident.FieldState {
		text, data["state"] = stateText(k.now), string(k.now.State)
	}
	if k.Direction == incident.Conflict {
		data["lost"] = was
		text = fmt.Sprintf("task %d: %s changed here and in GitLab; GitLab's stays: %s. Lost here: %s", k.now.N, k.Field, now, was)
	}
	_, _, err := tx.Record(a.Key+":"+string(k.Field), incident.Entry{
		Incident: k.now.Incident, Kind: incident.KindTask, Lane: incident.LaneResponder, OccurredAt: nowUTC(),
		Actor: actor, Text: text, Source: incident.Source{System: "gitlab"}, Data: data,
	})
	return err
}

// shown is the field of a task as an entry says it.
func (k taken) shown(v *store.View, t incident.Task) string {
	value := t.Values()[k.Field]
	switch {
	case value == "":
		return "none"
	case k.Field == incident.FieldOwner && t.Owner != "":
		if p, _, err := v.Person(t.Owner); err == nil && p.Name != "" {
			return "@" + p.Name
		}
	case k.Field == incident.FieldOwner:
		return t.OwnerName
	case k.Field == incident.FieldDue:
		return t.Due.UTC().Format("2006-01-02 15:04 UTC")
	}
	return value
}

// takenMessage says what GitLab has changed, in one message. Labels are not
// worth one: they stand in the list.
func takenMessage(all []taken, now time.Time) (message, bool) {
	all = slices.DeleteFunc(slices.Clone(all), func(k taken) bool { return k.Field == incident.FieldLabels })
	if len(all) == 0 {
		return message{}, false
	}
	if k := all[0]; len(all) == 1 && k.Field == incident.FieldState && k.Direction == incident.Pull {
		return taskChangedOutside(k.now, k.by), true
	}
	var lines []string
	for _, k := range all {
		lines = append(lines, takenLine(k, now))
	}
	last := all[len(all)-1].now
	head := fmt.Sprintf("Task `%d` was changed in GitLab: %s", last.N, words(last.Title, 300))
	var l layout
	l.section(append([]string{head}, lines...)...)
	return l.message(head), true
}

func takenLine(k taken, now time.Time) string {
	if k.Direction == incident.Conflict {
		return bullet(fmt.Sprintf("%s: changed here too. GitLab’s stays: %s. Yours was: %s", k.Field, k.said(k.now, now), k.said(k.was, now)))
	}
	return bullet(fmt.Sprintf("%s: %s, was %s", k.Field, k.said(k.now, now), k.said(k.was, now)))
}

// said is the field of a task as a message says it.
func (k taken) said(t incident.Task, now time.Time) string {
	switch {
	case k.Field == incident.FieldOwner:
		return owner(t)
	case k.Field == incident.FieldDue && t.Due.IsZero():
		return "none"
	case k.Field == incident.FieldDue:
		return stamp(t.Due, now)
	}
	return words(t.Values()[k.Field], 300)
}
