package detect

import (
	"strings"
	"time"

	"firebreak/incident"
)

// manyHosts finds one account on many machines.
type manyHosts struct {
	rule           Rule
	hosts, sources int
}

// ManyHosts finds one account that did something on at least so many distinct
// hosts within an hour, as told by at least so many log sources: an attacker
// moving sideways. Failed logins don't count, as they show a wish and no
// presence; accounts that every machine has for itself don't either.
func ManyHosts(hosts, sources int) Detector {
	return manyHosts{hosts: hosts, sources: sources, rule: Rule{
		ID: "many-hosts", Title: "One account on many hosts", Level: "high", Techniques: []string{"T1021"},
		Within: time.Hour, Stands: 4 * time.Hour,
	}}
}

func (d manyHosts) Rule() Rule            { return d.rule }
func (d manyHosts) Window() time.Duration { return d.rule.Stands }

func (d manyHosts) Groups(a incident.Alert) []incident.Entity {
	if !d.counts(a) {
		return nil
	}
	var groups []incident.Entity
	for _, g := range groupsOf(a, incident.EntityAccount) {
		if !machineOwn(g.Value) {
			groups = append(groups, g)
		}
	}
	return groups
}

func (d manyHosts) Examine(group incident.Entity, alerts []incident.Alert) []incident.Detection {
	matches := func(a incident.Alert) bool { return d.counts(a) && has(a, group) }
	window := &distinct{hosts: d.hosts, sources: d.sources, host: map[string]int{}, source: map[string]int{}}
	var found []incident.Detection
	for _, b := range bursts(d.rule, history(alerts, matches), window) {
		detection := b.detection(d.rule, group)
		detection.Why = Explain(detection, b.hot)
		found = append(found, detection)
	}
	return found
}

func (d manyHosts) counts(a incident.Alert) bool {
	return a.Action != LoginFailure && a.Action != "invalid-user" && a.Source != "" &&
		len(a.Values(incident.EntityHost)) > 0
}

// machineOwn says whether every machine has such an account of its own.
func machineOwn(account string) bool {
	return strings.HasSuffix(account, "$") || nobody[account]
}

// distinct is full when enough hosts and sources stand in the window.
type distinct struct {
	hosts, sources int
	host, source   map[string]int
}

func (t *distinct) add(a incident.Alert)  { t.count(a, 1) }
func (t *distinct) drop(a incident.Alert) { t.count(a, -1) }

func (t *distinct) full() bool {
	return len(t.source) >= t.sources && len(t.host) >= t.hosts && machines(t.host) >= t.hosts
}

func (t *distinct) count(a incident.Alert, n int) {
	bump(t.source, a.Source, n)
	for _, h := range a.Values(incident.EntityHost) {
		bump(t.host, h, n)
	}
}

func bump(m map[string]int, key string, n int) {
	if m[key] += n; m[key] <= 0 {
		delete(m, key)
	}
}

// machines counts the machines behind host names: db-1 and db-1.example.com
// are one.
func machines(hosts map[string]int) int {
	n := 0
	short := map[string]bool{}
	for h := range hosts {
		if !strings.Contains(h, ".") {
			short[h] = true
			n++
		}
	}
	for h := range hosts {
		if first, _, dotted := strings.Cut(h, "."); dotted && !short[first] {
			n++
		}
	}
	return n
}
