package sandbox

import (
	"container/heap"
	"time"
)

// slackAgenda is timed work, done in order of its time by one goroutine that
// holds the emulator's lock: with equal times the first planned goes first, so
// a run under virtual time repeats exactly.
type slackAgenda struct {
	due  slackDueHeap
	seq  int
	wake chan struct{}
	stop chan struct{}
}

type slackDue struct {
	at  time.Time
	seq int
	do  func()
}

// after plans do, to be called with the lock held. The result can be given to
// cancel.
func (s *Slack) after(d time.Duration, do func()) *slackDue {
	s.agenda.seq++
	due := &slackDue{at: time.Now().Add(d), seq: s.agenda.seq, do: do}
	heap.Push(&s.agenda.due, due)
	select {
	case s.agenda.wake <- struct{}{}:
	default:
	}
	return due
}

// cancel makes sure that due never happens; nil is fine.
func (s *Slack) cancel(due *slackDue) {
	if due != nil {
		due.do = nil
	}
}

func (s *Slack) keepAgenda() {
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for {
		timer.Reset(s.runDue())
		select {
		case <-s.agenda.stop:
			return
		case <-s.agenda.wake:
		case <-timer.C:
		}
	}
}

// runDue does what is due and returns the time until the next.
func (s *Slack) runDue() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	for !s.closed && len(s.agenda.due) > 0 {
		wait := time.Until(s.agenda.due[0].at)
		if wait > 0 {
			return wait
		}
		if due, _ := heap.Pop(&s.agenda.due).(*slackDue); due.do != nil {
			due.do()
		}
	}
	return time.Hour
}

type slackDueHeap []*slackDue

func (h slackDueHeap) Len() int { return len(h) }
func (h slackDueHeap) Less(i, j int) bool {
	if h[i].at.Equal(h[j].at) {
		return h[i].seq < h[j].seq
	}
	return h[i].at.Before(h[j].at)
}
func (h slackDueHeap) Swap(i, j int) { h[i], h[j] = h[j], h[i] }

// Push implements heap.Interface.
func (h *slackDueHeap) Push(x any) {
	if due, ok := x.(*slackDue); ok {
		*h = append(*h, due)
	}
}

// Pop implements heap.Interface.
func (h *slackDueHeap) Pop() any {
	old := *h
	last := old[len(old)-1]
	*h = old[:len(old)-1]
	return last
}
