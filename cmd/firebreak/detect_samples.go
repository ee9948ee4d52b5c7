package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"firebreak/detect/event"
	"firebreak/detect/logfile"
	"firebreak/detect/rules"
	"firebreak/detect/sigma"
)

// samplesBeside gives the file of samples for a rule file, "" for none.
func samplesBeside(file string) string {
	stem := strings.TrimSuffix(file, filepath.Ext(file))
	for _, suffix := range rules.SamplesSuffixes {
		if ruleThere(stem + suffix) {
			return stem + suffix
		}
	}
	return ""
}

// sampleEvents reads the events that a sample holds, and those in the file it
// names, which stands in the same folder or below.
func sampleEvents(dir string, s sigma.Sample) ([]*event.Event, error) {
	var events []*event.Event
	for _, data := range s.Events {
		ev, err := event.Decode(data)
		if err != nil {
			return nil, err
		}
		events = append(events, ev)
	}
	if s.File == "" {
		return events, nil
	}
	if !filepath.IsLocal(s.File) {
		return nil, fmt.Errorf("the file %s is not in the rule's folder", s.File)
	}
	content, err := readRule(filepath.Join(dir, s.File))
	if err != nil {
		return nil, err
	}
	reader, err := logfile.Open(bytes.NewReader(content), s.File, time.Time{})
	for err == nil {
		var record event.Record
		if record, err = reader.Next(); err != nil {
			break
		}
		ev, wrong := event.Decode(record.Data)
		if wrong = errors.Join(record.Err, wrong); wrong != nil {
			return nil, fmt.Errorf("%s:%d: %w", s.File, record.Line, wrong)
		}
		events = append(events, ev)
	}
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return events, err
}

// orphans looks for samples without a rule.
func (t *trial) orphans(paths []string) error {
	for _, path := range paths {
		if path == rules.Builtin {
			continue // the pack's own tests see to that
		}
		for _, suffix := range rules.SamplesSuffixes {
			found, err := filepath.Glob(filepath.Join(path, "*"+suffix))
			if err != nil {
				return err
			}
			for _, name := range found {
				stem := strings.TrimSuffix(name, suffix)
				known := func(ext string) bool { return len(t.scores[stem+ext]) > 0 }
				if !slices.ContainsFunc([]string{".yml", ".yaml", ".py", ".star"}, known) {
					t.fail("%s is for no rule that was loaded", name)
				}
			}
		}
	}
	return nil
}
