// Package store keeps everything firebreak must not forget, in one SQLite
// file that one process writes and any number may read.
//
// Truth is an append-only log, one hash chain per incident. What reads give
// back (entries, their versions, pins, deletions, files, the search index) are
// projections of it: each is made by Tx.apply alone, when a record is appended
// and again by Rebuild. The search index holds tasks and sections of RCAs, too,
// and is filled anew by Open where another build wrote it.
//
// Projections commute. A version, a pin or a deletion is kept under the key of
// the message it is about, whether that message is known yet or not; versions
// and deletions are set unions, of two pins the later wins. So any order of
// delivery, with any repetition, ends in the same timeline.
//
// Reads that leave to people take an incident.Viewer. What the viewer may not
// see answers exactly as what does not exist: ErrNotFound. Methods without a
// viewer are for the bot's own work.
//
// A Store may be used from any goroutine. All writes run on one goroutine,
// which commits waiting updates together: an update is durable when
// Store.Update returns nil, and fails alone. A View or Tx belongs to the
// function it was given to and must not be kept or shared.
//
// SQL stays in here, written so that PostgreSQL can follow: counters and the
// chain's head are taken from the incident's row, no reader relies on ids
// committing in order, times are integers of microseconds UTC.
package store
