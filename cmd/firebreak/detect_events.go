package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"firebreak/detect/event"
	"firebreak/detect/logfile"
)

// stdin is how the command line and detections call standard input.
const stdin = "-"

// eventSuffixes end the names of the files in a folder that hold events.
var eventSuffixes = []string{".json", ".jsonl", ".ndjson", ".json.gz", ".jsonl.gz", ".ndjson.gz"}

// eventFiles finds the files of events at paths, each once: paths in their
// order, what is in folders and below by name. Hidden folders are left out; a
// file that is named itself may have any name.
func eventFiles(paths []string) ([]string, error) {
	var files []string
	for _, path := range paths {
		if path == stdin {
			files = append(files, path)
			continue
		}
		found := 0
		err := filepath.WalkDir(path, func(name string, d fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case d.IsDir() && name != path && strings.HasPrefix(d.Name(), "."):
				return filepath.SkipDir
			case d.IsDir() || name != path && !slices.ContainsFunc(eventSuffixes, func(s string) bool { return strings.HasSuffix(name, s) }):
				return nil
			}
			found++
			if name = filepath.Clean(name); !slices.Contains(files, name) {
				files = append(files, name)
			}
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("read events: %w", err)
		}
		if found == 0 {
			return nil, fmt.Errorf("there are no events (*%s) in %s", strings.Join(eventSuffixes, ", *"), path)
		}
	}
	return files, nil
}

// sizes adds up how long the files are, 0 when one of them is endless.
func sizes(files []string) (int64, error) {
	total, known := int64(0), true
	for _, name := range files {
		if name == stdin {
			known = false
			continue
		}
		info, err := os.Stat(name)
		switch {
		case err != nil:
			return 0, fmt.Errorf("read events: %w", err)
		case info.IsDir():
			return 0, fmt.Errorf("read events: %s is a folder", name)
		}
		known = known && info.Mode().IsRegular()
		total += info.Size()
	}
	if !known {
		total = 0
	}
	return total, nil
}

// readEvents gives the events of a file, or of standard input, until there are
// no more, fn fails, or the program is to end.
func (p *program) readEvents(name string, progress *progress, fn func(event.Record) error) error {
	in := interruptible(p.ctx, p.stdin)
	if name != stdin {
		f, err := os.Open(name)
		if err != nil {
			return err
		}
		defer f.Close()
		in = f
	}
	reader, err := logfile.Open(progress.reading(in), name, time.Now())
	if err != nil {
		return err
	}
	for p.ctx.Err() == nil {
		record, err := reader.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := fn(record); err != nil {
			return err
		}
	}
	return nil
}
