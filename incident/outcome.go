package incident

import (
	"errors"
	"fmt"
	"time"
)

// Outcome says what is known of an outside call that did not plainly succeed.
type Outcome int

// The outcomes. Unknown is the zero value: an error that says nothing is
// never taken for "not done".
const (
	// OutcomeUnknown: it may have happened. Look it up, never repeat blindly.
	OutcomeUnknown Outcome = iota
	// OutcomeNotDone: it surely did not happen and may be tried again.
	OutcomeNotDone
	// OutcomeRefused: it did not happen and trying again changes nothing.
	OutcomeRefused
)

// CallError is what the doors to the outside (integrations) return: the
// outcome decides what the action runner does next.
type CallError struct {
	Call       string // such as "slack conversations.create"
	Outcome    Outcome
	Code       string        // the vendor's error code, if it gave one
	Reason     string        // a sentence for a person; no secrets, no bodies
	RetryAfter time.Duration // with OutcomeNotDone: not before this has passed
	Err        error
}

func (e *CallError) Error() string {
	what := e.Code
	if what == "" && e.Err != nil {
		what = e.Err.Error()
	}
	if what == "" {
		what = e.Reason
	}
	return fmt.Sprintf("%s: %s", e.Call, what)
}

// Unwrap gives the cause.
func (e *CallError) Unwrap() error { return e.Err }

// OutcomeOf reads the outcome of a call's error; errors of other kinds are
// unknown.
func OutcomeOf(err error) Outcome {
	if e, ok := errors.AsType[*CallError](err); ok {
		return e.Outcome
	}
	return OutcomeUnknown
}

// CodeOf gives the vendor's error code, or "".
func CodeOf(err error) string {
	if e, ok := errors.AsType[*CallError](err); ok {
		return e.Code
	}
	return ""
}

// ReasonOf gives a call error's sentence for people, or "".
func ReasonOf(err error) string {
	if e, ok := errors.AsType[*CallError](err); ok {
		return e.Reason
	}
	return ""
}
