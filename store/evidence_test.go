package store

import (
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"firebreak/incident"
)

var sha1st, sha2nd = strings.Repeat("1", 64), strings.Repeat("2", 64)

// shared is an incident with three messages, a to c, each with a file of that
// name.
func shared(t *testing.T) *Store {
	t.Helper()
	s := openFresh(t)
	at := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	err := s.Update(t.Context(), func(tx *Tx) error {
		if _, err := tx.OpenIncident(incident.Incident{Title: "x", OpenedAt: at}); err != nil {
			return err
		}
		for i, name := range []string{"a", "b", "c"} {
			_, _, err := tx.Record(name, incident.Entry{
				Incident: 1, Kind: incident.KindMessage, OccurredAt: at.Add(time.Duration(i) * time.Minute), Text: "see " + name,
				Actor: incident.Actor{ID: "U1", Kind: incident.ActorUser}, Files: []incident.File{{ID: "F" + name, Name: name + ".log"}},
				Source: incident.Source{System: "slack", TS: fmt.Sprintf("%d.0", i+1)},
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func change(t *testing.T, s *Store, fn func(*Tx) error) {
	t.Helper()
	if err := s.Update(t.Context(), fn); err != nil {
		t.Fatal(err)
	}
}

func collect(key, sha string) func(*Tx) error {
	return func(tx *Tx) error {
		_, err := tx.Collect(key, incident.File{ID: "F" + key, Name: key + ".log", SHA256: sha, Size: 7}, incident.Custody{})
		return err
	}
}

func moved(key, file string, c incident.Custody) func(*Tx) error {
	return func(tx *Tx) error {
		_, err := tx.Move(key, incident.File{ID: file}, c)
		return err
	}
}

func pieces(t *testing.T, s *Store) (list []incident.Evidence) {
	t.Helper()
	err := s.View(t.Context(), func(v *View) (err error) {
		list, err = v.Evidence(incident.Operator(), 1)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// TestCustodyIsChained: each move is a record, numbers are given once, and a
// rebuild ends where the moves did.
func TestCustodyIsChained(t *testing.T) {
	s := shared(t)
	defer s.Close()
	change(t, s, collect("b", sha1st))
	change(t, s, collect("b", sha1st)) // the same capture, told twice
	change(t, s, moved("a", "", incident.Custody{Move: incident.MoveMarked, By: "U1", Note: "said it first"}))
	change(t, s, moved("b", "Fb", incident.Custody{Move: incident.MoveGiven, By: "U1", To: "U2"}))
	change(t, s, moved("c", "Fc", incident.Custody{Move: incident.MoveMissed, Note: "it is too large"}))
	change(t, s, moved("b", "Fb", incident.Custody{Move: incident.MoveSealed, By: "U2"}))
	list := pieces(t, s)
	if len(list) != 3 {
		t.Fatalf("%d pieces", len(list))
	}
	file, said, missed := list[0], list[1], list[2]
	if _, sealed := file.Seal(); file.N != 1 || file.Entry != 2 || file.File != (incident.File{ID: "Fb", Name: "b.log", SHA256: sha1st, Size: 7}) || len(file.Custody) != 3 || !sealed {
		t.Errorf("the file: %+v", file)
	}
	if said.N != 2 || !said.Message() || !said.Marked() || said.Text != "see a" || said.By.ID != "U1" {
		t.Errorf("the message: %+v", said)
	}
	if missed.N != 3 || missed.Missed() != "it is too large" || missed.Marked() || missed.May(incident.MoveSealed) == nil {
		t.Errorf("the missed file: %+v", missed)
	}
	change(t, s, func(tx *Tx) error { return errors.Join(tx.rebuild(), chainError(&tx.View, 1)) })
	if diff := cmp.Diff(list, pieces(t, s)); diff != "" {
		t.Errorf("a rebuild changes it: %s", diff)
	}
}

func TestWhatCustodyAllows(t *testing.T) {
	kept := incident.Evidence{File: incident.File{ID: "F", SHA256: sha1st}}
	sealed := kept
	sealed.Custody = []incident.Custody{{Move: incident.MoveSealed}}
	again := kept
	again.Custody = []incident.Custody{{Move: incident.MoveSealed}, {Move: incident.MoveUnsealed}}
	for _, tt := range []struct {
		piece incident.Evidence
		move  incident.Move
		want  error
	}{
		{kept, incident.MoveGiven, nil},
		{kept, incident.MoveSealed, nil},
		{kept, incident.MoveUnsealed, incident.ErrNotSealed},
		{sealed, incident.MoveGiven, incident.ErrSealed},
		{sealed, incident.MoveMarked, incident.ErrSealed},
		{sealed, incident.MoveSealed, incident.ErrSealed},
		{sealed, incident.MoveUnsealed, nil},
		{again, incident.MoveGiven, nil},
		{again, incident.MoveUnsealed, incident.ErrNotSealed},
		{incident.Evidence{File: incident.File{ID: "F"}}, incident.MoveSealed, incident.ErrNotKept},
		{incident.Evidence{}, incident.MoveSealed, nil},
		{incident.Evidence{Redacted: true}, incident.MoveMarked, incident.ErrRedacted},
	} {
		if err := tt.piece.May(tt.move); !errors.Is(err, tt.want) || (err == nil) != (tt.want == nil) {
			t.Errorf("%s of %+v: %v, want %v", tt.move, tt.piece, err, tt.want)
		}
	}
}

// TestErasedFiles: what an erasure leaves of evidence is its number, who moved
// it and when; and it names the contents that nothing needs any more.
func TestErasedFiles(t *testing.T) {
	s := shared(t)
	defer s.Close()
	for key, sha := range map[string]string{"a": sha1st, "c": sha1st} {
		change(t, s, collect(key, sha))
	}
	change(t, s, collect("b", sha2nd))
	change(t, s, moved("b", "Fb", incident.Custody{Move: incident.MoveMarked, By: "U1", Note: "holds the key"}))
	was := pieces(t, s)
	erase := func(key string) (unneeded []string) {
		change(t, s, func(tx *Tx) error {
			e, err := tx.EntryByKey(key)
			if err != nil {
				return err
			}
			sum, err := tx.Redact(e.ID, "", Redaction{By: "U9", Reason: "a secret", At: time.Now()})
			unneeded = sum.Unneeded
			return err
		})
		return unneeded
	}
	if got := erase("a"); got != nil {
		t.Errorf("a's content is c's too, but %v is unneeded", got)
	}
	if diff := cmp.Diff([]string{sha2nd}, erase("b")); diff != "" {
		t.Error(diff)
	}
	change(t, s, collect("b", sha2nd)) // a capture that was under way
	left := pieces(t, s)
	for i, p := range left {
		gone := p.Entry != 3
		if p.N != was[i].N || len(p.Custody) != len(was[i].Custody) || p.Redacted != gone || gone && (p.File != incident.File{} || p.Custody[0].Move != "") {
			t.Errorf("left of %+v: %+v", was[i], p)
		}
	}
	if b := left[2].Custody; len(b) != 2 || b[1].By != "U1" || b[1].Note != "" {
		t.Errorf("left of b's custody: %+v", b)
	}
	change(t, s, func(tx *Tx) error { return errors.Join(tx.rebuild(), chainError(&tx.View, 1)) })
	now := pieces(t, s)
	for i := range now { // of an erased entry a rebuild knows no more than that
		now[i].By, now[i].Text, left[i].By, left[i].Text = incident.Actor{}, "", incident.Actor{}, ""
	}
	if diff := cmp.Diff(left, now); diff != "" {
		t.Errorf("a rebuild changes it: %s", diff)
	}
}

// TestOldFilesGetCustody: those captured before there was any, in order.
func TestOldFilesGetCustody(t *testing.T) {
	s := shared(t)
	defer s.Close()
	for key, sha := range map[string]string{"c": sha2nd, "a": sha1st} {
		change(t, s, func(tx *Tx) error {
			return tx.AttachFile(key, incident.File{ID: "F" + key, SHA256: sha, Size: 7})
		})
	}
	total := 0
	for more := true; more; {
		change(t, s, func(tx *Tx) error {
			n, err := tx.CollectKnown(1)
			more, total = n > 0, total+n
			return err
		})
	}
	list := pieces(t, s)
	if total != 2 || len(list) != 2 || list[0].File.SHA256 != sha1st || list[1].File.Name != "c.log" {
		t.Errorf("%d collected: %+v", total, list)
	}
	err := s.View(t.Context(), func(v *View) error {
		waiting, err := v.CountUncollected(1)
		all, err2 := v.AllCaptured(0)
		one, err3 := v.AllCaptured(1)
		_, err4 := v.Piece(incident.Operator(), 1, 3)
		if waiting != 1 || len(all) != 2 || len(one) != 2 || all[1].SHA256 != sha2nd || !errors.Is(err4, ErrNotFound) {
			t.Errorf("%d wait, captured %+v and %+v, a third: %v", waiting, all, one, err4)
		}
		return errors.Join(err, err2, err3)
	})
	if err != nil {
		t.Error(err)
	}
}

func TestContentsLeaveTheDatabase(t *testing.T) {
	s := openFresh(t)
	defer s.Close()
	contents := map[string]string{}
	for _, text := range []string{"one", "two", "three"} {
		sha := hex.EncodeToString(digest(text))
		contents[sha] = text
		change(t, s, func(tx *Tx) error { return tx.SaveBlob(sha, []byte(text)) })
	}
	full := errors.New("full")
	kept := map[string]string{}
	keep := func(most int) func(string, []byte) error {
		return func(sha string, b []byte) error {
			if len(kept) == most {
				return full
			}
			kept[sha] = string(b)
			return nil
		}
	}
	if err := s.MoveContents(t.Context(), keep(2)); !errors.Is(err, full) || len(kept) != 2 {
		t.Errorf("%v, kept %v", err, kept)
	}
	if err := s.MoveContents(t.Context(), keep(9)); err != nil {
		t.Error(err)
	}
	if diff := cmp.Diff(contents, kept); diff != "" {
		t.Error(diff)
	}
	if err := s.MoveContents(t.Context(), keep(0)); err != nil {
		t.Errorf("with none left: %v", err)
	}
}
