package store

import (
	"fmt"
	"strings"

	"firebreak/incident"
)

// Dropped is a file that stands with an entry.
type Dropped struct {
	Key    string // of the entry
	Source incident.Source
	File   incident.File
}

// NewestFile finds the file that came last to an incident: of that name, in
// any letter case, or, for no name, one whose name ends with one of the
// endings. What was deleted, dropped or redacted has none.
func (v *View) NewestFile(n incident.Number, name string, endings ...string) (Dropped, error) {
	where, args := `lower(f.name) = lower(?)`, []any{n, name}
	if name == "" {
		var either []string
		args = args[:1]
		for _, ending := range endings {
			either = append(either, `lower(f.name) LIKE '%' || ?`)
			args = append(args, ending)
		}
		where = `(` + strings.Join(append(either, `0`), ` OR `) + `)`
	}
	d, err := one(v, func(row row) (d Dropped, err error) {
		return d, row.Scan(&d.Key, &d.Source.System, &d.Source.Channel, &d.Source.TS, &d.Source.ThreadTS, &d.Source.Permalink,
			&d.File.ID, &d.File.Name, &d.File.SHA256, &d.File.Size)
	}, `SELECT e.key, e.system, e.channel, e.ts, e.thread_ts, e.permalink, f.id, f.name, f.sha256, f.size
		FROM entries e JOIN entry_files f ON f.key = e.key
		WHERE e.incident = ? AND e.deleted = 0 AND e.dropped = 0 AND e.redacted = 0 AND `+where+`
		ORDER BY e.n DESC, f.id DESC LIMIT 1`, args...)
	if err != nil {
		return d, fmt.Errorf("newest file of %s: %w", n, err)
	}
	return d, nil
}
