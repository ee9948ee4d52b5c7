package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"firebreak/bot"
	"firebreak/detect/indicator"
	"firebreak/incident"
	"firebreak/store"
)

// The formats of what the reading commands print.
const (
	formatText       = "text"
	formatLines      = "jsonl"
	formatMarkdown   = "md"
	formatCSV        = "csv"
	formatHTML       = "html"
	formatTimesketch = "timesketch"
	formatPicture    = "png"
)

// timelineCmd prints an incident's timeline.
type timelineCmd struct {
	Incident string   `arg:"" name:"INC-n" help:"The incident's number, such as INC-3."`
	Filter   []string `arg:"" optional:"" name:"filter" help:"Words, kind:, lane: (adversary or responder), from: and pinned:, as in Slack."`
	Format   string   `enum:"text,jsonl,md,csv,html,timesketch,png" default:"text" help:"text or jsonl, as recorded; md, csv, html (one file with filters), timesketch (JSON Lines) or png (a picture), masked, for others." placeholder:"FORMAT"`
}

// Run prints the entries in order of what happened.
func (c timelineCmd) Run(p *program) error {
	n, err := parseNumber(c.Incident)
	if err != nil {
		return err
	}
	filter, err := bot.ParseFilter(strings.Join(c.Filter, " "))
	if err != nil {
		return usageError{err}
	}
	if c.Format != formatText && c.Format != formatLines {
		return p.report(n, filter.Stored(), c.Format)
	}
	var entries []incident.Entry
	err = p.read(func(v *store.View) error {
		if _, err := v.Incident(incident.Operator(), n); err != nil {
			return noIncident(n, err)
		}
		entries, err = v.Entries(incident.Operator(), n, filter.Stored())
		return err
	})
	if err != nil {
		return err
	}
	return p.print(func(w io.Writer) error {
		for _, e := range entries {
			if err := writeEntry(w, e, c.Format); err != nil {
				return err
			}
		}
		return nil
	})
}

func writeEntry(w io.Writer, e incident.Entry, format string) error {
	if format == formatText {
		_, err := io.WriteString(w, entryText(e))
		return err
	}
	line, err := incident.MarshalEntry(e)
	if err != nil {
		return err
	}
	return writeLine(w, line)
}

// mostShown bounds what one page of a search prints.
const mostShown = 10_000

// searchCmd searches all incidents.
type searchCmd struct {
	Query  []string `arg:"" name:"query" help:"Words that must all be there, \"phrases\", and filters such as kind:note. A query with an excluded -word comes after --."`
	Format string   `enum:"text,jsonl" default:"text" help:"text or jsonl." placeholder:"FORMAT"`
	Limit  int      `default:"500" help:"Hits on a page, at most 10000; page:2 in the query shows the next." placeholder:"N"`
}

// Run prints a page of hits. Times in the query are UTC, as those printed.
func (c searchCmd) Run(p *program) error {
	if c.Limit < 1 || c.Limit > mostShown {
		return usageError{fmt.Errorf("--limit %d is out of range: use 1 to %d", c.Limit, mostShown)}
	}
	query, err := incident.ParseQuery(strings.Join(c.Query, " "), time.Now(), time.UTC)
	if err == nil {
		err = indicator.Resolve(&query)
	}
	if err != nil {
		return usageError{err}
	}
	var found store.Found
	err = p.read(func(v *store.View) error {
		found, err = v.Search(incident.Operator(), query, c.Limit)
		return err
	})
	if err != nil {
		return err
	}
	if found.More {
		fmt.Fprintf(p.stderr, "firebreak: there are more hits; add page:%d, or a word to narrow it\n", query.Page+1)
	}
	return p.print(func(w io.Writer) error {
		for _, hit := range found.Hits {
			if err := writeHit(w, hit, c.Format); err != nil {
				return err
			}
		}
		return nil
	})
}

func writeHit(w io.Writer, hit store.Hit, format string) error {
	if format == formatText {
		_, err := io.WriteString(w, hitText(hit))
		return err
	}
	line, err := incident.MarshalHit(hit.Entry, hit.Snippet, hit.Older, hit.Score)
	if err != nil {
		return err
	}
	return writeLine(w, line)
}

// writeLine writes one JSON object as a line that no terminal acts on.
func writeLine(w io.Writer, line []byte) error {
	_, err := w.Write(append(visibleJSON(line), '\n'))
	return err
}

// read runs fn on a snapshot of the database, which serve may have open.
func (p *program) read(fn func(*store.View) error) error {
	path, err := p.database()
	if err != nil {
		return err
	}
	db, err := store.OpenReadOnly(p.ctx, path)
	if err != nil {
		return noDatabase(path, err)
	}
	defer db.Close()
	return db.View(p.ctx, fn)
}

// database is the path of the file that the environment names.
func (p *program) database() (string, error) {
	s := load(ours(p.environ))
	return s.DatabasePath(), s.only("FIREBREAK_DATABASE_URL")
}

// noDatabase makes "not found" a sentence of its own.
func noDatabase(path string, err error) error {
	if errors.Is(err, store.ErrNotFound) {
		return fmt.Errorf("there is no database %s: set FIREBREAK_DATABASE_URL to the one that firebreak serve uses", path)
	}
	return err
}

// print buffers what fn writes to standard output.
func (p *program) print(fn func(io.Writer) error) error {
	w := bufio.NewWriter(p.stdout)
	if err := fn(w); err != nil {
		return err
	}
	return w.Flush()
}

func parseNumber(text string) (incident.Number, error) {
	n, err := incident.ParseNumber(text)
	if err != nil {
		return 0, usageError{err}
	}
	return n, nil
}

func noIncident(n incident.Number, err error) error {
	if errors.Is(err, store.ErrNotFound) {
		return fmt.Errorf("there is no %s; firebreak incidents lists them", n)
	}
	return err
}
