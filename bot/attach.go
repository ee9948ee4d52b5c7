package bot

import (
	"time"

	"firebreak/incident"
	"firebreak/store"
)

// Bounds that keep what is everywhere from gluing together what has nothing to
// do with each other.
const (
	// mostSharing is how many open incidents may be about an entity for it to
	// lead to one of them.
	mostSharing = 5
	// everydayOf and everydayAt: an entity that alerts of no such incident
	// named on 4 of the 14 days before is part of everyday life, such as the
	// address of a proxy or a busy host.
	everydayOf = 14
	everydayAt = 4
	// mostShared is how many entities of an alert are looked at.
	mostShared = 16
	// mostLoose is how many earlier alerts join an incident at once that turns
	// out to be about the same.
	mostLoose = 500
)

// everywhere are accounts that many machines have and many people use, so that
// they say nothing of who it was.
var everywhere = map[string]bool{
	"root": true, "admin": true, "administrator": true, "guest": true, "user": true, "test": true, "ubuntu": true,
	"debian": true, "centos": true, "ec2-user": true, "azureuser": true, "oracle": true, "postgres": true, "mysql": true,
	"git": true, "www-data": true, "daemon": true, "jenkins": true, "ansible": true, "service": true, "localsystem": true,
}

// sharing finds the open incident that is about the same entities, within a
// day: the one with the most of them, of several the newest; 0 when there is
// none. What alerts have brought to an incident that were attached for their
// entities alone leads nowhere, or one would bring the next.
func sharing(tx *store.Tx, entities []incident.Entity, at time.Time) (best incident.Number, err error) {
	shared, seen := map[incident.Number]int{}, map[incident.Entity]bool{}
	for _, e := range entities {
		if seen[e] || e.Type == incident.EntityAccount && everywhere[e.Value] {
			continue
		}
		if seen[e] = true; len(seen) > mostShared {
			break
		}
		open, err := tx.OpenAbout(e, at, sharedWithin, mostSharing+1)
		if err != nil {
			return 0, err
		}
		if len(open) > mostSharing {
			continue
		}
		for _, n := range open {
			days, err := tx.DaysWith(e, at, everydayOf, n)
			if err != nil {
				return 0, err
			}
			if days < everydayAt {
				shared[n]++
			}
		}
	}
	for n, count := range shared {
		if count > shared[best] || count == shared[best] && n > best {
			best = n
		}
	}
	return best, nil
}

// attach gives an alert that belongs to no incident to an open one that is
// about the same. Its entry is all that tells of it.
func (b *Bot) attach(tx *store.Tx, id string) error {
	a, err := tx.Alert(id)
	if err != nil || a.Incident != 0 {
		return err
	}
	n, err := sharing(tx, a.Entities, a.At)
	if err != nil || n == 0 {
		return err
	}
	a.Attached = true
	if err := b.recordAlert(tx, n, a); err != nil {
		return err
	}
	return b.alertCame(tx, n)
}

// recordEvidence records what makes an incident: the alerts of its page, or a
// detection's evidence. Earlier alerts about the same that belong to no
// incident join it, so that the order in which alerts come does not matter.
func (b *Bot) recordEvidence(tx *store.Tx, n incident.Number, alerts []incident.Alert) error {
	var order []incident.Entity
	when := map[incident.Entity]stretch{}
	for _, a := range alerts {
		a.Attached = false
		if err := b.recordAlert(tx, n, a); err != nil {
			return err
		}
		news, err := tx.SaveAbout(n, a)
		if err != nil {
			return err
		}
		for _, e := range news {
			s, known := when[e]
			if !known {
				order = append(order, e)
				s = stretch{group: e, from: a.At, to: a.At}
			}
			if a.At.Before(s.from) {
				s.from = a.At
			}
			if a.At.After(s.to) {
				s.to = a.At
			}
			when[e] = s
		}
	}
	left := mostLoose
	for _, e := range order {
		s := when[e]
		loose, err := tx.LooseAlertsWith(e, s.from.Add(-sharedWithin), s.to.Add(sharedWithin), left)
		if err != nil {
			return err
		}
		for _, a := range loose {
			if err := b.attach(tx, a.ID); err != nil {
				return err
			}
		}
		if left -= len(loose); left <= 0 {
			return nil
		}
	}
	return nil
}
