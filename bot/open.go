package bot

import (
	"errors"

	"firebreak/incident"
	"firebreak/store"
)

// isNotFound says whether the store has no such thing.
func isNotFound(err error) bool { return errors.Is(err, store.ErrNotFound) }

// openIncident opens an incident and plans everything that makes its channel
// a place to work: the channel, its first post, topic, invitations,
// bookmarks and the announcement. It is the only way an incident begins.
func (b *Bot) openIncident(tx *store.Tx, inc incident.Incident) (incident.Incident, error) {
	inc.Status = incident.StatusOpen
	inc, err := tx.OpenIncident(inc)
	if err != nil {
		return inc, err
	}
	n := inc.Number
	lane, storm := slackLane(n), inc.Storm != "" // many pages wait for a storm's channel
	channel, err := planned(tx, step{Key: channelKey(n), Kind: kindCreateChannel, Lane: lane, Incident: n, First: storm})
	if err != nil {
		return inc, err
	}
	needs := []int64{channel}
	steps := []step{
		{Key: headerKey(n), Kind: kindHeader, Lane: lane, Incident: n, Needs: needs, First: storm},
		{Key: "invite:" + n.String(), Kind: kindInvite, Lane: inviteLane(n), Incident: n, Needs: needs, First: storm},
		{Key: "topic:" + n.String() + ":open", Kind: kindTopic, Lane: lookLane(n), Incident: n, Needs: needs},
	}
	if inc.Page.URL != "" {
		steps = append(steps, pageBookmark(inc, needs))
	}
	if b.cfg.BridgeURL != "" {
		steps = append(steps, step{
			Key: "bookmark:" + n.String() + ":bridge", Kind: kindBookmark, Lane: lookLane(n), Incident: n, Needs: needs,
			Payload: bookmark{Title: "Bridge", Link: b.cfg.BridgeURL},
		})
	}
	for _, s := range steps {
		if err := plan(tx, s); err != nil {
			return inc, err
		}
	}
	return inc, b.planAnnouncement(tx, n)
}

func pageBookmark(inc incident.Incident, needs []int64) step {
	return step{
		Key: "bookmark:" + inc.Number.String() + ":page", Kind: kindBookmark, Lane: lookLane(inc.Number),
		Incident: inc.Number, Needs: needs, Payload: bookmark{Title: "PagerDuty", Link: inc.Page.URL},
	}
}

// changedIncident saves an incident and brings its topic and header up to
// date. why makes the actions' keys: one refresh per change.
func (b *Bot) changedIncident(tx *store.Tx, inc incident.Incident, why string) error {
	if err := tx.SaveIncident(inc); err != nil {
		return err
	}
	needs, err := channelAction(tx, inc.Number)
	if err != nil {
		return err
	}
	n := inc.Number
	err = plan(tx, step{Key: "topic:" + n.String() + ":" + why, Kind: kindTopic, Lane: lookLane(n), Incident: n, Needs: needs})
	if err != nil {
		return err
	}
	return planHeaderUpdate(tx, n, why, needs)
}

// planHeaderUpdate brings the header up to date once it is there.
func planHeaderUpdate(tx *store.Tx, n incident.Number, why string, needs []int64) error {
	header, err := tx.ActionByKey(headerKey(n))
	if err != nil {
		return err
	}
	return plan(tx, step{
		Key: "header:" + n.String() + ":" + why, Kind: kindHeaderUpdate, Lane: lookLane(n), Incident: n,
		Needs: append(needs, header.ID),
	})
}
