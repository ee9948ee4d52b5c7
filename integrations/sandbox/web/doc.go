// Package web serves a local window on a sandbox: what each person sees in
// Slack, PagerDuty and GitLab, what they can do there, the faults that can be
// thrown in, the ledger as it grows, and the story that is being told.
//
// A [Server] reads its sandbox through exported methods only and acts by the
// sandbox's verbs, so that what is done here is in the ledger like everything
// else. It is made by [New], runs in [Server.Serve] on a loopback listener, and
// keeps no truth of its own but what people have read and which faults are on.
// Whoever asks says who they are by "as": there is no sign-in, and therefore
// no other door than this machine's own.
//
// Invariants: nobody is shown a channel, or anything in it, that the sandbox
// would not let that person see; a verb that the emulator refuses is a 409 with
// its sentence and never a crash; every answer carries the same strict headers;
// the browser runs nothing but the files embedded here. Every goroutine ends
// before Serve returns.
package web
