package main

import (
	"firebreak/detect/correlate"
	"firebreak/detect/own"
	"firebreak/detect/sigma"
)

// Limits on a batch that rules in own code are given. One event at a time
// costs them twice as much; what comes on standard input is given to them one
// by one all the same, since somebody may wait for it.
const (
	maxBatch      = 256
	maxBatchBytes = 4 << 20
)

// batch is events that wait to be examined by rules in own code, with what
// Sigma rules have found in each.
type batch struct {
	events []own.Event
	found  [][]sigma.Detection
	bytes  int
}

func (b *batch) add(ev own.Event, found []sigma.Detection, bytes int) {
	b.events, b.found, b.bytes = append(b.events, ev), append(b.found, found), b.bytes+bytes
}

func (b *batch) full() bool { return len(b.events) >= maxBatch || b.bytes >= maxBatchBytes }

func (b *batch) clear() { *b = batch{} }

// merge adds what a rule has found to the events it found it in.
func (b *batch) merge(found []sigma.Detection) {
	index := make(map[correlate.Place]int, len(b.events))
	for i, ev := range b.events {
		index[ev.Place] = i
	}
	for _, d := range found {
		i := index[d.Event]
		b.found[i] = append(b.found[i], d)
	}
}

// maxTroubles is how many troubles of one rule are said.
const maxTroubles = 10

// flush has the batch examined and tells what was found, event by event.
func (r *detectRun) flush() error {
	if len(r.batch.events) == 0 {
		return nil
	}
	for i, result := range r.rules.examine(r.program, r.batch.events) {
		r.batch.merge(result.Found)
		r.troubled(r.rules.Own[i].Head(), result)
	}
	for _, line := range r.rules.heard.take() {
		r.say("%s", line)
	}
	var all []sigma.Detection
	for _, found := range r.batch.found {
		all = append(all, found...)
	}
	r.batch.clear()
	return r.tell(all)
}

// troubled says what went wrong with a rule, the first few times.
func (r *detectRun) troubled(rule sigma.Head, result own.Result) {
	if r.ctx.Err() != nil {
		return // nothing but the end of the run
	}
	r.missed += result.Missed
	if result.Missed > 0 || len(result.Troubles) > 0 {
		r.troubles[rule.File] += 0 // it is troubled even if that was said before
	}
	for _, trouble := range result.Troubles {
		r.troubles[rule.File]++
		switch n := r.troubles[rule.File]; {
		case n <= maxTroubles || trouble.Place == (correlate.Place{}):
			r.say("%v", trouble)
		case n == maxTroubles+1:
			r.say("rule %q (%s) has more troubles, of which only those with the rule itself are said", rule.Title, rule.File)
		}
	}
}
