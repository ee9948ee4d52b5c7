// Package slack is firebreak's door to Slack: the Web API for what the bot
// does and Socket Mode for what it is told.
//
// What the package promises:
//
//   - Every failed call is an *incident.CallError whose Outcome says whether
//     the effect surely did not happen, was refused, or nobody knows. Nothing
//     is retried here: who wrote the effect down decides (the action runner).
//   - slack-go writes the requests; the answers are read here, leniently,
//     because a field that Slack adds or changes must never turn a done
//     effect into a failed one.
//   - Calls are paced below Slack's published limits, and a 429 holds its
//     method until Retry-After has passed.
//   - A Socket Mode envelope is acknowledged on the connection that brought
//     it, and only after deliver has returned without an error. A connection
//     that Slack is about to recycle is replaced before it is let go.
//   - Tokens stand in request bodies and headers only, never in errors or logs.
//
// A Client may be used from any goroutine. Run owns the goroutines it starts
// and returns only when they have ended.
package slack
