package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"firebreak/store"
	"firebreak/store/evidence"
)

// backupCmd copies the database.
type backupCmd struct {
	File     string `arg:"" name:"FILE" help:"The new file. One that is there is never overwritten." type:"path"`
	Evidence string `help:"Also copy the files kept as evidence into this folder: those that it does not have yet." type:"path" placeholder:"DIR"`
}

// Run makes the copy and says on standard error what it holds.
func (c backupCmd) Run(p *program) error {
	path, err := p.database()
	if err != nil {
		return err
	}
	got, err := store.Backup(p.ctx, path, c.File)
	if err != nil {
		return noDatabase(path, err)
	}
	files, err := capturedIn(p, c.File)
	if err != nil {
		return err
	}
	said := fmt.Sprintf("firebreak: copied to %s: %d bytes, %s, %s; checked", visible(c.File), got.Bytes,
		counted(got.Incidents, "incident", "incidents"), counted(got.Entries, "entry", "entries"))
	if c.Evidence == "" {
		if len(files) > 0 {
			said += fmt.Sprintf("; %s of evidence not in it: --evidence DIR copies them", counted(len(files), "file", "files"))
		}
		fmt.Fprintln(p.stderr, said)
		return nil
	}
	fresh, err := p.backUpFiles(files, c.Evidence)
	fmt.Fprintf(p.stderr, "%s; %s of evidence, %d of them new in %s\n", said, counted(len(files), "file", "files"), fresh, visible(c.Evidence))
	return err
}

// capturedIn lists the contents that a copy needs, each once.
func capturedIn(p *program, path string) (list []store.Captured, err error) {
	db, err := store.OpenReadOnly(p.ctx, path)
	if err != nil {
		return nil, err
	}
	defer db.Close()
	err = db.View(p.ctx, func(v *store.View) error {
		list, err = v.AllCaptured(0)
		return err
	})
	slices.SortFunc(list, func(a, b store.Captured) int { return strings.Compare(a.SHA256, b.SHA256) })
	return slices.CompactFunc(list, func(a, b store.Captured) bool { return a.SHA256 == b.SHA256 }), err
}

// backUpFiles copies the contents that a folder does not have yet, each
// checked, and names those that it cannot.
func (p *program) backUpFiles(files []store.Captured, dir string) (fresh int, err error) {
	from, err := p.evidence()
	if err != nil {
		return 0, err
	}
	to, err := evidence.Open(dir, evidence.Limits{})
	if err != nil {
		return 0, err
	}
	bad := 0
	for _, f := range files {
		copied, err := copyContent(to, from, f.SHA256)
		if err != nil {
			fmt.Fprintf(p.stderr, "firebreak: file %s of %s (entry %d) was not copied: %s\n", visible(f.Name), f.Incident, f.Entry, visible(err.Error()))
			bad++
		} else if copied {
			fresh++
		}
	}
	if bad > 0 {
		return fresh, exitError(exitFailed)
	}
	return fresh, nil
}

// copyContent copies a content that is not there yet.
func copyContent(to, from *evidence.Folder, sha string) (copied bool, err error) {
	if there, err := to.Open(sha); err == nil {
		return false, there.Close()
	}
	if err := from.Check(sha); err != nil { // or something else would be kept under another name
		return false, err
	}
	_, release, err := to.Capture(func(w io.Writer) error {
		f, err := from.Open(sha)
		if err != nil {
			return err
		}
		defer f.Close()
		_, err = io.Copy(w, f)
		return err
	})
	if err == nil {
		release()
	}
	return err == nil, err
}

func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
