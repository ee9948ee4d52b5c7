// Package detect turns what security tools forward into alerts with entities,
// and finds in a history of alerts what no single one of them shows.
//
// It is pure: no I/O, no clock, no goroutines, no state. The only state is the
// alerts that the caller keeps, so a detector gives the same answer after a
// restart and whatever order the alerts came in. What it reads is hostile:
// every input is bounded and none makes it panic. All of it may be called
// from any goroutine.
package detect
