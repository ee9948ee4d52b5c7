// Package bot is what firebreak does: it opens an incident for each page,
// records what its channel says, obeys commands, examines alerts and sees
// to it that every effect on the outside happens once.
//
// # Invariants
//
//   - What comes in is durable before it is acknowledged (Deliver), and is
//     turned into entries in one transaction per row, in order per channel
//     (inbox.go). A handler never calls the outside.
//   - What goes out is a row in the action log, written in the transaction
//     that caused it (plan.go). Only the runner (runner.go) calls the
//     outside, and every kind of action says what is done when nobody knows
//     whether a call succeeded (kinds.go). The one effect without a row is the
//     news that no row can be written (outage.go).
//   - A Slack message is known by its channel and ts. Every handler may see
//     its input twice, late, or in any order, and ends in the same timeline.
//
// # Concurrency
//
// Run owns every goroutine and waits for all of them. Handlers of one lane
// (a Slack channel, a GitLab project) run one at a time; lanes run side by
// side. The store serialises their transactions, so the bot holds no locks
// but the one around its small maps of who waits for a reply.
package bot
