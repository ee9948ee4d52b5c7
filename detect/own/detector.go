package own

import (
	"context"
	"fmt"
	"time"

	"firebreak/detect/correlate"
	"firebreak/detect/event"
	"firebreak/detect/sigma"
)

// Detector is a rule in the user's own code. It belongs to one goroutine at a
// time.
type Detector interface {
	// Head is what people call the rule by, and where it stands.
	Head() sigma.Head
	// Examine tries the rule on a batch of events. It never fails as a whole:
	// what could not be examined is told in the result.
	Examine(ctx context.Context, batch []Event) Result
	// End ends whatever runs. The next Examine begins anew, with nothing
	// remembered.
	End()
}

// Event is a log event with what is known about it.
type Event struct {
	*event.Event
	At    time.Time // when it happened; zero when it does not say
	Place correlate.Place
}

// Result is what came of a batch.
type Result struct {
	Found    []sigma.Detection
	Troubles []Trouble
	// Missed counts the events that were not examined. Not each of them has a
	// trouble of its own.
	Missed int
}

// Trouble is something that went wrong, for people.
type Trouble struct {
	Rule sigma.Head
	// Place is the event that it is about; zero for the rule as a whole.
	Place  correlate.Place
	Reason string
	// Quarantine says that nothing is given to the rule for a while.
	Quarantine bool
}

func (t Trouble) String() string {
	if t.Place == (correlate.Place{}) {
		return fmt.Sprintf("rule %q (%s): %s", t.Rule.Title, t.Rule.File, t.Reason)
	}
	return fmt.Sprintf("rule %q (%s) has not examined %s:%d: %s", t.Rule.Title, t.Rule.File, t.Place.File, t.Place.Line, t.Reason)
}

// Add takes in what came of a part of the batch.
func (r *Result) Add(more Result) {
	r.Found = append(r.Found, more.Found...)
	r.Troubles = append(r.Troubles, more.Troubles...)
	r.Missed += more.Missed
}
