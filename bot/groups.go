package bot

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"
)

// groupFor is how long the members of a user group are believed. Somebody
// added to the group may command within that time.
const groupFor = time.Minute

// groupCache keeps the members of the configured user groups.
type groupCache struct {
	mu      sync.Mutex
	members map[string]cachedGroup
}

type cachedGroup struct {
	users []string
	until time.Time
}

// expand turns a list of users and user groups (S…) into users.
func (b *Bot) expand(ctx context.Context, ids []string) ([]string, error) {
	var users []string
	for _, id := range ids {
		if !strings.HasPrefix(id, "S") {
			users = append(users, id)
			continue
		}
		members, err := b.groupMembers(ctx, id)
		if err != nil {
			return nil, err
		}
		users = append(users, members...)
	}
	slices.Sort(users)
	return slices.Compact(users), nil
}

func (b *Bot) groupMembers(ctx context.Context, id string) ([]string, error) {
	b.groups.mu.Lock()
	cached, ok := b.groups.members[id]
	b.groups.mu.Unlock()
	if ok && time.Now().Before(cached.until) {
		return cached.users, nil
	}
	users, err := b.chat.GroupMembers(ctx, id)
	if err != nil {
		return nil, err
	}
	b.groups.mu.Lock()
	defer b.groups.mu.Unlock()
	b.groups.members[id] = cachedGroup{users: users, until: time.Now().Add(groupFor)}
	return users, nil
}
