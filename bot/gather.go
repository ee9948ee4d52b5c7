package bot

import (
	"encoding/json"
	"fmt"

	"firebreak/incident"
	"firebreak/store"
)

// mostGathered is how many actions become one: a line and a button for each
// stay well below what a message may hold.
const mostGathered = 50

// gather makes one of several actions that wait in a lane: the first does
// what those behind it were to do, with the payload given. It takes the first
// few of them, all that are of its incident or all that fit.
type gather func(first incident.Action, behind []incident.Action) (payload json.RawMessage, taken int, err error)

// newest is for actions that show how something stands: one is enough.
func newest(first incident.Action, behind []incident.Action) (json.RawMessage, int, error) {
	return first.Payload, len(behind), nil
}

// together is for actions whose payload is a list: the lists become one.
func together[T any](first incident.Action, behind []incident.Action) (json.RawMessage, int, error) {
	list, err := payloadOf[[]T](first)
	if err != nil {
		return nil, 0, err
	}
	taken := 0
	for _, a := range behind {
		more, err := payloadOf[[]T](a)
		if err != nil {
			return nil, 0, err
		}
		if len(list)+len(more) > mostGathered {
			break
		}
		list, taken = append(list, more...), taken+1
	}
	payload, err := json.Marshal(list)
	return payload, taken, err
}

// gather lets a claimed action do what others of its kind wait to do behind
// it. Only one that surely has not been done yet may still change.
func (b *Bot) gather(tx *store.Tx, a incident.Action) (incident.Action, error) {
	k := b.kinds[a.Kind]
	_, doubtful := b.doubt.questions(a)
	if k.gather == nil || k.class != idempotent && (doubtful || a.Attempts > 1) {
		return a, nil
	}
	behind, err := tx.Behind(a, mostGathered)
	if err != nil || len(behind) == 0 {
		return a, err
	}
	payload, taken, err := k.gather(a, behind)
	if err != nil {
		return a, fmt.Errorf("gather behind action %d: %w", a.ID, err)
	}
	return tx.Absorb(a, payload, behind[:taken])
}
