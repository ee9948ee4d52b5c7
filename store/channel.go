package store

import "fmt"

// ChannelState is what people have done to an incident's channel. The zero
// value is a channel as it was made.
type ChannelState struct {
	Archived bool
	Deleted  bool
	Out      bool // the bot has been removed from it
	Shared   bool // with another organisation (Slack Connect)
	Public   bool // made public, or made as one
	Moves    int  // how often any of this has changed
}

// Shut says whether nothing can be said in the channel.
func (s ChannelState) Shut() bool { return s.Archived || s.Deleted || s.Out }

// SaveChannelState replaces what is kept of a channel's state.
func (tx *Tx) SaveChannelState(channel string, s ChannelState) error {
	if _, err := tx.exec(`INSERT INTO channel_states (channel, archived, deleted, out, shared, public, moves) VALUES (?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (channel) DO UPDATE SET archived = excluded.archived, deleted = excluded.deleted, out = excluded.out,
			shared = excluded.shared, public = excluded.public, moves = excluded.moves`,
		channel, s.Archived, s.Deleted, s.Out, s.Shared, s.Public, s.Moves); err != nil {
		return fmt.Errorf("save state of channel %s: %w", channel, err)
	}
	return nil
}

// ChannelState gives a channel's state; the zero one where nothing is known.
func (v *View) ChannelState(channel string) (ChannelState, error) {
	s, _, err := optional(v, func(row row) (s ChannelState, err error) {
		return s, row.Scan(&s.Archived, &s.Deleted, &s.Out, &s.Shared, &s.Public, &s.Moves)
	}, `SELECT archived, deleted, out, shared, public, moves FROM channel_states WHERE channel = ?`, channel)
	if err != nil {
		return s, fmt.Errorf("state of channel %s: %w", channel, err)
	}
	return s, nil
}
