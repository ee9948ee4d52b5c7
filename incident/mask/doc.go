// Package mask hides secrets in text that leaves the channel it was written
// in: tokens, keys and passwords, each replaced by what it was.
//
// It is the one place that decides what a secret is, for GitLab, PagerDuty,
// exports, search and every message that quotes somebody. It knows the token
// shapes of gitleaks and, on top of them, how people tell each other a
// password in a chat.
//
// Everything here may be called from any goroutine.
package mask
