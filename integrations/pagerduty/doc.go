// Package pagerduty is firebreak's door to PagerDuty: it reads pages, their
// changes, alerts and who is on call through the REST API v2, and it writes
// notes, acknowledgements and events (Events API v2).
//
// Reading is level-triggered. OpenPages tells what is open now, whatever was
// seen before; PagesBetween finds what opened and closed unseen; Changes is a
// hint of what to read again. None of them keeps a cursor: the caller does.
//
// Invariants: a call is sent once, nothing here retries; every error is an
// *incident.CallError that says what is known of the outcome; tokens, routing
// keys and bodies stand in no error and no log line; an answer that is odd in
// one place (a number for a string, null for an object) costs that field, never
// the page of results.
//
// go-pagerduty builds the requests that need authentication and decodes users,
// on-calls and notes. Its types for incidents lose the assignees' e-mail
// addresses, those for log entries fail on real data (a numeric value in
// event_details, a null channel type), and its errors hide a context's end, so
// those are decoded and classified here.
//
// A Client may be used from any goroutine. Its calls to the REST API run one
// after the other, as PagerDuty asks ("REST API Rate Limits").
package pagerduty
