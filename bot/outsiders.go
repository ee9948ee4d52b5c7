package bot

import (
	"encoding/json"
	"fmt"
	"slices"

	"firebreak/incident"
	"firebreak/store"
)

// userChange is the part of a user_change event that firebreak acts on.
type userChange struct {
	User struct {
		ID              string `json:"id"`
		TeamID          string `json:"team_id"`
		Name            string `json:"name"`
		Deleted         bool   `json:"deleted"`
		Restricted      bool   `json:"is_restricted"`
		UltraRestricted bool   `json:"is_ultra_restricted"`
		Stranger        bool   `json:"is_stranger"`
	} `json:"user"`
}

// userChanged takes up what changed about a person firebreak knows: rights are
// gone at once, not when the cache is.
func (b *Bot) userChanged(tx *store.Tx, event json.RawMessage) error {
	var c userChange
	if !lenient(event, &c) || c.User.ID == "" {
		return nil
	}
	p, _, err := tx.Person(c.User.ID)
	if isNotFound(err) {
		if !c.User.Deleted {
			return nil // nobody here has had to do with them yet
		}
		p, err = incident.Person{ID: c.User.ID, Name: c.User.Name}, nil
	}
	if err != nil {
		return err
	}
	p.TeamID, p.Deactivated, p.Stranger = c.User.TeamID, c.User.Deleted, c.User.Stranger
	p.Guest = c.User.Restricted || c.User.UltraRestricted
	return b.knowPerson(tx, p)
}

// knowPerson keeps what Slack says of a person and acts on what that changes.
func (b *Bot) knowPerson(tx *store.Tx, p incident.Person) error {
	was, _, err := tx.Person(p.ID)
	if err != nil && !isNotFound(err) {
		return err
	}
	if err := tx.SavePerson(p); err != nil {
		return err
	}
	if p.Deactivated && !was.Deactivated {
		return b.deactivated(tx, p)
	}
	if !b.outsider(p) || was.ID != "" && b.outsider(was) {
		return nil
	}
	open, err := tx.OpenIncidents()
	if err != nil {
		return err
	}
	for _, inc := range open {
		members, err := tx.Members(inc.Channel.ID)
		if err != nil {
			return err
		}
		if inc.Channel.ID != "" && slices.Contains(members, p.ID) {
			if err := b.warnOutsider(tx, inc.Number, p); err != nil {
				return err
			}
		}
	}
	return nil
}

// outsider says whether a person in an incident's channel is one to warn of.
func (b *Bot) outsider(p incident.Person) bool {
	return !p.Bot && !p.Deactivated && (p.Guest || p.Stranger || p.TeamID != "" && p.TeamID != b.home())
}

// warnOutsider says once per incident who else is there.
func (b *Bot) warnOutsider(tx *store.Tx, n incident.Number, p incident.Person) error {
	return b.say(tx, n, "outsider:"+n.String()+":"+p.ID, outsiderMessage(p, b.home()))
}

// membersAre says who is in an incident's channel now.
func (b *Bot) membersAre(tx *store.Tx, inc incident.Incident, users []string) error {
	if err := tx.SetMembers(inc.Channel.ID, users); err != nil {
		return err
	}
	for _, user := range users {
		if err := b.member(tx, inc, user); err != nil {
			return err
		}
	}
	return nil
}

// member takes up that somebody is in an incident's channel.
func (b *Bot) member(tx *store.Tx, inc incident.Incident, user string) error {
	p, _, err := tx.Person(user)
	switch {
	case isNotFound(err):
		return b.wantPerson(tx, user)
	case err == nil && b.outsider(p) && !inc.Closed():
		return b.warnOutsider(tx, inc.Number, p)
	}
	return err
}

// outsidersIn are the people in a channel who are not of the workspace.
func (b *Bot) outsidersIn(v *store.View, channel string) (outside []incident.Person, err error) {
	members, err := v.Members(channel)
	for _, user := range members {
		p, _, err := v.Person(user)
		if err == nil && b.outsider(p) {
			outside = append(outside, p)
		} else if err != nil && !isNotFound(err) {
			return nil, err
		}
	}
	return outside, err
}

// deactivated takes the open tasks and the lead from somebody who can no
// longer see to them, and says so where they are missed.
func (b *Bot) deactivated(tx *store.Tx, p incident.Person) error {
	open, err := tx.OpenIncidents()
	if err != nil {
		return err
	}
	for _, inc := range open {
		key := fmt.Sprintf("deactivated:%s:%s:%s", p.ID, inc.Number, timeTS(nowUTC()))
		orphans, err := b.orphan(tx, inc.Number, p, key)
		if err != nil {
			return err
		}
		lead := inc.Commander == p.ID
		if lead {
			inc.Commander = ""
			if err := b.changedIncident(tx, inc, key); err != nil {
				return err
			}
		}
		if len(orphans) == 0 && !lead {
			continue
		}
		if err := b.say(tx, inc.Number, key, deactivatedMessage(p, orphans, lead, b.cfg.Command)); err != nil {
			return err
		}
	}
	return nil
}

// orphan takes a person's open tasks of one incident away from them.
func (b *Bot) orphan(tx *store.Tx, n incident.Number, p incident.Person, key string) (orphans []int, err error) {
	tasks, err := tx.Tasks(n)
	if err != nil {
		return nil, err
	}
	for _, t := range tasks {
		if t.Owner != p.ID || t.State != incident.TaskOpen {
			continue
		}
		t.Owner, t.OwnerName = "", ""
		if err := tx.SaveTask(t); err != nil {
			return nil, err
		}
		_, _, err := tx.Record(fmt.Sprintf("%s:%d", key, t.N), incident.Entry{
			Incident: n, Kind: incident.KindTask, Lane: incident.LaneResponder, OccurredAt: nowUTC(), Actor: b.actor(),
			Text:   fmt.Sprintf("task %d needs an owner, since the account of %s was deactivated: %s", t.N, p.Name, t.Title),
			Source: incident.Source{System: "slack"}, Data: map[string]any{"task": t.N, "was": p.ID},
		})
		if err != nil {
			return nil, err
		}
		orphans = append(orphans, t.N)
	}
	return orphans, nil
}
