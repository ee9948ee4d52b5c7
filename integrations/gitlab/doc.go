// Package gitlab is firebreak's door to one GitLab project: it creates,
// finds, reads, closes, reopens, rewrites and links issues through the REST
// API v4.
//
// GitLab has no idempotency key, so exactly-once rests on a label and a key:
// CreateIssue writes the key, hidden, as the description's last line, and
// FindIssue finds an issue whose answer was lost by label, key and author. The
// list is used and never the search, whose index lags.
//
// Invariants: a call is sent once, nothing here retries; every error is an
// *incident.CallError that says what is known of the outcome; the token and
// bodies stand in no error and no log line; no text that GitLab would run as a
// quick action is sent, and what GitLab stored is compared with what was sent;
// of a description only the lines between the block's markers are rewritten,
// byte for byte.
//
// go-gitlab knows the paths, parameters and authentication. Its retries are off
// (it would send one POST six times), its limiter too, and issues are decoded
// here, since its own decoder panics on an answer without an id.
//
// A Client may be used from any goroutine.
package gitlab
