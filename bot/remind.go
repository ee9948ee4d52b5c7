package bot

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"time"

	"firebreak/incident"
	"firebreak/store"
)

// remindEvery is how often the tasks are looked at. A reminder needs no more
// exactness.
const remindEvery = time.Minute

// remind plans what owners and commanders are to be reminded of, and what has
// become due about rules, until ctx ends. Each reminder is an action under a key of its own, so none is given
// twice, whatever restarts; whether it still holds is asked again when it is
// given.
func (b *Bot) remind(ctx context.Context) error {
	for {
		if err := b.planReminders(ctx, nowUTC()); err != nil && ctx.Err() == nil {
			b.log.ErrorContext(ctx, "reminders could not be planned", "error", err)
		}
		if err := b.endMutes(ctx, nowUTC()); err != nil && ctx.Err() == nil {
			b.log.ErrorContext(ctx, "the end of mutes could not be told", "error", err)
		}
		if err := b.propose(ctx, nowUTC()); err != nil && ctx.Err() == nil {
			b.log.ErrorContext(ctx, "proposals about rules could not be made", "error", err)
		}
		if err := b.retire(ctx, nowUTC()); err != nil && ctx.Err() == nil {
			b.log.ErrorContext(ctx, "incidents whose time is over could not be purged", "error", err)
		}
		if !pause(ctx, remindEvery) {
			return ctx.Err()
		}
	}
}

// planReminders plans what is due at now and was not planned before. A round
// without news writes nothing.
func (b *Bot) planReminders(ctx context.Context, now time.Time) error {
	var due []step
	err := b.store.View(ctx, func(v *store.View) error {
		tasks, err := v.OpenTasks()
		if err != nil {
			return err
		}
		wanted, err := reminders(v, tasks, now)
		if err != nil {
			return err
		}
		for _, s := range wanted {
			if _, err := v.ActionByKey(s.Key); isNotFound(err) {
				due = append(due, s)
			} else if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil || len(due) == 0 {
		return err
	}
	return b.store.Update(ctx, func(tx *store.Tx) error {
		for _, s := range due {
			var err error
			if s.Needs, err = channelAction(tx, s.Incident); err != nil {
				return err
			}
			if err = plan(tx, s); err != nil {
				return err
			}
		}
		return nil
	})
}

// reminders gives what owners and commanders of open tasks are to hear at now.
func reminders(v *store.View, tasks []incident.Task, now time.Time) (steps []step, err error) {
	last := incident.Number(0)
	for _, t := range tasks {
		if r, ok := incident.ReminderAt(t, now); ok {
			p := reminder{N: t.N, Owner: t.Owner, Due: t.Due, Stage: r.Stage, Until: r.Until}
			steps = append(steps, step{Key: p.key(t.Incident), Kind: kindRemind, Lane: slackLane(t.Incident), Incident: t.Incident, Payload: p})
		}
		if t.Incident == last { // they come by incident
			continue
		}
		last = t.Incident
		s, ok, err := digestStep(v, t.Incident, now)
		if err != nil {
			return nil, err
		}
		if ok {
			steps = append(steps, s)
		}
	}
	return steps, nil
}

// reminder is one of a task's reminders, of an owner and a due time.
type reminder struct {
	N          int
	Owner      string
	Due, Until time.Time
	Stage      string
}

func (r reminder) key(n incident.Number) string {
	return fmt.Sprintf("remind:%s:%d:%s:%d:%s", n, r.N, r.Owner, r.Due.Unix(), r.Stage)
}

// reminderPost is the reminder as a reply to the message that announced the
// task. It is none when it does not hold any more.
func (b *Bot) reminderPost(ctx context.Context, a incident.Action) (p incident.Post, holds bool, err error) {
	r, err := payloadOf[reminder](a)
	if err != nil {
		return p, false, err
	}
	now := nowUTC()
	err = b.store.View(ctx, func(v *store.View) error {
		inc, err := v.Incident(incident.Operator(), a.Incident)
		if err != nil {
			return err
		}
		t, err := v.Task(a.Incident, r.N)
		if err != nil {
			return err
		}
		holds = !inc.Closed() && t.State == incident.TaskOpen && t.Owner == r.Owner && t.Due.Equal(r.Due) && now.Before(r.Until)
		p = reminderMessage(t, now).post(inc.Channel.ID, a.Key)
		p.ThreadTS, err = threadOf(v, t)
		return err
	})
	return p, holds, err
}

// threadOf is where a task was announced; "" where that is not known.
func threadOf(v *store.View, t incident.Task) (ts string, err error) {
	if t.Said == "" {
		return "", nil
	}
	a, err := v.ActionByKey(t.Said)
	if isNotFound(err) || (err == nil && len(a.Result) == 0) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	return ts, json.Unmarshal(a.Result, &ts)
}

func remindOwner(ctx context.Context, b *Bot, a incident.Action) (any, error) {
	p, holds, err := b.reminderPost(ctx, a)
	if err != nil || !holds {
		return "", err
	}
	return b.chat.Post(ctx, p)
}

func findReminder(ctx context.Context, b *Bot, a incident.Action) (any, bool, error) {
	p, _, err := b.reminderPost(ctx, a)
	if err != nil {
		return nil, false, err
	}
	return b.findSent(ctx, a, p)
}

// digest is a commander's list of open tasks, of one day in their zone.
type digest struct {
	Commander string
	Until     time.Time
}

// digestStep gives the day's digest of an incident once its hour has come.
func digestStep(v *store.View, n incident.Number, now time.Time) (s step, ok bool, err error) {
	inc, err := v.Incident(incident.Operator(), n)
	if err != nil || inc.Commander == "" {
		return s, false, err
	}
	person, _, err := v.Person(inc.Commander)
	if err != nil && !isNotFound(err) {
		return s, false, err
	}
	loc, err := time.LoadLocation(person.TZ)
	if err != nil {
		loc = time.UTC // a zone we don't know must not silence the digest
	}
	at := incident.DigestAt(now, loc)
	if now.Before(at) || inc.OpenedAt.After(at) {
		return s, false, nil
	}
	return step{
		Key: "digest:" + n.String() + ":" + at.Format(time.DateOnly), Kind: kindDigest, Lane: slackLane(n), Incident: n,
		Payload: digest{Commander: inc.Commander, Until: at.AddDate(0, 0, 1)},
	}, true, nil
}

// digestPost is the digest as things stand now; none when there is nothing to
// tell any more.
func (b *Bot) digestPost(ctx context.Context, a incident.Action) (p incident.Post, holds bool, err error) {
	d, err := payloadOf[digest](a)
	if err != nil {
		return p, false, err
	}
	now := nowUTC()
	err = b.store.View(ctx, func(v *store.View) error {
		inc, err := v.Incident(incident.Operator(), a.Incident)
		if err != nil {
			return err
		}
		tasks, err := v.Tasks(a.Incident)
		if err != nil {
			return err
		}
		open, _ := byState(tasks)
		if open, err = unmentioned(v, open); err != nil {
			return err
		}
		holds = !inc.Closed() && inc.Commander == d.Commander && len(open) > 0 && now.Before(d.Until)
		p = digestMessage(inc, open, now).post(inc.Channel.ID, a.Key)
		return nil
	})
	return p, holds, err
}

// unmentioned names owners without calling them: the digest is for the
// commander alone.
func unmentioned(v *store.View, tasks []incident.Task) ([]incident.Task, error) {
	for i, t := range tasks {
		if t.Owner == "" {
			continue
		}
		p, _, err := v.Person(t.Owner)
		if err != nil && !isNotFound(err) {
			return nil, err
		}
		tasks[i].Owner, tasks[i].OwnerName = "", cmp.Or(p.Name, t.Owner)
	}
	return tasks, nil
}

func postDigest(ctx context.Context, b *Bot, a incident.Action) (any, error) {
	p, holds, err := b.digestPost(ctx, a)
	if err != nil || !holds {
		return "", err
	}
	return b.chat.Post(ctx, p)
}

func findDigest(ctx context.Context, b *Bot, a incident.Action) (any, bool, error) {
	p, _, err := b.digestPost(ctx, a)
	if err != nil {
		return nil, false, err
	}
	return b.findSent(ctx, a, p)
}
