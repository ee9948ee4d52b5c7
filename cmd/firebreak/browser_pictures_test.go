package main

import (
	"bytes"
	"flag"
	"image/png"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

var pictures = flag.String("pictures", "", "write the README's pictures into this folder")

// TestPictures plays the story and takes the README's pictures of it, each in
// both colour schemes. "make pictures" makes them anew.
func TestPictures(t *testing.T) {
	if *pictures == "" {
		t.Skip("takes pictures when -pictures says where to: make pictures")
	}
	b, d := startBrowser(t), startDemo(t)
	d.post("/api/story/speed", map[string]any{"x": 8}, nil)
	d.until("the story is in its middle", func() bool { return strings.HasPrefix(d.story().Told, "Sam writes: “wrong channel") })
	d.post("/api/story/pause", struct{}{}, nil)
	d.post("/api/story/speed", map[string]any{"x": 1}, nil)
	room := d.room()

	v := b.visit(t, d.base, "#/slack/"+room+d.thread(room)+"?as=alex", desktop())
	v.see(".thread .msg", "svc-backup got in")
	v.see(".chan .msg", "it moves sideways")
	v.photograph("story")
	p := b.visit(t, d.base, "#/slack/"+room+"?as=kim", screen{width: 390, height: 844, scale: 1.5, phone: true})
	p.see(".chan .msg", "it moves sideways")
	p.see("#strip[data-small=yes]", "")
	p.photograph("phone")

	d.post("/api/story/speed", map[string]any{"x": 8}, nil)
	d.post("/api/story/play", struct{}{}, nil)
	d.until("the story is over", func() bool { return d.story().Done })
	v.click(".st-fold", "")
	v.show(screen{width: 1280, height: 1200, scale: 1})
	v.goTo("#/gitlab/3")
	v.see(".gl-dtitle", "RCA INC-1")
	v.see(".gl-text li", "Attacker seen on the VPN")
	v.drawn()
	v.see(".gl-dtitle", "RCA INC-1") // back at its top
	v.photograph("rca")
	v.show(desktop())
	v.goTo("#/faults")
	v.click(".btn", "Kill the bot")
	v.click(".btn", "Say 5 things as people")
	v.see(".fx-story li", "5 messages said meanwhile")
	v.see(".tab .badge", "!")
	v.click(".btn", "Start it again")
	v.see(".fx-story li", "recorded, doubled 0")
	v.gone(".tab .badge", "!")
	v.photograph("faults")
}

// photograph takes a picture in both colour schemes.
func (v *visitor) photograph(name string) {
	v.t.Helper()
	v.do("point at nothing", chromedp.MouseEvent(chromedp.MouseMoved, 0, 0))
	for _, scheme := range []string{"light", "dark"} {
		v.scheme(scheme)
		v.gone(".toast", "")
		shot, err := chromedp.Run(v.ctx, chromedp.CaptureScreenshot())
		if err != nil {
			v.t.Fatal(err)
		}
		keepPicture(v.t, name+"-"+scheme, shot)
	}
}

// mostOfPicture is how large a picture of the documentation may be.
const mostOfPicture = 120_000

// small packs a picture as tightly as PNG can without anybody seeing it.
func small(t *testing.T, shot []byte) []byte {
	t.Helper()
	img, err := png.Decode(bytes.NewReader(shot))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&b, paletted(img)); err != nil {
		t.Fatal(err)
	}
	if b.Len() > mostOfPicture {
		t.Errorf("a picture has %d bytes, more than %d", b.Len(), mostOfPicture)
	}
	return b.Bytes()
}
