// Package firebreak is the tour of the source; it holds no code. The program
// is in cmd/firebreak.
//
// firebreak answers a page. One incident travels through the tree like this;
// the files are worth reading in this order.
//
//  1. incident holds the words of the domain, and nothing that touches the
//     world: what an [incident.Incident] is, what its timeline holds
//     (entry.go), what the bot does outside (action.go) and what is known when
//     a call goes wrong (outcome.go).
//  2. integrations/pagerduty polls for open pages. A page is a level, not an
//     event: whatever is open is found, however long nobody looked.
//  3. bot/page.go opens the incident, in one transaction with the entries that
//     tell of it and the actions it calls for: create the channel, set the
//     topic, post the header, invite. Of pages that come faster than anybody
//     could read them many share one incident (bot/storm.go).
//  4. bot/runner.go carries actions out, in order per channel. It commits that
//     it is about to call before it calls; when the answer is lost it looks
//     the effect up instead of repeating it (docs/adr/0001).
//  5. integrations/slack keeps two Socket Mode connections. An envelope is
//     committed to the store's inbox first and acknowledged afterwards, on the
//     connection that brought it.
//  6. bot/inbox.go turns inbox rows into facts, one ordered worker per
//     channel: messages, edits and deletions into entries (bot/capture.go,
//     bot/change.go), reactions into pins (bot/reaction.go), slash commands
//     into whatever they ask for, always with an entry that says so.
//  7. store keeps all of it in one SQLite file: an append-only, hash-chained
//     log per incident is the truth; the timeline, its search and its pins are
//     projections of it that can be rebuilt (store/verify.go does so to find
//     what was changed). store/evidence keeps files by their hash. An entry is
//     corrected by records over it (store/correction.go) and erased in
//     store/redaction.go (docs/adr/0016). incident/report writes a timeline down
//     for others, incident/picture draws it, incident/bundle packs its
//     evidence, incident/lines reads what other tools say, and
//     detect/indicator finds the addresses, domains and hashes in what is said.
//  8. A message in an alert channel becomes an alert; detect looks at it
//     together with the earlier ones, by event time, and what it finds is a
//     detection with its evidence. detect/behaviour keeps a state per rule and
//     group for what shows only over time (docs/adr/0012). A log file that
//     somebody drops is swept by all of them at once, apart from what the
//     store knows (detect/sweep, bot/effect_examine.go).
//  9. Tasks and the root cause analysis become GitLab issues through
//     integrations/gitlab, masked (incident/mask, as all that leaves a channel:
//     bot/door.go) and neutralised first (docs/adr/0007).
//  10. cmd/firebreak reads the environment and wires the parts. firebreak demo
//     runs the same bot against integrations/sandbox: emulators of the three
//     vendors, written from their documentation and sharing none of our code,
//     so that our idea of an API is not its own judge. integrations/sandbox/web
//     shows them in a browser.
//
// firebreak detect is a path of its own: detect/logfile reads log files of
// every sort, detect/event their events, detect/sigma compiles rules
// (loader.go, then compiler.go and modifiers.go) and tries them (set.go,
// run.go), detect/correlate counts what they find (docs/adr/0011). For speed
// detect/fields reads from an event's bytes what rules ask for, and
// detect/needle finds which rules are worth trying (engine.go, docs/adr/0015).
// detect/rules loads the folders of rules for it and for the bot, detect/pack
// ships ours. Rules in the user's own code run in processes (detect/child) or
// as scripts (detect/script); both say what detect/own lets them
// (docs/adr/0013).
//
// Who may import whom is written down, and enforced, in arch_test.go. Why
// things are as they are is in docs/adr, what is promised and which test
// holds it in docs/guarantees.md.
package firebreak
