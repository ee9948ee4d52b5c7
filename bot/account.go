package bot

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"firebreak/incident"
	"firebreak/store"
)

// accountOf finds the GitLab account of an owner: of a username after an @
// itself; of a Slack user the one that people named with /inc map, else the
// one that shows the same e-mail. The zero account means there is none.
func (b *Bot) accountOf(ctx context.Context, owner string) (incident.Account, error) {
	if owner == "" {
		return incident.Account{}, nil
	}
	name, isName := strings.CutPrefix(owner, "@")
	if !isName {
		err := b.store.View(ctx, func(v *store.View) (err error) {
			name, err = v.AccountOf(owner)
			return err
		})
		if err != nil {
			return incident.Account{}, err
		}
	}
	if name != "" {
		a, found, err := b.tracker.Account(ctx, name)
		if found || err != nil || isName {
			return a, err
		}
	}
	p, err := b.person(ctx, owner)
	if incident.OutcomeOf(err) == incident.OutcomeRefused || (err == nil && p.Email == "") {
		return incident.Account{}, nil
	}
	if err != nil {
		return incident.Account{}, err
	}
	a, _, err := b.tracker.AccountByEmail(ctx, p.Email)
	return a, err
}

// userOf finds the Slack user that a GitLab username belongs to, the same two
// ways; "" when there is none.
func (b *Bot) userOf(ctx context.Context, username string) (string, error) {
	if username == "" {
		return "", nil
	}
	var user string
	err := b.store.View(ctx, func(v *store.View) (err error) {
		user, err = v.UserOf(username)
		return err
	})
	if user != "" || err != nil {
		return user, err
	}
	a, found, err := b.tracker.Account(ctx, username)
	if err != nil || !found || a.Email == "" {
		return "", err
	}
	p, err := b.personByEmail(ctx, a.Email)
	if incident.OutcomeOf(err) == incident.OutcomeRefused {
		return "", nil // nobody here
	}
	return p.ID, err
}

// personByEmail finds a person by e-mail, among those known before Slack is
// asked.
func (b *Bot) personByEmail(ctx context.Context, email string) (p incident.Person, err error) {
	err = b.store.View(ctx, func(v *store.View) (err error) {
		p, err = v.PersonByEmail(email)
		return err
	})
	if !isNotFound(err) {
		return p, err
	}
	if p, err = b.chat.PersonByEmail(ctx, email); err != nil {
		return p, err
	}
	return p, b.store.Update(ctx, func(tx *store.Tx) error { return tx.SavePerson(p) })
}

// accountRef is an account that somebody named for a user.
type accountRef struct{ User, Username, By, Channel string }

func checkAccount(ctx context.Context, b *Bot, a incident.Action) (any, error) {
	p, err := payloadOf[accountRef](a)
	if err != nil {
		return nil, err
	}
	_, found, err := b.tracker.Account(ctx, p.Username)
	return found, err
}

// accountChecked tells who named the account whether GitLab knows it.
func accountChecked(tx *store.Tx, _ *Bot, a incident.Action, result json.RawMessage) error {
	var found bool
	if err := json.Unmarshal(result, &found); err != nil {
		return fmt.Errorf("read whether an account is there: %w", err)
	}
	p, err := payloadOf[accountRef](a)
	if err != nil {
		return err
	}
	m := accountCheckedMessage(p.User, p.Username, found)
	return plan(tx, step{
		Key: a.Key + ":answer", Kind: kindEphemeral, Lane: "ephemeral:" + p.By,
		Payload: ephemeral{Channel: p.Channel, User: p.By, Text: m.Text, Blocks: m.blockJSON()},
	})
}

// mapAccount keeps who somebody is in GitLab. Tasks that were theirs already
// find the account, and tasks of that account find them.
func (o *order) mapAccount() (message, error) {
	if o.b.tracker == nil {
		return message{}, refuse("GitLab is not set up, so there is nobody to map.")
	}
	if err := o.tx.MapAccount(o.cmd.User, o.cmd.Text, o.slash.UserID); err != nil {
		return message{}, err
	}
	if err := o.b.wantPerson(o.tx, o.cmd.User); err != nil {
		return message{}, err
	}
	err := plan(o.tx, step{
		Key: o.key + ":check", Kind: kindAccountCheck, Lane: gitlabLane(0),
		Payload: accountRef{User: o.cmd.User, Username: o.cmd.Text, By: o.slash.UserID, Channel: o.slash.ChannelID},
	})
	if err != nil {
		return message{}, err
	}
	return mappedMessage(o.cmd.User, o.cmd.Text), o.b.rematch(o.tx, o.cmd.User, o.cmd.Text, o.key)
}

// rematch looks again at the owners of open tasks that a mapping concerns.
func (b *Bot) rematch(tx *store.Tx, user, username, cause string) error {
	tasks, err := tx.OpenTasks()
	if err != nil {
		return err
	}
	for _, t := range tasks {
		theirs := strings.EqualFold(t.OwnerName, username) && t.Owner == ""
		if !t.Synced() || (t.Owner != user && !theirs) {
			continue
		}
		there := b.agreed(t)[incident.FieldOwner].There
		t.Agreed = b.agreed(t)
		if t.Owner, t.OwnerName = user, ""; theirs {
			t.Agreed[incident.FieldOwner] = incident.Pair{Here: user, There: there}
		} else {
			t.Agreed[incident.FieldOwner] = incident.Pair{There: there} // counts as changed here
		}
		if err := tx.SaveTask(t); err != nil {
			return err
		}
		if err := b.planSync(tx, t, cause); err != nil {
			return err
		}
	}
	return nil
}
