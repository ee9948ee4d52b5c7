package sandbox

import (
	"cmp"
	"slices"
	"sync"
	"time"
)

// FaultKind says how a call is spoilt.
type FaultKind string

// Faults of HTTP calls. "Before" means the call had no effect; "After" means
// it took effect and only its answer is lost.
const (
	Refuse429      FaultKind = "refuse_429"       // the vendor's own 429 with Retry-After
	Refuse429Plain FaultKind = "refuse_429_plain" // a proxy's 429: plain text, no header
	Err5xxBefore   FaultKind = "err_5xx_before"   // 502, nothing done
	Err5xxAfter    FaultKind = "err_5xx_after"    // 502, done
	DropBefore     FaultKind = "drop_before"      // connection closed, nothing done
	DropAfter      FaultKind = "drop_after"       // connection closed, done
	Hang           FaultKind = "hang"             // nothing done, no answer until the client gives up
	HangAfter      FaultKind = "hang_after"       // done, no answer until the client gives up
	StallAfter     FaultKind = "stall_after"      // done, half of the answer, then nothing until the client gives up
	Refuse         FaultKind = "refuse"           // nothing done, for good: the vendor's refusal with Fault.Code
	Delay          FaultKind = "delay"            // served normally, after Fault.Delay
)

// Faults of Slack's socket; their Method is a point that the Slack emulator
// names, such as "deliver" or "connect".
const (
	DropSocket  FaultKind = "drop_socket"  // close the connection without a word
	Duplicate   FaultKind = "duplicate"    // deliver the same envelope again, after Fault.Delay
	HoldBack    FaultKind = "hold_back"    // deliver after Fault.Delay, later events first
	StopPings   FaultKind = "stop_pings"   // the connection goes silent
	Disconnect  FaultKind = "disconnect"   // Slack announces the end; reason in Fault.Reason
	LoseDeliver FaultKind = "lose_deliver" // this attempt of the event is never sent
)

// Fault is a rule that spoils one call or several.
type Fault struct {
	Service string // slack, pagerduty, gitlab; empty: any
	Method  string // as in Record.Method; empty: any of the service
	// Nth is the first call to spoil, counted from 1 since the sandbox was
	// made, among the calls that Service and Method name. 0, or a count that is
	// past already: the next one.
	Nth   int
	Times int // how many calls in a row; 0 means 1, negative means for ever
	Kind  FaultKind
	// RetryAfter is announced by Refuse429, in whole seconds (rounded up; 0: 1 s).
	RetryAfter time.Duration
	// Delay holds the call back before anything else happens; with any kind.
	Delay  time.Duration
	Reason string // of Disconnect: warning, refresh_requested, link_disabled
	// Code is Refuse's: an error code of Slack's Web API; an HTTP status of the
	// others and of Slack's file links.
	Code string
}

// Call is one outside call that a sandbox saw.
type Call struct {
	Service string
	Method  string
	Nth     int       // n-th call of this service and method, from 1
	Fault   FaultKind // what spoilt it, or empty
}

// Faults holds the rules of a sandbox and the list of calls seen.
type Faults struct {
	mu     sync.Mutex
	rules  []*rule // those for ever last
	added  int
	calls  []Call
	counts map[callKey]int // also by service alone and by nothing
	points map[callKey]int // the same for socket points
	lag    time.Duration
}

type callKey struct{ service, method string }

// Rule is a fault in force.
type Rule struct {
	ID    int // as Add gave it
	Fault Fault
	Left  int // calls that it will still spoil; negative: for ever
}

type rule struct {
	Rule
	hit bool
}

func newFaults() *Faults {
	return &Faults{counts: map[callKey]int{}, points: map[callKey]int{}}
}

// Add puts a rule in force and returns its id. Of several that match a call
// the first added wins, but one for a number of calls wins over one for ever:
// a single call can be spoilt in a service where all are.
func (f *Faults) Add(fault Fault) (id int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.added++
	r := &rule{Rule: Rule{ID: f.added, Fault: fault, Left: cmp.Or(fault.Times, 1)}}
	at := slices.IndexFunc(f.rules, func(other *rule) bool { return other.Left < 0 })
	if at < 0 || r.Left < 0 {
		at = len(f.rules)
	}
	f.rules = slices.Insert(f.rules, at, r)
	return r.ID
}

// Remove takes a rule back; false: it is in force no more.
func (f *Faults) Remove(id int) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	before := len(f.rules)
	f.rules = slices.DeleteFunc(f.rules, func(r *rule) bool { return r.ID == id })
	return len(f.rules) < before
}

// Rules lists the rules in force, the one that wins over others first.
func (f *Faults) Rules() []Rule {
	f.mu.Lock()
	defer f.mu.Unlock()
	out := make([]Rule, 0, len(f.rules))
	for _, r := range f.rules {
		out = append(out, r.Rule)
	}
	return out
}

// Lag makes every HTTP call take this long before its effect and once more
// before its answer, as a network does: between the two the caller may die.
func (f *Faults) Lag(d time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.lag = d
}

func (f *Faults) lagging() time.Duration {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.lag
}

// Clear removes all rules; Calls stays.
func (f *Faults) Clear() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.rules = nil
}

// Waiting lists the rules that have not spoilt anything yet: a test asserts
// that its fault really struck.
func (f *Faults) Waiting() []Fault {
	f.mu.Lock()
	defer f.mu.Unlock()
	var out []Fault
	for _, r := range f.rules {
		if !r.hit {
			out = append(out, r.Fault)
		}
	}
	return out
}

// Calls lists every call seen so far, in order of arrival.
func (f *Faults) Calls() []Call {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.calls)
}

// arrive counts a call and takes the fault that strikes it, if any.
func (f *Faults) arrive(service, method string) (nth int, fault Fault) {
	f.mu.Lock()
	defer f.mu.Unlock()
	fault = f.strike(f.counts, service, method, httpFault)
	nth = f.counts[callKey{service, method}]
	f.calls = append(f.calls, Call{Service: service, Method: method, Nth: nth, Fault: fault.Kind})
	return nth, fault
}

// socket counts that a socket of service reached a point ("deliver",
// "connect", …) and takes the socket fault that strikes there. The zero Fault
// means none. Points are not calls and are not listed.
func (f *Faults) socket(service, point string) Fault {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.strike(f.points, service, point, func(k FaultKind) bool { return !httpFault(k) || k == Delay })
}

func (f *Faults) strike(counts map[callKey]int, service, method string, fits func(FaultKind) bool) Fault {
	for _, k := range []callKey{{service, method}, {service, ""}, {"", ""}} {
		counts[k]++
	}
	for i, r := range f.rules {
		if !fits(r.Fault.Kind) || !r.matches(service, method, counts) {
			continue
		}
		r.hit = true
		if r.Left > 0 {
			r.Left--
		}
		if r.Left == 0 {
			f.rules = slices.Delete(f.rules, i, i+1)
		}
		return r.Fault
	}
	return Fault{}
}

func (r *rule) matches(service, method string, counts map[callKey]int) bool {
	f := r.Fault
	if f.Service != "" && f.Service != service || f.Method != "" && f.Method != method {
		return false
	}
	return counts[callKey{f.Service, f.Method}] >= f.Nth
}

func httpFault(k FaultKind) bool {
	switch k {
	case Refuse429, Refuse429Plain, Err5xxBefore, Err5xxAfter, DropBefore, DropAfter, Hang, HangAfter, StallAfter, Refuse, Delay:
		return true
	}
	return false
}
