package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"golang.org/x/term"

	"firebreak/bot"
	"firebreak/incident"
	"firebreak/incident/report"
	"firebreak/store"
)

// report prints what a filter chooses of an incident's timeline in a form that
// is meant for others.
func (p *program) report(n incident.Number, f store.Filter, format string) error {
	if format == formatPicture && p.toTerminal() {
		return usageError{fmt.Errorf("a picture is no text: write firebreak timeline %s --format png > %s.png", n, strings.ToLower(n.String()))}
	}
	return p.read(func(v *store.View) error {
		r, err := bot.Report(v, n)
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
	case formatPicture:
		return r.PNG(w)
	}
	return r.HTML(w, time.Now())
}

// toTerminal says whether standard output is shown to somebody as it comes.
func (p *program) toTerminal() bool {
	f, ok := p.stdout.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
