package picture

import (
	"strings"
	"unicode"

	"github.com/go-analyze/charts"
)

// Sizes of text in points of 92 dots per inch; half of that is seen on a phone.
const (
	titleSize = 25.0
	textSize  = 20.0
	smallSize = 17.5
)

// font has Latin, Greek and Cyrillic letters (Noto Sans, SIL OFL 1.1).
const font = charts.FontFamilyNotoSans

var (
	white     = rgb(0xff, 0xff, 0xff)
	ink       = rgb(0x1f, 0x23, 0x28)
	soft      = rgb(0x57, 0x60, 0x6a)
	line      = rgb(0xd0, 0xd7, 0xde)
	adversary = rgb(0xb4, 0x23, 0x18)
	responder = rgb(0x1f, 0x6f, 0xeb)
	milestone = rgb(0x1a, 0x7f, 0x37)
	pin       = rgb(0x9a, 0x67, 0x00)
)

func rgb(r, g, b uint8) charts.Color { return charts.Color{R: r, G: g, B: b, A: 255} }

// canvas is what is drawn on.
type canvas struct{ p *charts.Painter }

func newCanvas(width, height int) canvas {
	c := canvas{charts.NewPainter(charts.PainterOptions{
		OutputFormat: charts.ChartOutputPNG, Width: width, Height: height, Font: charts.GetFont(font),
	})}
	c.box(0, 0, width, height, white)
	return c
}

func (c canvas) box(x1, y1, x2, y2 int, fill charts.Color) {
	c.p.FilledRect(x1, y1, x2, y2, fill, fill, 0)
}

func (c canvas) line(x1, y1, x2, y2 int, color charts.Color, width float64) {
	c.p.LineStroke([]charts.Point{{X: x1, Y: y1}, {X: x2, Y: y2}}, color, width)
}

func (c canvas) dashes(x1, y1, x2, y2 int, color charts.Color) {
	c.p.DashedLineStroke([]charts.Point{{X: x1, Y: y1}, {X: x2, Y: y2}}, color, 2, []float64{6, 6})
}

// text writes drawable text with its base line at y.
func (c canvas) text(s string, x, y int, size float64, color charts.Color) {
	if s != "" {
		c.p.Text(s, x, y, 0, charts.FontStyle{FontSize: size, FontColor: color})
	}
}

// label is text that stands on what was drawn before.
func (c canvas) label(s string, x, y int, size float64, color charts.Color) {
	c.box(x-4, y-22, x+c.width(s, size)+4, y+8, white)
	c.text(s, x, y, size, color)
}

// width is how wide a text becomes.
func (c canvas) width(s string, size float64) int {
	return c.p.MeasureText(s, 0, charts.FontStyle{FontSize: size, FontColor: ink}).Width()
}

// mostRunes bounds what is measured of one text.
const mostRunes = 300

// drawable makes any text one line that the font has: what a reader cannot see
// is left out, and letters that the font lacks become one � together.
func drawable(s string) string {
	f := charts.GetFont(font)
	var b strings.Builder
	n, lacking, space := 0, false, false
	for _, r := range strings.ToValidUTF8(s, "\uFFFD") {
		switch {
		case unicode.IsSpace(r):
			space = n > 0
			continue
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r), unicode.Is(unicode.Variation_Selector, r), unicode.Is(unicode.Mn, r) && stacked(r):
			continue
		case f.Index(r) == 0:
			r = '\uFFFD'
		}
		if r == '\uFFFD' && lacking && !space {
			continue
		}
		if space {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
		lacking, space = r == '\uFFFD', false
		if n++; n == mostRunes {
			break
		}
	}
	return b.String()
}

// stacked says whether r is one of the marks that pile up on a letter without
// end, over the lines above.
func stacked(r rune) bool { return r >= 0x0300 && r <= 0x036F }

// cut shortens drawable text to a width.
func (c canvas) cut(s string, size float64, width int) string {
	if c.width(s, size) <= width {
		return s
	}
	runes := []rune(s)
	low, high := 0, len(runes)
	for low < high {
		middle := (low + high + 1) / 2
		if c.width(string(runes[:middle])+"…", size) <= width {
			low = middle
		} else {
			high = middle - 1
		}
	}
	return strings.TrimRight(string(runes[:low]), " ") + "…"
}

// wrap divides drawable text into at most lines of a width; the last one is
// cut.
func (c canvas) wrap(s string, size float64, width, lines int) []string {
	var out []string
	words := strings.Fields(s)
	for len(words) > 0 && len(out) < lines-1 {
		n := len(words)
		for n > 1 && c.width(strings.Join(words[:n], " "), size) > width {
			n--
		}
		if c.width(words[0], size) > width {
			break // one word wider than the line: cut below
		}
		out, words = append(out, strings.Join(words[:n], " ")), words[n:]
	}
	if len(words) > 0 {
		out = append(out, c.cut(strings.Join(words, " "), size, width))
	}
	return out
}
