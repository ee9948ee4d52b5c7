package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// handset is the phone on which the guides' pictures are taken, of which a
// part is shown; so it may be as tall as the longest message.
func handset(height int64) screen { return screen{width: 390, height: height, scale: 1.5, phone: true} }

// TestPicturesOfGuides plays the story and takes the pictures of docs/guide on
// the way, as whoever holds the phone sees it. "make pictures" makes them anew.
func TestPicturesOfGuides(t *testing.T) {
	if *pictures == "" {
		t.Skip("takes pictures when -pictures says where to: make pictures")
	}
	b, d := startBrowser(t), startDemo(t)
	v := b.visit(t, d.base, "?as=sam#/slack", handset(1600))

	room := func(who string) string { return "#/slack/" + d.room() + "?as=" + who }

	d.playTo("Alex types /inc task add Block")
	v.goTo(room("kim"))
	v.says(".chan", "/inc ioc")
	v.photographPart("indicators", ".msg-private", "indicators")
	v.says(".chan", "/inc find ioc:203[.]0[.]113[.]50 lane:adversary")
	v.photographPart("search", ".msg-private", "hits")

	d.playTo("Kim ticks the task off there")
	v.goTo("#/slack/home?as=kim")
	v.see(".home .btn", "Done")
	v.show(handset(680))
	v.photographPart("home", ".home", "")
	v.show(handset(1600))

	d.playTo("Alex types /inc timeline from:@kim")
	v.goTo(room("sam"))
	v.photographPart("secrets", ".msg-private", "GitLab token")
	d.playTo("Kim deletes it in Slack")
	v.goTo(room("alex"))
	v.photographPart("redaction", ".msg-private", "is redacted")

	d.playTo("Alex types /inc handover")
	v.goTo(room("jo"))
	v.photographPart("catchup", ".msg-private", "INC-1")
	d.playTo("Jo takes the lead")
	v.see(".msg .btn", "Take the lead")
	v.photographPart("handover", ".msg", "will you take the lead")

	d.playTo("Jo sets its time")
	v.see(".modal h2", "Entry ")
	v.show(handset(900))
	v.photographPart("corrections", ".modal", "")
	v.show(handset(1600))

	d.playTo("nothing more")
	d.until("the story is over", func() bool { return d.story().Done })
	v.says(".chan", "/inc evidence 1")
	v.photographPart("evidence", ".msg-private", "how they got in")
	v.see(".msg .file-picture", "inc-1-timeline.png")
	v.photographPart("export", ".msg", "the timeline and the RCA as they stand")
}

// playTo plays the story until a deed is next, and holds it there.
func (d *demoRun) playTo(next string) {
	d.t.Helper()
	d.post("/api/story/speed", map[string]any{"x": 8}, nil)
	d.post("/api/story/play", struct{}{}, nil)
	d.until("the story comes to "+next, func() bool { return strings.HasPrefix(d.story().Told, next) || d.story().Done })
	d.post("/api/story/pause", struct{}{}, nil)
	d.post("/api/story/speed", map[string]any{"x": 1}, nil)
}

// photographPart takes a picture of one part of the window, the last that
// matches css and says text, without what floats over it.
func (v *visitor) photographPart(name, css, text string) {
	v.t.Helper()
	v.see(css, text)
	v.scheme("light")
	v.gone(".toast", "")
	v.drawn()
	type box struct{ X, Y, Width, Height float64 }
	var at, before box
	still := 0 // looks in a row in which it stood there: a channel scrolls for a while once it is shown
	v.until(func() string { return "the channel stands still" }, func() bool {
		before = at
		at = value[box](v, call(script(v.t, "part.js"), css, text))
		if still++; at != before {
			still = 0
		}
		return still > 20
	})
	if at.Y < 0 {
		v.t.Fatalf("%s %q is taller than the screen", css, text)
	}
	clip := &page.Viewport{X: at.X, Y: at.Y, Width: at.Width, Height: at.Height, Scale: 1}
	shot, err := chromedp.Call(v.ctx, page.CaptureScreenshot, page.CaptureScreenshotParams{Clip: clip})
	if err != nil {
		v.t.Fatal(err)
	}
	keepPicture(v.t, name, shot.Data)
}

// keepPicture writes a picture into the documentation's folder.
func keepPicture(t *testing.T, name string, shot []byte) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(*pictures, name+".png"), small(t, shot), 0o644); err != nil {
		t.Fatal(err)
	}
}

// drawn waits until all pictures in the window are there.
func (v *visitor) drawn() {
	v.t.Helper()
	v.until(func() string { return "all pictures are drawn" }, func() bool {
		drawn, _ := evaluate[bool](v, `[...document.images].every((i) => i.complete && i.naturalWidth > 0)`)
		return drawn
	})
}
