package picture

import (
	"fmt"
)

// list is what stands below the lanes, a row for each mark.
type list struct {
	head string
	rows []Mark
	mark func(x, y, row int)
}

// lists are those of the picture. What has no room is counted.
func (d *drawing) lists() []list {
	found := func(x, y, _ int) { d.found(x, y) }
	pinned := func(x, y, _ int) { d.pinned(x, y) }
	var lists []list
	for _, l := range []struct {
		head  string
		marks []Mark
		most  int
		mark  func(x, y, row int)
	}{
		{"Milestones", d.story.Milestones, mostMilestones, d.badge},
		{"Detections", d.story.Detections, mostDetections, found},
		{"Pinned", d.story.Pins, mostPins, pinned},
	} {
		if len(l.marks) == 0 {
			continue
		}
		head := l.head
		if len(l.marks) > l.most {
			head = fmt.Sprintf("%s, the first %d of %d", l.head, l.most, len(l.marks))
		}
		lists = append(lists, list{head, l.marks[:min(len(l.marks), l.most)], l.mark})
	}
	return lists
}

func (d *drawing) list(l list) {
	d.text(l.head, left, d.y+38, textSize, ink)
	d.y += headHeight
	for i, m := range l.rows {
		l.mark(left+14, d.y+18, i)
		at := d.clock(m.At, "15:04:05")
		d.text(at, left+40, d.y+26, textSize, soft)
		x := left + 40 + d.width(at, textSize) + 16
		d.text(d.cut(drawable(m.Text), textSize, right-x), x, d.y+26, textSize, ink)
		d.y += rowHeight
	}
}
