package main

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"firebreak/incident"
	"firebreak/incident/bundle"
	"firebreak/store"
	"firebreak/store/evidence"
)

// evidenceCmd is about the files kept of an incident.
type evidenceCmd struct {
	Export evidenceExportCmd `cmd:"" help:"Write an incident's evidence, with its custody and timeline, into a zip that can be checked anywhere."`
	Verify evidenceVerifyCmd `cmd:"" help:"Check a bundle: its files, their custody, and the chain that this is part of. Needs no database."`
}

// evidenceExportCmd writes a bundle.
type evidenceExportCmd struct {
	Incident string `arg:"" name:"INC-n" help:"The incident's number, such as INC-3."`
	Out      string `help:"The new file; by default INC-n-evidence.zip here. One that is there is never overwritten." type:"path" placeholder:"FILE"`
}

// Run writes the bundle and prints its SHA-256. What it could not take along is
// named, and makes the exit code 1.
func (c evidenceExportCmd) Run(p *program) error {
	n, err := parseNumber(c.Incident)
	if err != nil {
		return err
	}
	folder, err := p.evidence()
	if err != nil {
		return err
	}
	var b bundle.Bundle
	var pieces []incident.Evidence
	var entries []incident.Entry
	err = p.read(func(v *store.View) error {
		if b, pieces, err = bundleOf(v, n); err != nil {
			return noIncident(n, err)
		}
		entries, err = v.Entries(incident.Operator(), n, store.Filter{})
		return err
	})
	if err != nil {
		return err
	}
	named := map[int]string{} // as the chain has it: a file may be renamed later
	for _, c := range b.Custody {
		if c.Move == string(incident.MoveCollected) {
			named[c.N] = c.Name
		}
	}
	for _, e := range pieces { // large files: no snapshot of the database is held meanwhile
		if name, ok := named[e.N]; ok {
			e.File.Name = name
		}
		piece, err := bundlePiece(e, folder)
		if err != nil {
			return err
		}
		b.Manifest.Pieces = append(b.Manifest.Pieces, piece)
	}
	b.Open = func(sha string) (io.ReadCloser, error) { return folder.Open(sha) }
	b.Timeline = func(w io.Writer) error {
		for _, e := range entries {
			if err := writeEntry(w, e, formatLines); err != nil {
				return err
			}
		}
		return nil
	}
	if c.Out == "" {
		c.Out = bundle.Folder(n.String()) + ".zip"
	}
	sum, err := writeNew(c.Out, b.Write)
	if err != nil {
		return err
	}
	fmt.Fprintf(p.stdout, "%s  %s\n", sum, visible(c.Out))
	return p.exported(b.Manifest, len(b.Custody))
}

// exported says what is in a bundle, and what is not.
func (p *program) exported(m bundle.Manifest, moves int) error {
	states := map[bundle.State]int{}
	for _, piece := range m.Pieces {
		states[piece.State]++
		if piece.State == bundle.Missing || piece.State == bundle.Changed {
			fmt.Fprintf(p.stderr, "firebreak: evidence %d of %s (%s) is not in the bundle: its bytes are %s\n", piece.N, m.Incident, visible(piece.Name), piece.State)
		}
	}
	fmt.Fprintf(p.stderr, "firebreak: %s: %s, %s, %s of custody", m.Incident, counted(states[bundle.Kept], "file", "files"),
		counted(states[bundle.Message], "message", "messages"), counted(moves, "move", "moves"))
	if n := states[bundle.NotKept] + states[bundle.Redacted]; n > 0 {
		fmt.Fprintf(p.stderr, "; %s whose bytes were never kept, or erased", counted(n, "piece", "pieces"))
	}
	fmt.Fprintf(p.stderr, "; the log's head is %s\n", m.Head)
	if states[bundle.Missing]+states[bundle.Changed] > 0 {
		return exitError(exitFailed)
	}
	return nil
}

// noFolder says that the evidence folder is not where the environment says.
func noFolder(f *evidence.Folder) error {
	if _, err := os.Stat(f.Dir()); errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("there is no evidence folder %s: set FIREBREAK_EVIDENCE_DIR to the one that firebreak serve uses", f.Dir())
	}
	return nil
}

// evidence is the folder of files that the environment names.
func (p *program) evidence() (*evidence.Folder, error) {
	s := load(ours(p.environ))
	if err := s.only("FIREBREAK_EVIDENCE_DIR"); err != nil {
		return nil, err
	}
	return evidence.View(s.EvidencePath()), s.only("FIREBREAK_DATABASE_URL")
}

// bundleOf gathers what the database knows of a bundle, but for its timeline.
func bundleOf(v *store.View, n incident.Number) (b bundle.Bundle, pieces []incident.Evidence, err error) {
	inc, err := v.Incident(incident.Operator(), n)
	if err != nil {
		return b, nil, err
	}
	b.Manifest = bundle.Manifest{Incident: n.String(), Title: inc.Title}
	if pieces, err = v.Evidence(incident.Operator(), n); err != nil {
		return b, nil, err
	}
	return b, pieces, v.Log(n, func(l store.Logged) error {
		b.Chain = append(b.Chain, bundleRecord(l))
		b.Manifest.Records, b.Manifest.Head = l.Seq, hex.EncodeToString(l.Hash)
		if l.Kind != bundle.KindCustody {
			return nil
		}
		c, err := bundle.NewCustody(l.N, l.Seq, l.OccurredAt, l.Actor, l.Salt, l.Body)
		c.ByName, c.ToName = nameIn(v, c.By), nameIn(v, c.To)
		b.Custody = append(b.Custody, c)
		return err
	})
}

// nameIn is how people call a user; empty where nobody has said.
func nameIn(v *store.View, id string) string {
	if id == "" {
		return ""
	}
	p, _, err := v.Person(id)
	if err != nil {
		return "" // nobody has looked them up
	}
	return p.Name
}

func bundlePiece(e incident.Evidence, folder *evidence.Folder) (bundle.Piece, error) {
	p := bundle.Piece{N: e.N, Entry: e.Entry, Name: e.File.Name, SHA256: e.File.SHA256, Size: e.File.Size}
	switch {
	case e.Redacted:
		p.State = bundle.Redacted
		return p, nil
	case e.Message():
		p.State, p.Name = bundle.Message, fmt.Sprintf("entry %d", e.Entry)
		return p, nil
	case e.File.SHA256 == "":
		p.State = bundle.NotKept
		return p, nil
	}
	switch err := folder.Check(e.File.SHA256); {
	case errors.Is(err, evidence.ErrMissing):
		p.State = bundle.Missing
	case errors.Is(err, evidence.ErrChanged):
		p.State = bundle.Changed
	case err != nil:
		return p, err
	default:
		p.State, p.Path = bundle.Kept, bundle.PathOf(e.N, e.File.Name)
	}
	return p, nil
}

func bundleRecord(l store.Logged) bundle.Record {
	return bundle.Record{
		Seq: l.Seq, ID: l.ID, Kind: l.Kind, Subject: l.Subject, N: l.N, OccurredAt: l.OccurredAt, RecordedAt: l.RecordedAt, Actor: l.Actor,
		Commitment: hex.EncodeToString(l.Commitment), Prev: hex.EncodeToString(l.Prev), Hash: hex.EncodeToString(l.Hash),
	}
}

// writeNew writes a file that gets its name only once it is whole and on disk,
// readable by its owner only, and gives its SHA-256. One that is there is never
// overwritten.
func writeNew(path string, fill func(io.Writer) error) (sum string, err error) {
	taken := func() error {
		if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("there is a file %s already: name another one with --out", path)
		}
		return nil
	}
	if err := taken(); err != nil {
		return "", err
	}
	draft, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*.partial") // mode 0600
	if err != nil {
		return "", fmt.Errorf("write %s: %w", path, errors.Unwrap(err))
	}
	defer os.Remove(draft.Name())
	h := sha256.New()
	err = fill(io.MultiWriter(draft, h))
	if err == nil {
		err = draft.Sync()
	}
	if err := errors.Join(err, draft.Close()); err != nil {
		return "", fmt.Errorf("write %s: %w", path, err)
	}
	if err := os.Link(draft.Name(), path); err != nil { // a file system without links, or a name taken meanwhile
		if err := taken(); err != nil {
			return "", err
		}
		if err := os.Rename(draft.Name(), path); err != nil {
			return "", fmt.Errorf("write %s: %w", path, err)
		}
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}
