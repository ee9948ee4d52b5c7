package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"firebreak/incident"
	"firebreak/store"
	"firebreak/store/evidence"
)

// seedEvidence is seed with evidence: files under names that try to get out of
// wherever they are written to, two of the same name, one that was too large,
// and a message.
func seedEvidence(ctx context.Context, path string) error {
	if err := seed(ctx, path); err != nil {
		return err
	}
	folder, err := evidence.Open(path+".evidence", evidence.Limits{})
	if err != nil {
		return err
	}
	db, err := store.Open(ctx, store.Config{Path: path})
	if err != nil {
		return err
	}
	defer db.Close()
	at := time.Date(2026, 11, 22, 15, 0, 0, 0, time.UTC)
	for i, f := range []struct{ name, content string }{
		{"../../etc/passwd", "root:x:0:0"},
		{"auth.log", "Failed password for root"},
		{"auth.log", "Accepted password for root"},
		{"\x1b[31m.. \u202egnp.exe\n", "MZ"},
		{"", "nameless"},
	} {
		k, release, err := folder.Capture(func(w io.Writer) error { _, err := io.WriteString(w, f.content); return err })
		if err != nil {
			return err
		}
		release()
		file := incident.File{ID: fmt.Sprintf("F%d", i), Name: f.name, SHA256: k.SHA256, Size: k.Size}
		err = db.Update(ctx, func(tx *store.Tx) error {
			_, _, err := tx.Record("slack:T1:C1:"+file.ID, incident.Entry{
				Incident: 1, Kind: incident.KindMessage, OccurredAt: at, Actor: incident.Actor{ID: "U1", Kind: incident.ActorUser},
				Source: incident.Source{System: "slack", Channel: "C1", TS: file.ID},
				Files:  []incident.File{{ID: file.ID, Name: file.Name}},
			})
			if err != nil {
				return err
			}
			_, err = tx.Collect("slack:T1:C1:"+file.ID, file, incident.Custody{At: at})
			return err
		})
		if err != nil {
			return err
		}
	}
	return db.Update(ctx, func(tx *store.Tx) error {
		var errs []error
		for _, m := range []struct {
			key, file string
			c         incident.Custody
		}{
			{"slack:T1:C1:F1", "F1", incident.Custody{Move: incident.MoveGiven, By: "U1", To: "U2", Note: "for <imaging>"}},
			{"slack:T1:C1:F1", "F1", incident.Custody{Move: incident.MoveSealed, By: "U1"}},
			{"slack:T1:C1:F1", "F9", incident.Custody{Move: incident.MoveMissed, Note: "it is larger than 256 MiB"}},
			{"slack:T1:C1:100.1", "", incident.Custody{Move: incident.MoveMarked, By: "U1"}},
		} {
			m.c.At = at.Add(time.Hour)
			_, err := tx.Move(m.key, incident.File{ID: m.file}, m.c)
			errs = append(errs, err)
		}
		return errors.Join(errs...)
	})
}
