package bot

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"firebreak/incident"
	"firebreak/store"
)

// The buttons of a handover. Their value is the incident's number; the ids of
// who gives the lead (or -) and of who is to take it follow the action.
const (
	actionAccept  = "firebreak_accept_"
	actionDecline = "firebreak_decline_"
)

// handOver offers the lead to somebody, who takes it or does not: until then
// it stays where it is.
func (o *order) handOver() (message, error) {
	to := o.cmd.User
	if o.cmd.Declined {
		return o.decline()
	}
	if to == o.inc.Commander {
		return sentence(who(to) + " has the lead already."), nil
	}
	if o.inc.Closed() {
		return message{}, refuse(o.inc.Number.String() + " is closed: there is nothing to hand over.")
	}
	if err := o.mayLead(to); err != nil {
		return message{}, err
	}
	if err := o.b.wantPerson(o.tx, to); err != nil {
		return message{}, err
	}
	if err := o.inviteTo(to); err != nil {
		return message{}, err
	}
	text := fmt.Sprintf("the lead is offered to %s", o.recorded(to))
	data := map[string]any{"handover": "offered", "user": to, "was": o.inc.Commander}
	if _, err := o.entry("handover", incident.KindRole, o.at, text, data); err != nil {
		return message{}, err
	}
	up, err := caughtUpOf(&o.tx.View, o.inc, "")
	if err != nil {
		return message{}, err
	}
	return sentence(who(to) + " is asked to take the lead. Until then it stays where it is."),
		o.tell(handoverMessage(up, o.slash.UserID, to, o.at))
}

// mayLead refuses to ask somebody who could never take the lead, as far as is
// known by now: what others may is asked when they take it.
func (o *order) mayLead(user string) error {
	p, _, err := o.tx.Person(user)
	if isNotFound(err) && user != o.b.me().UserID {
		return nil
	}
	if err != nil && !isNotFound(err) {
		return err
	}
	what := map[identity]string{
		identityRobot: "is an app", identityDeactivated: "has no account any more", identityStranger: "is of another workspace", identityGuest: "is a guest",
	}[identify(p, o.b.home(), false, true)]
	if user == o.b.me().UserID {
		what = "is me"
	}
	if what == "" {
		return nil
	}
	return refuse(who(user) + " " + what + " and cannot take the lead. Ask a full member of this workspace.")
}

// inviteTo has somebody invited who is not in the channel yet.
func (o *order) inviteTo(user string) error {
	members, err := o.tx.Members(o.inc.Channel.ID)
	if err != nil {
		return err
	}
	if slices.Contains(members, user) {
		return nil
	}
	needs, err := channelAction(o.tx, o.inc.Number)
	if err != nil {
		return err
	}
	return plan(o.tx, step{
		Key: o.key + ":join", Kind: kindJoin, Lane: slackLane(o.inc.Number), Incident: o.inc.Number, Needs: needs, Payload: lookUpPerson{ID: user},
	})
}

// handoverMessage is what the new commander needs to know, for all to read.
func handoverMessage(c caughtUp, by, to string, now time.Time) message {
	inc := c.Incident
	var l layout
	summary := fmt.Sprintf("%s, will you take the lead of *%s* from %s?", who(to), inc.Number, lead(inc, by))
	facts := []string{summary, fmt.Sprintf("%s · %s · %s", inc.Severity, statusWord(inc), words(inc.Title, 300))}
	l.section(append(append(facts, roleLines(c.Roles)...), milestoneLine(inc, now))...)
	if c.Update.Text != "" {
		l.section(fmt.Sprintf("*Last update* %s: %s", jump(c.Update, now), words(c.Update.Text, 400)))
	}
	l.list(pinLines(c.Pins, c.Pinned, now), 0, func(left int) string { return fmt.Sprintf("… and %d more.", left) })
	l.list(c.taskLines(to, now), 0, func(left int) string { return fmt.Sprintf("… and %d more.", left) })
	if len(c.Unknown) > 0 {
		l.section("*Risks:* " + strings.Join(c.Unknown, "; ") + ".")
	}
	parties := handoverParties(inc.Commander, to)
	l.buttons(
		button{actionAccept + parties, "Take the lead", inc.Number.String(), slack.StylePrimary},
		button{actionDecline + parties, "Not now", inc.Number.String(), ""},
	)
	return l.message(summary)
}

// lead is who hands over: the commander, or who asks where there is none.
func lead(inc incident.Incident, by string) string {
	if inc.Commander == "" {
		return who(by)
	}
	return who(inc.Commander)
}

func handoverParties(from, to string) string {
	if from == "" {
		from = "-"
	}
	return from + "_" + to
}

// handleHandover obeys the answer to an offer. It is for who was asked, and
// only as long as the lead is where it was.
func (b *Bot) handleHandover(ctx context.Context, row incident.Inbound, i interaction, n incident.Number) error {
	s := i.by(b.cfg.Command)
	parties, accepted := strings.CutPrefix(i.Actions[0].ActionID, actionAccept)
	if !accepted {
		parties = strings.TrimPrefix(parties, actionDecline)
	}
	from, to, _ := strings.Cut(parties, "_")
	s.Text = fmt.Sprintf("%s lead <@%s>", n, to)
	account, rights, identified := b.authorise(ctx, s)
	var answer message
	err := b.store.Update(ctx, func(tx *store.Tx) (err error) {
		o := &order{b: b, tx: tx, slash: s, who: account, rights: rights, key: row.Key, at: row.ReceivedAt, stale: offered(from, to)}
		if !accepted {
			o.given = &Command{Verb: "handover", Incident: n, User: to, Declined: true, Access: AccessResponder}
			o.slash.Text = fmt.Sprintf("%s handover declined", n)
		}
		if answer, err = o.obey(identified); err != nil {
			return err
		}
		if o.failed == nil {
			if err := settleOffer(tx, row, i, answer); err != nil {
				return err
			}
			answer = message{}
		}
		return tx.HandledInbound(row.ID)
	})
	if err != nil || answer.Text == "" {
		return err
	}
	return b.answer(ctx, row.Key, s, answer)
}

// settleOffer puts what came of an offer in the place of its buttons.
func settleOffer(tx *store.Tx, row incident.Inbound, i interaction, m message) error {
	p := m.post(i.Channel.ID, "")
	return replace(tx, row.Key+":settled", i.ResponseURL, row.ReceivedAt.Add(responseLife),
		ephemeral{Channel: i.Channel.ID, User: i.User.ID, Text: p.Text, Blocks: p.Blocks})
}

// offered refuses an answer by others, and one to an offer that is over.
func offered(from, to string) func(*order) error {
	return func(o *order) error {
		switch {
		case o.slash.UserID != to:
			return refuse("Only " + who(to) + " can answer that. `" + o.slash.Command + " lead @user` gives the lead to somebody at once.")
		case handoverParties(o.inc.Commander, to) != from+"_"+to:
			return refuse("The lead has changed hands since: " + commander(o.inc) + " has it.")
		case o.inc.Closed():
			return refuse(o.inc.Number.String() + " is closed.")
		}
		return nil
	}
}

// decline leaves the lead where it is.
func (o *order) decline() (message, error) {
	_, err := o.entry("handover", incident.KindRole, o.at, o.recorded(o.slash.UserID)+" does not take the lead",
		map[string]any{"handover": "declined", "user": o.slash.UserID, "was": o.inc.Commander})
	return sentence(who(o.slash.UserID) + " does not take the lead now; it stays with " + commander(o.inc) + "."), err
}
