package bot

import (
	"time"

	"firebreak/incident"
	"firebreak/store"
)

// repeatWithin is how far from an entry's own time the alerts may lie that it
// stands for. Tools that repeat an open alert do so every few minutes to once
// an hour; what comes back after longer is news again. It is measured from the
// entry and not from the last repeat: what never ends is told again each hour.
const repeatWithin = time.Hour

// repeats says whether an alert only repeats what an entry of the incident
// tells, and counts it there. Detectors count it all the same: five failed
// logins in the same words are five.
func repeats(tx *store.Tx, n incident.Number, a incident.Alert) (bool, error) {
	_, err := tx.EntryByKey(alertKey(n, a.ID))
	if err == nil || !isNotFound(err) {
		return false, err // it has an entry of its own
	}
	told, err := tx.AlertTold(n, a, repeatWithin)
	if isNotFound(err) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	_, err = tx.Repeat(n, alertKey(n, told.ID), a)
	return true, err
}
