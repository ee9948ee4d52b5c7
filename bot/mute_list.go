package bot

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"firebreak/incident"
	"firebreak/store"
)

// mutes lists the mutes in force.
func (o *order) mutes() (message, error) {
	list, err := o.tx.Suppressions(o.at)
	if err != nil {
		return message{}, err
	}
	var mutes []listedMute
	for _, s := range list {
		m := listedMute{Suppression: s}
		if m.hid, _, err = o.tx.Hidden(s.ID); err != nil {
			return message{}, err
		}
		d, err := detectionOf(o.tx, s)
		if err != nil {
			return message{}, err
		}
		if m.open, err = o.tx.Sees(o.rights.viewer, d); err != nil {
			return message{}, err
		}
		mutes = append(mutes, m)
	}
	return mutesMessage(mutes, o.at, o.slash.Command), nil
}

// detectionOf is the detection that a mute was made on; the zero one, which
// everybody may see, where it is not known.
func detectionOf(tx *store.Tx, s incident.Suppression) (incident.Detection, error) {
	d, err := tx.Detection(s.Detection)
	if isNotFound(err) {
		return incident.Detection{}, nil
	}
	return d, err
}

// unmute lifts a mute before its time.
func (o *order) unmute() (message, error) {
	id := int64(o.cmd.N)
	s, err := o.tx.Suppression(id)
	if err != nil && !isNotFound(err) {
		return message{}, err
	}
	lifted := false
	if err == nil {
		if lifted, err = o.tx.LiftSuppression(id, o.slash.UserID, o.at); err != nil {
			return message{}, err
		}
	}
	if !lifted {
		return message{}, refuse("No mute " + strconv.FormatInt(id, 10) + " is in force. `" + o.slash.Command + " detect mutes` shows those that are.")
	}
	d, err := detectionOf(o.tx, s)
	if err != nil {
		return message{}, err
	}
	hid, _, err := o.tx.Hidden(id)
	if err != nil {
		return message{}, err
	}
	data := map[string]any{"mute": s.ID, "rule": s.Rule, "detection": d.ID, "hid": hid}
	if err := o.b.recordMute(o.tx, o.key+":unmuted", d, o.actor(), "lifted the mute of "+muteText(s), data, o.at); err != nil {
		return message{}, err
	}
	_, err = o.b.tellMute(o.tx, o.key+":unmuted", d, func(open bool) message { return unmutedMessage(s, o.slash.UserID, hid, open) })
	if err != nil {
		return message{}, err
	}
	open, err := o.tx.Sees(o.rights.viewer, d)
	return unmutedMessage(s, o.slash.UserID, hid, open), err
}

// muteEndTold is for how long after its end a mute's owner is still told.
const muteEndTold = 7 * 24 * time.Hour

// endMutes tells the owners of mutes whose time is over, each once. A round
// without news writes nothing.
func (b *Bot) endMutes(ctx context.Context, now time.Time) error {
	news := false
	err := b.store.View(ctx, func(v *store.View) error {
		ended, err := v.SuppressionsEnded(now.Add(-muteEndTold), now)
		for _, s := range ended {
			told, err := v.Cursor(muteCursor(s))
			if err != nil {
				return err
			}
			news = news || told == ""
		}
		return err
	})
	if err != nil || !news {
		return err
	}
	return b.store.Update(ctx, func(tx *store.Tx) error {
		ended, err := tx.SuppressionsEnded(now.Add(-muteEndTold), now)
		for _, s := range ended {
			if err := b.endMute(tx, s, now); err != nil {
				return err
			}
		}
		return err
	})
}

// muteCursor keeps that a mute's end has been told.
func muteCursor(s incident.Suppression) string { return fmt.Sprintf("mute-ended:%d", s.ID) }

func (b *Bot) endMute(tx *store.Tx, s incident.Suppression, now time.Time) error {
	told, err := tx.Cursor(muteCursor(s))
	if err != nil || told != "" {
		return err
	}
	if err := tx.SetCursor(muteCursor(s), now.Format(time.RFC3339)); err != nil {
		return err
	}
	d, err := detectionOf(tx, s)
	if err != nil {
		return err
	}
	hid, last, err := tx.Hidden(s.ID)
	if err != nil {
		return err
	}
	key := muteCursor(s)
	data := map[string]any{"mute": s.ID, "rule": s.Rule, "detection": d.ID, "hid": hid}
	if err := b.recordMute(tx, key, d, b.actor(), "the mute of "+muteText(s)+" has ended: "+hidText(hid), data, s.ExpiresAt); err != nil {
		return err
	}
	say := func(open bool) message { return muteEndedMessage(s, hid, last, now, open, b.cfg.Command) }
	channel, err := b.tellMuteChannel(tx, key, d, say)
	if err != nil || channel != "" {
		return err
	}
	return b.tellMuteControl(tx, key, d, say)
}
