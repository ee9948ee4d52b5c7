package store

import (
	"fmt"
	"strings"

	"firebreak/incident"
)

// wording is an entry as far as its words matter.
type wording struct {
	twin
	label  int
	text   string
	actor  string // by name
	folded int
	at     int64 // when it happened
	erased bool
	laid   bool // under a correction
}

func scanWording(row row) (s wording, err error) {
	return s, row.Scan(&s.key, &s.n, &s.label, &s.text, &s.actor, &s.folded, &s.at, &s.erased, &s.laid)
}

const selectWording = `SELECT e.key, e.incident, e.n, e.text, coalesce(nullif(who.name, ''), e.actor_name), e.folded, e.occurred_at, e.redacted,
		EXISTS (SELECT 1 FROM edits x WHERE x.key = e.key AND NOT x.undone AND x.over = 0)
	FROM entries e LEFT JOIN people who ON who.id = e.actor_id AND e.actor_kind = 'user' `

// wording reads an entry; its key is empty when there is none.
func (v *View) wording(key string) (wording, error) {
	s, _, err := optional(v, scanWording, selectWording+`WHERE e.key = ?`, key)
	return s, err
}

// sourceText is what a message says by its source.
func (v *View) sourceText(key string) (string, error) {
	text, _, err := optional(v, value[string], `SELECT text FROM versions WHERE key = ? ORDER BY at DESC, ord DESC, digest DESC LIMIT 1`, key)
	return text, err
}

// followVersion brings what was made of a message in line with an edit of it
// in Slack. before is the entry as it was, was what Slack said then.
func (tx *Tx) followVersion(before wording, was string, v Version) error {
	copies, err := tx.twins(itself+copiesOf, before.key)
	if err != nil {
		return err
	}
	for _, c := range copies {
		if _, err := tx.AddVersion(c.n, c.key, v); err != nil {
			return err
		}
	}
	is, err := tx.sourceText(before.key)
	if err != nil || is == was {
		return err
	}
	if err := tx.rewriteHalf(before, was, is, v); err != nil {
		return err
	}
	now, err := tx.wording(before.key)
	if err != nil || now.text == before.text || before.laid {
		return err // beneath a correction, or told by rewriteHalf
	}
	return tx.rippleUp(now, before.text, now.text, v)
}

// rewriteHalf has an edit in Slack of a message that was split change the half
// that says the changed words. Words that no half says as they stood there
// change neither: the halves stay what responders made of them.
func (tx *Tx) rewriteHalf(first wording, was, is string, v Version) error {
	halves, err := all(&tx.View, scanWording, selectWording+`WHERE e.incident = ? AND e.first_folded = ? AND e.first_folded <> 0
		AND e.folded = 0 ORDER BY e.n`, first.n, first.label)
	if err != nil || len(halves) == 0 || !first.laid {
		return err
	}
	for _, half := range append([]wording{first}, halves...) {
		text, err := tx.rewrite(half, v, func(text string) (string, bool) { return rewritten(text, was, is) })
		if err != nil {
			return err
		}
		if text != half.text {
			return tx.rippleUp(half, half.text, text, v)
		}
	}
	return nil
}

// rewritten applies to a part of a text what changed between was and is, if
// all of that is within the part.
func rewritten(part, was, is string) (string, bool) {
	at := strings.Index(was, part)
	if part == "" || at < 0 || strings.Count(was, part) != 1 {
		return "", false
	}
	head, tail, whole := was[:at], was[at+len(part):], is
	whole, ok := strings.CutPrefix(whole, head)
	if !ok {
		return "", false
	}
	whole, ok = strings.CutSuffix(whole, tail)
	return strings.TrimSpace(whole), ok && strings.TrimSpace(whole) != ""
}

// rippleUp changes what holds an entry's text, word for word, since that has
// changed: what it was merged into, and copies in other incidents that stand
// under a correction. An entry that is gone ("") leaves what it was merged
// into.
func (tx *Tx) rippleUp(e wording, was, is string, v Version) error {
	holders, err := all(&tx.View, scanWording, selectWording+`WHERE e.incident = ? AND e.n = ? AND e.n <> 0`, e.n, e.folded)
	if err != nil {
		return err
	}
	copies, err := tx.twins(itself+copiesOf, e.key)
	if err != nil {
		return err
	}
	for _, c := range copies {
		s, err := tx.wording(c.key)
		if err != nil {
			return err
		}
		if is != "" { // the copy of what is gone is marked, and keeps its words
			holders = append(holders, s)
		}
	}
	for _, h := range holders {
		if !h.laid {
			continue
		}
		text, err := tx.rewrite(h, v, func(text string) (string, bool) { return replaced(text, e.actor, was, is) })
		if err != nil {
			return err
		}
		if text == h.text {
			continue
		}
		if err := tx.rippleUp(h, h.text, text, v); err != nil {
			return err
		}
	}
	return nil
}

// replaced puts other words in the place of those that stand once in a text;
// without others, their line and the name before them go.
func replaced(text, name, was, is string) (string, bool) {
	if was == "" || strings.Count(text, was) != 1 {
		return "", false
	}
	if is != "" {
		return strings.Replace(text, was, is, 1), true
	}
	for _, line := range []string{"\n" + name + ": " + was, "\n" + was, was} {
		if strings.Contains(text, line) {
			return strings.TrimPrefix(strings.Replace(text, line, "", 1), "\n"), true
		}
	}
	return "", false
}

// layer is a correction that holds, with what edits in Slack have made of it.
type layer struct {
	seq, at, happened int64
	text              string
}

// rewrite lays over an entry's text, and over each correction beneath, what
// change makes of it, and gives the text that shows then. Each goes with its
// correction, and is taken back with that.
func (tx *Tx) rewrite(e wording, v Version, change func(text string) (string, bool)) (text string, err error) {
	if e.erased {
		return e.text, nil
	}
	layers, err := all(&tx.View, func(row row) (l layer, err error) {
		return l, row.Scan(&l.seq, &l.at, &l.happened, &l.text)
	}, `SELECT x.seq, x.at, x.occurred_at, coalesce((SELECT f.text FROM edits f WHERE f.key = x.key AND f.over = x.seq AND NOT f.undone ORDER BY f.seq DESC LIMIT 1), x.text)
		FROM edits x WHERE x.key = ? AND NOT x.undone AND x.over = 0 ORDER BY x.at, x.seq`, e.key)
	if err != nil {
		return "", fmt.Errorf("corrections of %s: %w", e.key, err)
	}
	if len(layers) == 0 {
		layers = []layer{{seq: -1, happened: e.at, text: e.text}}
	}
	for _, l := range layers {
		now, ok := change(l.text)
		if !ok || now == l.text {
			continue
		}
		b := editBody{At: max(micros(v.At), l.at), By: v.By, Text: valid(now), OccurredAt: l.happened, Over: l.seq}
		if _, err := tx.append(record{incident: e.n, kind: recordEdit, subject: e.key, occurredAt: b.At, actor: b.By}, b); err != nil {
			return "", fmt.Errorf("follow an edit of %s: %w", e.key, err)
		}
	}
	now, err := tx.wording(e.key)
	return now.text, err
}

// newestEdit orders edits x of an entry, the one that holds first, as SQL: what
// goes with a correction lies where that does.
const newestEdit = `coalesce((SELECT o.at FROM edits o WHERE o.key = x.key AND o.seq = x.over), x.at) DESC,
	CASE WHEN x.over > 0 THEN x.over ELSE x.seq END DESC, x.seq DESC`

// madeOf is the key of the entry that one is made of; "": it is not known.
func (v *View) madeOf(key string, n incident.Number, m Made) (string, error) {
	from, _, err := optional(v, value[string], `SELECT key FROM entries WHERE id = ?1 OR ?2 <> 0 AND incident = ?3 AND n = ?2`, movedFrom(key), m.Folded, n)
	return from, err
}

// asOf ranks what an entry made of another says among what that one's source
// says, so that only what Slack tells later lies over it.
func (v *View) asOf(from string, own Version) (Version, error) {
	is, found, err := optional(v, func(row row) (s Version, err error) {
		var ord int64
		err = row.Scan(timeColumn{&s.At}, &ord, &s.By)
		s.Order = orderOf(ord)
		return s, err
	}, `SELECT at, ord, by FROM versions WHERE key = ? ORDER BY at DESC, ord DESC, digest DESC LIMIT 1`, from)
	if err != nil || !found {
		return own, err
	}
	is.Text = own.Text
	return is, nil
}

// Corrected says whether a correction of an entry's text or time holds.
func (v *View) Corrected(entryID string) (bool, error) {
	_, found, err := optional(v, value[int], `SELECT 1 FROM entries e JOIN edits x ON x.key = e.key WHERE e.id = ? AND NOT x.undone`, entryID)
	if err != nil {
		return false, fmt.Errorf("corrections of entry %s: %w", entryID, err)
	}
	return found, nil
}
