package main

import (
	"cmp"
	"image"
	"image/color"
	"maps"
	"slices"
	"testing"
)

// paletted draws a picture in 256 colours, each as close as that many allow. A
// window's picture has few but those between a letter and what is behind it,
// so that nobody sees the difference; the file is a third as large.
func paletted(img image.Image) *image.Paletted {
	at := img.Bounds()
	often := map[color.RGBA]int{}
	for y := at.Min.Y; y < at.Max.Y; y++ {
		for x := at.Min.X; x < at.Max.X; x++ {
			often[opaque(img.At(x, y))]++
		}
	}
	ranked := slices.SortedFunc(maps.Keys(often), func(a, b color.RGBA) int {
		return cmp.Or(cmp.Compare(often[b], often[a]), cmp.Compare(a.R, b.R), cmp.Compare(a.G, b.G), cmp.Compare(a.B, b.B))
	})
	palette, nearest := standIns(ranked)
	out := image.NewPaletted(at, palette)
	for y := at.Min.Y; y < at.Max.Y; y++ {
		for x := at.Min.X; x < at.Max.X; x++ {
			out.SetColorIndex(x, y, nearest[opaque(img.At(x, y))])
		}
	}
	return out
}

// standIns chooses 256 colours at most, the frequent ones first, so that none
// is farther from its stand-in than need be.
func standIns(ranked []color.RGBA) (palette color.Palette, nearest map[color.RGBA]uint8) {
	for far := 0; ; far++ {
		palette, nearest = nil, map[color.RGBA]uint8{}
		for _, c := range ranked {
			i := slices.IndexFunc(palette, func(p color.Color) bool { return apart(p.(color.RGBA), c) <= far })
			if i < 0 {
				i = len(palette)
				palette = append(palette, c)
			}
			if i == 256 {
				break
			}
			nearest[c] = uint8(i)
		}
		if len(palette) <= 256 {
			return palette, nearest
		}
	}
}

// apart is how far two colours are in the channel in which they differ most.
func apart(a, b color.RGBA) int {
	channel := func(a, b uint8) int { return max(int(a), int(b)) - min(int(a), int(b)) }
	return max(channel(a.R, b.R), channel(a.G, b.G), channel(a.B, b.B))
}

func opaque(c color.Color) color.RGBA {
	r, g, b, _ := c.RGBA()
	return color.RGBA{uint8(r >> 8), uint8(g >> 8), uint8(b >> 8), 0xff}
}

// TestPaletted: few colours stay as they are, of many each comes close, also
// one that is seen once.
func TestPaletted(t *testing.T) {
	t.Parallel()
	for wide, most := range map[int]int{200: 0, 1000: 2} {
		img := image.NewRGBA(image.Rect(0, 0, wide, 2))
		for x := range wide {
			img.Set(x, 0, color.RGBA{uint8(x % 256), uint8(x / 256 * 60), 7, 0xff})
			img.Set(x, 1, color.RGBA{0xff, 0xff, 0xff, 0xff})
		}
		img.Set(0, 1, color.RGBA{0, 0xff, 0, 0xff})
		got := paletted(img)
		if n := len(got.Palette); n > 256 {
			t.Errorf("%d colours", n)
		}
		for x := range wide {
			for y := range 2 {
				if far := apart(opaque(img.At(x, y)), opaque(got.At(x, y))); far > most+1 || most == 0 && far > 0 {
					t.Fatalf("at %d, %d of %d: %v instead of %v", x, y, wide, got.At(x, y), img.At(x, y))
				}
			}
		}
	}
}
