// Package event reads log events and answers what their fields say.
//
// A log event is a JSON object from a log file: what a rule is tried on. It is
// not an alert (package incident), which is what a tool has already judged.
//
// Whoever writes into a log writes into these objects, so all of it is
// hostile: an event is at most MaxSize bytes, nothing here recurses deeper
// than encoding/json lets it (10,000 levels, beyond which the line is no
// event), bytes that are no UTF-8 become U+FFFD, and of a key that stands
// there twice the last one counts, as in encoding/json, jq and Python.
//
// The package does no I/O but reading from the io.Reader it is given. A Reader
// and an Event belong to one goroutine at a time: an event remembers what it
// was asked.
package event
