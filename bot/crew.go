package bot

import (
	"sync"

	"firebreak/incident"
)

const (
	// attemptsAtOnce bounds the attempts under way. Some of them wait for
	// their turn at a vendor's gate; the calls themselves are fewer.
	attemptsAtOnce = 24
	// perKindAtOnce bounds those of one kind, so that what waits for one
	// method keeps nobody from another: 20 channels a minute can be made, and
	// people talk meanwhile. It is also how many wait at one gate.
	perKindAtOnce = 5
)

// crew is the attempts under way, by action.
type crew struct {
	mu    sync.Mutex
	under map[int64]incident.Action
}

// join lets an attempt begin, unless as many of its kind are under way as may
// be; false: not now. What goes before all that is under way always finds room.
func (c *crew) join(a incident.Action, mostOfKind int) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, busy := c.under[a.ID]; busy {
		return false
	}
	all, ofKind := 0, 0
	for _, other := range c.under {
		if other.Turn().Compare(a.Turn()) > 0 {
			continue
		}
		all++
		if other.Kind == a.Kind {
			ofKind++
		}
	}
	if all >= attemptsAtOnce || ofKind >= mostOfKind {
		return false
	}
	if c.under == nil {
		c.under = map[int64]incident.Action{}
	}
	c.under[a.ID] = a
	return true
}

func (c *crew) leave(a incident.Action) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.under, a.ID)
}
