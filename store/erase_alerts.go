package store

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"firebreak/incident"
)

// evidenceWithin is how far from an alert a detection may lie that it is
// evidence of: rules look back a day at most.
const evidenceWithin = 7 * 24 * time.Hour

// alertsBehind gives the alerts whose content is an entry's: that of an alert
// and its repeats, those that a message or a file of it held, and copies.
func (v *View) alertsBehind(e incident.Entry, key string) ([]incident.Alert, error) {
	ids, err := all(v, value[string], `SELECT alert FROM repeats WHERE key = ?`, key)
	if err != nil {
		return nil, err
	}
	if id, ok := strings.CutPrefix(key, "alert:"+e.Incident.String()+":"); ok {
		ids = append(ids, id)
	}
	from := []string{key}
	for _, f := range e.Files {
		if len(f.SHA256) >= 32 {
			from = append(from, "file:"+e.Incident.String()+":"+f.SHA256[:32]) // as bot.fileAlerts has it
		}
	}
	for _, origin := range from {
		more, err := all(v, value[string], `SELECT id FROM alerts WHERE id = ?1 OR id > ?1 || '#' AND id < ?1 || '$'`, origin)
		if err != nil {
			return nil, err
		}
		ids = append(ids, more...)
	}
	for _, id := range slices.Clone(ids) {
		copies, err := all(v, value[string], `SELECT id FROM alerts WHERE copy_of = ? AND copy_of <> ''`, id)
		if err != nil {
			return nil, err
		}
		ids = append(ids, copies...)
	}
	slices.Sort(ids)
	var list []incident.Alert
	for _, id := range slices.Compact(ids) {
		a, found, err := optional(v, scanAlert, selectAlert+` WHERE a.id = ?`, id)
		if err != nil {
			return nil, err
		}
		if found {
			list = append(list, a)
		}
	}
	return list, nil
}

// detections erases what detections quote of the alerts, and their entries:
// those tell in words of their own what the alerts said.
func (x *eraser) detections(n incident.Number) error {
	seen := map[string]bool{}
	var whys []string
	for _, a := range x.alerts {
		found, err := all(&x.tx.View, scanDetection, selectDetection+`
			WHERE incident IN (0, ?) AND at BETWEEN ? AND ? AND instr(evidence, ?) > 0`,
			n, micros(a.At.Add(-evidenceWithin)), micros(a.At.Add(evidenceWithin)), a.ID)
		if err != nil {
			return err
		}
		for _, d := range found {
			if seen[d.ID] || !slices.Contains(d.Evidence, a.ID) {
				continue
			}
			seen[d.ID] = true
			whys = append(whys, d.Why)
			if err := x.detection(d); err != nil {
				return err
			}
		}
	}
	x.told = incident.NewQuote(nil, whys...)
	x.quote = x.quote.And(x.told)
	return nil
}

func (x *eraser) detection(d incident.Detection) error {
	alone := !slices.ContainsFunc(d.Evidence, func(id string) bool {
		return !slices.ContainsFunc(x.alerts, func(a incident.Alert) bool { return a.ID == id })
	})
	if alone {
		d.Group.Value = ""
	}
	if _, err := x.tx.exec(`UPDATE detections SET why = '', group_value = ? WHERE id = ?`, d.Group.Value, d.ID); err != nil {
		return fmt.Errorf("erase detection %s: %w", d.ID, err)
	}
	keys, err := all(&x.tx.View, value[string], `SELECT key FROM entries WHERE key = ?1 OR key > ?1 || ':' AND key < ?1 || ';'`, "detection:"+d.ID)
	if err != nil {
		return err
	}
	return x.along(keys)
}

// along erases entries that only tell of the one that is redacted.
func (x *eraser) along(keys []string) error {
	for _, key := range keys {
		e, err := x.tx.EntryByKey(key)
		if err != nil {
			return err
		}
		if e.Redacted || x.gone[key] {
			continue
		}
		if err := x.entry(e, key); err != nil {
			return err
		}
		x.sum.Along = append(x.sum.Along, e)
	}
	return nil
}

// eraseAlerts erases the alerts and what is known of them alone. Their ids
// stay, so that the same alert, told again, is known.
func (x *eraser) eraseAlerts(n incident.Number) error {
	for _, a := range x.alerts {
		for _, clear := range []string{
			`UPDATE alerts SET title = '', raw = '', entities = '', fingerprint = '', erased = 1 WHERE id = ?`,
			`DELETE FROM alert_entities WHERE alert = ?`,
			`DELETE FROM sightings WHERE alert = ?`,
			`DELETE FROM unexamined WHERE alert = ?`,
		} {
			if _, err := x.tx.exec(clear, a.ID); err != nil {
				return fmt.Errorf("erase alert %s: %w", a.ID, err)
			}
		}
		if err := x.forgetEntities(n, a); err != nil {
			return err
		}
		if err := x.forgetBehaviour(a); err != nil {
			return err
		}
		if a.TS != "" {
			if err := x.tx.eraseMessage(a.Channel, a.TS); err != nil {
				return err
			}
		}
	}
	return nil
}

// forgetEntities drops what the incident is about by this alert alone.
func (x *eraser) forgetEntities(n incident.Number, a incident.Alert) error {
	for _, e := range a.Entities {
		if _, err := x.tx.exec(`DELETE FROM incident_entities WHERE incident = ?1 AND type = ?2 AND value = ?3 AND NOT EXISTS (
			SELECT 1 FROM alert_entities x JOIN alerts o ON o.id = x.alert WHERE x.type = ?2 AND x.value = ?3 AND o.incident = ?1)`,
			n, e.Type, e.Value); err != nil {
			return fmt.Errorf("erase alert %s: %w", a.ID, err)
		}
	}
	return nil
}

// forgetBehaviour drops what rules of behaviour remember of the groups that the
// alert counted for: they begin with those anew. It reads all that they
// remember, which is bounded.
func (x *eraser) forgetBehaviour(a incident.Alert) error {
	type group struct{ rule, name string }
	list, err := all(&x.tx.View, func(row row) (g group, err error) {
		return g, row.Scan(&g.rule, &g.name)
	}, `SELECT rule, grp FROM behaviour WHERE instr(state, ?) > 0`, []byte(a.ID))
	if err != nil {
		return fmt.Errorf("erase alert %s: %w", a.ID, err)
	}
	for _, g := range list {
		if _, err := x.tx.exec(`DELETE FROM behaviour WHERE rule = ? AND grp = ?`, g.rule, g.name); err != nil {
			return fmt.Errorf("erase alert %s: %w", a.ID, err)
		}
		if _, err := x.tx.exec(`UPDATE behaviour_rules SET groups = max(0, groups - 1) WHERE rule = ?`, g.rule); err != nil {
			return fmt.Errorf("erase alert %s: %w", a.ID, err)
		}
	}
	return nil
}

// AlertErased says whether what an alert said was erased.
func (v *View) AlertErased(id string) (bool, error) {
	gone, _, err := optional(v, value[bool], `SELECT erased FROM alerts WHERE id = ?`, id)
	if err != nil {
		return false, fmt.Errorf("alert %s: %w", id, err)
	}
	return gone, nil
}
