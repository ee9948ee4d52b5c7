package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"firebreak/bot"
	"firebreak/incident"
	"firebreak/incident/lines"
	"firebreak/store"
)

// importCmd puts the lines of a file on an incident's timeline.
type importCmd struct {
	Incident string `arg:"" name:"INC-n" help:"The incident's number, such as INC-3."`
	File     string `arg:"" name:"FILE" help:"CSV with a header, or JSON Lines." type:"path"`
	Format   string `enum:"auto,csv,jsonl,timesketch" default:"auto" help:"csv, jsonl, or timesketch: either of them with its three columns; otherwise by what the file begins with." placeholder:"FORMAT"`
	Zone     string `help:"Time zone of times that name none, such as Europe/Paris; otherwise such lines are left out." placeholder:"ZONE"`
}

// Run writes to the database itself, which it can only while no serve does.
func (c importCmd) Run(p *program) error {
	i, err := c.reading()
	if err != nil {
		return err
	}
	file, err := readLimited(c.File)
	if err != nil {
		return err
	}
	db, err := p.writable(i.Incident)
	if err != nil {
		return err
	}
	defer db.Close()
	got, err := i.Into(p.ctx, db, file)
	if err != nil {
		return err
	}
	return c.tell(p.stderr, i, got)
}

// reading is the import as it was asked for.
func (c importCmd) reading() (bot.Import, error) {
	n, err := parseNumber(c.Incident)
	i := bot.Import{Incident: n, Name: filepath.Base(c.File)}
	if c.Format != "auto" {
		i.Options.Format = lines.Format(c.Format)
	}
	if err == nil && c.Zone != "" {
		var known bool
		if i.Options.Zone, known = bot.ZoneNamed(c.Zone); !known {
			err = usageError{fmt.Errorf("--zone %s is no time zone: write one such as Europe/Paris or UTC", visible(c.Zone))}
		}
	}
	return i, err
}

// readLimited reads a file as far as an import may be long; of a longer one
// enough for its reader to refuse it.
func readLimited(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, lines.MaxBytes+1))
}

// writable opens the database for writing, once it is known that it has the
// incident: it never makes one.
func (p *program) writable(n incident.Number) (*store.Store, error) {
	err := p.read(func(v *store.View) error {
		_, err := v.Incident(incident.Operator(), n)
		return noIncident(n, err)
	})
	if err != nil {
		return nil, err
	}
	s := load(ours(p.environ))
	db, err := store.Open(p.ctx, store.Config{Path: s.DatabasePath(), Indicators: finder(s.Config)})
	if errors.Is(err, store.ErrLocked) {
		return nil, fmt.Errorf("firebreak serve is running on %s, and only one can write to it: drop the file in the incident's channel and use %s import there, or stop serve first",
			s.DatabasePath(), s.SlackCommand)
	}
	return db, err
}

// tell says what came of it: the sum, and each line that was left out, as far
// as they are named.
func (c importCmd) tell(w io.Writer, i bot.Import, got bot.Imported) error {
	name := visible(i.Name)
	for _, t := range got.Troubles {
		fmt.Fprintf(w, "firebreak: line %d of %s %s\n", t.Place, name, visible(t.Why))
	}
	if more := got.Refused - len(got.Troubles); more > 0 {
		fmt.Fprintf(w, "firebreak: and %d more lines like these\n", more)
	}
	if got.Unzoned {
		fmt.Fprintln(w, "firebreak: say with --zone in which time zone the file is")
	}
	switch {
	case got.Why != "":
		return fmt.Errorf("nothing was imported: the file %s %s", i.Name, got.Why)
	case got.Taken == 0:
		return fmt.Errorf("nothing was imported: the file %s has no line of the adversary's that can be read", i.Name)
	}
	fmt.Fprintf(w, "firebreak: %s of %s put on the timeline of %s, %d already there, %d left out; from %s to %s\n",
		counted(got.Fresh, "line", "lines"), name, i.Incident, got.Taken-got.Fresh, got.Refused+got.Responders,
		got.From.UTC().Format(time.RFC3339), got.To.UTC().Format(time.RFC3339))
	return nil
}
