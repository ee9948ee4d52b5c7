package web

import (
	"slices"
	"sync"
	"time"

	"firebreak/integrations/sandbox"
)

// switchboard remembers which faults are on: the sandbox can be told but not
// asked, and takes back all rules at once only.
type switchboard struct {
	sb *sandbox.Sandbox

	mu        sync.Mutex
	down      map[string]bool // services that are out
	rates     []string        // services that refuse for the pace
	duplicate bool
	hold      bool
	slow      int // milliseconds, each way
}

// switches is how the browser gets them.
type switches struct {
	SlackDown     bool     `json:"slack-down"`
	PagerDutyDown bool     `json:"pagerduty-down"`
	GitLabDown    bool     `json:"gitlab-down"`
	Duplicate     bool     `json:"duplicate-events"`
	Hold          bool     `json:"hold-events"`
	RateLimit     []string `json:"rate-limit"`
	Slow          int      `json:"slow"`
}

// services are those that a fault can name.
func services() []string { return []string{"slack", "pagerduty", "gitlab"} }

func newSwitchboard(sb *sandbox.Sandbox) *switchboard {
	return &switchboard{sb: sb, down: map[string]bool{}}
}

func (b *switchboard) state() switches {
	b.mu.Lock()
	defer b.mu.Unlock()
	return switches{
		SlackDown: b.down["slack"], PagerDutyDown: b.down["pagerduty"], GitLabDown: b.down["gitlab"],
		Duplicate: b.duplicate, Hold: b.hold, RateLimit: list(slices.Clone(b.rates)), Slow: b.slow,
	}
}

func (b *switchboard) setDown(service string, on bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.down[service] = on
	switch service {
	case "slack":
		b.sb.Slack.Down(on)
	case "pagerduty":
		b.sb.PagerDuty.Down(on)
	case "gitlab":
		b.sb.GitLab.Down(on)
	}
}

func (b *switchboard) setRate(service string, on bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.rates = slices.DeleteFunc(b.rates, func(other string) bool { return other == service })
	if on {
		b.rates = append(b.rates, service)
	}
	b.apply()
}

func (b *switchboard) setDuplicate(on bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.duplicate = on
	b.apply()
}

func (b *switchboard) setHold(on bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.hold = on
	if on {
		b.sb.Slack.Hold()
	} else {
		b.sb.Slack.Release(true)
	}
}

func (b *switchboard) setSlow(ms int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.slow = ms
	b.sb.Faults.Lag(time.Duration(ms) * time.Millisecond)
}

// once spoils one call.
func (b *switchboard) once(f sandbox.Fault) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.sb.Faults.Add(f)
	b.apply()
}

// apply puts the rules in force that belong to the switches, behind those that
// wait for a single call.
func (b *switchboard) apply() {
	waiting := b.single()
	b.sb.Faults.Clear()
	for _, f := range waiting {
		b.sb.Faults.Add(f)
	}
	for _, service := range b.rates {
		b.sb.Faults.Add(sandbox.Fault{Service: service, Times: -1, Kind: sandbox.Refuse429, RetryAfter: 2 * time.Second})
	}
	if b.duplicate {
		b.sb.Faults.Add(sandbox.Fault{Service: "slack", Method: "deliver", Times: -1, Kind: sandbox.Duplicate, Delay: 200 * time.Millisecond})
	}
}

// single are the rules that wait for their one call.
func (b *switchboard) single() []sandbox.Fault {
	return slices.DeleteFunc(b.sb.Faults.Waiting(), func(f sandbox.Fault) bool { return f.Times < 0 })
}

// clear turns everything off.
func (b *switchboard) clear() {
	for _, service := range services() {
		b.setDown(service, false)
	}
	b.setSlow(0)
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.hold {
		b.hold = false
		b.sb.Slack.Release(true)
	}
	b.rates, b.duplicate = nil, false
	b.sb.Faults.Clear()
}
