package store_test

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"firebreak/incident"
	"firebreak/store"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// findable is something that search may find, as the oracle knows it.
type findable struct {
	incident incident.Number
	id       string
	kind     incident.Kind
	lane     incident.Lane
	what, n  int // entries first, then tasks, then sections
	section  string
	at       time.Time
	words    [2][]string // of the text and of the files' names
	earlier  [][]string  // of each text of before
	actor    []string    // all that from: may call its author
	pinned   bool
	severity incident.Severity
	channel  incident.Channel
	asks     bool
}

// plainWords divides a text as the oracle's own, simple idea of words.
func plainWords(text string) []string {
	text = strings.NewReplacer("é", "e", "É", "e").Replace(strings.ToLower(text))
	return strings.FieldsFunc(text, func(r rune) bool { return !('a' <= r && r <= 'z' || '0' <= r && r <= '9') })
}

func (d findable) says(term string) bool { return sayAny(d.words[:], term) }

func (d findable) said(term string) bool { return d.says(term) || sayAny(d.earlier, term) }

func sayAny(texts [][]string, term string) bool {
	phrase := strings.Join(plainWords(term), " ")
	return slices.ContainsFunc(texts, func(words []string) bool {
		return strings.Contains(" "+strings.Join(words, " ")+" ", " "+phrase+" ")
	})
}

// matches is search by the letter, one document at a time.
func (d findable) matches(q incident.Query) bool {
	folded := func(list []string, is func(string) bool) bool { return len(list) == 0 || slices.ContainsFunc(list, is) }
	return !slices.ContainsFunc(q.Terms, func(t string) bool { return !d.said(t) }) &&
		!slices.ContainsFunc(q.Without, d.says) &&
		(len(q.Incidents)+len(q.Channels) == 0 || slices.Contains(q.Incidents, d.incident) ||
			slices.ContainsFunc(q.Channels, func(c string) bool { return c == d.channel.ID || strings.EqualFold(c, d.channel.Name) })) &&
		folded(q.From, func(f string) bool {
			return slices.ContainsFunc(d.actor, func(a string) bool { return a != "" && strings.EqualFold(a, f) })
		}) &&
		(len(q.Kinds) == 0 || slices.Contains(q.Kinds, d.kind)) &&
		(len(q.Lanes) == 0 || slices.Contains(q.Lanes, d.lane)) &&
		(len(q.Severities) == 0 || slices.Contains(q.Severities, d.severity)) &&
		(q.After.IsZero() || !d.at.Before(q.After)) && (q.Before.IsZero() || d.at.Before(q.Before)) &&
		(!q.Pinned || d.pinned) && (!d.asks || slices.Contains(q.Kinds, incident.KindCommand))
}

// callNames are how people may be called: by the name they were recorded
// under and the one they have.
var callNames = map[string][]string{"U1": {"U1", "annie", "Ann"}, "U2": {"U2"}}

// everything reads all that a viewer may see through the other reads.
func everything(v *store.View, who incident.Viewer) (list []findable, err error) {
	incidents, err := v.Incidents(who)
	for _, inc := range incidents {
		entries, err := v.Entries(who, inc.Number, store.Filter{})
		if err != nil {
			return nil, err
		}
		base := findable{lane: incident.LaneResponder, incident: inc.Number, severity: inc.Severity, channel: inc.Channel}
		for _, e := range entries {
			d := base
			d.id, d.kind, d.lane, d.n, d.at, d.pinned, d.asks = e.ID, e.Kind, e.Lane, e.N, e.OccurredAt, e.Pinned(), e.Asks()
			d.words[0], d.actor = plainWords(e.Text), callNames[e.Actor.ID]
			for _, f := range e.Files {
				d.words[1] = append(d.words[1], plainWords(f.Name)...)
			}
			for _, r := range e.Revisions {
				if r.Text != e.Text && r.Text != "" {
					d.earlier = append(d.earlier, plainWords(r.Text))
				}
			}
			if e.Leaves() && (e.Text != "" || len(e.Files) > 0 || len(d.earlier) > 0) {
				list = append(list, d)
			}
		}
		tasks, err := v.Tasks(inc.Number)
		if err != nil {
			return nil, err
		}
		for _, t := range tasks {
			d := base
			d.id, d.kind, d.what, d.n, d.at = fmt.Sprintf("task:%s:%d", inc.Number, t.N), incident.KindTask, 2, t.N, t.CreatedAt
			d.words[0], d.actor = plainWords(t.Title), []string{t.CreatedBy, "Ann"}
			list = append(list, d)
		}
		sections, err := v.Sections(inc.Number)
		if err != nil {
			return nil, err
		}
		for _, s := range sections {
			d := base
			d.id, d.kind, d.what, d.section, d.at = fmt.Sprintf("rca:%s:%s", inc.Number, s.Name), incident.KindRCA, 1, s.Name, s.At
			d.words[0], d.actor = plainWords(s.Text), callNames[s.By]
			list = append(list, d)
		}
	}
	return list, err
}

// scan is search as nobody could get it wrong.
func scan(v *store.View, who incident.Viewer, q incident.Query) ([]string, error) {
	list, err := everything(v, who)
	list = slices.DeleteFunc(list, func(d findable) bool { return !d.matches(q) })
	slices.SortFunc(list, func(a, b findable) int {
		return cmp.Or(b.at.Compare(a.at), cmp.Compare(b.incident, a.incident), cmp.Compare(a.what, b.what),
			cmp.Compare(b.n, a.n), cmp.Compare(a.section, b.section))
	})
	var ids []string
	for _, d := range list {
		ids = append(ids, d.id)
	}
	return ids, err
}

// leafed searches page by page.
func leafed(v *store.View, who incident.Viewer, q incident.Query, limit int) ([]string, error) {
	var ids []string
	for q.Page = 1; ; q.Page++ {
		found, err := v.Search(who, q, limit)
		if err != nil {
			return nil, err
		}
		for _, h := range found.Hits {
			ids = append(ids, h.Entry.ID)
		}
		if !found.More {
			return ids, nil
		}
	}
}

var vocabulary = []string{"alpha", "beta", "Gamma", "café", "10.0.0.1", "10.0.0.12", "1-10-0/0", "0", "delta", "CVE-2024-3094"}

func anyText(rt *rapid.T) string {
	return strings.Join(rapid.SliceOfN(rapid.SampledFrom(vocabulary), 0, 5).Draw(rt, "text"), " ")
}

func anyTime(rt *rapid.T) time.Time {
	return noon.Add(time.Duration(rapid.IntRange(-3, 3).Draw(rt, "hours"))*time.Hour +
		time.Duration(rapid.IntRange(0, 1500).Draw(rt, "µs"))*time.Microsecond)
}

var viewers = []incident.Viewer{
	incident.Operator(), {User: "UOUT", Responder: true}, {User: "UIN", Responder: true}, {User: "UIN"}, {},
}

// anyQuery is one that people might type.
func anyQuery(rt *rapid.T) string {
	part := rapid.OneOf(
		rapid.SampledFrom([]string{
			"alpha", "BETA", "gamma", "cafe", "Café", "10.0.0.1", "10-0/0 1", `"0.1 10.0"`, "-10.0.0.1", "10.0.0.1.10", "0.1", "cve-2024", `"alpha beta"`, `"beta alpha"`, "-delta", `-"alpha beta"`, "omega",
			"in:INC-1", "in:INC-2", "in:#CH1", "in:#chan-2", "in:INC-9", "from:U1", "from:@ann", "from:annie", "from:u2", "from:nobody",
			"kind:message", "kind:note", "kind:task", "kind:rca", "kind:command", "sev:1", "sev:2", "pinned:yes", "lane:adversary", "lane:Responder",
			"after:11:00", "before:13:00", "before:12:00", `after:"2026-11-22 12:00"`, "before:2026-11-22T12:00:00.000700Z", "after:2026-11-22T12:00:00.000300Z",
		}),
	)
	return strings.Join(rapid.SliceOfN(part, 1, 4).Draw(rt, "query"), " ")
}

// happening is one thing that may happen to a database.
func happening(rt *rapid.T, tx *store.Tx, incidents int) error {
	n := incident.Number(rapid.IntRange(1, incidents).Draw(rt, "incident"))
	ts := fmt.Sprintf("%d.%06d", n, rapid.IntRange(0, 5).Draw(rt, "ts"))
	key, e := message(n, ts, anyText(rt))
	switch rapid.IntRange(0, 10).Draw(rt, "what") {
	default:
		e.OccurredAt = anyTime(rt)
		e.Kind = rapid.SampledFrom([]incident.Kind{incident.KindMessage, incident.KindNote, incident.KindCommand}).Draw(rt, "kind")
		if e.Kind == incident.KindCommand && rapid.Bool().Draw(rt, "asks") {
			e.Data = map[string]any{"verb": "find"}
		}
		e.Lane = rapid.SampledFrom([]incident.Lane{incident.LaneResponder, incident.LaneAdversary}).Draw(rt, "lane")
		if e.Actor.ID = rapid.SampledFrom([]string{"U1", "U2"}).Draw(rt, "by"); e.Actor.ID == "U1" {
			e.Actor.Name = "annie"
		}
		for i, name := range rapid.SliceOfN(rapid.SampledFrom(vocabulary), 0, 2).Draw(rt, "files") {
			e.Files = append(e.Files, incident.File{ID: fmt.Sprint(i), Name: name + ".log"})
		}
		return must2(tx.Record(key, e))
	case 1:
		return must(tx.AddVersion(n, key, store.Version{At: anyTime(rt).Add(24 * time.Hour), Text: anyText(rt)}))
	case 2:
		old, err := tx.EntryByKey(key)
		if errors.Is(err, store.ErrNotFound) {
			return nil
		}
		return errors.Join(err, tx.Edit(old.ID, incident.Revision{At: anyTime(rt), By: "U1", Text: anyText(rt), OccurredAt: anyTime(rt)}))
	case 3:
		return must(tx.MarkDeleted(n, key, noon, "U1"))
	case 4:
		on := rapid.Bool().Draw(rt, "on")
		return must(tx.SetPin(n, key, incident.Pin{By: "U1", At: noon, Emoji: "pushpin"}, on, fmt.Sprintf("%d.000001", rapid.IntRange(1, 9).Draw(rt, "order"))))
	case 5:
		return must(tx.AddTask(incident.Task{Incident: n, Title: anyText(rt) + "x", CreatedBy: "U1", CreatedAt: anyTime(rt)}))
	case 6:
		t, err := tx.Task(n, 1)
		if errors.Is(err, store.ErrNotFound) {
			return nil
		}
		t.Title = anyText(rt) + "x"
		return errors.Join(err, tx.SaveTask(t))
	case 7:
		name := rapid.SampledFrom(incident.SectionNames()[:2]).Draw(rt, "section")
		return tx.SetSection(n, store.Section{Name: name, Text: anyText(rt) + "x", By: "U2", At: anyTime(rt)})
	case 8:
		inc, err := tx.Incident(incident.Operator(), n)
		inc.Private, inc.Severity = rapid.Bool().Draw(rt, "private"), incident.Severity(rapid.IntRange(1, 2).Draw(rt, "severity"))
		return errors.Join(err, tx.SaveIncident(inc))
	case 9:
		if rapid.Bool().Draw(rt, "joins") {
			return tx.Join(fmt.Sprintf("CH%d", n), "UIN")
		}
		return tx.Leave(fmt.Sprintf("CH%d", n), "UIN")
	}
}

// opened makes incidents with channels of their own.
func opened(tx *store.Tx, count int) error {
	if err := tx.SavePerson(incident.Person{ID: "U1", Name: "Ann"}); err != nil {
		return err
	}
	for i := range count {
		inc := incident.Incident{
			Title: "x", Severity: incident.SEV1, Private: i%2 == 1,
			Channel: incident.Channel{ID: fmt.Sprintf("CH%d", i+1), Name: fmt.Sprintf("chan-%d", i+1)},
		}
		if _, err := tx.OpenIncident(inc); err != nil {
			return err
		}
	}
	return nil
}

// Whatever happens and whatever is asked, search gives what a scan of all
// that the viewer may see gives, page by page and again after a rebuild.
func TestSearchIsAScan(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s := fresh(t)
		update(t, s, func(tx *store.Tx) error { return opened(tx, 3) })
		for range rapid.IntRange(1, 4).Draw(rt, "updates") {
			update(t, s, func(tx *store.Tx) error {
				for range rapid.IntRange(1, 12).Draw(rt, "things") {
					if err := happening(rt, tx, 3); err != nil {
						return err
					}
				}
				return nil
			})
		}
		queries := rapid.SliceOfN(rapid.Custom(anyQuery), 4, 4).Draw(rt, "queries")
		check := func() {
			for _, who := range viewers {
				for _, query := range queries {
					q := asked(t, query)
					want := read(t, s, func(v *store.View) ([]string, error) { return scan(v, who, q) })
					got := read(t, s, func(v *store.View) ([]string, error) { return leafed(v, who, q, 3) })
					if diff := gocmp.Diff(want, got); diff != "" {
						rt.Fatalf("%+v asks %q: -scan +search\n%s", who, query, diff)
					}
				}
			}
		}
		check()
		if err := s.Rebuild(t.Context()); err != nil {
			rt.Fatal(err)
		}
		check()
	})
}

// secrets adds to an incident what search finds besides texts: a text of
// before, a detection, an indicator and a file.
func secrets(tx *store.Tx, n incident.Number) error {
	key, e := message(n, fmt.Sprintf("%d.777777", n), "alpha 10.0.0.1")
	e.Files = []incident.File{{ID: "F9", Name: "alpha-beta.log"}}
	e, _, err := tx.Record(key, e)
	if err != nil {
		return err
	}
	if err := tx.Edit(e.ID, incident.Revision{At: noon.Add(time.Hour), By: "U1", Text: "delta"}); err != nil {
		return err
	}
	return must2(tx.Record(fmt.Sprintf("detection:%d", n), incident.Entry{
		Incident: n, Kind: incident.KindDetection, Lane: incident.LaneAdversary, OccurredAt: noon, Text: "gamma",
		Data: map[string]any{"rule": "alpha-rule", "techniques": []string{"T1110.003"}, "evidence": []map[string]any{{"text": "beta 10.0.0.1"}}},
	}))
}

// A person outside gets the same answers, to the byte, whether or not there
// is a private incident, whatever it says and however much.
func TestAPrivateIncidentLeavesNoTrace(t *testing.T) {
	outside := incident.Viewer{User: "UOUT", Responder: true}
	rapid.Check(t, func(rt *rapid.T) {
		without, with := fresh(t), fresh(t)
		type thing struct {
			n    incident.Number
			ts   string
			text string
			at   time.Time
		}
		things := rapid.SliceOfN(rapid.Custom(func(rt *rapid.T) thing {
			return thing{incident.Number(rapid.IntRange(1, 3).Draw(rt, "incident")), fmt.Sprint(rapid.IntRange(1, 99).Draw(rt, "ts")), anyText(rt), anyTime(rt)}
		}), 1, 40).Draw(rt, "things")
		write := func(s *store.Store, private bool) {
			update(t, s, func(tx *store.Tx) error {
				for n := incident.Number(1); n <= 3; n++ { // the third, the last, is the private one
					if n == 3 && !private {
						break
					}
					if _, err := tx.OpenIncident(incident.Incident{Title: "x", Severity: incident.SEV1, Private: n == 3, Channel: incident.Channel{ID: fmt.Sprintf("CH%d", n)}}); err != nil {
						return err
					}
				}
				for _, x := range things {
					key, e := message(x.n, fmt.Sprintf("%d.%s", x.n, x.ts), x.text)
					e.OccurredAt = x.at
					if x.n == 3 && !private {
						continue
					}
					if _, _, err := tx.Record(key, e); err != nil {
						return err
					}
				}
				if !private {
					return nil
				}
				if _, err := tx.AddTask(incident.Task{Incident: 3, Title: "alpha beta", CreatedAt: noon}); err != nil {
					return err
				}
				if err := secrets(tx, 3); err != nil {
					return err
				}
				return tx.SetSection(3, store.Section{Name: incident.SectionSummary, Text: "alpha gamma", By: "U1", At: noon})
			})
		}
		write(without, false)
		write(with, true)
		for _, query := range rapid.SliceOfN(rapid.Custom(anyQuery), 6, 6).Draw(rt, "queries") {
			for _, more := range []string{"", " page:2", " sort:relevance", " in:INC-3", " in:#CH3", " lane:adversary", " T1110.003"} {
				answer := func(s *store.Store) string {
					found := read(t, s, func(v *store.View) (store.Found, error) { return v.Search(outside, asked(t, query+more), 3) })
					for i := range found.Hits { // what differs between any two databases
						found.Hits[i].Entry.ID, found.Hits[i].Entry.RecordedAt = "", time.Time{}
					}
					return fmt.Sprintf("%+v", found)
				}
				if diff := gocmp.Diff(answer(without), answer(with)); diff != "" {
					rt.Fatalf("%s: -without +with\n%s", query+more, diff)
				}
			}
		}
	})
}
