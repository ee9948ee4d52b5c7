package bot

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"firebreak/store"
)

const (
	// watchEvery is how often the bot looks at its own checks.
	watchEvery = 10 * time.Second
	// damping is how long a check must fail before it is told, and be well
	// before that is told: what heals at once concerns nobody.
	damping = 30 * time.Second
	// writeEvery is how often the database is written to only to see whether
	// it can be.
	writeEvery = time.Minute
)

// watch tells people of the bot's own troubles: in the control channel, and
// through PagerDuty where that may page.
type watch struct {
	b       *Bot
	told    map[string]time.Time // checks told to be failing, since when
	turned  map[string]time.Time // checks that are otherwise than told, since when
	wrote   time.Time            // when the database was last written to for a look
	refused bool                 // whether it did not take it then
	probed  time.Time            // when history was last asked for what was not heard
	asked   int                  // how many such questions there were
	posting posting
}

// toldCursor is where it stands that a check was told to be failing.
func toldCursor(check string) string { return "trouble:" + check }

// watchHealth looks at the checks until ctx ends.
func (b *Bot) watchHealth(ctx context.Context) error {
	w := &watch{b: b, told: map[string]time.Time{}, turned: map[string]time.Time{}}
	if err := w.remember(ctx); err != nil {
		return err
	}
	tick := time.NewTicker(watchEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
		w.look(ctx)
	}
}

// remember reads what the last process has told, to tell its end.
func (w *watch) remember(ctx context.Context) error {
	return w.b.store.View(ctx, func(v *store.View) error {
		for _, check := range []string{checkSlack, checkDatabase, checkBacklog, checkPagerDuty, checkGitLab} {
			text, err := v.Cursor(toldCursor(check))
			if err != nil {
				return err
			}
			if since, err := time.Parse(time.RFC3339Nano, text); err == nil {
				w.told[check] = since
			}
		}
		return nil
	})
}

// look runs the checks and tells what has been otherwise for long enough.
func (w *watch) look(ctx context.Context) {
	now := nowUTC()
	write := w.refused || w.b.store.Refused() != nil || now.Sub(w.wrote) >= writeEvery
	checks := w.b.Checks(ctx, write)
	if ctx.Err() != nil {
		return // what fails now fails because the end has come
	}
	if write {
		w.wrote = now
	}
	well := checks[checkDatabase].OK
	if w.refused && well {
		// What was not acknowledged meanwhile may not come again.
		w.b.health.listensAnew()
		poke(w.b.gaps)
	}
	w.refused = !well
	if well {
		w.listen(ctx, now)
	}
	due := w.due(checks, now)
	if !well {
		if slices.Contains(due, checkDatabase) {
			w.tellNow(ctx, w.turned[checkDatabase], checks[checkDatabase])
		}
		return // the rest is told when it can be written down
	}
	if len(due) > 0 {
		w.tell(ctx, checks, due)
	}
}

// due gives the checks that have been otherwise than told for long enough.
func (w *watch) due(checks map[string]Check, now time.Time) (due []string) {
	for _, name := range slices.Sorted(maps.Keys(checks)) {
		_, told := w.told[name]
		if checks[name].OK != told {
			delete(w.turned, name)
			continue
		}
		if _, ok := w.turned[name]; !ok {
			w.turned[name] = now
		}
		if now.Sub(w.turned[name]) >= damping {
			due = append(due, name)
		}
	}
	return due
}

// tell writes down what is told, in one message for all that begins and one
// for all that is over.
func (w *watch) tell(ctx context.Context, checks map[string]Check, due []string) {
	err := w.b.store.Update(ctx, func(tx *store.Tx) error {
		var begun, over []ailment
		for _, name := range due {
			a := ailment{check: name, since: w.turned[name], detail: checks[name].Detail}
			began, told := w.told[name]
			cursor := ""
			if told {
				over = append(over, a)
			} else {
				began, cursor = a.since, a.since.Format(time.RFC3339Nano)
				begun = append(begun, a)
			}
			if err := tx.SetCursor(toldCursor(name), cursor); err != nil {
				return err
			}
			if err := w.b.planSelfPage(tx, a, began, told); err != nil {
				return err
			}
		}
		now := nowUTC()
		if len(begun) > 0 {
			if err := w.b.tellControl(tx, ailmentKey(begun), troubled(begun, now)); err != nil {
				return err
			}
		}
		if len(over) > 0 {
			return w.b.tellControl(tx, ailmentKey(over)+":over", recovered(over, now))
		}
		return nil
	})
	if err != nil {
		w.b.log.WarnContext(ctx, "trouble could not be told yet", "error", err)
		return
	}
	for _, name := range due {
		if _, told := w.told[name]; told {
			delete(w.told, name)
		} else {
			w.told[name] = w.turned[name]
		}
		delete(w.turned, name)
		w.b.log.InfoContext(ctx, "told of a check", "check", name, "ok", checks[name].OK)
	}
}

// ailment is a check that has changed.
type ailment struct {
	check  string
	since  time.Time
	detail string
}

func ailmentKey(list []ailment) string {
	names := []string{"trouble"}
	for _, a := range list {
		names = append(names, a.check)
	}
	return strings.Join(names, ":") + ":" + timeTS(list[0].since)
}
