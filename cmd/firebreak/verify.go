package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"firebreak/incident"
	"firebreak/store"
)

// verifyCmd checks that nothing in the record was changed.
type verifyCmd struct {
	Incident   string `arg:"" optional:"" name:"INC-n" help:"Only this incident, such as INC-3."`
	Format     string `enum:"text,jsonl" default:"text" help:"text or jsonl; jsonl is what --checkpoint reads." placeholder:"FORMAT"`
	Checkpoint string `help:"Also hold the logs against checkpoints that were kept somewhere else: lines of the bot's log, an RCA's record, or an earlier output of verify --format jsonl." type:"path" placeholder:"FILE"`
	Key        string `help:"Take only checkpoints that this key has signed (base64, as verify and the checkpoints themselves name it)." placeholder:"KEY"`
}

// Run prints where each log ends, once all of them are sound; else it names
// the first record that is not.
func (c verifyCmd) Run(p *program) error {
	var only []incident.Number
	if c.Incident != "" {
		n, err := parseNumber(c.Incident)
		if err != nil {
			return err
		}
		only = append(only, n)
	}
	if c.Key != "" && c.Checkpoint == "" {
		return usageError{errors.New("--key is whose checkpoints are to be believed: give --checkpoint, too")}
	}
	known, err := readCheckpoints(c.Checkpoint, c.Key)
	if err != nil {
		return err
	}
	path, err := p.database()
	if err != nil {
		return err
	}
	v, err := store.Verify(p.ctx, path, only, known.Heads)
	if errors.Is(err, store.ErrNotFound) && len(only) > 0 {
		if _, statErr := os.Stat(path); statErr == nil {
			return noIncident(only[0], err)
		}
	}
	if err != nil {
		return noDatabase(path, err)
	}
	var n incident.Number
	if len(only) > 0 {
		n = only[0]
	}
	files, bad, err := p.verifyFiles(n)
	if err != nil {
		return err
	}
	if bad > 0 {
		return exitError(exitFailed)
	}
	fmt.Fprintf(p.stderr, "firebreak: %s, %s, %s (%d redacted): unbroken, unchanged, and as the timelines show them\n",
		counted(v.Incidents, "incident", "incidents"), counted(v.Records, "record", "records"), counted(v.Entries, "entry", "entries"), v.Erased)
	known.report(p.stderr)
	if files > 0 {
		fmt.Fprintf(p.stderr, "firebreak: %s of evidence: there, and as captured\n", counted(files, "content", "contents"))
	}
	return p.print(func(w io.Writer) error { return writeHeads(w, v.Heads, c.Format) })
}

// report says what the checkpoints prove.
func (c checkpoints) report(w io.Writer) {
	if c.Signed > 0 {
		fmt.Fprintf(w, "firebreak: the logs go on from %s, signed by %s\n", counted(c.Signed, "checkpoint", "checkpoints"), c.Key)
	}
	if n := len(c.Missing); n > 0 {
		fmt.Fprintf(w, "firebreak: %s missing in between, the first is %d: what they alone know was not checked\n",
			counted(n, "checkpoint is", "checkpoints are"), c.Missing[0])
	}
}
