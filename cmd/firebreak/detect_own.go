package main

import (
	"slices"
	"sync"

	"firebreak/detect/own"
)

// examine gives a batch to all rules in own code at the same time; the results
// are in the order of the rules.
func (l *loaded) examine(p *program, batch []own.Event) []own.Result {
	results := make([]own.Result, len(l.Own))
	var examining sync.WaitGroup
	for i, d := range l.Own {
		examining.Go(func() { results[i] = d.Examine(p.ctx, batch) })
	}
	examining.Wait()
	return results
}

// maxHeard is how many lines are kept until somebody shows them.
const maxHeard = 1000

// heard is what programs have written to standard error, for their authors.
type heard struct {
	mu    sync.Mutex
	lines []string
}

func (h *heard) add(line string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	switch {
	case len(h.lines) < maxHeard:
		h.lines = append(h.lines, line)
	case len(h.lines) == maxHeard:
		h.lines = append(h.lines, "… (more than can be shown at once)")
	}
}

// take gives the lines and forgets them.
func (h *heard) take() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	lines := slices.Clone(h.lines)
	h.lines = nil
	return lines
}
