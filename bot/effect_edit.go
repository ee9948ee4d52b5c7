package bot

import (
	"context"
	"encoding/json"
	"fmt"

	"firebreak/incident"
	"firebreak/store"
)

// editedPost is what a message of ours is to say from now on. It is known by
// the key that it was posted under, since its ts may not be known yet.
type editedPost struct {
	Key  string
	Post incident.Post
}

// editPost needs the action that posts the message.
func editPost(ctx context.Context, b *Bot, a incident.Action) (any, error) {
	p, err := payloadOf[editedPost](a)
	if err != nil {
		return nil, err
	}
	var posted incident.Action
	err = b.store.View(ctx, func(v *store.View) (err error) {
		posted, err = v.ActionByKey(p.Key)
		return err
	})
	if err != nil {
		return nil, err
	}
	return nil, b.edit(ctx, posted, p.Post)
}

// edit edits the message that an action has posted.
func (b *Bot) edit(ctx context.Context, posted incident.Action, p incident.Post) error {
	var ts string
	if err := json.Unmarshal(posted.Result, &ts); err != nil {
		return fmt.Errorf("read ts of %s: %w", posted.Key, err)
	}
	return b.chat.UpdatePost(ctx, ts, p)
}
