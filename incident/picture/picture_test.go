package picture

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"strings"
	"testing"
	"time"

	"github.com/go-analyze/charts"
)

var began = time.Date(2026, 11, 22, 14, 2, 11, 0, time.UTC)

func at(minutes float64) time.Time { return began.Add(time.Duration(minutes * float64(time.Minute))) }

// drawn is a story's picture.
func drawn(t *testing.T, s Story) image.Image {
	t.Helper()
	b, err := s.PNG()
	if err != nil {
		t.Fatal(err)
	}
	again, _ := s.PNG()
	if !bytes.Equal(b, again) {
		t.Error("the same story gives two pictures")
	}
	img, err := png.Decode(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	if img.Bounds().Dx() != width {
		t.Errorf("the picture is %v", img.Bounds())
	}
	return img
}

// columns are those, in bars, in which a row has a colour.
func columns(img image.Image, y int, want charts.Color) (found []int) {
	for i := range (right - left) / barWidth {
		if same(img.At(left+i*barWidth+barWidth/2, y), want) {
			found = append(found, i)
		}
	}
	return found
}

func same(c color.Color, want charts.Color) bool {
	r, g, b, _ := c.RGBA()
	return uint8(r>>8) == want.R && uint8(g>>8) == want.G && uint8(b>>8) == want.B
}

// count is how many pixels have exactly that colour.
func count(img image.Image, want charts.Color) (n int) {
	for y := range img.Bounds().Dy() {
		for x := range img.Bounds().Dx() {
			if same(img.At(x, y), want) {
				n++
			}
		}
	}
	return n
}

// story is an afternoon with one of each.
func story() Story {
	s := Story{Title: "INC-3: Stolen key", Facts: "SEV2, open", Opened: began}
	for i, name := range []string{"detected", "acknowledged", "contained"} {
		s.Milestones = append(s.Milestones, Mark{at(float64(60 * i)), name})
	}
	s.Detections = []Mark{{at(1), "Brute force"}}
	s.Pins = []Mark{{at(30), "sam: it came from there"}}
	s.Adversary = []time.Time{at(0), at(1), at(2)}
	for i := range 40 {
		s.Responder = append(s.Responder, at(90+float64(i)/10)) // a burst
	}
	s.Responder = append(s.Responder, at(10))
	return s
}

// TestLanes: each side's bars are in its own lane, where they belong, and the
// burst is the highest.
func TestLanes(t *testing.T) {
	s := story()
	img := drawn(t, s)
	d := drawing{story: s.tidy(), axis: newAxis(s.tidy().moments(), left, right)}
	d.flags = flagRows(s.Milestones, d.axis)
	first := margin + rowHeight + 2*rowHeight + d.flagsHeight() + d.lanes()[0].height() // the base of the upper lane
	second := first + d.lanes()[1].height()
	red, blue := columns(img, first-4, adversary), columns(img, second-4, responder)
	if len(red) == 0 || red[len(red)-1] > 4 || len(columns(img, first-4, responder)) > 0 {
		t.Errorf("the adversary's lane has bars at %v", red)
	}
	if high := columns(img, second-laneBars+10, responder); len(high) == 0 || high[0] < 35 || len(blue) <= len(high) {
		t.Errorf("the responders' lane has bars at %v, high ones at %v", blue, high)
	}
	for _, c := range []charts.Color{milestone, pin} {
		if count(img, c) < 100 {
			t.Errorf("nothing is drawn in %v", c)
		}
	}
}

// TestAnyNumber: none, one, all at once, five thousand; a picture keeps its
// height.
func TestAnyNumber(t *testing.T) {
	empty := drawn(t, Story{Title: "INC-1: nothing"})
	if count(empty, responder)+count(empty, adversary) > 0 {
		t.Error("something is drawn of nothing")
	}
	one := drawn(t, Story{Title: "INC-1", Opened: began, Responder: []time.Time{began}})
	if n := count(one, responder); n < barWidth*laneBars/2 {
		t.Errorf("one entry has %d pixels", n)
	}
	atOnce := Story{Title: "INC-1", Opened: began, Closed: began}
	for range 9 {
		atOnce.Milestones = append(atOnce.Milestones, Mark{began, "detected"})
	}
	drawn(t, atOnce)
	many := story()
	for i := range 5000 {
		many.Responder = append(many.Responder, at(float64(i)*6))
		many.Detections = append(many.Detections, Mark{at(float64(i)), "found"})
		many.Pins = append(many.Pins, Mark{at(float64(i)), "pinned"})
	}
	start := time.Now()
	if h := drawn(t, many).Bounds().Dy(); h > 2000 || time.Since(start) > 5*time.Second {
		t.Errorf("5,000 entries: %d pixels high, in %v", h, time.Since(start))
	}
}

// TestHostileTexts stay on their line and within the picture: what they hold
// changes nothing but their own line.
func TestHostileTexts(t *testing.T) {
	plain := story()
	img := drawn(t, plain)
	for _, text := range []string{
		"", "\x00\x1b[31m\a\b", "\u202egnp.exe", "a\nb\r\nc\u2028d", strings.Repeat("W", 1<<20), strings.Repeat("a\u0301\u0316", 1000),
		"漢字 עברית العربية 😀👨‍👩‍👧", "\xff\xfe\xc3", strings.Repeat("\u200b", 5000), strings.Repeat("word ", 10000), "\ufeff\ufff9\U000e0041",
	} {
		s := story()
		s.Title, s.Facts, s.Pins[0].Text, s.Detections[0].Text, s.Milestones[0].Text = text, text, text, text, text
		hostile := drawn(t, s)
		if d := hostile.Bounds().Dy() - img.Bounds().Dy(); d > rowHeight || d < -rowHeight {
			t.Errorf("%.20q: %d pixels higher", text, d)
		}
		for y := range hostile.Bounds().Dy() {
			for x := right + 4; x < width; x++ {
				if !same(hostile.At(x, y), white) {
					t.Fatalf("%.20q is drawn over the edge at %d,%d", text, x, y)
				}
			}
		}
	}
}

func TestDrawable(t *testing.T) {
	for text, want := range map[string]string{
		" plain  text\n": "plain text", "é Ж Ω": "é Ж Ω", "a漢字b": "a\uFFFDb", "a\u202eb": "ab", "\x1b[0m": "[0m", "e\u0301\u0301": "e",
		"漢 字": "\uFFFD \uFFFD", "\xff": "\uFFFD",
	} {
		if got := drawable(text); got != want {
			t.Errorf("drawable(%q) = %q, want %q", text, got, want)
		}
	}
	if got := drawable(strings.Repeat("x", 1e6)); len(got) != mostRunes {
		t.Errorf("%d characters of a million", len(got))
	}
}

// TestAxis: times keep their order and stay between the edges, whatever they
// are; long pauses are left out.
func TestAxis(t *testing.T) {
	for name, minutes := range map[string][]float64{
		"one": {0}, "same": {0, 0, 0}, "hour": {0, 10, 20, 60}, "weeks": {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 60 * 24 * 3, 60 * 24 * 19},
		"years": {0, 60 * 24 * 365 * 20}, "far apart": {0, 1e4, 2e4, 3e4, 4e4, 5e4, 6e4, 7e4, 8e4},
	} {
		t.Run(name, func(t *testing.T) {
			var moments []time.Time
			for _, m := range minutes {
				moments = append(moments, at(m))
			}
			a := newAxis(moments, left, right)
			last := float64(left)
			for _, m := range moments {
				x := a.at(m)
				if x < last || x > right {
					t.Errorf("%v is drawn at %v, after %v", m, x, last)
				}
				last = x
			}
			if len(a.stretches) > mostQuiet+1 {
				t.Errorf("%d pauses are left out", len(a.stretches)-1)
			}
			for _, s := range a.stretches {
				if ticks, _ := s.ticks(tickApart); len(ticks) > width/tickApart+1 {
					t.Errorf("%d ticks", len(ticks))
				}
				middle := (s.left + s.right) / 2
				if back := a.at(a.time(middle)); back < middle-1 || back > middle+1 {
					t.Errorf("the time at %v is drawn at %v", middle, back)
				}
			}
		})
	}
	var work []time.Time
	for i := range 20 {
		work = append(work, at(float64(i)*60/19))
	}
	hour := newAxis(append(work, at(60*24*14)), left, right)
	if wide := hour.at(at(60)) - hour.at(at(0)); wide < (right-left)/3 {
		t.Errorf("an hour of work is %v pixels wide when the incident was closed two weeks later", wide)
	}
}

// TestImpossibleTimes are left out.
func TestImpossibleTimes(t *testing.T) {
	s := story()
	want, _ := s.PNG()
	s.Responder = append(s.Responder, time.Time{}, time.Unix(1<<55, 0), time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC))
	s.Pins = append(s.Pins, Mark{time.Time{}, "never"})
	if got, err := s.PNG(); err != nil || !bytes.Equal(got, want) {
		t.Errorf("impossible times change the picture: %v", err)
	}
}

func FuzzPNG(f *testing.F) {
	f.Add("INC-1: title", "text", int64(0), int64(60), uint8(3))
	f.Fuzz(func(t *testing.T, title, text string, from, apart int64, n uint8) {
		s := Story{Title: title, Facts: text, Opened: began}
		for i := range int64(n) {
			m := Mark{time.Unix(from+i*apart, 0), fmt.Sprint(text, i)}
			s.Milestones, s.Detections, s.Pins = append(s.Milestones, m), append(s.Detections, m), append(s.Pins, m)
			s.Responder = append(s.Responder, m.At)
		}
		b, err := s.PNG()
		if err != nil {
			t.Fatal(err)
		}
		if c, err := png.DecodeConfig(bytes.NewReader(b)); err != nil || c.Width != width || c.Height > 2000 {
			t.Errorf("%+v, %v", c, err)
		}
	})
}
