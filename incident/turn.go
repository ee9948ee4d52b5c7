package incident

import (
	"cmp"
	"context"
)

// Rank says which actions go first when more of them wait than the outside
// lets through: the lowest does.
type Rank int

// The ranks, the most urgent first.
const (
	RankAsked  Rank = iota // somebody waits for it this very second
	RankOpen               // a page gets its channel, and people hear of it
	RankInvite             // people come into it and see what it is about
	RankSay                // what is said, and all that has no other rank
	RankRead               // what is read for the record
	RankLook               // topics, headers, bookmarks
	RankSpare              // what has all the time in the world
)

// Turn is the place of a call among those that wait for the same door: by
// rank, then by the severity of its incident, the worst first. The zero Turn
// goes before all others.
type Turn struct {
	Rank     Rank
	Severity Severity
}

// Compare orders turns; negative: t goes first.
func (t Turn) Compare(other Turn) int {
	return cmp.Or(cmp.Compare(t.Rank, other.Rank), cmp.Compare(t.Severity, other.Severity))
}

type turnKey struct{}

// WithTurn gives the calls made under a context their place.
func WithTurn(ctx context.Context, t Turn) context.Context {
	return context.WithValue(ctx, turnKey{}, t)
}

// TurnOf is the place of a call made under ctx.
func TurnOf(ctx context.Context) Turn {
	t, _ := ctx.Value(turnKey{}).(Turn)
	return t
}
