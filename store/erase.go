package store

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"firebreak/incident"
	"firebreak/incident/mask"
)

// Erased says what went with a redacted entry, and what of it is left for
// people to see to.
type Erased struct {
	Along    []incident.Entry // entries that only tell of it, as they were: redacted with it
	Quoters  []incident.Entry // entries that say it too, as they are: left alone
	Earlier  []incident.Entry // entries that said it before they were edited, or in a reason or the name of a file: left alone
	Tasks    []incident.Task  // whose titles said it, with their new ones
	Pages    []incident.Page  // whose titles said it, as they were
	Sections []string         // of the RCA that quote it: left alone
	Title    bool             // the incident's title says it: left alone
	Unneeded []string         // hashes of contents that no entry has any more
	Shared   []string         // names of its files that other entries have too: those were kept
	Withheld int              // actions that were about it and had not been done
}

// Redact erases what an entry says, in all its states, everywhere in this
// database: in the log, in all that is made of it, in what delivered it and in
// what was planned with it. That it was there stays, and who erased it when and
// why, as a record of the log. own is firebreak's own Slack user, whose messages
// that quote it are redacted with it.
//
// What quotes it in other words than its own cannot be known. ErrRedacted when
// it was erased before.
func (tx *Tx) Redact(entryID, own string, r Redaction) (sum Erased, err error) {
	key, err := tx.EntryKeyOf(entryID)
	if err != nil {
		return sum, err
	}
	e, err := tx.EntryByKey(key)
	if err != nil {
		return sum, err
	}
	if e.Redacted {
		return sum, fmt.Errorf("redact entry %d of %s: %w", e.N, e.Incident, ErrRedacted)
	}
	x := &eraser{tx: tx, own: own, why: r, gone: map[string]bool{}, posted: map[string]bool{}, since: earliest(e)}
	if x.alerts, err = tx.alertsBehind(e, key); err != nil {
		return sum, fmt.Errorf("redact entry %d of %s: %w", e.N, e.Incident, err)
	}
	x.quote = quoteOf(e, x.alerts)
	if err := x.run(e, key); err != nil {
		return sum, fmt.Errorf("redact entry %d of %s: %w", e.N, e.Incident, err)
	}
	return x.sum, nil
}

// eraser is one redaction at work.
type eraser struct {
	tx    *Tx
	own   string
	why   Redaction
	quote incident.Quote
	told  incident.Quote // what detections said of it
	since time.Time      // nothing that quotes it is older

	alerts []incident.Alert // what it tells of
	gone   map[string]bool  // keys of entries that were erased
	posted map[string]bool  // ts of firebreak's own messages about them
	sum    Erased
}

// earliest is before anything could quote an entry.
func earliest(e incident.Entry) time.Time {
	at := e.RecordedAt
	if e.OccurredAt.Before(at) {
		at = e.OccurredAt
	}
	for _, r := range e.Revisions {
		if r.At.Before(at) {
			at = r.At
		}
	}
	return at.Add(-time.Minute) // clocks differ
}

// QuoteOf is all that an entry says and has said, for finding where else it
// stands.
func (v *View) QuoteOf(e incident.Entry) (incident.Quote, error) {
	key, err := v.EntryKeyOf(e.ID)
	if err != nil {
		return incident.Quote{}, err
	}
	alerts, err := v.alertsBehind(e, key)
	if err != nil {
		return incident.Quote{}, fmt.Errorf("alerts of entry %d of %s: %w", e.N, e.Incident, err)
	}
	return quoteOf(e, alerts), nil
}

func quoteOf(e incident.Entry, alerts []incident.Alert) incident.Quote {
	texts := []string{e.Text}
	for _, r := range e.Revisions {
		texts = append(texts, r.Text)
	}
	var secrets []string
	for _, text := range texts {
		secrets = append(secrets, mask.Secrets(text)...)
	}
	if raw, _ := e.Data["raw"].(string); raw != "" {
		texts = append(texts, raw)
	}
	messages := []string{}
	if e.Source.System == "slack" {
		messages = append(messages, e.Source.TS)
	}
	for _, a := range alerts {
		texts = append(texts, a.Raw)
		if e.Kind == incident.KindAlert {
			messages = append(messages, a.TS)
		}
	}
	return incident.NewQuote(messages, texts...).AndSecrets(secrets...)
}

// run erases what is derived first, while it can be found by what it is
// derived from.
func (x *eraser) run(e incident.Entry, key string) error {
	steps := []func() error{
		func() error { return x.detections(e.Incident) },
		func() error { return x.eraseAlerts(e.Incident) },
		func() error { return x.tasks(e.Incident) },
		func() error { return x.pages(e) },
		func() error { return x.twins(e, key) },
		func() error { return x.entry(e, key) },
		func() error { return x.posts(e.Incident) },
		func() error { return x.entries(e, key) },
		func() error { return x.actions(e.Incident) },
		func() error { return x.inbox(e) },
		func() error { return x.name(e.Incident) },
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// entry erases one entry and the bytes of its files.
func (x *eraser) entry(e incident.Entry, key string) error {
	if x.gone[key] || e.Redacted {
		return nil
	}
	x.gone[key] = true
	unneeded, err := x.tx.eraseFiles(key)
	if err != nil {
		return err
	}
	if err := x.tx.redact(e, key, x.why); err != nil {
		return err
	}
	for _, f := range e.Files {
		if f.SHA256 != "" && !slices.Contains(unneeded, f.SHA256) {
			x.sum.Shared = append(x.sum.Shared, f.Name)
		}
	}
	for _, sha := range unneeded { // of an older version, which kept them here
		if _, err := x.tx.exec(`DELETE FROM blobs WHERE sha256 = ?`, sha); err != nil {
			return err
		}
	}
	x.sum.Unneeded = append(x.sum.Unneeded, unneeded...)
	return nil
}

// twins erases what holds the same content: what was merged into the entry,
// and the entry in the incidents that it was moved to or from.
func (x *eraser) twins(e incident.Entry, key string) error {
	keys, err := all(&x.tx.View, value[string], `SELECT key FROM entries WHERE incident = ?1 AND (folded = ?2 OR first_folded = ?2)
		UNION SELECT c.key FROM alterations a JOIN entries c ON 'INC-' || c.incident = a.value AND c.key LIKE '%:moved:' || ?3
			WHERE a.key = ?4 AND a.what = 'moved'
		UNION SELECT key FROM entries WHERE id = ?5`, e.Incident, e.N, e.ID, key, movedFrom(key))
	if err != nil {
		return err
	}
	for _, twin := range keys {
		part, err := x.tx.EntryByKey(twin)
		if err != nil {
			return err
		}
		x.quote = x.quote.And(quoteOf(part, nil))
	}
	return x.along(keys)
}

// makes says whether what was erased was made by the row of the inbox with
// this key.
func (x *eraser) makes(key string) bool {
	for gone := range x.gone {
		if strings.HasPrefix(gone, key+":") {
			return true
		}
	}
	return false
}

// movedFrom is the id of the entry that an entry with this key is a copy of;
// "": it is none.
func movedFrom(key string) string {
	_, id, _ := strings.Cut(key, ":moved:")
	return id
}

// entries goes through the incident for what quotes the entry: what only
// tells of it goes with it, what somebody else said is named.
func (x *eraser) entries(e incident.Entry, key string) error {
	type keyed struct {
		key, text, data, ts string
	}
	list, err := all(&x.tx.View, func(row row) (k keyed, err error) {
		return k, row.Scan(&k.key, &k.text, &k.data, &k.ts)
	}, `SELECT key, text, data, ts FROM entries WHERE incident = ? AND redacted = 0 AND key <> ?`, e.Incident, key)
	if err != nil {
		return err
	}
	earlier, err := x.earlier(e.Incident)
	if err != nil {
		return err
	}
	for _, k := range list {
		if x.gone[k.key] {
			continue
		}
		asked := strings.Contains(k.data, `"command"`) && (correctionOf(k.data, e.N) || x.seeks(k.data))
		made := x.makes(k.key)                                             // it is the command that made it
		half := strings.HasSuffix(k.key, ":split") && x.quote.Part(k.text) // of what it once was
		makes := strings.HasPrefix(k.key, key+":")                         // what the command that it is made
		now := asked || x.posted[k.ts] || made || makes || half || x.quote.In(k.text) || x.quote.In(k.data)
		if !now && !earlier[k.key] {
			continue
		}
		other, err := x.tx.EntryByKey(k.key)
		if err != nil {
			return err
		}
		if !x.tells(other) && !now {
			x.sum.Earlier = append(x.sum.Earlier, other)
			continue
		}
		if !x.tells(other) && !half {
			x.sum.Quoters = append(x.sum.Quoters, other)
			continue
		}
		if err := x.entry(other, k.key); err != nil {
			return err
		}
		x.sum.Along = append(x.sum.Along, other)
	}
	return nil
}

// earlier gives the keys of entries that quote it in what they do not say any
// more, or say beside their text: revisions, reasons of corrections, notes in
// custody, names of files.
func (x *eraser) earlier(n incident.Number) (map[string]bool, error) {
	quoting := map[string]bool{}
	_, err := all(&x.tx.View, func(row row) (_ struct{}, err error) {
		var key, text string
		if err = row.Scan(&key, &text); err == nil && !quoting[key] && x.quote.In(text) {
			quoting[key] = true
		}
		return struct{}{}, err
	}, `WITH e AS (SELECT key FROM entries WHERE incident = ? AND redacted = 0)
		SELECT key, text FROM versions JOIN e USING (key) UNION ALL SELECT key, text FROM edits JOIN e USING (key)
		UNION ALL SELECT key, reason FROM edits JOIN e USING (key) WHERE reason <> '' UNION ALL SELECT key, reason FROM drops JOIN e USING (key) WHERE reason <> ''
		UNION ALL SELECT key, reason FROM alterations JOIN e USING (key) WHERE reason <> '' UNION ALL SELECT key, note FROM custody JOIN e USING (key) WHERE note <> ''
		UNION ALL SELECT key, name FROM entry_files JOIN e USING (key)`, n)
	if err != nil {
		return nil, fmt.Errorf("read what was said before: %w", err)
	}
	return quoting, nil
}

// tells says whether an entry is firebreak's own record of what others say, or
// PagerDuty's of what a detection paged with.
func (x *eraser) tells(e incident.Entry) bool {
	switch e.Kind {
	case incident.KindPage:
		return x.told.In(e.Text)
	case incident.KindCommand, incident.KindTask, incident.KindAction:
		return true
	case incident.KindMessage:
		return e.Actor.ID != "" && e.Actor.ID == x.own
	}
	return false
}

// seeks says whether a command's data is of one that looks for what the entry
// says.
func (x *eraser) seeks(data string) bool {
	var d struct{ Args string }
	return json.Unmarshal([]byte(data), &d) == nil && x.quote.Sought(d.Args)
}

// correctionOf says whether a command's data is of one that corrected the
// entry with a label.
func correctionOf(data string, label int) bool {
	var d struct{ Verb, Args string }
	if json.Unmarshal([]byte(data), &d) != nil || d.Verb != "edit" && d.Verb != "split entry" {
		return false
	}
	words := strings.Fields(strings.ToLower(d.Args))
	at := max(slices.Index(words, "edit"), slices.Index(words, "split"))
	return at >= 0 && at+1 < len(words) && words[at+1] == fmt.Sprint(label)
}

// pages takes it out of the titles of pages, for good: PagerDuty goes on
// telling them.
func (x *eraser) pages(e incident.Entry) error {
	own, _ := e.Data["page"].(string)
	list, err := all(&x.tx.View, scanPage, selectPage+` WHERE incident = ?`, e.Incident)
	if err != nil {
		return err
	}
	for _, p := range list {
		if p.Page.ID != own && !x.quote.In(p.Page.Title) {
			continue
		}
		if _, err := x.tx.exec(`UPDATE pages SET title = ?, redacted = 1 WHERE id = ?`, incident.Gone, p.Page.ID); err != nil {
			return fmt.Errorf("erase page %s: %w", p.Page.ID, err)
		}
		x.sum.Pages = append(x.sum.Pages, p.Page)
	}
	return nil
}

// tasks takes it out of the titles of tasks.
func (x *eraser) tasks(n incident.Number) error {
	list, err := x.tx.Tasks(n)
	if err != nil {
		return err
	}
	for _, t := range list {
		if !x.quote.In(t.Title) {
			continue
		}
		t.Title = incident.Gone
		if err := x.tx.SaveTask(t); err != nil {
			return err
		}
		x.sum.Tasks = append(x.sum.Tasks, t)
	}
	return nil
}

// name names what quotes it and is left alone.
func (x *eraser) name(n incident.Number) error {
	sections, err := x.tx.Sections(n)
	if err != nil {
		return err
	}
	for name, s := range sections {
		if x.quote.In(s.Text) {
			x.sum.Sections = append(x.sum.Sections, name)
		}
	}
	slices.Sort(x.sum.Sections)
	inc, err := x.tx.Incident(incident.Operator(), n)
	x.sum.Title = x.quote.In(inc.Title)
	return err
}
