package incident

import (
	"slices"
	"time"
)

// What says what of an entry an alteration is about, besides its text and time.
type What string

// What can be changed of an entry.
const (
	WhatKind    What = "kind"    // to one of ChosenKinds
	WhatPhase   What = "phase"   // to a Phase; "": as the milestones say
	WhatHidden  What = "hidden"  // "yes": not in the RCA and the exports; "": in them
	WhatDropped What = "dropped" // "yes": off the timeline; "": on it
	WhatFolded  What = "folded"  // the number of the entry that stands for it; "": it stands by itself
	WhatMoved   What = "moved"   // the incident it has been moved to; "": it is here
)

// Yes is what an alteration that is a yes or a no sets; no is "".
const Yes = "yes"

// Alteration is one change that a responder made. Undone says that it holds no
// more: it was taken back, or takes one back.
type Alteration struct {
	At     time.Time
	By     string
	What   What
	To     string
	Reason string
	Undone bool
}

// ChosenKinds are the kinds that a person may change an entry from and to. The
// others say what the machinery knows: a milestone by another name would be one
// that nobody reached.
func ChosenKinds() []Kind { return []Kind{KindMessage, KindNote, KindUpdate} }

// KindsFor are the kinds that the entry may have. Only what was recorded as a
// message can be one.
func KindsFor(e Entry) []Kind {
	if !slices.Contains(ChosenKinds(), e.Kind) {
		return nil
	}
	return slices.DeleteFunc(ChosenKinds(), func(k Kind) bool {
		return k == KindMessage && e.RecordedAs() != KindMessage
	})
}

// Told says whether the entry is what a person or a tool said, so that it can
// be merged, split and moved. The others belong where they are: a milestone to
// its incident, a page to its call.
func (e Entry) Told() bool {
	switch e.Kind {
	case KindMessage, KindNote, KindUpdate, KindAlert, KindFile:
		return true
	}
	return false
}

// RecordedAs is the kind that the entry was recorded as.
func (e Entry) RecordedAs() Kind {
	if e.FirstKind != "" {
		return e.FirstKind
	}
	return e.Kind
}
