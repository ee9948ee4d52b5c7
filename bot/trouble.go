package bot

import (
	"context"
	"strings"
	"time"

	"firebreak/incident"
	"firebreak/store"
)

// troubleRetry is the pause between tries while GitLab refuses everything: a
// person has to mend it, and work resumes soon after.
const troubleRetry = 10 * time.Second

// onTracker makes a call to GitLab that waits, instead of being given up,
// while the trouble is not its own: a token that is refused, a project that
// cannot be seen. The project is asked for once only: it may come into sight
// between two questions, and then two answers would not fit together.
func onTracker(do func(context.Context, *Bot, incident.Action) (any, error)) func(context.Context, *Bot, incident.Action) (any, error) {
	return func(ctx context.Context, b *Bot, a incident.Action) (any, error) {
		result, err := do(ctx, b, a)
		general := refusesAll(err)
		if unseen(err) {
			seen := b.tracker.Project(ctx)
			general = seen != nil
			if seen == nil {
				result, err = do(ctx, b, a) // it may have come into sight only just now
				general = refusesAll(err)
			}
		}
		if err == nil || !general {
			return result, err
		}
		return result, &incident.CallError{
			Call: a.Kind, Outcome: incident.OutcomeNotDone, Code: incident.CodeOf(err),
			Reason: reasonOf(err), RetryAfter: troubleRetry, Err: err,
		}
	}
}

// refusesAll says whether GitLab refuses the token rather than one call.
func refusesAll(err error) bool {
	return incident.OutcomeOf(err) == incident.OutcomeRefused && incident.CodeOf(err) == "401"
}

// unseen says whether a call was refused because something, perhaps the whole
// project, is not where it was asked for.
func unseen(err error) bool {
	code := incident.CodeOf(err)
	return incident.OutcomeOf(err) == incident.OutcomeRefused && (code == "404" || strings.HasPrefix(code, "3"))
}

// trackerTrouble is the cursor that holds what is wrong with GitLab since
// when, so that it is told once although processes come and go.
const trackerTrouble = "gitlab.trouble"

// tellTrackerState tells the control channel once when GitLab refuses the
// token or the project, and once when it is well again. An outage is no news:
// it ends by itself, and /readyz shows it.
func (b *Bot) tellTrackerState(ctx context.Context, failure error) error {
	if failure != nil && incident.OutcomeOf(failure) != incident.OutcomeRefused {
		return nil
	}
	code := incident.CodeOf(failure)
	var told string
	err := b.store.View(ctx, func(v *store.View) (err error) {
		told, err = v.Cursor(trackerTrouble)
		return err
	})
	was, _, _ := strings.Cut(told, " ")
	if err != nil || was == code {
		return err
	}
	return b.store.Update(ctx, func(tx *store.Tx) error {
		since := timeTS(time.Now())
		value := ""
		if failure != nil {
			value = code + " " + since
		}
		if err := tx.SetCursor(trackerTrouble, value); err != nil {
			return err
		}
		return b.tellTroubled(tx, "gitlab:"+code+":"+since, trackerTroubleMessage(code, b.cfg.Project))
	})
}

// tellTroubled tells the control channel, or without one every open incident
// that has open tasks.
func (b *Bot) tellTroubled(tx *store.Tx, key string, m message) error {
	if b.cfg.ControlChannel != "" {
		return b.tellControl(tx, key, m)
	}
	tasks, err := tx.OpenTasks()
	if err != nil {
		return err
	}
	for _, t := range tasks { // planning a key twice changes nothing
		if err := b.say(tx, t.Incident, key+":"+t.Incident.String(), m); err != nil {
			return err
		}
	}
	return nil
}
