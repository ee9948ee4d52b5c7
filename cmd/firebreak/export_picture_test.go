package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"firebreak/bot"
	"firebreak/incident/report"
	"firebreak/store"
)

// TestPicturesTimeline draws the story's timeline for docs/guide/exports.md, as
// a picture and, in a browser, as a report, at the hour at which it is told.
func TestPicturesTimeline(t *testing.T) {
	if *pictures == "" {
		t.Skip("draws a picture when -pictures says where to: make pictures")
	}
	b := startBrowser(t)
	page := filepath.Join(t.TempDir(), "report.html")
	inWorldNow(t, func(w *world) {
		w.env["FIREBREAK_RULES"] = "builtin"
		w.pass(time.Until(time.Date(2026, 11, 22, 3, 2, 0, 0, time.UTC)))
		w.start()
		w.tell()
		w.settle()
		var r report.Report
		w.view(func(v *store.View) (err error) {
			r, err = bot.Report(v, 1)
			return err
		})
		var drawn, written bytes.Buffer
		if err := r.PNG(&drawn); err != nil {
			t.Fatal(err)
		}
		if err := r.HTML(&written, time.Now()); err != nil {
			t.Fatal(err)
		}
		keepPicture(t, "timeline", drawn.Bytes())
		if err := os.WriteFile(page, written.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	})
	b.photographPage(t, "file://"+page, "report")
}

// photographPage takes a picture of a page as a phone shows it at first.
func (b *browser) photographPage(t *testing.T, address, name string) {
	t.Helper()
	ctx, closeIt := chromedp.NewContext(b.ctx, chromedp.WithNewWindow(true))
	defer closeIt()
	on := handset(844)
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(on.width, on.height, chromedp.EmulateScale(on.scale), chromedp.EmulateMobile), chromedp.Navigate(address)); err != nil {
		t.Fatal(err)
	}
	shot, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	if err != nil {
		t.Fatal(err)
	}
	keepPicture(t, name, shot)
}
