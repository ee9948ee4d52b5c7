// Package sigma reads detection rules in the Sigma format, version 2.1, and
// tries them on log events.
//
// A Loader takes rule files apart: each document becomes a Rule for single
// events, a Correlation on what rules find, or a filter that narrows rules
// down. What a rule asks is compiled to a tree over atoms, one question to one
// field each, shared by all rules of a set. What cannot be honoured is refused
// with file, line and reason (Refusal); it never runs as something else than
// was meant.
//
// A Mapping, which is data, says where events are from (routes), how logs call
// the fields that rules name, and what placeholders stand for. A Set joins
// rules and mapping; a Run tries a set on a stream of events.
//
// What is asked is written down twice. The reference (expr.holds, Set.matches)
// does what the specification says in the plainest way. The engine, which a Run
// uses, finds the same with an index over what rules need to be there (witness),
// straight from an event's bytes where it can (Run.Data): it is tested against
// the reference, which is why that stays.
//
// Where the specification leaves something open, the reference implementation
// (pySigma) decides; where that is open too, docs/guide/detections.md says
// what is done. Sources: github.com/SigmaHQ/sigma-specification, version 2.1.0
// of 2025-08-02; github.com/SigmaHQ/pySigma of 2026-08-12.
//
// Rules and events may be hostile: both are bounded (the limits are constants
// here and in package event), and no test takes more time than the size of a
// value times that of the rule's. The package does no I/O, has no clock and starts no goroutines.
package sigma
