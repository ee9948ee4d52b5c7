package bot

import (
	"context"

	"firebreak/incident"
)

// pageNote is a note to leave on a page.
type pageNote struct{ PageID, Text string }

func addPageNote(ctx context.Context, b *Bot, a incident.Action) (any, error) {
	p, err := payloadOf[pageNote](a)
	if err != nil {
		return nil, err
	}
	return nil, b.pager.AddNote(ctx, p.PageID, p.Text, a.Key)
}

func findPageNote(ctx context.Context, b *Bot, a incident.Action) (any, bool, error) {
	p, err := payloadOf[pageNote](a)
	if err != nil {
		return nil, false, err
	}
	found, err := b.pager.FindNote(ctx, p.PageID, a.Key)
	return nil, found, err
}
