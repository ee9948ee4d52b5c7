package bot

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/slack-go/slack"

	"firebreak/incident"
	"firebreak/store"
)

// The checklist's buttons. Their value is the incident's number. fixRCA is
// followed by the section, fixTake by the task's number.
const (
	actionWriteRCA     = "firebreak_write_rca"
	actionFixRCA       = "firebreak_fix_rca_"
	actionFixContained = "firebreak_fix_contained"
	actionFixTake      = "firebreak_fix_take_"
	actionClose        = "firebreak_close"
	actionCloseAnyway  = "firebreak_close_anyway"
)

// takesShown is how many tasks have a button of their own: a row must not
// fill the screen.
const takesShown = 8

// checklist is what keeps an incident from being closed as resolved, with a
// button that mends each of it.
type checklist struct {
	Number  incident.Number
	Missing []string
	Fixes   []button
	Said    string // what the last click came to, where that needs saying
}

// checklist says what is missing now.
func (o *order) checklist() (checklist, error) {
	c := checklist{Number: o.inc.Number}
	texts, err := sectionTexts(&o.tx.View, o.inc.Number)
	if err != nil {
		return c, err
	}
	tasks, err := o.tx.Tasks(o.inc.Number)
	c.Missing = incident.Missing(o.inc, texts, tasks)
	c.Fixes = fixes(o.inc, texts, tasks)
	return c, err
}

// fixes are the buttons for what incident.Missing names.
func fixes(inc incident.Incident, texts map[string]string, tasks []incident.Task) []button {
	value := inc.Number.String()
	var bs []button
	for _, name := range []string{incident.SectionRootCause, incident.SectionRemediation} {
		if blank(texts[name]) {
			bs = append(bs, button{action: actionFixRCA + name, label: "Write " + strings.ToLower(incident.SectionTitle(name)), value: value})
		}
	}
	if inc.Milestones[incident.Contained].IsZero() {
		bs = append(bs, button{action: actionFixContained, label: "Contained now", value: value})
	}
	takes := 0
	for _, t := range tasks {
		if t.State == incident.TaskOpen && !t.Owned() && takes < takesShown {
			takes++
			bs = append(bs, button{action: actionFixTake + strconv.Itoa(t.N), label: fmt.Sprintf("Take task %d", t.N), value: value})
		}
	}
	return bs
}

// message shows the checklist.
func (c checklist) message(command string) message {
	var l layout
	value := c.Number.String()
	closeNow := button{action: actionClose, label: "Close now", value: value, style: slack.StylePrimary}
	if c.Said != "" {
		l.section(c.Said)
	}
	if len(c.Missing) == 0 {
		ready := fmt.Sprintf("Nothing is missing any more: %s can be closed as resolved.", c.Number)
		l.section(ready)
		l.buttons(closeNow)
		return l.message(ready)
	}
	p := parser{slash: command}
	var lines []string
	for _, m := range c.Missing {
		lines = append(lines, bullet(words(m, 500)))
	}
	l.section(fmt.Sprintf("*%s stays open.* Before it can be closed as resolved:", c.Number))
	l.list(lines, 0, func(left int) string { return fmt.Sprintf("… and %d more.", left) })
	if len(c.Fixes) > 0 {
		l.buttons(c.Fixes...)
	}
	l.buttons(closeNow, button{action: actionCloseAnyway, label: "Close anyway…", value: value, style: slack.StyleDanger})
	l.context("If it must be closed all the same: " + p.do("close override REASON") + ".")
	return l.message(fmt.Sprintf("%s stays open: %s missing.", c.Number, count(len(c.Missing), "thing")))
}

// fix is what a button of the checklist stands for: a command, and whether
// there is anything left to mend.
func fix(action, user string) (line string, stale func(*order) error) {
	switch {
	case action == actionFixContained:
		return "milestone contained", containedAlready
	case action == actionClose:
		return "close", nil
	case strings.HasPrefix(action, actionFixTake):
		return "task assign " + strings.TrimPrefix(action, actionFixTake) + " <@" + user + ">", takenAlready
	}
	return "", nil
}

func containedAlready(o *order) error {
	if at := o.inc.Milestones[incident.Contained]; !at.IsZero() {
		return refuse("It is contained already, since " + stamp(at, o.at) + ".")
	}
	return nil
}

func takenAlready(o *order) error {
	t, err := o.task()
	switch {
	case err != nil:
		return err
	case t.State == incident.TaskDone:
		return refuse(fmt.Sprintf("Task %d is done already.", t.N))
	case t.Owned():
		return refuse(fmt.Sprintf("Task %d is %s’s already.", t.N, owner(t)))
	}
	return nil
}

// handleFix obeys a button of the checklist and brings the checklist up to
// date where it stands.
func (b *Bot) handleFix(ctx context.Context, row incident.Inbound, i interaction, s slashCommand, stale func(*order) error) error {
	who, rights, identified := b.authorise(ctx, s)
	return b.store.Update(ctx, func(tx *store.Tx) error {
		o := &order{b: b, tx: tx, slash: s, who: who, rights: rights, key: row.Key, at: row.ReceivedAt, stale: stale}
		answer, err := o.obey(identified)
		if err != nil {
			return err
		}
		address := i.ResponseURL
		switch {
		case o.inc.Number == 0 || rights.may(AccessResponder, o.inc) != nil || identified != nil:
			address = "" // the checklist is nobody's business here; a word beside it
		case !o.inc.Closed():
			list, err := o.checklist()
			if err != nil {
				return err
			}
			if o.failed != nil && o.cmd.Verb != "close" {
				list.Said = answer.Text
			}
			answer = list.message(s.Command)
		}
		if err := b.wantPerson(tx, s.UserID); err != nil {
			return err
		}
		p := answer.post(s.ChannelID, "")
		err = replace(tx, row.Key+":answer", address, row.ReceivedAt.Add(responseLife),
			ephemeral{Channel: s.ChannelID, User: s.UserID, Text: p.Text, Blocks: p.Blocks})
		if err != nil {
			return err
		}
		return tx.HandledInbound(row.ID)
	})
}

// handleFormClick opens the modal that a button is for; who may not use it is
// told on the same screen.
func (b *Bot) handleFormClick(ctx context.Context, row incident.Inbound, i interaction, n incident.Number) error {
	_, rights, identified := b.authorise(ctx, i.by(b.cfg.Command))
	return b.store.Update(ctx, func(tx *store.Tx) error {
		m, err := b.formFor(tx, row, i, rights, n, identified)
		if refused, shown := refusalOf(err); refused != "" {
			m = saying("firebreak", shown)
		} else if err != nil {
			return err
		}
		if err := planView(tx, row, i.TriggerID, m); err != nil {
			return err
		}
		return tx.HandledInbound(row.ID)
	})
}

func (b *Bot) formFor(tx *store.Tx, row incident.Inbound, i interaction, r rights, n incident.Number, identified error) (modal, error) {
	if identified != nil {
		return modal{}, identified
	}
	inc, err := reached(tx, r, n, i.Channel.ID)
	if err != nil {
		return modal{}, err
	}
	o := origin{Incident: n, Channel: i.Channel.ID}
	action := i.Actions[0].ActionID
	if action == actionEditor {
		return showTimeline(tx, o, "")
	}
	if action != actionWriteRCA { // the checklist is brought up to date afterwards
		o.Answer, o.Until = i.ResponseURL, row.ReceivedAt.Add(responseLife)
	}
	if action == actionCloseAnyway {
		if inc.Closed() {
			return modal{}, refuse(n.String() + " is closed already (" + string(inc.Disposition) + ").")
		}
		return overrideModal(o), nil
	}
	written, err := tx.Sections(n)
	return rcaModal(o, written, strings.TrimPrefix(action, actionFixRCA), b.cfg.Command), err
}

// closeAnyway closes an incident although something is missing.
func (s *submission) closeAnyway(identified error) (viewAnswer, error) {
	reason := s.value(fieldReason)
	if reason == "" {
		return viewAnswer{Errors: map[string]string{fieldReason: "It needs a reason."}}, nil
	}
	reason = asSent(reason)
	o := s.order(Command{Verb: "close", Incident: s.from.Incident, Disposition: incident.Override, Text: reason}, "close override "+reason)
	return s.give(o, identified, fieldReason)
}
