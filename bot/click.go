package bot

import (
	"context"
	"fmt"
	"strings"

	"firebreak/incident"
	"firebreak/store"
)

// opensModal says whether a button opens a modal, which must not wait for a
// channel's messages.
func opensModal(action string) bool {
	return action == actionEditor || action == actionWriteRCA || action == actionCloseAnyway || strings.HasPrefix(action, actionFixRCA) || opensDetectionModal(action)
}

// handleClick obeys a click on a button of one of our messages. A button is
// another way to give a command: it is recorded, checked and answered like
// one, so the rights of whoever clicks are those of now.
func (b *Bot) handleClick(ctx context.Context, row incident.Inbound, i interaction) error {
	click, s := i.Actions[0], i.by(b.cfg.Command)
	if i.onHome() {
		return b.handleHomeClick(ctx, row, i)
	}
	if judging(click.ActionID) {
		return b.handleJudging(ctx, row, i)
	}
	number, err := incident.ParseNumber(click.Value)
	if err != nil {
		return b.store.Update(ctx, func(tx *store.Tx) error { return tx.HandledInbound(row.ID) })
	}
	if i.View.ID != "" && i.View.Type != viewHome {
		return b.handleEditorClick(ctx, row, i, number)
	}
	if opensModal(click.ActionID) {
		return b.handleFormClick(ctx, row, i, number)
	}
	if line, stale := fix(click.ActionID, i.User.ID); line != "" {
		s.Text = number.String() + " " + line
		return b.handleFix(ctx, row, i, s, stale)
	}
	if strings.HasPrefix(click.ActionID, actionAccept) || strings.HasPrefix(click.ActionID, actionDecline) {
		return b.handleHandover(ctx, row, i, number)
	}
	switch {
	case click.ActionID == actionLead:
		s.Text = "lead <@" + i.User.ID + ">"
	case click.ActionID == actionAck:
		s.Text = "ack"
	case strings.HasPrefix(click.ActionID, actionSetSeverity):
		s.Text = "sev " + strings.TrimPrefix(click.ActionID, actionSetSeverity)
	default:
		return b.handleSpecialClick(ctx, row, s, click.ActionID, number)
	}
	s.Text = number.String() + " " + s.Text
	return b.obeySlash(ctx, row, s)
}

// handleSpecialClick handles the clicks that no command stands for.
func (b *Bot) handleSpecialClick(ctx context.Context, row incident.Inbound, s slashCommand, action string, n incident.Number) error {
	_, rights, identified := b.authorise(ctx, s)
	var answer message
	err := b.store.Update(ctx, func(tx *store.Tx) error {
		err := identified
		if err == nil {
			switch {
			case action == actionSeverity:
				answer, err = b.askSeverity(tx, rights, n, s.ChannelID)
			case action == actionJoin || strings.HasPrefix(action, actionJoin+"_"):
				answer, err = b.joinIncident(tx, rights, n, s.UserID)
			}
		}
		if refused, shown := refusalOf(err); refused != "" {
			answer = shown
		} else if err != nil {
			return err
		}
		return tx.HandledInbound(row.ID)
	})
	if err != nil || answer.Text == "" {
		return err
	}
	return b.answer(ctx, row.Key, s, answer)
}

// askSeverity shows the four severities to whoever clicked.
func (b *Bot) askSeverity(tx *store.Tx, r rights, n incident.Number, channel string) (message, error) {
	inc, err := reached(tx, r, n, channel)
	return severityChoice(inc), err
}

// reached is the incident of a button for who may use it: the channel's own,
// or one they may see.
func reached(tx *store.Tx, r rights, n incident.Number, channel string) (incident.Incident, error) {
	inc, err := tx.IncidentByChannel(channel)
	if err != nil || inc.Number != n {
		inc, err = tx.Incident(r.viewer, n)
	}
	if isNotFound(err) {
		return inc, refuse("There is no " + n.String() + " that you can see.")
	}
	if err != nil {
		return inc, err
	}
	return inc, r.may(AccessResponder, inc)
}

// joinIncident invites a responder who asks for it, a private incident
// included: that is what the button in the control channel is for.
func (b *Bot) joinIncident(tx *store.Tx, r rights, n incident.Number, user string) (message, error) {
	if err := r.may(AccessResponder, incident.Incident{}); err != nil {
		return message{}, err
	}
	inc, err := tx.Incident(incident.Operator(), n)
	if isNotFound(err) {
		return message{}, refuse("There is no " + n.String() + ".")
	}
	if err != nil {
		return message{}, err
	}
	needs, err := channelAction(tx, n)
	if err != nil {
		return message{}, err
	}
	err = plan(tx, step{
		Key: fmt.Sprintf("join:%s:%s:%s", n, user, timeTS(nowUTC())), Kind: kindJoin, Lane: slackLane(n),
		Incident: n, Needs: needs, Payload: lookUpPerson{ID: user},
	})
	return sentence("You are being invited to " + inc.Number.String() + "."), err
}

// joinCall invites one person.
func joinCall(ctx context.Context, b *Bot, a incident.Action) (any, error) {
	p, err := payloadOf[lookUpPerson](a)
	if err != nil {
		return nil, err
	}
	inc, err := b.incidentOf(ctx, a)
	if err != nil {
		return nil, err
	}
	_, err = b.chat.Invite(ctx, inc.Channel.ID, []string{p.ID})
	return nil, err
}
