package store

import (
	"fmt"
	"time"
)

// Behaviour is what a detector remembers of one group of a rule.
type Behaviour struct {
	Rule, Group string
	State       []byte
	Due         time.Time // when to look again if no alert comes; zero: never
	Groups      int       // of the rule that are kept: beyond, those kept longest ago are forgotten
	Late        bool      // an alert came too late and was left out
}

// BehaviourStats counts what a rule's memory went through.
type BehaviourStats struct {
	Groups    int
	Forgotten int // groups, for room
	Late      int // alerts
}

// Behaviour gives what is remembered of a group, nil for nothing.
func (v *View) Behaviour(rule, group string) ([]byte, error) {
	state, _, err := optional(v, value[[]byte], `SELECT state FROM behaviour WHERE rule = ? AND grp = ?`, rule, group)
	if err != nil {
		return nil, fmt.Errorf("behaviour of rule %s: %w", rule, err)
	}
	return state, nil
}

// BehaviourStats gives a rule's counts.
func (v *View) BehaviourStats(rule string) (BehaviourStats, error) {
	s, _, err := optional(v, func(row row) (s BehaviourStats, err error) {
		return s, row.Scan(&s.Groups, &s.Forgotten, &s.Late)
	}, `SELECT groups, forgotten, late FROM behaviour_rules WHERE rule = ?`, rule)
	if err != nil {
		return s, fmt.Errorf("counts of rule %s: %w", rule, err)
	}
	return s, nil
}

// AllBehaviourStats adds up the counts of all rules.
func (v *View) AllBehaviourStats() (BehaviourStats, error) {
	s, err := one(v, func(row row) (s BehaviourStats, err error) {
		return s, row.Scan(&s.Groups, &s.Forgotten, &s.Late)
	}, `SELECT coalesce(sum(groups), 0), coalesce(sum(forgotten), 0), coalesce(sum(late), 0) FROM behaviour_rules`)
	if err != nil {
		return s, fmt.Errorf("counts of behaviour: %w", err)
	}
	return s, nil
}

// DueBehaviours names rules and groups to look at again, the first due first,
// at most limit of them.
func (v *View) DueBehaviours(now time.Time, limit int) ([]Behaviour, error) {
	list, err := all(v, func(row row) (b Behaviour, err error) {
		return b, row.Scan(&b.Rule, &b.Group)
	}, `SELECT rule, grp FROM behaviour WHERE due <> 0 AND due <= ? ORDER BY due, rule, grp LIMIT ?`, micros(now), limit)
	if err != nil {
		return nil, fmt.Errorf("behaviours that are due: %w", err)
	}
	return list, nil
}

// SaveBehaviour keeps what is remembered of a group.
func (tx *Tx) SaveBehaviour(b Behaviour) error {
	if err := tx.saveBehaviour(b); err != nil {
		return fmt.Errorf("save behaviour of rule %s: %w", b.Rule, err)
	}
	return nil
}

func (tx *Tx) saveBehaviour(b Behaviour) error {
	late := 0
	if b.Late {
		late = 1
	}
	if _, err := tx.exec(`INSERT INTO behaviour_rules (rule, turn, late) VALUES (?, 1, ?)
		ON CONFLICT (rule) DO UPDATE SET turn = turn + 1, late = late + excluded.late`, b.Rule, late); err != nil {
		return err
	}
	known, err := changed(tx.exec(`UPDATE behaviour SET state = ?, due = ?, turn = (SELECT r.turn FROM behaviour_rules r WHERE r.rule = behaviour.rule)
		WHERE rule = ? AND grp = ?`, b.State, micros(b.Due), b.Rule, b.Group))
	if err != nil || known {
		return err
	}
	if _, err := tx.exec(`INSERT INTO behaviour (rule, grp, state, due, turn)
		SELECT rule, ?, ?, ?, turn FROM behaviour_rules WHERE rule = ?`, b.Group, b.State, micros(b.Due), b.Rule); err != nil {
		return err
	}
	return tx.makeRoom(b)
}

// makeRoom counts a new group and forgets those that are too many.
func (tx *Tx) makeRoom(b Behaviour) error {
	if _, err := tx.exec(`UPDATE behaviour_rules SET groups = groups + 1 WHERE rule = ?`, b.Rule); err != nil {
		return err
	}
	if _, err := tx.exec(`DELETE FROM behaviour WHERE rule = ?1 AND turn IN (
		SELECT turn FROM behaviour WHERE rule = ?1 ORDER BY turn
		LIMIT max(0, (SELECT groups FROM behaviour_rules WHERE rule = ?1) - ?2))`, b.Rule, b.Groups); err != nil {
		return err
	}
	_, err := tx.exec(`UPDATE behaviour_rules SET forgotten = forgotten + max(0, groups - ?2), groups = min(groups, ?2) WHERE rule = ?1`,
		b.Rule, b.Groups)
	return err
}
