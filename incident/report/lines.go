package report

import (
	"io"

	"firebreak/incident"
)

// JSONLines writes the timeline in the form of firebreak timeline --format
// jsonl, for others: texts are masked, a text that does not leave is empty, and
// revisions, alterations and data, which hold earlier and raw texts and reasons,
// are left out.
func (r Report) JSONLines(w io.Writer) error {
	for _, l := range r.lines() {
		e := l.Entry
		e.Text, e.Actor.Name = r.clean(r.mentions(l.Text)), l.Who
		e.Revisions, e.Alterations, e.Data = nil, nil, nil
		e.Files = make([]incident.File, len(l.Files))
		for i, f := range l.Files {
			f.Name = r.clean(f.Name)
			e.Files[i] = f
		}
		text, err := incident.MarshalEntry(e)
		if err != nil {
			return err
		}
		if _, err := w.Write(append(text, '\n')); err != nil {
			return err
		}
	}
	return nil
}
