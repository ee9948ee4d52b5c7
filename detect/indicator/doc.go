// Package indicator finds indicators of compromise in what people and tools
// write: addresses, domains, URLs, e-mail addresses, hashes, CVE and ATT&CK
// ids, cloud resources, accounts and hosts.
//
// It understands text that was defanged (hxxp, [.], " dot "), Slack's own
// markup, and characters that hide. It is pure, and hostile text costs it no
// more than time linear in its length: each part of it is a hand-written
// scanner that never looks back further than a constant. How good it is at it
// stands in docs/guide/indicators.md; the test measures it anew.
package indicator
