// Package sandbox emulates, on loopback or in memory, the three services that
// firebreak talks to: Slack (Web API and Socket Mode), PagerDuty (REST and
// Events v2) and GitLab (REST v4). It is the judge in firebreak's tests and the
// world of its demo, so it knows only the vendors' published rules: it imports
// neither a vendor's client library nor any other package of this module.
//
// A [Sandbox] is made by [New] with a small default world (people alex, sam,
// kim and jo, a guest and a stranger, some services, one project), listens
// after [Sandbox.Start] on a [Network], and is told what people and vendors do
// by verbs on its fields Slack, PagerDuty and GitLab. Everything that happens
// is in the [Ledger]; [Faults] spoil chosen calls; what a client asked for that
// no emulator knows is listed by [Sandbox.Unexpected].
//
// Rules are marked in comments: "documented" (the vendor says so), "observed"
// (seen in the vendor's source, samples or issue threads), or "assumed"
// (plausible and unverified; tests of the bot should not lean on it).
// fidelity_test.go lists them with the tests that show them, and with what is
// not emulated because nobody needs it.
//
// Invariants: ledger records are numbered from 1 without gaps and never change;
// ids are deterministic for a seed and an order of calls; with a Memory network
// nothing touches the operating system, so a whole sandbox runs inside a
// testing/synctest bubble. All exported methods are safe for concurrent use.
// Every goroutine ends before Close returns. Verbs panic when a test names a
// thing that does not exist: that is a mistake in the script, not an outcome.
// Where people play freely, [Try] makes an error of it; the verbs that return
// an error, such as [Slack.Do] and [View.Put], do so by themselves.
package sandbox
