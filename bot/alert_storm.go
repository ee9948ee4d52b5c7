package bot

import (
	"time"

	"firebreak/incident"
	"firebreak/store"
)

// So many alerts within so much time are more than a channel can be left to
// find out by itself: one message says what they are.
const (
	alertStorm       = 20
	alertStormWithin = 5 * time.Minute
	// stormQuiet is how long nothing may come for a storm to be over. What
	// comes then is told anew.
	stormQuiet = 15 * time.Minute
)

// alertCame notes that an alert has come to an incident. In a storm the
// channel's one message about it is brought up to date; a quiet trickle says
// nothing. Alerts are counted by when they were seen here.
func (b *Bot) alertCame(tx *store.Tx, n incident.Number) error {
	now := nowUTC()
	s, err := tx.StormSince(n, "", now.Add(-stormQuiet))
	if isNotFound(err) {
		count, first, err := tx.AlertsSeen(n, now.Add(-alertStormWithin))
		if err != nil || count < alertStorm {
			return err
		}
		s = store.Storm{Incident: n, Since: first}
	} else if err != nil {
		return err
	}
	s.Until = now
	return b.tellStorm(tx, s)
}
