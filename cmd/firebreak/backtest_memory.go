package main

import (
	"cmp"
	"container/list"
	"maps"
	"slices"
	"time"

	"firebreak/bot"
	"firebreak/detect/behaviour"
	"firebreak/incident"
)

// Limits on what a side of a back-test remembers for its rules of behaviour.
const (
	maxRemembered = 512 << 20 // bytes of states
	maxWaiting    = 200_000   // alerts that wait for older ones
)

// memory keeps the states of rules of behaviour as the bot's database does:
// of each rule so many groups, those kept longest ago forgotten first, but
// asked before what they still have to tell.
type memory struct {
	watch     *behaviour.Watch
	groups    map[[2]string]*list.Element // by rule and group, of *remembered
	orders    map[string]*list.List       // by rule, those kept longest ago first
	size      int
	forgotten int
}

type remembered struct{ behaviour.Kept }

func newMemory(w *behaviour.Watch) *memory {
	return &memory{watch: w, groups: map[[2]string]*list.Element{}, orders: map[string]*list.List{}}
}

// Behaviour gives the state of a group.
func (m *memory) Behaviour(rule, group string) ([]byte, error) {
	if e, ok := m.groups[[2]string{rule, group}]; ok {
		return e.Value.(*remembered).State, nil
	}
	return nil, nil
}

// KeepBehaviour keeps the state of a group.
func (m *memory) KeepBehaviour(k behaviour.Kept) error {
	order := m.orders[k.Rule]
	if order == nil {
		order = list.New()
		m.orders[k.Rule] = order
	}
	key := [2]string{k.Rule, k.Group}
	m.size += len(k.State)
	if e, ok := m.groups[key]; ok {
		m.size -= len(e.Value.(*remembered).State)
		e.Value.(*remembered).Kept = k
		order.MoveToBack(e)
		return nil
	}
	m.groups[key] = order.PushBack(&remembered{k})
	return nil
}

// observe takes an alert in. Alerts must come in order of time: then it does
// not matter when a group is settled, only that it is.
func (m *memory) observe(a incident.Alert) ([]incident.Detection, error) {
	found, err := m.watch.Observe(m, a)
	if err != nil {
		return nil, err
	}
	for {
		k, ok := m.crowded()
		if !ok {
			return found, nil
		}
		news, err := m.forget(k)
		if err != nil {
			return nil, err
		}
		m.forgotten++
		found = append(found, news...)
	}
}

// crowded names a group to be forgotten for want of room.
func (m *memory) crowded() (behaviour.Kept, bool) {
	var largest *list.List
	for _, rule := range slices.Sorted(maps.Keys(m.orders)) {
		order := m.orders[rule]
		if order.Len() == 0 {
			continue
		}
		oldest := order.Front().Value.(*remembered).Kept
		if order.Len() > oldest.Groups {
			return oldest, true
		}
		if largest == nil || order.Len() > largest.Len() {
			largest = order
		}
	}
	if m.size <= maxRemembered || largest == nil {
		return behaviour.Kept{}, false
	}
	return largest.Front().Value.(*remembered).Kept, true
}

// forget settles a group and drops it.
func (m *memory) forget(k behaviour.Kept) ([]incident.Detection, error) {
	found, err := m.watch.Settle(m, k.Rule, k.Group)
	key := [2]string{k.Rule, k.Group}
	e := m.groups[key]
	m.size -= len(e.Value.(*remembered).State)
	m.orders[k.Rule].Remove(e)
	delete(m.groups, key)
	return found, err
}

// finish settles everything, rule by rule.
func (m *memory) finish() ([]incident.Detection, error) {
	var found []incident.Detection
	for _, rule := range slices.Sorted(maps.Keys(m.orders)) {
		for m.orders[rule].Len() > 0 {
			news, err := m.forget(m.orders[rule].Front().Value.(*remembered).Kept)
			if err != nil {
				return nil, err
			}
			found = append(found, news...)
		}
	}
	return found, nil
}

// inOrder hands alerts on in order of time, as far as they come within most
// of each other; others are late and left out.
type inOrder struct {
	kept  []incident.Alert
	front time.Time
	late  int
}

// add takes an alert and gives those whose turn it is.
func (q *inOrder) add(a incident.Alert) []incident.Alert {
	a.Raw, a.Title = "", "" // nobody asks for them
	if bot.Happened(a).Before(q.front) {
		q.late++
		return nil
	}
	q.kept = append(q.kept, a)
	if len(q.kept) < maxWaiting {
		return nil
	}
	return q.take(maxWaiting / 2)
}

// take gives the n oldest.
func (q *inOrder) take(n int) []incident.Alert {
	slices.SortStableFunc(q.kept, func(a, b incident.Alert) int {
		return cmp.Or(bot.Happened(a).Compare(bot.Happened(b)), cmp.Compare(a.ID, b.ID))
	})
	taken := q.kept[:n:n]
	q.kept = slices.Clone(q.kept[n:])
	if n > 0 {
		q.front = bot.Happened(taken[n-1])
	}
	return taken
}
