package bot

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"firebreak/incident"
	"firebreak/store"
)

// pictureCursor is where it stands which picture of an incident GitLab has: its
// hash and its address.
func pictureCursor(n incident.Number) string { return rcaKey(n) + ":picture" }

// keepPicture draws the timeline as it stands, has GitLab keep the picture, and
// gives its address. A picture that GitLab has already is not sent again. Where
// GitLab refuses it the RCA goes without one, and the log says so.
func (b *Bot) keepPicture(ctx context.Context, n incident.Number) (address string, err error) {
	var content []byte
	var known string
	err = b.store.View(ctx, func(v *store.View) error {
		r, err := Report(v, n)
		if err != nil {
			return err
		}
		if content, err = written(r.PNG); err != nil {
			return err
		}
		known, err = v.Cursor(pictureCursor(n))
		return err
	})
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(content)
	hash := hex.EncodeToString(sum[:])
	if had, at, ok := strings.Cut(known, " "); ok && had == hash {
		return at, nil
	}
	address, err = b.tracker.Upload(ctx, incident.Upload{Name: strings.ToLower(n.String()) + "-timeline.png", Content: content})
	if incident.OutcomeOf(err) == incident.OutcomeRefused && err != nil {
		b.log.WarnContext(ctx, "gitlab refuses the timeline's picture; the rca goes without it", "incident", n.String(), "error", err)
		return "", nil
	}
	if err != nil {
		return "", err
	}
	return address, b.store.Update(ctx, func(tx *store.Tx) error { return tx.SetCursor(pictureCursor(n), hash+" "+address) })
}
