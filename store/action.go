package store

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"firebreak/incident"
)

// Plan writes down an effect to have, once per key: fresh is false, and the
// action given as it is, when the key is known. What it needs must have been
// planned before, so needs never form a circle. A zero CreatedAt means now.
func (tx *Tx) Plan(a incident.Action) (incident.Action, bool, error) {
	old, known, err := optional(&tx.View, scanAction, selectAction+` WHERE a.key = ?`, a.Key)
	if err != nil || known {
		return old, false, err
	}
	if a.CreatedAt.IsZero() {
		a.CreatedAt = time.Now()
	}
	res, err := tx.exec(`INSERT INTO actions (key, kind, lane, incident, rank, payload, state, attempts, not_before, fence, lease,
			first_sent, result, reason, created_at, done_at)
		VALUES (?, ?, ?, ?, ?, ?, 'planned', 0, ?, 0, 0, 0, x'', '', ?, 0)`,
		a.Key, a.Kind, a.Lane, a.Incident, a.Rank, blob(a.Payload), micros(a.NotBefore), micros(a.CreatedAt))
	if err != nil {
		return incident.Action{}, false, fmt.Errorf("plan %s: %w", a.Key, err)
	}
	id, err := res.LastInsertId()
	if err != nil {
		return incident.Action{}, false, fmt.Errorf("plan %s: %w", a.Key, err)
	}
	for _, need := range a.Needs {
		if _, err := tx.exec(`INSERT INTO action_needs (action, need) VALUES (?, ?) ON CONFLICT DO NOTHING`, id, need); err != nil {
			return incident.Action{}, false, fmt.Errorf("plan %s, which needs action %d: %w", a.Key, need, err)
		}
	}
	a, err = tx.Action(id)
	return a, true, err
}

// IsPlanned says whether there is an action under a key, whatever became of it.
func (v *View) IsPlanned(key string) (bool, error) {
	_, is, err := optional(v, value[int], `SELECT 1 FROM actions WHERE key = ?`, key)
	if err != nil {
		return false, fmt.Errorf("action %s: %w", key, err)
	}
	return is, nil
}

// Action gives one action. While it waits for another that is parked or lost,
// its Reason says so.
func (v *View) Action(id int64) (incident.Action, error) {
	a, err := one(v, scanAction, selectAction+` WHERE a.id = ?`, id)
	if err != nil {
		return a, fmt.Errorf("action %d: %w", id, err)
	}
	return a, nil
}

// ActionByKey gives the action planned under a key.
func (v *View) ActionByKey(key string) (incident.Action, error) {
	a, err := one(v, scanAction, selectAction+` WHERE a.key = ?`, key)
	if err != nil {
		return a, fmt.Errorf("action %s: %w", key, err)
	}
	return a, nil
}

// heads chooses the first open action of each lane. One that waits, directly
// or through others, for what is parked or lost will not run until a person
// acts, so it steps aside; one that waits for what is still open keeps its
// place, and its lane waits with it. Needs and lanes both point to lower ids
// only, so no two actions can wait for each other.
const heads = `WITH RECURSIVE stuck (id) AS (
		SELECT w.action FROM action_needs w JOIN actions d ON d.id = w.need WHERE d.state IN ('parked', 'lost')
		UNION
		SELECT w.action FROM action_needs w JOIN stuck s ON s.id = w.need
	), heads (id) AS (
		SELECT min(a.id) FROM actions a
		WHERE a.state IN ('planned', 'sending', 'unknown') AND a.id NOT IN (SELECT id FROM stuck) GROUP BY a.lane
	) `

// ready is true of those heads that may be claimed: none that is being sent,
// none that waits for another.
const ready = `a.state IN ('planned', 'unknown')
	AND NOT EXISTS (SELECT 1 FROM action_needs w JOIN actions d ON d.id = w.need WHERE w.action = a.id AND d.state <> 'done')`

// Runnable gives the actions that can be claimed now: at most one of each
// lane and perKind of each kind, by rank, the severity of their incidents and
// age. next is when the first of those may run that only wait for their time;
// zero when there is none.
func (v *View) Runnable(now time.Time, perKind int) (list []incident.Action, next time.Time, err error) {
	all, err := all(v, scanHead, heads+`SELECT a.id, a.kind, a.rank, coalesce(i.severity, 0), a.not_before
		FROM heads h CROSS JOIN actions a ON a.id = h.id LEFT JOIN incidents i ON i.number = a.incident WHERE `+ready)
	if err != nil {
		return nil, next, fmt.Errorf("runnable actions: %w", err)
	}
	slices.SortFunc(all, func(x, y incident.Action) int { return cmp.Or(x.Turn().Compare(y.Turn()), cmp.Compare(x.ID, y.ID)) })
	ofKind := map[string]int{}
	for _, head := range all {
		switch {
		case head.NotBefore.After(now):
			if next.IsZero() || head.NotBefore.Before(next) {
				next = head.NotBefore
			}
		case ofKind[head.Kind] < perKind:
			ofKind[head.Kind]++
			a, err := v.Action(head.ID)
			if err != nil {
				return nil, next, fmt.Errorf("runnable actions: %w", err)
			}
			list = append(list, a)
		}
	}
	return list, next, nil
}

func scanHead(row row) (a incident.Action, err error) {
	err = row.Scan(&a.ID, &a.Kind, &a.Rank, &a.Severity, timeColumn{&a.NotBefore})
	return a, err
}

// ClaimAction takes an action before the outside is called: its state becomes
// sending, its fence grows, FirstSent is set by the first claim. Commit it
// before the call. ErrFenced when it is neither planned nor unknown any more,
// or its time has not come: whoever read it earlier has read what is past.
//
// was is its state until now, which alone says whether an earlier call may
// have had its effect: an unknown one is looked up first.
func (tx *Tx) ClaimAction(id int64, lease time.Time) (a incident.Action, was incident.ActionState, err error) {
	before, err := tx.Action(id)
	if err != nil {
		return incident.Action{}, "", fmt.Errorf("claim action %d: %w", id, err)
	}
	now := micros(time.Now())
	err = tx.move(id, `UPDATE actions SET state = 'sending', attempts = attempts + 1, fence = fence + 1, lease = ?, reason = '',
			first_sent = CASE WHEN first_sent = 0 THEN ? ELSE first_sent END
		WHERE id = ? AND state IN ('planned', 'unknown') AND not_before <= ?`, micros(lease), now, id, now)
	if err != nil {
		return incident.Action{}, "", fmt.Errorf("claim action %d: %w", id, err)
	}
	a, err = tx.Action(id)
	return a, before.State, err
}

// Behind gives the actions that wait behind an open one, of its kind and in
// its lane: untried, and waiting for nothing else. The oldest come first.
func (v *View) Behind(a incident.Action, limit int) ([]incident.Action, error) {
	list, err := all(v, scanAction, selectAction+` WHERE a.lane = ? AND a.kind = ? AND a.id > ? AND a.state = 'planned' AND a.attempts = 0
		AND a.not_before <= ? AND NOT EXISTS (
			SELECT 1 FROM action_needs w JOIN actions d ON d.id = w.need WHERE w.action = a.id AND d.state <> 'done')
		ORDER BY a.id`+atMost(limit), a.Lane, a.Kind, a.ID, micros(time.Now()))
	if err != nil {
		return nil, fmt.Errorf("actions behind %d: %w", a.ID, err)
	}
	return list, nil
}

// Absorb gives a claimed action a payload that does what others were to do,
// which are done with that.
func (tx *Tx) Absorb(a incident.Action, payload json.RawMessage, others []incident.Action) (incident.Action, error) {
	err := tx.move(a.ID, `UPDATE actions SET payload = ? WHERE id = ? AND fence = ? AND state = 'sending'`, blob(payload), a.ID, a.Fence)
	if err != nil {
		return a, fmt.Errorf("absorb into action %d: %w", a.ID, err)
	}
	for _, other := range others {
		if err := tx.FinishAction(other.ID, other.Fence, incident.ActionDone, nil, fmt.Sprintf("done with action %d", a.ID)); err != nil {
			return a, err
		}
	}
	return tx.Action(a.ID)
}

// FinishAction records how a claim ended: done, parked or lost. ErrFenced
// when the fence is not the claim's any more, or it has ended already.
func (tx *Tx) FinishAction(id, fence int64, s incident.ActionState, result json.RawMessage, reason string) error {
	if s.Open() {
		return fmt.Errorf("finish action %d: %q is no end", id, s)
	}
	err := tx.move(id, `UPDATE actions SET state = ?, result = ?, reason = ?, done_at = ?, lease = 0
		WHERE id = ? AND fence = ? AND state IN ('planned', 'sending', 'unknown')`,
		s, blob(result), valid(reason), micros(time.Now()), id, fence)
	if err != nil {
		return fmt.Errorf("finish action %d: %w", id, err)
	}
	return nil
}

// RetryAction puts an action back, to be tried (planned) or looked up
// (unknown) not before a time: after an attempt, or, for one that is parked
// or lost, because a person asked. ErrFenced when the fence is not the last
// claim's, or it is done.
func (tx *Tx) RetryAction(id, fence int64, s incident.ActionState, notBefore time.Time, reason string) error {
	if s != incident.ActionPlanned && s != incident.ActionUnknown {
		return fmt.Errorf("retry action %d: %q cannot be tried", id, s)
	}
	err := tx.move(id, `UPDATE actions SET state = ?, not_before = ?, reason = ?, done_at = 0, lease = 0
		WHERE id = ? AND fence = ? AND state <> 'done'`, s, micros(notBefore), valid(reason), id, fence)
	if err != nil {
		return fmt.Errorf("retry action %d: %w", id, err)
	}
	return nil
}

// move changes an action: ErrFenced when it exists but is not as the
// statement wants it.
func (tx *Tx) move(id int64, query string, args ...any) error {
	ok, err := changed(tx.exec(query, args...))
	if err != nil || ok {
		return err
	}
	if _, err := one(&tx.View, value[int], `SELECT 1 FROM actions WHERE id = ?`, id); err != nil {
		return err
	}
	return ErrFenced
}

// RecoverActions makes each action that was being sent when the process
// ended unknown, and says how many those were. Their fences grow, so a result
// that still comes is refused.
func (tx *Tx) RecoverActions() (int, error) {
	res, err := tx.exec(`UPDATE actions SET state = 'unknown', fence = fence + 1, lease = 0 WHERE state = 'sending'`)
	if err != nil {
		return 0, fmt.Errorf("recover actions: %w", err)
	}
	n, err := res.RowsAffected()
	return int(n), err
}

// Actions gives an incident's actions (of all incidents when n is 0), in the
// order they were planned; with openOrParked only those that are open or
// parked.
func (v *View) Actions(n incident.Number, openOrParked bool) ([]incident.Action, error) {
	where := ` WHERE (?1 = 0 OR a.incident = ?1)`
	if openOrParked {
		where += ` AND a.state <> 'done' AND a.state <> 'lost'`
	}
	list, err := all(v, scanAction, selectAction+where+` ORDER BY a.id`, n)
	if err != nil {
		return nil, fmt.Errorf("actions: %w", err)
	}
	return list, nil
}

// Unfinished gives an incident's actions that are not done, at most limit of
// them, and how many there are: the parked and the lost first, which need a
// person, then the others as they were planned.
func (v *View) Unfinished(n incident.Number, limit int) ([]incident.Action, int, error) {
	const which = ` WHERE a.incident = ? AND a.state <> 'done'`
	total, err := one(v, value[int], `SELECT count(*) FROM actions a`+which, n)
	if err != nil {
		return nil, 0, fmt.Errorf("count actions of %s: %w", n, err)
	}
	list, err := all(v, scanAction, selectAction+which+`
		ORDER BY a.state NOT IN ('parked', 'lost'), a.id`+atMost(limit), n)
	if err != nil {
		return nil, 0, fmt.Errorf("unfinished actions of %s: %w", n, err)
	}
	return list, total, nil
}

// SetAside counts an incident's actions that only a person can set going
// again: the parked and the lost.
func (v *View) SetAside(n incident.Number) (int, error) {
	total, err := one(v, value[int], `SELECT count(*) FROM actions a WHERE a.incident = ? AND a.state IN ('parked', 'lost')`, n)
	if err != nil {
		return 0, fmt.Errorf("count actions of %s: %w", n, err)
	}
	return total, nil
}

const selectAction = `SELECT a.id, a.key, a.kind, a.lane, a.incident, a.rank,
		coalesce((SELECT severity FROM incidents WHERE number = a.incident), 0), a.payload,
		(SELECT coalesce('[' || group_concat(w.need) || ']', '') FROM action_needs w WHERE w.action = a.id),
		a.state, a.attempts, a.not_before, a.fence, a.lease, a.first_sent, a.result,
		CASE WHEN a.reason = '' AND a.state IN ('planned', 'unknown') THEN coalesce((
			SELECT 'waits for action ' || d.id || ' (' || d.kind || '), which is ' || d.state
			FROM action_needs w JOIN actions d ON d.id = w.need
			WHERE w.action = a.id AND d.state IN ('parked', 'lost') ORDER BY d.id LIMIT 1), '') ELSE a.reason END,
		a.created_at, a.done_at
	FROM actions a`

func scanAction(row row) (a incident.Action, err error) {
	err = row.Scan(&a.ID, &a.Key, &a.Kind, &a.Lane, &a.Incident, &a.Rank, &a.Severity, rawColumn{&a.Payload}, jsonColumn{&a.Needs},
		&a.State, &a.Attempts, timeColumn{&a.NotBefore}, &a.Fence, timeColumn{&a.Lease}, timeColumn{&a.FirstSent},
		rawColumn{&a.Result}, &a.Reason, timeColumn{&a.CreatedAt}, timeColumn{&a.DoneAt})
	slices.Sort(a.Needs)
	return a, err
}
