package bot

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"firebreak/incident"
	"firebreak/incident/mask"
	"firebreak/store"
)

// nameTries is how many names are tried for a channel: the plain one, then
// -2, -3, … when somebody else's channel has it.
const nameTries = 9

// channelNames are the names to try, in order.
func channelNames(inc incident.Incident) []string {
	base := incident.ChannelName(inc.Number, mask.Text(inc.Title)) // whoever sees the channel reads it
	names := []string{base}
	for i := 2; i <= nameTries; i++ {
		suffix := fmt.Sprintf("-%d", i)
		// 80 characters (Slack docs, conversations.create: name).
		names = append(names, base[:min(len(base), 80-len(suffix))]+suffix)
	}
	return names
}

func createChannel(ctx context.Context, b *Bot, a incident.Action) (any, error) {
	inc, err := b.incidentOf(ctx, a)
	if err != nil {
		return nil, err
	}
	var taken error
	for _, name := range channelNames(inc) {
		ch, err := b.chat.CreateChannel(ctx, name, inc.Private)
		if incident.CodeOf(err) != "name_taken" {
			return ch, err
		}
		// Taken by us, if an earlier answer was lost; else by somebody else.
		ch, found, lookErr := b.chat.FindChannel(ctx, name, b.me().UserID, attempted(a))
		if lookErr != nil {
			return nil, &lookError{lookErr}
		}
		if found && b.unclaimed(ctx, ch.ID) {
			return ch, nil
		}
		taken = err
	}
	return nil, taken
}

func findChannel(ctx context.Context, b *Bot, a incident.Action) (any, bool, error) {
	inc, err := b.incidentOf(ctx, a)
	if err != nil {
		return nil, false, err
	}
	for _, name := range channelNames(inc)[:3] {
		ch, found, err := b.chat.FindChannel(ctx, name, b.me().UserID, attempted(a))
		if err != nil {
			return nil, false, err
		}
		if found && b.unclaimed(ctx, ch.ID) {
			return ch, true, nil
		}
	}
	return nil, false, nil
}

// attempted is when the first attempt began, as Slack's clock may have told
// it: a few seconds earlier, should ours run ahead.
func attempted(a incident.Action) time.Time { return a.FirstSent.Add(-5 * time.Second) }

// unclaimed says whether no incident has the channel yet.
func (b *Bot) unclaimed(ctx context.Context, channel string) bool {
	err := b.store.View(ctx, func(v *store.View) error {
		_, err := v.IncidentByChannel(channel)
		return err
	})
	return isNotFound(err)
}

func channelCreated(tx *store.Tx, b *Bot, a incident.Action, result json.RawMessage) error {
	var ch incident.Channel
	if err := json.Unmarshal(result, &ch); err != nil {
		return fmt.Errorf("read created channel: %w", err)
	}
	inc, err := tx.Incident(incident.Operator(), a.Incident)
	if err != nil {
		return err
	}
	inc.Channel = ch
	if err := tx.SaveIncident(inc); err != nil {
		return err
	}
	if err := tx.Join(ch.ID, b.me().UserID); err != nil {
		return err
	}
	if err := tx.SaveChannelState(ch.ID, store.ChannelState{Public: !inc.Private}); err != nil {
		return err
	}
	// What Slack told of the channel before its id was known here.
	if err := tx.ReopenInbound(ch.ID); err != nil {
		return err
	}
	return b.recordAction(tx, a, "created channel #"+ch.Name, map[string]any{"channel": ch.ID})
}

// channelKnown has what was said in the channel before its id was known here
// taken up: from the inbox, and, when an earlier attempt may have made the
// channel some time ago, from its history.
func channelKnown(b *Bot, a incident.Action) {
	poke(b.inbox)
	if _, old := b.doubt.questions(a); old || a.Attempts > 1 {
		poke(b.gaps)
	}
}

// recordAction keeps an effect as a timeline entry.
func (b *Bot) recordAction(tx *store.Tx, a incident.Action, text string, data map[string]any) error {
	_, _, err := tx.Record("action:"+a.Key, incident.Entry{
		Incident: a.Incident, Kind: incident.KindAction, Lane: incident.LaneResponder,
		OccurredAt: time.Now().UTC(), Actor: b.actor(), Text: text,
		Source: incident.Source{System: "firebreak"}, Data: data,
	})
	return err
}

// actor is firebreak itself.
func (b *Bot) actor() incident.Actor {
	return incident.Actor{ID: b.me().UserID, Name: "firebreak", Kind: incident.ActorSystem}
}

func setTopic(ctx context.Context, b *Bot, a incident.Action) (any, error) {
	inc, err := b.incidentOf(ctx, a)
	if err != nil {
		return nil, err
	}
	return nil, b.chat.SetTopic(ctx, inc.Channel.ID, channelTopic(inc))
}

// bookmark is a link above the channel's messages.
type bookmark struct{ Title, Link string }

func addBookmark(ctx context.Context, b *Bot, a incident.Action) (any, error) {
	p, err := payloadOf[bookmark](a)
	if err != nil {
		return nil, err
	}
	inc, err := b.incidentOf(ctx, a)
	if err != nil {
		return nil, err
	}
	return nil, b.chat.AddBookmark(ctx, inc.Channel.ID, p.Title, p.Link)
}

func findBookmark(ctx context.Context, b *Bot, a incident.Action) (any, bool, error) {
	p, err := payloadOf[bookmark](a)
	if err != nil {
		return nil, false, err
	}
	inc, err := b.incidentOf(ctx, a)
	if err != nil {
		return nil, false, err
	}
	there, err := b.chat.Bookmarked(ctx, inc.Channel.ID, p.Link)
	return nil, there, err
}

// invitation is what came of inviting: who was, and who could not be.
type invitation struct {
	Invited []string
	Refused map[string]string
}

// invite invites who opened the incident, the people on call and the page's
// assignees (matched by e-mail), and those invited to every incident.
func invite(ctx context.Context, b *Bot, a incident.Action) (any, error) {
	inc, err := b.incidentOf(ctx, a)
	if err != nil {
		return nil, err
	}
	users, later := b.invitees(ctx, inc, a.Attempts < patientAttempts)
	later = cmp.Or(later, awaitsPage(inc, a.FirstSent))
	if len(users) == 0 {
		return invitation{}, later
	}
	refused, err := b.chat.Invite(ctx, inc.Channel.ID, users)
	if err = cmp.Or(err, later); err != nil {
		return nil, err
	}
	users = slices.DeleteFunc(users, func(u string) bool { _, no := refused[u]; return no })
	return invitation{Invited: users, Refused: refused}, nil
}

// patientAttempts is how often an address that PagerDuty does not give is
// asked for again before its owner counts as unreachable.
const patientAttempts = 4

// ownPageWithin is how long inviting waits for the page that an incident
// raised by itself: only that tells who has been called.
const ownPageWithin = 2 * time.Minute

func awaitsPage(inc incident.Incident, since time.Time) error {
	if inc.DedupKey == "" || inc.Page.ID != "" || time.Since(since) > ownPageWithin {
		return nil
	}
	return &incident.CallError{
		Call: "pagerduty incidents", Outcome: incident.OutcomeNotDone, RetryAfter: 5 * time.Second,
		Reason: "PagerDuty has not shown yet whom the page has called",
	}
}

// invitees are the people to invite as far as they can be known now. An
// error says that more may follow: those who are known need not wait for a
// PagerDuty that is away.
func (b *Bot) invitees(ctx context.Context, inc incident.Incident, patient bool) ([]string, error) {
	var users []string
	if inc.OpenedBy != "" {
		users = append(users, inc.OpenedBy)
	}
	called, callErr := b.onCallUsers(ctx, inc, patient)
	extra, extraErr := b.expand(ctx, b.cfg.Invite)
	users = append(append(users, called...), extra...)
	slices.Sort(users)
	users = slices.DeleteFunc(slices.Compact(users), func(u string) bool { return u == b.me().UserID })
	return users, cmp.Or(callErr, extraErr)
}

// onCallUsers are the Slack users of the people on call, by e-mail.
func (b *Bot) onCallUsers(ctx context.Context, inc incident.Incident, patient bool) ([]string, error) {
	responders, err := b.onCall(ctx, inc)
	if err != nil {
		return nil, err
	}
	return b.slackUsers(ctx, responders, patient)
}

// slackUsers finds people of PagerDuty in Slack, by e-mail. With patient set
// an address that PagerDuty did not give is asked for again later.
func (b *Bot) slackUsers(ctx context.Context, responders []incident.Responder, patient bool) ([]string, error) {
	var users []string
	var later error
	for _, r := range responders {
		if r.Email == "" {
			if patient {
				later = &incident.CallError{Call: "pagerduty users", Outcome: incident.OutcomeNotDone, Reason: "PagerDuty did not give everybody's e-mail address"}
			}
			continue
		}
		p, err := b.personByEmail(ctx, r.Email)
		switch {
		case err == nil && p.Deactivated:
		case err == nil:
			users = append(users, p.ID)
		case incident.OutcomeOf(err) != incident.OutcomeRefused:
			return users, err
		}
	}
	return users, later
}

// invited says so when nobody could be reached: an incident that nobody
// knows of is the worst outcome of all.
func invited(tx *store.Tx, b *Bot, a incident.Action, result json.RawMessage) error {
	var in invitation
	if err := json.Unmarshal(result, &in); err != nil {
		return fmt.Errorf("read invitation: %w", err)
	}
	if len(in.Invited) > 0 {
		return nil
	}
	inc, err := tx.Incident(incident.Operator(), a.Incident)
	if err != nil {
		return err
	}
	key := "nobody:" + inc.Number.String()
	if b.cfg.ControlChannel != "" {
		return b.tellControl(tx, key, nobodyReachable(inc))
	}
	if b.pager == nil || inc.Page.ID == "" {
		b.log.Warn("nobody could be invited", "incident", inc.Number.String())
		return nil
	}
	return plan(tx, step{
		Key: key, Kind: kindPageNote, Lane: "pagerduty:" + inc.Page.ID, Incident: inc.Number,
		Payload: pageNote{PageID: inc.Page.ID, Text: nobodyReachable(inc).Text},
	})
}
