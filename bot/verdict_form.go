package bot

import (
	"context"

	"firebreak/incident"
	"firebreak/store"
)

// handleDetectionForm opens the modal that a button of a detection is for;
// who may not use it is told on the same screen.
func (b *Bot) handleDetectionForm(ctx context.Context, row incident.Inbound, i interaction) error {
	_, rights, identified := b.authorise(ctx, i.by(b.cfg.Command))
	return b.store.Update(ctx, func(tx *store.Tx) error {
		m, err := b.detectionForm(tx, i, rights, identified)
		if refused, shown := refusalOf(err); refused != "" {
			m = saying("firebreak", shown)
		} else if err != nil {
			return err
		}
		if err := planView(tx, row, i.TriggerID, m); err != nil {
			return err
		}
		return tx.HandledInbound(row.ID)
	})
}

func (b *Bot) detectionForm(tx *store.Tx, i interaction, r rights, identified error) (modal, error) {
	if identified != nil {
		return modal{}, identified
	}
	d, err := b.reachDetection(tx, r, i.Actions[0].Value, i.Channel.ID)
	if err != nil {
		return modal{}, err
	}
	o := origin{Incident: d.Incident, Detection: d.ID, Channel: i.Channel.ID}
	if i.Message.inThread() {
		o.Thread = i.Message.ThreadTS
	}
	if i.Actions[0].ActionID == actionMute {
		return muteModal(muting{from: o, detection: d, scope: scopeGroup, lasts: muteDefault, owner: i.User.ID}), nil
	}
	v, err := tx.Verdict(d.ID)
	if isNotFound(err) {
		return modal{}, refuse("Nobody has judged it yet: press *Confirm* or *False positive* first.")
	}
	if err != nil {
		return modal{}, err
	}
	own := v
	if o.Confirmed = v.Confirmed; v.By != i.User.ID {
		own.Reason = "" // not to be signed by somebody else
	}
	return whyModal(o, d, own), nil
}

// sayWhy keeps the reason of a verdict, which is its author's from then on.
func (s *submission) sayWhy(identified error) (viewAnswer, error) {
	reason := cut(s.value(fieldReason), reasonMax)
	if reason == "" {
		return viewAnswer{Errors: map[string]string{fieldReason: "It needs a reason."}}, nil
	}
	d, refused, err := s.detection(identified)
	if err != nil || refused != nil {
		return viewAnswer{Errors: refused}, err
	}
	v := incident.Verdict{Detection: d.ID, By: s.i.User.ID, At: s.row.ReceivedAt, Confirmed: s.from.Confirmed, Reason: reason}
	return viewAnswer{}, s.b.judge(s.tx, s.key(), d, v, s.who, s.from.Channel)
}

// detection is what the modal is about, for who may still judge it; else the
// refusal, below the reason.
func (s *submission) detection(identified error) (incident.Detection, map[string]string, error) {
	err := identified
	var d incident.Detection
	if err == nil {
		d, err = s.b.reachDetection(s.tx, s.rights, s.from.Detection, s.from.Channel)
	}
	if refused, shown := refusalOf(err); refused != "" {
		return d, map[string]string{fieldReason: plainWords(shown)}, nil
	}
	return d, nil, err
}
