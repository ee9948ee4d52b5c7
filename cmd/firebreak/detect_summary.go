package main

import (
	"fmt"
	"time"

	"firebreak/detect/sigma"
)

// summary says on stderr what the run did, and what it could not do.
func (r *detectRun) summary() {
	took := time.Since(r.started)
	r.say("%s (%d refused), %s (%d skipped), %s by %s in %s", plural(countRules(r.rules), "rule"), len(r.rules.Refused),
		plural(r.events, "event"), r.skipped, plural(r.found, "detection"), plural(len(r.telling), "rule"), took.Round(10*time.Millisecond))
	t := r.run.Tally
	if len(r.rules.Sigma.Rules()) == 0 {
		t.Unrouted = 0 // there is nothing to route to
	}
	late := fmt.Sprintf("they came after %d that happened later", sigma.MaxKept/2)
	if r.mark.lateness > 0 {
		late = "they came later than " + r.mark.lateness.String() + " (see --lateness)"
	}
	for _, line := range []struct {
		n    int
		text string
	}{
		{t.Unrouted, "%s told nothing of where they are from and were tried with all rules that want something to be there (see --logsource)"},
		{t.Timeless, "%s left out of correlations: they tell no time"},
		{t.Late, "%s left out of correlations: " + late},
	} {
		if line.n > 0 {
			r.say(line.text, plural(line.n, "event"))
		}
	}
	if t.Ungrouped > 0 {
		r.say("%s left out of correlations: they lack a field of the group", plural(t.Ungrouped, "hit"))
	}
	if t.Forgotten > 0 {
		r.say("%s of correlations given up for want of room", plural(t.Forgotten, "group"))
	}
	if r.missed > 0 {
		r.say("%s not examined by %s in own code", plural(r.missed, "event"), plural(len(r.troubles), "rule"))
	}
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// countRules counts what people would: an old aggregation has parts that are
// rules, too, all in the same place.
func countRules(all *loaded) int {
	places := map[string]bool{}
	for _, h := range all.Sigma.Rules() {
		places[fmt.Sprintf("%s:%d", h.File, h.Line)] = true
	}
	return len(places) + len(all.Own)
}
