package store

import (
	"fmt"

	"firebreak/incident"
)

// SaveVerdict keeps somebody's word on a detection in the place of their
// earlier one. news is false when they have said something later.
func (tx *Tx) SaveVerdict(v incident.Verdict) (news bool, err error) {
	news, err = changed(tx.exec(`INSERT INTO verdicts (detection, by, at, confirmed, reason) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (detection, by) DO UPDATE SET at = excluded.at, confirmed = excluded.confirmed, reason = excluded.reason
		WHERE verdicts.at <= excluded.at`, v.Detection, v.By, micros(v.At), v.Confirmed, v.Reason))
	if err != nil {
		return false, fmt.Errorf("save verdict on %s: %w", v.Detection, err)
	}
	return news, nil
}
