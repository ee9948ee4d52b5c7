package main

import (
	"cmp"
	"image"
	"image/color"
	"maps"
	"slices"
)

// paletted draws a picture in its 256 most frequent colours. A window's
// picture has few but those between a letter and what is behind it, so that
// nobody sees the difference; the file is a third as large.
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
	var palette color.Palette
	for _, c := range ranked[:min(len(ranked), 256)] {
		palette = append(palette, c)
	}
	nearest := map[color.RGBA]uint8{}
	for c := range often {
		nearest[c] = uint8(palette.Index(c))
	}
	out := image.NewPaletted(at, palette)
	for y := at.Min.Y; y < at.Max.Y; y++ {
		for x := at.Min.X; x < at.Max.X; x++ {
			out.SetColorIndex(x, y, nearest[opaque(img.At(x, y))])
		}
	}
	return out
}

func opaque(c color.Color) color.RGBA {
	r, g, b, _ := c.RGBA()
	return color.RGBA{uint8(r >> 8), uint8(g >> 8), uint8(b >> 8), 0xff}
}
