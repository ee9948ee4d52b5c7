package picture

import (
	"fmt"
	"strconv"
	"time"

	"github.com/go-analyze/charts"

	"firebreak/incident"
)

// Measures in pixels.
const (
	width      = 780
	margin     = 24
	left       = margin
	right      = width - margin
	rowHeight  = 40
	headHeight = 52  // of a list's heading
	flagHeight = 34  // one row of milestones' letters
	laneHead   = 42  // a lane's name
	laneStrip  = 34  // the marks above a lane's bars
	laneBars   = 110 // its bars
	axisHeight = 76  // times and dates below
	barWidth   = 12
	markApart  = 20 // the least distance of two marks in a lane: more are one
)

// Most rows of each list.
const (
	mostMilestones = 10
	mostDetections = 6
	mostPins       = 8
)

// PNG draws the story.
func (s Story) PNG() ([]byte, error) {
	d := drawing{story: s.tidy()}
	moments := d.story.moments()
	d.axis = newAxis(moments, left, right)
	if len(moments) > 0 {
		d.from, d.to = moments[0].UTC(), moments[len(moments)-1].UTC()
	}
	d.flags = flagRows(d.story.Milestones, d.axis)
	d.canvas = newCanvas(width, 1) // to measure the title
	d.title = d.wrap(drawable(d.story.Title), titleSize, right-left, 2)
	d.canvas = newCanvas(width, d.height())
	d.draw()
	return d.p.Bytes()
}

// drawing is one picture in the making; y is how far down it has come.
type drawing struct {
	canvas
	story    Story
	axis     axis
	from, to time.Time
	title    []string
	flags    []int // the row of each milestone's letter
	y        int
}

// height is that of the whole picture.
func (d *drawing) height() int {
	h := 2*margin + len(d.title)*rowHeight + 2*rowHeight
	if len(d.axis.stretches) > 0 {
		h += d.lanesHeight() + axisHeight
	}
	for _, l := range d.lists() {
		h += headHeight + len(l.rows)*rowHeight
	}
	return h
}

func (d *drawing) flagsHeight() int {
	rows := 0
	for _, row := range d.flags {
		rows = max(rows, row+1)
	}
	return rows * flagHeight
}

func (d *drawing) draw() {
	d.y = margin
	for _, l := range d.title {
		d.text(l, left, d.y+32, titleSize, ink)
		d.y += rowHeight
	}
	for _, l := range []string{d.story.Facts, d.span()} {
		d.text(d.cut(drawable(l), textSize, right-left), left, d.y+28, textSize, soft)
		d.y += rowHeight
	}
	if len(d.axis.stretches) > 0 {
		d.milestones(d.y, d.y+d.lanesHeight())
		d.y += d.flagsHeight()
		for _, l := range d.lanes() {
			d.lane(l)
		}
		d.times()
	}
	for _, l := range d.lists() {
		d.list(l)
	}
}

// span says which time the picture shows.
func (d *drawing) span() string {
	if len(d.axis.stretches) == 0 {
		return "Nothing is recorded."
	}
	const full = "2 Jan 2006 15:04"
	end := d.to.Format(full)
	if d.from.Format(time.DateOnly) == d.to.Format(time.DateOnly) {
		end = d.to.Format("15:04")
	}
	if d.to.Sub(d.from) < time.Minute {
		return d.from.Format(full) + " UTC"
	}
	return d.from.Format(full) + " to " + end + " UTC, " + incident.FormatDuration(d.to.Sub(d.from))
}

// lane is one side of the story.
type lane struct {
	name  string
	times []time.Time
	marks []Mark
	color charts.Color
	mark  func(x, y int)
}

func (d *drawing) lanes() []lane {
	return []lane{
		{"Adversary", d.story.Adversary, d.story.Detections, adversary, d.found},
		{"Responders", d.story.Responder, d.story.Pins, responder, d.pinned},
	}
}

// height is what the lane needs; one in which nothing happened only says so.
func (l lane) height() int {
	if len(l.times)+len(l.marks) == 0 {
		return laneHead
	}
	return laneHead + laneStrip + laneBars
}

// lanesHeight is that of both lanes and of the milestones' letters over them.
func (d *drawing) lanesHeight() int {
	h := d.flagsHeight()
	for _, l := range d.lanes() {
		h += l.height()
	}
	return h
}

// lane draws one lane: its name, what is special in it, and how much happened
// when.
func (d *drawing) lane(l lane) {
	counts, busiest := d.bars(l.times)
	d.label(l.name, left, d.y+30, textSize, l.color)
	d.label(d.laneFacts(len(l.times), counts, busiest), left+d.width(l.name, textSize)+16, d.y+30, smallSize, soft)
	d.y += l.height()
	most := 0
	if busiest >= 0 {
		most = counts[busiest]
	}
	for i, n := range counts {
		if n == 0 {
			continue
		}
		x := left + i*barWidth
		d.box(x+1, d.y-max(6, (laneBars-4)*n/most), x+barWidth-1, d.y, l.color)
	}
	last := -width
	for _, m := range l.marks {
		if x := int(d.axis.at(m.At)); x >= last+markApart {
			l.mark(x, d.y-laneBars-laneStrip/2)
			last = x
		}
	}
	d.line(left, d.y, right, d.y, line, 2)
}

// bars counts times by where they are drawn; busiest is -1 where there are
// none.
func (d *drawing) bars(times []time.Time) (counts []int, busiest int) {
	counts, busiest = make([]int, (right-left)/barWidth), -1
	for _, t := range times {
		i := min(int(d.axis.at(t)-left)/barWidth, len(counts)-1)
		if counts[i]++; busiest < 0 || counts[i] > counts[busiest] {
			busiest = i
		}
	}
	return counts, busiest
}

func (d *drawing) laneFacts(n int, counts []int, busiest int) string {
	switch {
	case n == 0:
		return "no entries"
	case n == 1:
		return "1 entry"
	case counts[busiest] < 3:
		return strconv.Itoa(n) + " entries"
	}
	at := d.axis.time(float64(left + busiest*barWidth + barWidth/2))
	return fmt.Sprintf("%d entries, most around %s (%d)", n, d.clock(at, "15:04"), counts[busiest])
}

// found and pinned are the marks of what stands out in a lane.
func (d *drawing) found(x, y int) {
	d.p.FilledDiamond(min(max(x, left+11), right-11), y, 22, 26, adversary, white, 2)
}

func (d *drawing) pinned(x, y int) {
	d.p.Circle(10, min(max(x, left+11), right-11), y, pin, white, 2)
}

// milestones draws a line through both lanes for each, with its letter on top.
func (d *drawing) milestones(top, bottom int) {
	for i, m := range d.story.Milestones {
		x := int(d.axis.at(m.At))
		y := top + d.flags[i]*flagHeight + flagHeight/2
		d.dashes(x, y, x, bottom, milestone)
		d.badge(x, y, i)
	}
}

// badge is a milestone's letter.
func (d *drawing) badge(x, y, i int) {
	x = min(max(x, left+14), right-14)
	d.p.Circle(14, x, y, milestone, white, 1)
	letter := letterOf(i)
	d.text(letter, x-d.width(letter, 14)/2, y+7, 14, white)
}

func letterOf(i int) string { return string(rune('A' + i)) }

// flagRows puts the letters of milestones that are close to each other below
// each other.
func flagRows(milestones []Mark, a axis) []int {
	rows := make([]int, len(milestones))
	var ends []float64 // of each row
	for i, m := range milestones {
		x, row := a.at(m.At), 0
		for row < len(ends) && x-ends[row] < 34 {
			row++
		}
		if row == len(ends) {
			ends = append(ends, 0)
		}
		ends[row], rows[i] = x, row
	}
	return rows
}
