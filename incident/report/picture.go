package report

import (
	"io"
	"slices"

	"firebreak/incident"
	"firebreak/incident/picture"
)

// PNG draws the timeline: see package picture.
func (r Report) PNG(w io.Writer) error {
	png, err := r.story().PNG()
	if err != nil {
		return err
	}
	_, err = w.Write(png)
	return err
}

// story is what the picture shows of the timeline. What only says how the
// channel does is not activity.
func (r Report) story() picture.Story {
	i := r.Incident
	s := picture.Story{Title: r.title(), Facts: i.Severity.String() + ", " + status(i), Opened: i.OpenedAt, Closed: i.ClosedAt}
	for _, m := range incident.Milestones() {
		if at := i.Milestones[m]; !at.IsZero() {
			s.Milestones = append(s.Milestones, picture.Mark{At: at, Text: string(m) + since(i.OpenedAt, at)})
		}
	}
	for _, l := range r.lines() {
		if l.Kind == incident.KindDetection {
			s.Detections = append(s.Detections, picture.Mark{At: l.OccurredAt, Text: l.Says})
		}
		if l.Pinned() {
			s.Pins = append(s.Pins, l.pin())
		}
		switch {
		case slices.Contains(background(), l.Kind):
		case l.Lane == incident.LaneAdversary:
			s.Adversary = append(s.Adversary, l.OccurredAt)
		default:
			s.Responder = append(s.Responder, l.OccurredAt)
		}
	}
	return s
}

// pin is a pinned line as the picture lists it.
func (l line) pin() picture.Mark {
	text := l.Says
	if l.Who != "" && l.Kind != incident.KindDetection {
		text = l.Who + ": " + text
	}
	return picture.Mark{At: l.OccurredAt, Text: text}
}

// background are the kinds that are no activity: what firebreak did outside and
// what the channel says of itself.
func background() []incident.Kind {
	return []incident.Kind{incident.KindAction, incident.KindChannel, incident.KindMembership, incident.KindGap, incident.KindRedaction}
}
