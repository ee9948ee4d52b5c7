package store

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"firebreak/incident"
)

// posted records a message under a ts, with a version for each text.
func posted(tx *Tx, n incident.Number, ts string, texts ...string) (incident.Entry, error) {
	at := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	key := "slack:T:C:" + ts
	e, _, err := tx.Record(key, incident.Entry{
		Incident: n, Kind: incident.KindMessage, OccurredAt: at, Text: texts[0], Actor: incident.Actor{ID: "U1", Kind: incident.ActorUser},
		Source: incident.Source{System: "slack", Channel: "C", TS: ts},
	})
	for i, text := range texts[1:] {
		if err == nil {
			_, err = tx.AddVersion(n, key, Version{At: at.Add(time.Duration(i+1) * time.Second), Text: text})
		}
	}
	return e, err
}

// redacted redacts an entry in a transaction of its own.
func redacted(t *testing.T, s *Store, id string) (sum Erased) {
	t.Helper()
	err := s.Update(t.Context(), func(tx *Tx) (err error) {
		sum, err = tx.Redact(id, "U0BOT", Redaction{By: "U9", Reason: "a password", At: time.Now()})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return sum
}

// TestRedactedTextLeavesTheFile: from pages that have been split, moved and
// merged, and from a search index of many segments, too.
func TestRedactedTextLeavesTheFile(t *testing.T) {
	s := openFresh(t)
	rng := rand.New(rand.NewPCG(1, 2))
	filler := func() string {
		var b strings.Builder
		for range 3 + rng.IntN(60) {
			fmt.Fprintf(&b, "w%d ", rng.IntN(5000))
		}
		return b.String()
	}
	var ids, secrets []string
	for i := range 20 {
		err := s.Update(t.Context(), func(tx *Tx) error {
			if i == 0 {
				if _, err := tx.OpenIncident(incident.Incident{Title: "x", Channel: incident.Channel{ID: "C"}}); err != nil {
					return err
				}
			}
			for j := range 30 {
				ts := fmt.Sprintf("%d.%06d", 1000+i, j)
				secret := fmt.Sprintf("zq%dx%djackdaw", i, j)
				text := filler() + secret + " " + filler()
				texts := []string{text}
				if j%5 == 3 {
					texts = append(texts, "edited "+text, "again "+text)
				}
				e, err := posted(tx, 1, ts, texts...)
				if err != nil {
					return err
				}
				if j%5 == 3 {
					err = tx.Edit(e.ID, incident.Revision{At: time.Now(), By: "U2", Text: "laid over " + text, Reason: secret})
				}
				if err != nil {
					return err
				}
				body, err := json.Marshal(map[string]any{"event": map[string]any{"type": "message", "ts": ts, "text": text}})
				if err != nil {
					return err
				}
				if _, _, err := tx.Receive(incident.Inbound{Key: "ev:" + ts, Source: "events_api", Lane: "C", Payload: body}); err != nil {
					return err
				}
				if _, _, err := tx.Plan(incident.Action{Key: "post:" + ts, Kind: "message.post", Lane: "l", Incident: 1, Payload: body}); err != nil {
					return err
				}
				if j%30 == 3 {
					ids, secrets = append(ids, e.ID), append(secrets, secret)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	began := time.Now()
	for _, id := range ids {
		redacted(t, s, id)
	}
	t.Logf("%s for each of %d redactions", time.Since(began)/time.Duration(len(ids)), len(ids))
	path := s.path
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range secrets {
		if at := bytes.Index(raw, []byte(secret)); at >= 0 {
			t.Errorf("%s stands in the file: …%q…", secret, raw[max(0, at-300):min(len(raw), at+60)])
		}
	}
	if !bytes.Contains(raw, []byte("zq1x4jackdaw")) {
		t.Error("what was not redacted is not there either")
	}
	if v, err := Verify(t.Context(), path, nil, nil); err != nil || v.Erased < len(ids)*4 {
		t.Errorf("verified %+v, %v", v, err)
	}
}

// TestNothingComesBack: whatever is told of a redacted entry later, by its
// source or by people, and after a rebuild.
func TestNothingComesBack(t *testing.T) {
	s := openFresh(t)
	defer s.Close()
	var e incident.Entry
	update := func(fn func(tx *Tx) error) {
		t.Helper()
		if err := s.Update(t.Context(), fn); err != nil {
			t.Fatal(err)
		}
	}
	update(func(tx *Tx) error {
		if _, err := tx.OpenIncident(incident.Incident{Title: "x"}); err != nil {
			return err
		}
		var err error
		if e, err = posted(tx, 1, "1.000001", "the first secret", "the second secret"); err != nil {
			return err
		}
		if err := tx.AttachFile("slack:T:C:1.000001", incident.File{ID: "F1", Name: "dump"}); err != nil {
			return err
		}
		if err := tx.Edit(e.ID, incident.Revision{At: time.Now(), By: "U2", Text: "the third secret", OccurredAt: e.OccurredAt.Add(-time.Hour)}); err != nil {
			return err
		}
		_, err = tx.Drop(e.ID, true, "U2", "the fourth secret", time.Now())
		return err
	})
	redacted(t, s, e.ID)
	update(func(tx *Tx) error {
		if _, err := posted(tx, 1, "1.000001", "the first secret", "the second secret", "the fifth secret"); err != nil {
			return err
		}
		if err := tx.AttachFile("slack:T:C:1.000001", incident.File{ID: "F1", Name: "dump", SHA256: "x"}); err != nil {
			return err
		}
		if _, err := tx.MarkDeleted(1, "slack:T:C:1.000001", time.Now(), ""); err != nil {
			return err
		}
		if err := tx.Edit(e.ID, incident.Revision{Text: "the sixth secret"}); !errors.Is(err, ErrRedacted) {
			t.Errorf("edited: %v", err)
		}
		if _, err := tx.Drop(e.ID, false, "U2", "", time.Now()); !errors.Is(err, ErrRedacted) {
			t.Errorf("put back: %v", err)
		}
		if _, err := tx.Redact(e.ID, "", Redaction{}); !errors.Is(err, ErrRedacted) {
			t.Errorf("redacted again: %v", err)
		}
		return nil
	})
	for range 2 {
		if err := s.View(t.Context(), func(v *View) error {
			got, err := v.Entry(incident.Operator(), 1, e.N)
			want := incident.Entry{
				ID: e.ID, Incident: 1, N: e.N, Kind: e.Kind, Lane: e.Lane, OccurredAt: e.OccurredAt.Add(-time.Hour), RecordedAt: e.RecordedAt,
				Actor: e.Actor, Source: e.Source, Redacted: true, Dropped: true, Deleted: true,
			}
			a, _ := incident.MarshalEntry(got)
			b, _ := incident.MarshalEntry(want)
			if !bytes.Equal(a, b) {
				t.Errorf("it is %s, want %s", a, b)
			}
			left, err2 := all(v, value[string], `SELECT CAST(body AS TEXT) FROM bodies WHERE CAST(body AS TEXT) LIKE '%secret%'`)
			if len(left) > 0 {
				t.Errorf("the log holds %q", left)
			}
			return errors.Join(err, err2)
		}); err != nil {
			t.Fatal(err)
		}
		if err := s.Rebuild(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}

// TestRedactionLeavesOthersAlone: what only looks alike stays.
func TestRedactionLeavesOthersAlone(t *testing.T) {
	s := openFresh(t)
	defer s.Close()
	var done, reply, human incident.Entry
	err := s.Update(t.Context(), func(tx *Tx) error {
		if _, err := tx.OpenIncident(incident.Incident{Title: "x", Channel: incident.Channel{ID: "C"}}); err != nil {
			return err
		}
		var err error
		if done, err = posted(tx, 1, "1.000001", "done"); err != nil {
			return err
		}
		if human, err = posted(tx, 1, "1.000002", "it says the long secret, I think"); err != nil {
			return err
		}
		if reply, err = posted(tx, 1, "1.000003", "the long secret"); err != nil {
			return err
		}
		for key, body := range map[string]string{
			"reply":  `{"event":{"type":"message","ts":"1.000004","thread_ts":"1.000001","text":"well done","root":{"ts":"1.000001","text":"done"}}}`,
			"react":  `{"event":{"type":"reaction_added","item":{"ts":"1.000001","channel":"C"}}}`,
			"number": `{"n":12345678901234567890,"event":{"ts":"1.000001","text":"done"}}`,
		} {
			if _, _, err := tx.Receive(incident.Inbound{Key: key, Source: "events_api", Lane: "C", Payload: json.RawMessage(body)}); err != nil {
				return err
			}
		}
		return tx.SetSection(1, Section{Name: "summary", Text: "It was The Long, secret.", At: time.Now()})
	})
	if err != nil {
		t.Fatal(err)
	}
	if sum := redacted(t, s, done.ID); len(sum.Along)+len(sum.Quoters)+len(sum.Sections) > 0 {
		t.Errorf("a short text was found elsewhere: %+v", sum)
	}
	sum := redacted(t, s, reply.ID)
	if len(sum.Along) > 0 || len(sum.Quoters) != 1 || sum.Quoters[0].ID != human.ID || !slices.Equal(sum.Sections, []string{"summary"}) {
		t.Errorf("it says %+v", sum)
	}
	if err := s.View(t.Context(), func(v *View) error {
		got, err := v.ReceivedPayloads("")
		for key, want := range map[string]string{
			"reply":  `{"event":{"root":{"redacted":true,"ts":"1.000001"},"text":"well done","thread_ts":"1.000001","ts":"1.000004","type":"message"}}`,
			"react":  `{"event":{"type":"reaction_added","item":{"ts":"1.000001","channel":"C"}}}`,
			"number": `{"event":{"redacted":true,"ts":"1.000001"},"n":12345678901234567890}`,
		} {
			if string(got[key]) != want {
				t.Errorf("%s: %s, want %s", key, got[key], want)
			}
		}
		e, err2 := v.Entry(incident.Operator(), 1, human.N)
		if e.Text != human.Text {
			t.Errorf("somebody else's message says %q", e.Text)
		}
		return errors.Join(err, err2)
	}); err != nil {
		t.Fatal(err)
	}
}

// TestRedactionFindsWhatWasSaid: a quote in an earlier revision, in a reason or
// in a file's name is named, and so is who repeats the secret alone; what only
// tells of it goes along.
func TestRedactionFindsWhatWasSaid(t *testing.T) {
	s := openFresh(t)
	defer s.Close()
	var secret, edited, laid, reasoned, alone, command, other incident.Entry
	err := s.Update(t.Context(), func(tx *Tx) error {
		if _, err := tx.OpenIncident(incident.Incident{Title: "x", Channel: incident.Channel{ID: "C"}}); err != nil {
			return err
		}
		note := func(key string, kind incident.Kind, text string) (e incident.Entry) {
			e, _, err := tx.Record(key, incident.Entry{
				Incident: 1, Kind: kind, OccurredAt: time.Now(), Text: text, Actor: incident.Actor{ID: "U2", Kind: incident.ActorUser},
			})
			if err != nil {
				t.Fatal(err)
			}
			return e
		}
		var err, err2 error
		secret, err = posted(tx, 1, "1.000001", "the root password: Emu8Zx of the old database")
		edited, err2 = posted(tx, 1, "1.000002", "as said, the root password: Emu8Zx of the old database", "as said, rotate it")
		laid, reasoned = note("a", incident.KindNote, "one thing"), note("b", incident.KindNote, "another thing")
		alone, other = note("c", incident.KindNote, "Emu8Zx does not work any more"), note("d", incident.KindNote, "the Emu8Zx9 host is fine")
		command = note("e", incident.KindCommand, "/inc task add try Emu8Zx")
		_, err3 := tx.AddTask(incident.Task{Incident: 1, Title: "Change Emu8Zx", State: incident.TaskOpen})
		return errors.Join(err, err2, err3,
			tx.Edit(laid.ID, incident.Revision{At: time.Now(), By: "U2", Text: "kim tried Emu8Zx"}),
			tx.Edit(laid.ID, incident.Revision{At: time.Now().Add(time.Second), By: "U2", Text: "kim tried it"}),
			tx.Edit(reasoned.ID, incident.Revision{At: time.Now(), By: "U2", Text: "another matter", Reason: "not Emu8Zx"}))
	})
	if err != nil {
		t.Fatal(err)
	}
	sum := redacted(t, s, secret.ID)
	ids := func(list []incident.Entry) (ids []int) {
		for _, e := range list {
			ids = append(ids, e.N)
		}
		slices.Sort(ids)
		return ids
	}
	if got := ids(sum.Earlier); !slices.Equal(got, []int{edited.N, laid.N, reasoned.N}) {
		t.Errorf("said before by %v", got)
	}
	if got := ids(sum.Quoters); !slices.Equal(got, []int{alone.N}) {
		t.Errorf("said by %v", got)
	}
	if got := ids(sum.Along); !slices.Equal(got, []int{command.N}) || len(sum.Tasks) != 1 {
		t.Errorf("along went %v, tasks %v", got, sum.Tasks)
	}
	for _, e := range []incident.Entry{edited, laid, reasoned, alone} {
		redacted(t, s, e.ID)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(s.path)
	if err != nil {
		t.Fatal(err)
	}
	if left := strings.Count(strings.ReplaceAll(string(raw), other.Text, ""), "Emu8Zx"); left > 0 {
		t.Errorf("it stands %d times in the file", left)
	}
}
