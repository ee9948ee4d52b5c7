package main

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"firebreak/incident"
	"firebreak/store"
)

func TestEntryText(t *testing.T) {
	at := time.Date(2026, 11, 22, 14, 32, 5, 0, time.UTC)
	tests := []struct {
		name  string
		entry incident.Entry
		want  string
	}{
		{
			"message",
			incident.Entry{N: 12, Kind: incident.KindMessage, OccurredAt: at, RecordedAt: at, Actor: incident.Actor{ID: "U1", Name: "sam"}, Text: "it came from 203.0.113.7"},
			"2026-11-22 14:32:05  #12 message  sam: it came from 203.0.113.7\n",
		},
		{
			"reply by somebody unknown, in another zone",
			incident.Entry{
				N: 3, Kind: incident.KindMessage, OccurredAt: at.In(time.FixedZone("", 3600)), RecordedAt: at, Actor: incident.Actor{ID: "U9"},
				Source: incident.Source{TS: "2.0", ThreadTS: "1.0"}, Text: "on it",
			},
			"2026-11-22 14:32:05  #3 message  ↳ U9: on it\n",
		},
		{
			"line that looks like another entry, and an escape",
			incident.Entry{N: 4, Kind: incident.KindNote, OccurredAt: at, RecordedAt: at, Text: "a\n2026-11-22 14:32:05  #5 status  closed\x1b[2J\n"},
			"2026-11-22 14:32:05  #4 note  a\n    2026-11-22 14:32:05  #5 status  closed\\x1b[2J\n",
		},
		{
			"marks and files",
			incident.Entry{
				N: 5, Kind: incident.KindFile, OccurredAt: at, RecordedAt: at.Add(time.Hour), Text: "log",
				Pins: []incident.Pin{{By: "U1"}}, Deleted: true, Revisions: make([]incident.Revision, 2),
				Files: []incident.File{{Name: "auth\n.log", Size: 7, SHA256: "ab"}, {Name: "big.bin", Size: 9}},
			},
			"2026-11-22 14:32:05  #5 file  log [pinned] [edited] [deleted] [late]\n    file auth .log, 7 bytes, sha256 ab\n    file big.bin, 9 bytes, sha256 -\n",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, entryText(tt.entry)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestHitText(t *testing.T) {
	hit := store.Hit{
		Entry:   incident.Entry{Incident: 3, N: 12, Kind: incident.KindMessage, OccurredAt: time.Date(2026, 11, 22, 14, 32, 0, 0, time.UTC)},
		Snippet: "the\nkey\x1b was rotated",
	}
	if got, want := hitText(hit), "2026-11-22 14:32:00  INC-3 #12 message  the key\\x1b was rotated\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
