package main

import (
	"context"
	"log/slog"
	"time"

	"firebreak/incident"
	"firebreak/store"
)

// seed writes a small database, as serve would have left it: two incidents,
// of which the first has messages that try to do things to a terminal.
func seed(ctx context.Context, path string) error {
	db, err := store.Open(ctx, store.Config{Path: path, Logger: slog.New(slog.DiscardHandler), Indicators: finder(Config{IndicatorsPrivate: true})})
	if err != nil {
		return err
	}
	defer db.Close()
	return db.Update(ctx, seedRows)
}

func seedRows(tx *store.Tx) error {
	at := time.Date(2026, 11, 22, 14, 32, 0, 0, time.UTC)
	if err := tx.SavePerson(incident.Person{ID: "U1", TeamID: "T1", Name: "sam"}); err != nil {
		return err
	}
	inc, err := tx.OpenIncident(incident.Incident{
		Title: "Brute force on \x1b[31mvpn", Severity: incident.SEV2, Status: incident.StatusOpen, Private: true,
		OpenedAt: at, Commander: "U1", Channel: incident.Channel{ID: "C1", Name: "inc-1-brute-force"},
		Page: incident.PageRef{ID: "P1", Number: 7, URL: "https://example.pagerduty.com/incidents/P1"},
	})
	if err != nil {
		return err
	}
	if _, err := tx.OpenIncident(incident.Incident{
		Title: "Phishing", Severity: incident.SEV4, Status: incident.StatusClosed, Disposition: incident.FalsePositive,
		OpenedAt: at, ClosedAt: at.Add(time.Hour),
	}); err != nil {
		return err
	}
	for i, text := range []string{"it came from 203.0.113.7", "look\x1b]0;owned\a here\nsecond line \u202edne"} {
		e := incident.Entry{
			Incident: inc.Number, Kind: incident.KindMessage, Lane: incident.LaneResponder,
			OccurredAt: at.Add(time.Duration(i) * time.Minute), Actor: incident.Actor{ID: "U1", Kind: incident.ActorUser}, Text: text,
			Source: incident.Source{System: "slack", Channel: "C1", TS: "100." + string(rune('1'+i))},
		}
		if _, _, err := tx.Record("slack:T1:C1:"+e.Source.TS, e); err != nil {
			return err
		}
	}
	if _, err := tx.SetPin(inc.Number, "slack:T1:C1:100.1", incident.Pin{By: "U1", At: at, Emoji: "pushpin"}, true, "101.1"); err != nil {
		return err
	}
	_, err = tx.AddTask(incident.Task{Incident: inc.Number, Title: "Rotate the key", State: incident.TaskOpen, CreatedAt: at})
	return err
}
