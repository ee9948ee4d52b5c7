package incident_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"firebreak/incident"
)

func TestMarshalEntry(t *testing.T) {
	at := time.Date(2026, 11, 22, 15, 32, 0, 120_000, time.FixedZone("CET", 3600))
	full := incident.Entry{
		ID: "e1", Incident: 3, N: 12, Kind: incident.KindMessage, Lane: incident.LaneResponder,
		OccurredAt: at, RecordedAt: at.Add(2 * time.Minute),
		Actor: incident.Actor{ID: "U1", Name: "sam", Kind: incident.ActorUser},
		Text:  "a <b> & \"c\"\n\u2028d",
		Pins:  []incident.Pin{{By: "U2", At: at, Emoji: "pushpin"}},
		Source: incident.Source{
			System: "slack", Channel: "C1", TS: "1.2", ThreadTS: "1.1", Permalink: "https://x",
		},
		Revisions: []incident.Revision{{Rev: 1, At: at, By: "U1", Via: "slack", Text: "a", OccurredAt: at}},
		Files:     []incident.File{{ID: "F1", Name: "x.log", SHA256: "ab", Size: 1}},
		Data:      map[string]any{"refused": "no"},
	}
	for name, tt := range map[string]struct {
		entry incident.Entry
		want  string
	}{
		"full": {full, `{"v":1,"id":"e1","incident":"INC-3","n":12,"kind":"message","lane":"responder",` +
			`"occurred_at":"2026-11-22T14:32:00.000120Z","recorded_at":"2026-11-22T14:34:00.000120Z","late":true,` +
			`"actor":{"id":"U1","name":"sam","kind":"user"},"text":"a <b> & \"c\"\n\u2028d","pinned":true,` +
			`"pins":[{"by":"U2","at":"2026-11-22T14:32:00.000120Z","emoji":"pushpin"}],` +
			`"deleted":false,"dropped":false,"redacted":false,` +
			`"source":{"system":"slack","channel":"C1","ts":"1.2","thread_ts":"1.1","permalink":"https://x"},` +
			`"revisions":[{"rev":1,"at":"2026-11-22T14:32:00.000120Z","by":"U1","via":"slack","text":"a",` +
			`"occurred_at":"2026-11-22T14:32:00.000120Z","reason":""}],` +
			`"files":[{"id":"F1","name":"x.log","sha256":"ab","size":1}],"data":{"refused":"no"}}`},
		"bare": {incident.Entry{ID: "e2", Incident: 1, N: 1, OccurredAt: at, RecordedAt: at}, `{"v":1,"id":"e2","incident":"INC-1","n":1,` +
			`"kind":"","lane":"","occurred_at":"2026-11-22T14:32:00.000120Z","recorded_at":"2026-11-22T14:32:00.000120Z","late":false,` +
			`"actor":{"id":"","name":"","kind":""},"text":"","pinned":false,"pins":[],"deleted":false,"dropped":false,"redacted":false,` +
			`"source":{"system":"","channel":"","ts":"","thread_ts":"","permalink":""},"revisions":[],"files":[],"data":{}}`},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := incident.MarshalEntry(tt.entry)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, string(got)); diff != "" {
				t.Errorf("entry differs (-want +got):\n%s", diff)
			}
		})
	}
}

func TestMarshalEntryThatCannotBeWritten(t *testing.T) {
	_, err := incident.MarshalEntry(incident.Entry{ID: "e1", Data: map[string]any{"x": func() {}}})
	if err == nil {
		t.Error("no error")
	}
}

func TestMarshalIncident(t *testing.T) {
	inc := incident.Incident{
		Number: 3, Title: "Brute <force>", Severity: incident.SEV2, Status: incident.StatusContained, Private: true,
		OpenedAt: start, Channel: incident.Channel{ID: "C1", Name: "inc-3-brute"},
		Page:      incident.PageRef{ID: "P1", Number: 1234, URL: "https://x"},
		Commander: "U1", Milestones: map[incident.Milestone]time.Time{incident.Contained: start, incident.Recovered: {}},
		RCA: incident.Issue{IID: 4, URL: "https://y"},
	}
	tasks := []incident.Task{{State: incident.TaskOpen}, {State: incident.TaskDone}, {State: incident.TaskDone}}
	got, err := incident.MarshalIncident(inc, "sam", tasks)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"v":1,"incident":"INC-3","title":"Brute <force>","severity":2,"status":"contained","disposition":"","private":true,` +
		`"opened_at":"2026-11-22T14:30:00.000000Z","closed_at":null,"channel":{"id":"C1","name":"inc-3-brute"},` +
		`"page":{"id":"P1","number":1234,"url":"https://x"},"commander":{"id":"U1","name":"sam"},` +
		`"milestones":{"contained":"2026-11-22T14:30:00.000000Z"},"tasks":{"open":1,"done":2},"rca":{"issue":"https://y"}}`
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("incident differs (-want +got):\n%s", diff)
	}
}

func TestMarshalHit(t *testing.T) {
	got, err := incident.MarshalHit(incident.Entry{
		ID: "e1", Incident: 3, N: 12, Kind: incident.KindNote, OccurredAt: start, Text: "db-1 & more",
	}, "…db-1…", 0, 1)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"v":1,"incident":"INC-3","entry":{"id":"e1","n":12,"kind":"note","lane":"","occurred_at":"2026-11-22T14:30:00.000000Z",` +
		`"text":"db-1 & more"},"snippet":"…db-1…","score":1}`
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("hit differs (-want +got):\n%s", diff)
	}
}
