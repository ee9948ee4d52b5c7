package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	"firebreak/bot"
	"firebreak/incident/report"
	"firebreak/store"
)

// TestPicturesTimeline draws the story's timeline for docs/guide/exports.md.
func TestPicturesTimeline(t *testing.T) {
	if *pictures == "" {
		t.Skip("draws a picture when -pictures says where to: make pictures")
	}
	inWorldNow(t, func(w *world) {
		w.pass(time.Until(time.Date(2026, 11, 22, 2, 55, 0, 0, time.UTC)))
		w.start()
		w.tell()
		w.settle()
		var r report.Report
		w.view(func(v *store.View) (err error) {
			r, err = bot.Report(v, 1)
			return err
		})
		var b bytes.Buffer
		if err := r.PNG(&b); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(*pictures, "timeline.png"), b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	})
}
