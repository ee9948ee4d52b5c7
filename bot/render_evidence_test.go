package bot

import (
	"strings"
	"testing"

	"firebreak/incident"
)

// pieces are evidence in every state, each entry of the scene having one.
func (s scene) pieces() []incident.Evidence {
	at := func(m incident.Move) incident.Custody { return incident.Custody{Move: m, At: renderThen} }
	by := func(m incident.Move, note string) incident.Custody {
		return incident.Custody{Move: m, At: renderNow, By: "U0ANN", To: "U0SAM", Note: note}
	}
	states := [][]incident.Custody{
		{at(incident.MoveCollected), by(incident.MoveMarked, s.typed), by(incident.MoveGiven, ""), by(incident.MoveSealed, "")},
		{at(incident.MoveCollected)},
		{{Move: incident.MoveMissed, At: renderThen, Note: "it is larger than 256 MiB, the most that is kept of one file (FIREBREAK_EVIDENCE_MAX_FILE)"}},
		{by(incident.MoveMarked, "")},
		{{At: renderThen, By: "U0ANN"}},
	}
	var list []incident.Evidence
	for i := range max(len(states), len(s.entries)) {
		entry := s.entries[i%len(s.entries)]
		e := incident.Evidence{Incident: 3, N: i + 1, Entry: entry.N, By: entry.Actor, At: entry.OccurredAt, Custody: states[i%len(states)]}
		switch i % len(states) {
		case 0, 1:
			e.File = incident.File{ID: "F1", Name: s.typed, SHA256: strings.Repeat("0123456789abcdef", 4), Size: 1 << 20}
		case 2:
			e.File = incident.File{ID: "F2", Name: "memory.dmp", Size: 4 << 30}
		case 3:
			e.Text = entry.Text
		case 4:
			e.Redacted = true
		}
		list = append(list, e)
	}
	return list
}

func TestBytesText(t *testing.T) {
	for n, want := range map[int64]string{
		0: "0 B", 1023: "1023 B", 1024: "1 KiB", 1536: "1.5 KiB", 10<<20 + 1: "10 MiB", 256 << 20: "256 MiB", 3 << 30: "3 GiB", 1 << 50: "1024 TiB",
	} {
		if got := bytesText(n); got != want {
			t.Errorf("%d bytes are %q, want %q", n, got, want)
		}
	}
}
