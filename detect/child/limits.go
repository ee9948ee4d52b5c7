package child

import "time"

// Limits bound what a rule's process may do.
type Limits struct {
	Hello time.Duration // from start to its first line
	Event time.Duration // for one event; a batch of n has n times as long
	Batch time.Duration // for a batch, however long
	Grace time.Duration // from being asked to end until it is gone

	Line   int    // bytes of one line it writes, its end included
	Output int64  // bytes it writes to standard output for one batch
	Stderr int64  // bytes it writes to standard error for one batch
	Memory uint64 // bytes of address space, for each of its processes; enforced on Linux only

	Failures int           // so many within Window are the quarantine
	Window   time.Duration // that failures are remembered
	Rest     time.Duration // of the quarantine, until one trial
	Backoff  time.Duration // before the first restart; doubles with each failure
	Ceiling  time.Duration // of that pause
}

// DefaultLimits are generous for a rule and tight for a mistake. 512 MiB hold
// a Python with numpy; a runtime that reserves more address space than it
// uses (Node, the JVM) needs a detector.yml that says so. Starting Python
// takes a quarter of a second on a busy machine.
func DefaultLimits() Limits {
	return Limits{
		Hello: 10 * time.Second, Event: 2 * time.Second, Batch: 30 * time.Second, Grace: 2 * time.Second,
		Line: 64 << 10, Output: 8 << 20, Stderr: 1 << 20, Memory: 512 << 20,
		Failures: 5, Window: 10 * time.Minute, Rest: 10 * time.Minute,
		Backoff: 100 * time.Millisecond, Ceiling: 10 * time.Second,
	}
}

// deadline is how long a batch of n events may take.
func (l Limits) deadline(n int) time.Duration {
	return min(l.Batch, time.Duration(max(n, 1))*l.Event)
}
