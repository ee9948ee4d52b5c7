package bot

import (
	"firebreak/incident"
	"firebreak/incident/mask"
	"firebreak/incident/report"
	"firebreak/store"
)

// Report composes what leaves the house of an incident's timeline, masked, as
// seen by whoever may read the whole file.
func Report(v *store.View, n incident.Number) (report.Report, error) {
	who := incident.Operator()
	r := report.Report{Mask: mask.Text, Names: namesOf(v)}
	var err error
	if r.Incident, err = v.Incident(who, n); err != nil {
		return r, err
	}
	if r.Entries, err = v.Entries(who, n, store.Filter{}); err != nil {
		return r, err
	}
	r.Coverage, err = coverage(v, r.Incident, r.Entries)
	return r, err
}
