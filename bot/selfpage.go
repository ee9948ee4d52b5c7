package bot

import (
	"context"
	"time"

	"firebreak/incident"
	"firebreak/store"
)

// planSelfPage plans to page for a check that fails, or to end that page.
// began is when the trouble began: a page and its end belong together.
func (b *Bot) planSelfPage(tx *store.Tx, a ailment, began time.Time, over bool) error {
	if b.pager == nil || b.cfg.RoutingKey == "" {
		return nil
	}
	key := "self-page:" + a.check + ":" + timeTS(began)
	if over {
		key += ":over"
	}
	return plan(tx, step{Key: key, Kind: kindSelfPage, Lane: "pagerduty:self", Payload: selfPage{Check: a.check, PageEvent: b.selfPage(a, over)}})
}

// selfPage is the payload of an event about the bot itself.
type selfPage struct {
	Check string
	incident.PageEvent
}

// selfPage is the event about a check. The dedup key is the check's: however
// often it is told, it is one alert. The control channel, which is known
// before Slack has answered, tells installations apart.
func (b *Bot) selfPage(a ailment, over bool) incident.PageEvent {
	e := incident.PageEvent{Action: incident.PageResolve, DedupKey: "firebreak-health:" + b.cfg.ControlChannel + ":" + a.check}
	if !over {
		e.Action, e.Source, e.Severity, e.At = incident.PageTrigger, "firebreak", "error", a.since
		e.Summary = "firebreak is not ready: " + checkNames[a.check] + ": " + a.detail
	}
	return e
}

// sendSelfPage sends the event. A page for what is over by the time that it
// could be sent would only wake somebody.
func sendSelfPage(ctx context.Context, b *Bot, a incident.Action) (any, error) {
	p, err := payloadOf[selfPage](a)
	if err != nil {
		return nil, err
	}
	if p.Action == incident.PageTrigger && b.Checks(ctx, false)[p.Check].OK {
		return nil, nil
	}
	return nil, b.pager.Enqueue(ctx, b.cfg.RoutingKey, p.PageEvent)
}
