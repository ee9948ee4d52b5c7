package main

import (
	"io"
	"time"

	"firebreak/bot"
	"firebreak/incident"
	"firebreak/incident/report"
	"firebreak/store"
)

// report prints what a filter chooses of an incident's timeline in a form that
// is meant for others.
func (p *program) report(n incident.Number, f store.Filter, format string) error {
	mask := bot.NewMasker()
	return p.read(func(v *store.View) error {
		r, err := bot.Report(v, n, mask)
		if err != nil {
			return noIncident(n, err)
		}
		if r.Entries, err = v.Entries(incident.Operator(), n, f); err != nil {
			return err
		}
		return p.print(func(w io.Writer) error { return writeReport(w, r, format) })
	})
}

func writeReport(w io.Writer, r report.Report, format string) error {
	switch format {
	case formatMarkdown:
		return r.Markdown(w)
	case formatCSV:
		return r.CSV(w)
	case formatTimesketch:
		return r.Timesketch(w)
	}
	return r.HTML(w, time.Now())
}
