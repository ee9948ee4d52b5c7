// Package incident is the domain of firebreak: what an incident is, what its
// timeline holds, what may be closed and how its RCA reads.
//
// It is pure: no I/O, no clock, no goroutines, and it imports the standard
// library only. Everything else in the tree imports it, so a word has one
// meaning everywhere (alert, detection, entry, pin, task, action, page, RCA).
//
// Values are plain data and safe to copy; nothing in the package is shared or
// mutable, so all functions may be called from any goroutine.
package incident
