package main

import (
	"bufio"
	"encoding/hex"
	"encoding/json"
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
	Checkpoint string `help:"Also hold the logs against an earlier output of verify --format jsonl, kept somewhere else." type:"path" placeholder:"FILE"`
}

// wireHead is a line of verify's output: where an incident's log ends.
type wireHead struct {
	V        int    `json:"v"`
	Incident string `json:"incident"`
	Records  int64  `json:"records"`
	Head     string `json:"head"`
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
	checkpoints, err := readCheckpoints(c.Checkpoint)
	if err != nil {
		return err
	}
	path, err := p.database()
	if err != nil {
		return err
	}
	v, err := store.Verify(p.ctx, path, only, checkpoints)
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
	if files > 0 {
		fmt.Fprintf(p.stderr, "firebreak: %s of evidence: there, and as captured\n", counted(files, "content", "contents"))
	}
	return p.print(func(w io.Writer) error { return writeHeads(w, v.Heads, c.Format) })
}

func writeHeads(w io.Writer, heads []store.Head, format string) error {
	for _, h := range heads {
		if format == formatText {
			fmt.Fprintf(w, "%s  %d records, the last is %s\n", h.Incident, h.Seq, hex.EncodeToString(h.Hash))
			continue
		}
		line, err := json.Marshal(wireHead{1, h.Incident.String(), h.Seq, hex.EncodeToString(h.Hash)})
		if err != nil {
			return err
		}
		if err := writeLine(w, line); err != nil {
			return err
		}
	}
	return nil
}

// readCheckpoints reads an earlier output; no name is none.
func readCheckpoints(name string) ([]store.Head, error) {
	if name == "" {
		return nil, nil
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, usageError{fmt.Errorf("read the checkpoint: %w", err)}
	}
	defer f.Close()
	var heads []store.Head
	lines := bufio.NewScanner(f)
	for n := 1; lines.Scan(); n++ {
		h, err := readHead(lines.Bytes())
		if err != nil {
			return nil, usageError{fmt.Errorf("read the checkpoint %s, line %d: %w; it must be what firebreak verify --format jsonl printed", name, n, err)}
		}
		heads = append(heads, h)
	}
	return heads, lines.Err()
}

func readHead(line []byte) (store.Head, error) {
	var w wireHead
	if err := json.Unmarshal(line, &w); err != nil {
		return store.Head{}, err
	}
	n, err := incident.ParseNumber(w.Incident)
	if err != nil {
		return store.Head{}, err
	}
	hash, err := hex.DecodeString(w.Head)
	return store.Head{Incident: n, Seq: w.Records, Hash: hash}, err
}
