package picture

import (
	"time"
)

// tickApart is the least distance of ticks in pixels: room for 15:04:05.
const tickApart = 112

// times writes what time it is below the lanes, and where time is left out.
func (d *drawing) times() {
	last, lastDate := -1000, -1000
	for i, s := range d.axis.stretches {
		ticks, byDay := s.ticks(tickApart)
		for _, t := range ticks {
			w := d.width(t.label, smallSize)
			x := min(max(int(t.x)-w/2, left), right-w)
			d.line(int(t.x), d.y, int(t.x), d.y+8, soft, 2)
			if x >= last+14 {
				d.text(t.label, x, d.y+34, smallSize, soft)
				last = x + w
			}
		}
		if !byDay {
			d.dates(s, s.to, &lastDate)
		} else if len(ticks) == 0 {
			d.dates(s, s.first, &lastDate)
		}
		if i > 0 {
			d.pause(int(s.left))
		}
	}
	d.y += axisHeight
}

// dates names the days of a stretch until then: its ticks do not.
func (d *drawing) dates(s stretch, until time.Time, last *int) {
	form := "Mon 2 Jan"
	if len(d.axis.stretches) > 1 {
		form = "2 Jan" // there is less room
	}
	for at, x := s.first, int(s.left); !at.After(until); at, x = d.midnight(at) {
		label := at.UTC().Format(form)
		w := d.width(label, smallSize)
		if x = min(x, right-w); x >= *last+14 {
			d.text(label, x, d.y+62, smallSize, soft)
			*last = x + w
		}
	}
}

// midnight is the next one, and where it is drawn.
func (d *drawing) midnight(at time.Time) (time.Time, int) {
	next := ceil(at.Add(time.Second), day)
	return next, int(d.axis.at(next))
}

// pause marks that time is left out before x.
func (d *drawing) pause(x int) {
	middle := x - quietWidth/2
	d.box(middle-8, d.y-3, middle+8, d.y+3, white)
	for _, dx := range []int{-5, 5} {
		d.line(middle+dx-4, d.y+10, middle+dx+4, d.y-10, soft, 2)
	}
}

// clock is a time as the lists show it: with its day where the picture has
// several.
func (d *drawing) clock(t time.Time, form string) string {
	if d.from.Format(time.DateOnly) != d.to.Format(time.DateOnly) {
		form = "2 Jan " + form
	}
	return t.UTC().Format(form)
}

// time is what is drawn at x: the opposite of at.
func (a axis) time(x float64) time.Time {
	for _, s := range a.stretches {
		if x <= s.right {
			return s.from.Add(time.Duration(max(0, x-s.left) / (s.right - s.left) * float64(s.to.Sub(s.from))))
		}
	}
	return a.stretches[len(a.stretches)-1].to
}
