package bot

import (
	"fmt"
	"time"

	"firebreak/incident"
	"firebreak/store"
)

// A database that was put back from a copy shows what was still to be done
// when the copy was made, not what has been done since: a message it holds as
// planned may have been posted, and a command it holds as waiting may have
// made its issue. So what the copy knew is looked for before it is done.

// doubtFor is how long after the first start on a copy what is planned counts
// as known to the copy: its waiting rows are handled within moments.
const doubtFor = time.Minute

// doubtUntil is the cursor of when that ends, so that a restart goes on.
const doubtUntil = "backup.doubt_until"

// doubt is what of the actions may have been done by a bot that this one
// knows nothing of. The zero value: nothing.
type doubt struct {
	since time.Time // when the copy was made
	until time.Time // actions planned before then may have been done
}

// fromCopy reads whether the database is a copy, and says so in the control
// channel at the first start on it.
func (b *Bot) fromCopy(tx *store.Tx) error {
	copied, err := tx.Cursor(store.CopiedAt)
	if err != nil || copied == "" {
		return err
	}
	if b.doubt.since, err = time.Parse(time.RFC3339Nano, copied); err != nil {
		return fmt.Errorf("read when the copy was made: %w", err)
	}
	until, err := tx.Cursor(doubtUntil)
	if err != nil {
		return err
	}
	b.doubt.until, err = time.Parse(time.RFC3339Nano, until)
	if err == nil && b.doubt.until.After(b.doubt.since) {
		return nil // not the first start on it
	}
	b.doubt.until = nowUTC().Add(doubtFor)
	if err := tx.SetCursor(doubtUntil, b.doubt.until.Format(time.RFC3339Nano)); err != nil {
		return err
	}
	return b.tellControl(tx, "restored:"+copied, restored(b.doubt.since, nowUTC()))
}

// restored says that the bot goes on from a copy.
func restored(at, now time.Time) message {
	return sentence("firebreak goes on from a backup made " + stamp(at, now) + ". Incidents opened and tasks added since are missing from its record; channels that it knows are read again.")
}

// questions says whether an action may have been done by the bot that the
// copy was taken from, and gives it as of then: its effect may be older than
// our first attempt.
func (d doubt) questions(a incident.Action) (incident.Action, bool) {
	if !a.CreatedAt.Before(d.until) {
		return a, false
	}
	a.FirstSent = d.since
	return a, true
}
