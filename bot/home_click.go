package bot

import (
	"context"
	"strings"

	"firebreak/incident"
	"firebreak/store"
)

// The buttons of the Home tab. Its timeline button is actionEditor, as on
// messages.
const (
	actionHomeDone    = "firebreak_home_done_"   // with the task's number; its value is the incident's
	actionHomeChannel = "firebreak_home_channel" // leads to a channel by itself
	actionHomeOpen    = "firebreak_home_open"
)

// onHome says whether a click was on a Home tab.
func (i interaction) onHome() bool { return i.View.Type == viewHome }

// handleHomeClick does what a click on a Home tab asks for. The tab itself is
// the answer; a refusal opens a screen, since no channel is there to tell it.
func (b *Bot) handleHomeClick(ctx context.Context, row incident.Inbound, i interaction) error {
	click, s := i.Actions[0], i.by(b.cfg.Command)
	task, done := strings.CutPrefix(click.ActionID, actionHomeDone)
	number, err := incident.ParseNumber(click.Value)
	switch {
	case click.ActionID == actionHomeOpen:
		i.CallbackID = callbackOpen
		return b.handleShortcut(ctx, row, i)
	case click.ActionID == actionEditor && err == nil:
		return b.handleFormClick(ctx, row, i, number)
	case !done || err != nil || numbered(task) == 0:
		return b.store.Update(ctx, func(tx *store.Tx) error { return tx.HandledInbound(row.ID) })
	}
	s.Text = number.String() + " task done " + task
	who, rights, identified := b.authorise(ctx, s)
	o := &order{b: b, slash: s, who: who, rights: rights, key: row.Key, at: row.ReceivedAt, away: true}
	return b.store.Update(ctx, func(tx *store.Tx) error {
		o.tx = tx
		m, err := o.obey(identified)
		if err == nil && o.failed != nil {
			err = planView(tx, row, i.TriggerID, saying("firebreak", m))
		}
		if err == nil {
			err = planHome(tx, row.Key+":home", homeOrder{User: i.User.ID}, true)
		}
		if err != nil {
			return err
		}
		return tx.HandledInbound(row.ID)
	})
}
