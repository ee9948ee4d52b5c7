package web

import (
	"slices"
	"sync"
	"time"

	"firebreak/integrations/sandbox"
)

// switchboard turns faults on and off. What is a rule, the sandbox knows,
// whoever added it; the rest it can be told but not asked.
type switchboard struct {
	sb *sandbox.Sandbox

	mu   sync.Mutex
	down map[string]bool // services that are out
	hold bool
	slow int // milliseconds, each way
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

// limiting is the rule of the switch that makes a service refuse for the pace.
func limiting(service string) sandbox.Fault {
	return sandbox.Fault{Service: service, Times: -1, Kind: sandbox.Refuse429, RetryAfter: 2 * time.Second}
}

// duplicating is the rule of the switch that sends events twice.
func duplicating() sandbox.Fault {
	return sandbox.Fault{Service: "slack", Method: "deliver", Times: -1, Kind: sandbox.Duplicate, Delay: 200 * time.Millisecond}
}

func newSwitchboard(sb *sandbox.Sandbox) *switchboard {
	return &switchboard{sb: sb, down: map[string]bool{}}
}

func (b *switchboard) state() switches {
	b.mu.Lock()
	defer b.mu.Unlock()
	return switches{
		SlackDown: b.down["slack"], PagerDutyDown: b.down["pagerduty"], GitLabDown: b.down["gitlab"],
		Duplicate: b.inForce(duplicating()), Hold: b.hold, Slow: b.slow,
		RateLimit: slices.DeleteFunc(services(), func(service string) bool { return !b.inForce(limiting(service)) }),
	}
}

func (b *switchboard) inForce(f sandbox.Fault) bool {
	return slices.ContainsFunc(b.sb.Faults.Rules(), func(r sandbox.Rule) bool { return r.Fault == f })
}

// single are the rules that no switch stands for.
func (b *switchboard) single() []sandbox.Rule {
	return slices.DeleteFunc(b.sb.Faults.Rules(), func(r sandbox.Rule) bool {
		return r.Fault == duplicating() || r.Fault == limiting(r.Fault.Service)
	})
}

// setRule puts a switch's rule in force, or takes it back.
func (b *switchboard) setRule(f sandbox.Fault, on bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, r := range b.sb.Faults.Rules() {
		if r.Fault == f {
			b.sb.Faults.Remove(r.ID)
		}
	}
	if on {
		b.sb.Faults.Add(f)
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

// clear turns everything off, the rules of others too.
func (b *switchboard) clear() {
	for _, service := range services() {
		b.setDown(service, false)
	}
	b.setSlow(0)
	b.sb.Faults.Clear()
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.hold {
		b.hold = false
		b.sb.Slack.Release(true)
	}
}
