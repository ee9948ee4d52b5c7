package main

import (
	"fmt"

	"firebreak/store"
)

// backupCmd copies the database.
type backupCmd struct {
	File string `arg:"" name:"FILE" help:"The new file. One that is there is never overwritten." type:"path"`
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
	fmt.Fprintf(p.stderr, "firebreak: copied to %s: %d bytes, %s, %s; checked\n", visible(c.File), got.Bytes,
		counted(got.Incidents, "incident", "incidents"), counted(got.Entries, "entry", "entries"))
	return nil
}

func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
