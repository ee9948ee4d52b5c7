package bot

import (
	"context"
	"slices"
	"strings"
	"time"

	"firebreak/incident"
	"firebreak/store"
)

// scoredFor is how far back a rule's record reaches: what it did before may
// have been another rule.
const scoredFor = 90 * 24 * time.Hour

// The lists of detections that nobody was told of.
const (
	listShadow = "shadow"
	listHints  = "hints"
)

// quietShown is how many detections such a list shows, and quietRead how many
// are looked at for some that the reader may see.
const (
	quietShown = 8
	quietRead  = 200
)

// judgedShown is for how long such a list still shows what has been judged, so
// that a slip can be put right.
const judgedShown = 10 * time.Minute

// score shows how every rule did.
func (o *order) score() (message, error) {
	records, err := records(&o.tx.View, o.at)
	if err != nil {
		return message{}, err
	}
	proposals, err := proposals(&o.tx.View, records, o.rights.viewer, o.at)
	return scoreMessage(records, o.b.advised(proposals), o.slash.Command), err
}

// records gives how the rules did until now, the worst first.
func records(v *store.View, now time.Time) ([]incident.Record, error) {
	list, err := v.Records(now.Add(-scoredFor))
	slices.SortFunc(list, func(a, b incident.Record) int {
		if a.Worse(b) {
			return -1
		}
		return 1
	})
	return list, err
}

// proposals gives what the records call for, in their order. Groups are named
// that the viewer may know of.
func proposals(v *store.View, records []incident.Record, who incident.Viewer, now time.Time) (list []incident.Proposal, err error) {
	for _, r := range records {
		judged, err := v.JudgedDetections(r.Rule, now.Add(-scoredFor))
		if err != nil {
			return nil, err
		}
		seen := map[string]bool{}
		for _, j := range judged {
			if seen[j.ID], err = v.Sees(who, j.Detection); err != nil {
				return nil, err
			}
		}
		if p, ok := incident.Propose(r, judged, func(j incident.Judged) bool { return seen[j.ID] }); ok {
			list = append(list, p)
		}
	}
	return list, nil
}

// advice is a proposal, and whether an exception can be written into the
// detectors' file.
type advice struct {
	incident.Proposal
	except bool
}

func (b *Bot) advised(list []incident.Proposal) (all []advice) {
	for _, p := range list {
		all = append(all, advice{p, b.cfg.Watch.Has(p.Rule)})
	}
	return all
}

func (o *order) shadow() (message, error) { return o.b.quietList(o.tx, o.rights.viewer, listShadow) }
func (o *order) hints() (message, error)  { return o.b.quietList(o.tx, o.rights.viewer, listHints) }

// quietList lists detections that nobody was told of and that wait for a
// verdict, the newest first, as far as their reader may see them.
func (b *Bot) quietList(tx *store.Tx, who incident.Viewer, list string) (message, error) {
	now, handlings := nowUTC(), []incident.Handling{incident.HandlingHint, incident.HandlingSuppressed}
	if list == listShadow {
		handlings = []incident.Handling{incident.HandlingShadow}
	}
	found, err := tx.DetectionsHandled(now.Add(-scoredFor), quietRead, handlings...)
	if err != nil {
		return message{}, err
	}
	judged, err := withVerdicts(&tx.View, found)
	if err != nil {
		return message{}, err
	}
	var shown []listed
	more := 0
	for _, d := range judged {
		seen, err := tx.Sees(who, d.Detection)
		switch {
		case err != nil:
			return message{}, err
		case !seen || d.verdict != nil && now.Sub(d.verdict.At) > judgedShown:
		case len(shown) < quietShown:
			shown = append(shown, d)
		default:
			more++
		}
	}
	rules, err := records(&tx.View, now)
	return quietMessage(list, rules, shown, more, now), err
}

// proposalsAt is when in a week proposals are made: Monday, 09:00 UTC.
const proposalsAt = 9 * time.Hour

// The cursors of the weekly proposals: the week last looked at, and what was
// proposed last.
const (
	cursorProposedWeek = "proposed-week"
	cursorProposed     = "proposed"
)

// propose tells the control channel once a week what the rules' records call
// for, unless all of it was proposed the last time.
func (b *Bot) propose(ctx context.Context, now time.Time) error {
	if b.cfg.ControlChannel == "" {
		return nil
	}
	week := weekOf(now)
	var done string
	err := b.store.View(ctx, func(v *store.View) (err error) {
		done, err = v.Cursor(cursorProposedWeek)
		return err
	})
	if err != nil || done == week {
		return err
	}
	return b.store.Update(ctx, func(tx *store.Tx) error {
		if err := tx.SetCursor(cursorProposedWeek, week); err != nil {
			return err
		}
		return b.proposeWeek(tx, week, now)
	})
}

// weekOf names the week of proposals that a moment lies in by its Monday.
func weekOf(now time.Time) string {
	at := now.UTC().Add(-proposalsAt)
	return at.AddDate(0, 0, -(int(at.Weekday())+6)%7).Format(time.DateOnly)
}

func (b *Bot) proposeWeek(tx *store.Tx, week string, now time.Time) error {
	records, err := records(&tx.View, now)
	if err != nil {
		return err
	}
	list, err := proposals(&tx.View, records, incident.Viewer{Responder: true}, now)
	if err != nil {
		return err
	}
	was, err := tx.Cursor(cursorProposed)
	if err != nil {
		return err
	}
	var names []string
	news := false
	for _, p := range list {
		name := string(p.Advice) + " " + p.Rule
		news = news || !slices.Contains(strings.Split(was, "\n"), name)
		names = append(names, name)
	}
	if !news {
		return nil
	}
	if err := tx.SetCursor(cursorProposed, strings.Join(names, "\n")); err != nil {
		return err
	}
	return b.tellControl(tx, "proposals:"+week, proposalsMessage(b.advised(list), b.cfg.Command))
}
