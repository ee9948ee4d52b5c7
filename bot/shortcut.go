package bot

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/slack-go/slack"

	"firebreak/incident"
	"firebreak/store"
)

// Shortcut is one of the shortcuts that the Slack app offers: from the menu
// of a message, or from anywhere.
type Shortcut struct {
	Name        string // at most 24 characters
	Type        string // message or global
	CallbackID  string
	Description string // at most 150 characters
}

// Shortcuts lists them, for the app's manifest. Slack takes five of each type
// (docs.slack.dev, "Implementing shortcuts").
func Shortcuts() []Shortcut {
	return []Shortcut{
		{"Open an incident", "global", callbackOpen, "Opens an incident with a channel of its own"},
		{"Add to timeline", "message", callbackTimeline, "Puts what this message says on an incident's timeline, or corrects its entry there"},
		{"Make a task", "message", callbackTask, "Makes a task of this message"},
		{"Run detectors", "message", callbackDetect, "Looks for signs of an attack in this message and its log files"},
		{"Extract indicators", "message", callbackIndicators, "Lists the addresses, domains, hashes and the like that this message names"},
		{"Mark as evidence", "message", callbackEvidence, "Makes this message and its files evidence of the incident"},
	}
}

// handleShortcut opens the modal that a shortcut is for. Nothing is changed
// yet, so nothing is recorded; who may not use it is told on the same screen.
func (b *Bot) handleShortcut(ctx context.Context, row incident.Inbound, i interaction) error {
	if i.CallbackID == callbackDetect {
		return b.handleDetect(ctx, row, i)
	}
	who, rights, identified := b.authorise(ctx, i.by(b.cfg.Command))
	return b.store.Update(ctx, func(tx *store.Tx) error {
		m, err := b.shortcutModal(tx, i, who, rights, identified)
		if refused, shown := refusalOf(err); refused != "" {
			m = saying("firebreak", shown)
		} else if err != nil {
			return err
		}
		if len(m.Blocks) > 0 {
			if err := planView(tx, row, i.TriggerID, m); err != nil {
				return err
			}
		}
		return tx.HandledInbound(row.ID)
	})
}

// shortcutModal gives the modal; an empty one for a shortcut nobody knows.
func (b *Bot) shortcutModal(tx *store.Tx, i interaction, who incident.Person, r rights, identified error) (modal, error) {
	switch i.CallbackID {
	case callbackOpen, callbackTimeline, callbackTask, callbackIndicators, callbackEvidence:
	default:
		return modal{}, nil
	}
	if identified != nil {
		return modal{}, identified
	}
	if i.CallbackID == callbackOpen {
		return openModal(""), r.may(AccessResponder, incident.Incident{})
	}
	if i.CallbackID == callbackIndicators {
		return b.indicatorScreen(tx, i, r)
	}
	if i.CallbackID == callbackEvidence {
		return b.evidenceScreen(tx, i, r)
	}
	o := origin{Channel: i.Channel.ID, TS: i.Message.TS}
	if i.Message.inThread() {
		o.Thread = i.Message.ThreadTS
	}
	choices, err := b.placed(tx, &o, r)
	if err != nil {
		return modal{}, err
	}
	text := incident.SlackPlain(i.Message.Text, namesOf(&tx.View))
	if i.CallbackID == callbackTask {
		return taskModal(o, cut(oneLine(text), titleMax), choices), nil
	}
	m := timelineModal(o, text, shownMoment(tsTime(i.Message.TS), who), choices)
	e, known, err := b.messageEntry(tx, i, r)
	if err == nil && known {
		m = m.withCorrection(e)
	}
	return m, err
}

// placed settles which incident a message belongs to: its channel's own, else
// one to be chosen of the open ones that the person may see, the newest first.
func (b *Bot) placed(tx *store.Tx, o *origin, r rights) ([]*slack.OptionBlockObject, error) {
	inc, err := tx.IncidentByChannel(o.Channel)
	if err == nil {
		o.Incident = inc.Number
		return nil, r.may(AccessResponder, inc)
	}
	if !isNotFound(err) {
		return nil, err
	}
	if err := r.may(AccessResponder, incident.Incident{}); err != nil {
		return nil, err
	}
	all, err := tx.Incidents(r.viewer)
	if err != nil {
		return nil, err
	}
	var choices []*slack.OptionBlockObject
	for _, inc := range slices.Backward(all) {
		if !inc.Closed() {
			choices = append(choices, option(inc.Number.String()+" · "+oneLine(maskedIncident(inc).Title), inc.Number.String()))
		}
	}
	if len(choices) == 0 {
		return nil, refuse("There is no open incident that you can see. Open one with the shortcut *Open an incident*, or `" + b.cfg.Command + " open TITLE`.")
	}
	return choices, nil
}

// shownMoment writes a time as its reader would type it.
func shownMoment(at time.Time, who incident.Person) string {
	if at.IsZero() {
		return ""
	}
	return at.In(zoneOf(who)).Format(time.DateTime)
}

// zoneOf is somebody's time zone; UTC where it is unknown.
func zoneOf(p incident.Person) *time.Location {
	loc, err := time.LoadLocation(cmp.Or(p.TZ, "UTC"))
	if err != nil {
		return time.UTC
	}
	return loc
}
