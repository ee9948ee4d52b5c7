package bot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"firebreak/store"
)

// alertsSeen is the cursor of an alert channel: the ts up to which its
// messages have been examined.
func alertsSeen(channel string) string { return "slack.alerts:" + channel }

// reconcileAlerts examines the alerts that were posted while no socket was
// open. The first time a channel is watched, its past is left alone.
func (b *Bot) reconcileAlerts(ctx context.Context) error {
	var errs []error
	for _, channel := range b.cfg.AlertChannels {
		err := b.reconcileAlertChannel(ctx, channel)
		if why, lasting := causeOf(err); err != nil && lasting {
			err = b.alertsUnread(ctx, channel, why)
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("reconcile alert channel %s: %w", channel, err))
		}
	}
	return errors.Join(errs...)
}

// alertsUnread says once that an alert channel's past cannot be read; it is
// tried again with the next comparison, not before.
func (b *Bot) alertsUnread(ctx context.Context, channel string, why cause) error {
	b.log.WarnContext(ctx, "alert channel cannot be compared", "channel", channel, "code", why.Code)
	return b.store.Update(ctx, func(tx *store.Tx) error {
		return b.tellControl(tx, "alerts-unread:"+channel+":"+why.Code, alertsUnreadMessage(channel, why))
	})
}

func (b *Bot) reconcileAlertChannel(ctx context.Context, channel string) error {
	started := time.Now().UTC()
	var seen string
	err := b.store.View(ctx, func(v *store.View) (err error) {
		seen, err = v.Cursor(alertsSeen(channel))
		return err
	})
	if err != nil {
		return err
	}
	if seen != "" {
		if err := b.takeAlertHistory(ctx, channel, seen); err != nil {
			return err
		}
	}
	// Alerts between here and the next event come by event; a little overlap
	// costs nothing, since an alert is kept once.
	return b.store.Update(ctx, func(tx *store.Tx) error {
		return tx.SetCursor(alertsSeen(channel), timeTS(started.Add(-time.Minute)))
	})
}

func (b *Bot) takeAlertHistory(ctx context.Context, channel, oldest string) error {
	for cursor := ""; ; {
		var raw []json.RawMessage
		var next string
		err := patiently(ctx, func() (err error) {
			raw, next, err = b.chat.History(ctx, channel, oldest, "", cursor)
			return err
		})
		if err != nil {
			return err
		}
		for _, m := range readMessages(raw) {
			e := slackEvent{slackMessage: m, Channel: channelField{ID: channel}}
			if err := b.store.Update(ctx, func(tx *store.Tx) error { return b.alertMessage(tx, e) }); err != nil {
				return err
			}
		}
		if cursor = next; cursor == "" {
			return nil
		}
	}
}
