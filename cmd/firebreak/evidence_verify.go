package main

import (
	"encoding/hex"
	"errors"
	"fmt"
	"os"

	"firebreak/incident"
	"firebreak/incident/bundle"
	"firebreak/store"
	"firebreak/store/evidence"
)

// evidenceVerifyCmd checks a bundle.
type evidenceVerifyCmd struct {
	Bundle     string `arg:"" name:"BUNDLE" help:"The zip that firebreak evidence export wrote." type:"path"`
	Checkpoint string `help:"Also hold its chain against an output of firebreak verify --format jsonl, kept somewhere else." type:"path" placeholder:"FILE"`
}

// Run says what the bundle holds when nothing is wrong in it; else it names
// what is.
func (c evidenceVerifyCmd) Run(p *program) error {
	noted, err := readCheckpoints(c.Checkpoint)
	if err != nil {
		return err
	}
	var heads []bundle.Head
	for _, h := range noted {
		heads = append(heads, bundle.Head{Incident: h.Incident.String(), Records: h.Seq, Hash: hex.EncodeToString(h.Hash)})
	}
	f, err := os.Open(c.Bundle)
	if err != nil {
		return usageError{fmt.Errorf("read the bundle: %w", err)}
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	got, err := bundle.Verify(f, info.Size(), heads)
	if err != nil {
		return fmt.Errorf("%s is no bundle of firebreak's: %w", c.Bundle, err)
	}
	for _, trouble := range got.Troubles {
		fmt.Fprintln(p.stderr, "firebreak:", visible(trouble))
	}
	if len(got.Troubles) > 0 {
		return exitError(exitFailed)
	}
	fmt.Fprintf(p.stdout, "%s: %s, %s of custody, unchanged; the chain of %s is unbroken, its head is %s\n", got.Manifest.Incident,
		counted(got.Files, "file", "files"), counted(got.Moves, "move", "moves"), counted(int(got.Manifest.Records), "record", "records"), got.Manifest.Head)
	return nil
}

// verifyFiles reads the contents of captured files to their ends, and names
// each that is missing or changed. bad is how many those are.
func (p *program) verifyFiles(n incident.Number) (read, bad int, err error) {
	folder, err := p.evidence()
	if err != nil {
		return 0, 0, err
	}
	var files []store.Captured
	err = p.read(func(v *store.View) error {
		files, err = v.AllCaptured(n)
		return err
	})
	if err != nil {
		return 0, 0, err
	}
	if len(files) > 0 {
		if err := noFolder(folder); err != nil {
			return 0, 0, err
		}
	}
	known := map[string]error{}
	for _, f := range files {
		why, done := known[f.SHA256]
		if !done {
			why = folder.Check(f.SHA256)
			known[f.SHA256] = why
		}
		if why == nil {
			continue
		}
		bad++
		if !errors.Is(why, evidence.ErrMissing) && !errors.Is(why, evidence.ErrChanged) {
			return len(known), bad, why
		}
		fmt.Fprintf(p.stderr, "firebreak: file %s of %s (entry %d): %s\n", visible(f.Name), f.Incident, f.Entry, visible(why.Error()))
	}
	return len(known), bad, nil
}
