package bot

import (
	"slices"
	"time"

	"firebreak/incident"
	"firebreak/store"
)

// catchupShown is how many of the important entries a catch-up lists.
const catchupShown = 8

// briefAfter is how old an incident is before somebody who joins is told where
// it stands: who is invited at its opening has the header in front of them.
const briefAfter = 2 * time.Minute

// caughtUp is what somebody has to know who was away, or is new.
type caughtUp struct {
	standing
	Since   time.Time // when they were last heard of; zero: never
	News    map[incident.Kind]int
	Told    []incident.Entry // the important ones since then, oldest first
	Unknown []string         // what nobody knows yet, in mrkdwn
}

// telling are the kinds of entries that say how an incident goes.
func telling() []incident.Kind {
	return []incident.Kind{
		incident.KindMilestone, incident.KindStatus, incident.KindSeverity, incident.KindRole, incident.KindNote,
		incident.KindUpdate, incident.KindDetection, incident.KindPage, incident.KindGap,
	}
}

// doing are the kinds of entries that somebody makes by being there. To have
// been invited is none.
func doing() []incident.Kind {
	return []incident.Kind{
		incident.KindMessage, incident.KindCommand, incident.KindReaction, incident.KindNote, incident.KindFile, incident.KindUpdate, incident.KindTask,
	}
}

// catchUp tells the asker what has happened since they were last heard of.
func (o *order) catchUp() (message, error) {
	c, err := caughtUpOf(&o.tx.View, o.inc, o.slash.UserID)
	return catchupMessage(c, o.slash.UserID, o.at, o.slash.Command), err
}

func caughtUpOf(v *store.View, inc incident.Incident, user string) (caughtUp, error) {
	c := caughtUp{}
	var err error
	if c.standing, err = standingOf(v, inc); err != nil {
		return c, err
	}
	c.standing = c.standing.masked()
	last, err := v.Entries(incident.Operator(), inc.Number, store.Filter{Kinds: doing(), From: user, Newest: true, Limit: 1})
	if err != nil {
		return c, err
	}
	for _, e := range last {
		c.Since = e.RecordedAt
	}
	if c.News, err = v.CountSince(inc.Number, c.Since); err != nil {
		return c, err
	}
	if c.Told, err = toldSince(v, inc.Number, c.Since); err != nil {
		return c, err
	}
	c.Unknown, err = unknowns(v, c.standing)
	return c, err
}

// toldSince gives the newest of the important entries that were recorded after
// a moment, late ones too.
func toldSince(v *store.View, n incident.Number, since time.Time) ([]incident.Entry, error) {
	recent, err := v.Entries(incident.Operator(), n, store.Filter{Kinds: telling(), Learnt: since, Stands: true, Newest: true, Limit: 10 * catchupShown})
	if err != nil {
		return nil, err
	}
	told := slices.DeleteFunc(recent, func(e incident.Entry) bool { return !e.Leaves() })
	return maskedEntries(told[max(0, len(told)-catchupShown):]), nil
}

// unknowns are what an incident still lacks, for who takes it over.
func unknowns(v *store.View, s standing) ([]string, error) {
	texts, err := sectionTexts(v, s.Incident.Number)
	if err != nil {
		return nil, err
	}
	var lacks []string
	for _, l := range []struct {
		holds bool
		what  string
	}{
		{s.Incident.Commander == "", "nobody has the lead"},
		{s.Incident.Milestones[incident.Contained].IsZero(), "it is not contained"},
		{blank(texts[incident.SectionRootCause]), "the root cause is not written down"},
		{s.SetAside > 0, count(s.SetAside, "thing") + " could not be done outside"},
	} {
		if l.holds {
			lacks = append(lacks, l.what)
		}
	}
	gaps, err := v.CountMatching(incident.Operator(), s.Incident.Number, store.Filter{Kinds: []incident.Kind{incident.KindGap}})
	if gaps > 0 {
		lacks = append(lacks, "the record has "+count(gaps, "gap"))
	}
	return lacks, err
}

// brief tells somebody who joins an incident under way, and only them, where
// it stands. In a channel that another organisation reads nobody is told.
func (c capture) brief(user, order string) error {
	joined := tsTime(order)
	if joined.Before(c.inc.OpenedAt.Add(briefAfter)) || c.inc.Closed() || user == c.b.me().UserID {
		return nil
	}
	if p, _, err := c.tx.Person(user); err == nil && p.Bot {
		return nil
	} else if err != nil && !isNotFound(err) {
		return err
	}
	state, err := c.tx.ChannelState(c.channel)
	if err != nil || state.Shared {
		return err
	}
	up, err := caughtUpOf(&c.tx.View, c.inc, user)
	if err != nil {
		return err
	}
	p := catchupMessage(up, user, joined, c.b.cfg.Command).post(c.channel, "")
	return plan(c.tx, step{
		Key: "brief:" + c.channel + ":" + user + ":" + order, Kind: kindEphemeral, Lane: "ephemeral:" + user,
		Payload: ephemeral{Channel: c.channel, User: user, Text: p.Text, Blocks: p.Blocks},
	})
}
