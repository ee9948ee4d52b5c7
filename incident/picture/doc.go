// Package picture draws an incident's timeline: when what happened, on the
// adversary's side and on the responders', with bursts of activity, what was
// detected, what was pinned and the milestones.
//
// A picture is 780 pixels wide, to be shown at half of that on a phone, and as
// high as its lists need. Times are UTC. It is a function of its arguments:
// the same story gives the same bytes.
//
// Texts must have been masked. Whatever they hold, they stay on their line:
// what a reader cannot see is left out, and what the font lacks is a □-like
// mark of its own.
package picture
