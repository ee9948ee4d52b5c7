package bot

import (
	"context"
	"errors"
	"slices"
	"strings"

	"firebreak/detect/indicator"
	"firebreak/incident"
	"firebreak/incident/mask"
	"firebreak/store"
)

// indicators lists what the incident's entries say of addresses, domains and
// the like. Where another organisation reads too it is for those who may
// command alone, as detections are.
func (o *order) indicators() (message, error) {
	if err := o.notShared(); err != nil {
		return message{}, err
	}
	list, err := o.tx.Indicators(incident.Operator(), o.inc.Number, o.b.me().UserID)
	if err != nil {
		return message{}, err
	}
	return indicatorsMessage(o.inc.Number, list, o.at, o.slash.Command), nil
}

// notShared refuses whom a channel shared with another organisation keeps
// from reading what detectors and indicators tell.
func (o *order) notShared() error {
	state, err := o.tx.ChannelState(o.inc.Channel.ID)
	if err != nil || !state.Shared {
		return err
	}
	return o.rights.may(AccessResponder, o.inc)
}

// seenShown is how many incidents an answer about one indicator names.
const seenShown = 20

// sighted is what is known of an indicator that somebody asked about, as far
// as they may see it; the newest incident first.
type sighted struct {
	asked indicatorAsked
	list  []store.Mention
	title map[incident.Number]string
	more  bool
}

// indicatorAsked is what was typed and what it may mean.
type indicatorAsked struct {
	typed string
	means []incident.Indicator
}

// sightings looks an indicator up for a viewer.
func (b *Bot) sightings(ctx context.Context, who incident.Viewer, typed string) (s sighted, err error) {
	s = sighted{asked: indicatorAsked{typed: typed, means: indicator.Candidates(typed)}, title: map[incident.Number]string{}}
	err = b.store.View(ctx, func(v *store.View) error {
		for _, i := range s.asked.means {
			list, err := v.Seen(who, i, b.me().UserID, seenShown+1)
			if err != nil {
				return err
			}
			s.list = append(s.list, list...)
		}
		slices.SortStableFunc(s.list, func(a, b store.Mention) int { return int(b.Incident - a.Incident) })
		s.list = slices.CompactFunc(s.list, func(a, b store.Mention) bool { return a.Incident == b.Incident })
		s.more = len(s.list) > seenShown
		s.list = s.list[:min(len(s.list), seenShown)]
		for _, x := range s.list {
			inc, err := v.Incident(who, x.Incident)
			if err != nil {
				return err
			}
			s.title[x.Incident] = mask.Text(inc.Title)
		}
		return nil
	})
	return s, err
}

// seen tells where an indicator was said. It was looked up before the
// transaction, in View: what many incidents say takes its time.
func (o *order) seen() (message, error) {
	if err := o.notShared(); err != nil {
		return message{}, err
	}
	if errors.Is(o.asked.err, errSlow) {
		return message{}, refuse("Looking that up took too long. Please try again in a moment.")
	}
	if o.asked.err != nil {
		return message{}, o.asked.err
	}
	if len(o.asked.sighted.asked.means) == 0 {
		return message{}, refuse("I know no indicator in " + code(strings.TrimSpace(incident.DecodeSlack(o.cmd.Text))) +
			". Give one address, domain, URL, hash, CVE or ATT&amp;CK id, account or host; `evil[.]com` is as good as the plain form.")
	}
	return seenMessage(o.asked.sighted, o.at), nil
}

// indicatorScreen shows who uses the shortcut what indicators a message
// holds, and where they may see them in incidents.
func (b *Bot) indicatorScreen(tx *store.Tx, i interaction, r rights) (modal, error) {
	texts := []string{messageText(i.Message)}
	for _, f := range i.Message.Files {
		texts = append(texts, f.Name)
	}
	found := indicator.Extract(strings.Join(texts, "\n"), b.cfg.Indicators)
	lines := make([]foundIndicator, 0, screenShown)
	for _, f := range found[:min(len(found), screenShown)] {
		in, err := tx.Seen(r.viewer, f.Indicator, b.me().UserID, screenIncidents+1)
		if err != nil {
			return modal{}, err
		}
		lines = append(lines, foundIndicator{f.Indicator, in})
	}
	return saying("Indicators", foundIndicatorsMessage(lines, len(found)-len(lines))), nil
}
