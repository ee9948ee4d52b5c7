package incident

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"
)

// wireVersion is the version of the JSON Lines that firebreak prints.
const wireVersion = 1

// wireTime writes a time as UTC, RFC 3339 with six decimals; the zero time is
// null.
type wireTime time.Time

// MarshalJSON implements json.Marshaler.
func (t wireTime) MarshalJSON() ([]byte, error) {
	if time.Time(t).IsZero() {
		return []byte("null"), nil
	}
	return []byte(time.Time(t).UTC().Format(`"2006-01-02T15:04:05.000000Z"`)), nil
}

type wireEntry struct {
	V          int            `json:"v"`
	ID         string         `json:"id"`
	Incident   string         `json:"incident"`
	N          int            `json:"n"`
	Kind       Kind           `json:"kind"`
	Lane       Lane           `json:"lane"`
	OccurredAt wireTime       `json:"occurred_at"`
	RecordedAt wireTime       `json:"recorded_at"`
	Late       bool           `json:"late"`
	Actor      wireActor      `json:"actor"`
	Text       string         `json:"text"`
	Pinned     bool           `json:"pinned"`
	Pins       []wirePin      `json:"pins"`
	Deleted    bool           `json:"deleted"`
	Dropped    bool           `json:"dropped"`
	Redacted   bool           `json:"redacted"`
	Source     wireSource     `json:"source"`
	Revisions  []wireRevision `json:"revisions"`
	Files      []wireFile     `json:"files"`
	Data       map[string]any `json:"data"`

	// Only where a responder has said so.
	FirstKind   Kind             `json:"recorded_kind,omitempty"`
	Phase       Phase            `json:"phase,omitempty"`
	Hidden      bool             `json:"hidden,omitempty"`
	Folded      int              `json:"folded_into,omitempty"`
	Moved       string           `json:"moved_to,omitempty"`
	Alterations []wireAlteration `json:"alterations,omitempty"`
}

type wireAlteration struct {
	At     wireTime `json:"at"`
	By     string   `json:"by"`
	What   What     `json:"what"`
	To     string   `json:"to"`
	Reason string   `json:"reason"`
	Undone bool     `json:"undone"`
}

type wireActor struct {
	ID   string    `json:"id"`
	Name string    `json:"name"`
	Kind ActorKind `json:"kind"`
}

type wirePin struct {
	By    string   `json:"by"`
	At    wireTime `json:"at"`
	Emoji string   `json:"emoji"`
}

type wireSource struct {
	System    string `json:"system"`
	Channel   string `json:"channel"`
	TS        string `json:"ts"`
	ThreadTS  string `json:"thread_ts"`
	Permalink string `json:"permalink"`
}

type wireRevision struct {
	Rev        int      `json:"rev"`
	At         wireTime `json:"at"`
	By         string   `json:"by"`
	Via        string   `json:"via"`
	Text       string   `json:"text"`
	OccurredAt wireTime `json:"occurred_at"`
	Reason     string   `json:"reason"`
}

type wireFile struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	SHA256 string `json:"sha256"`
	Size   int64  `json:"size"`
}

// MarshalEntry writes an entry as one line of `firebreak timeline --format
// jsonl`, without the line break.
func MarshalEntry(e Entry) ([]byte, error) {
	w := wireEntry{
		V: wireVersion, ID: e.ID, Incident: e.Incident.String(), N: e.N,
		Kind: e.Kind, Lane: e.Lane,
		OccurredAt: wireTime(e.OccurredAt), RecordedAt: wireTime(e.RecordedAt), Late: e.Late(),
		Actor: wireActor(e.Actor), Text: e.Text,
		Pinned: e.Pinned(), Pins: make([]wirePin, len(e.Pins)),
		Deleted: e.Deleted, Dropped: e.Dropped, Redacted: e.Redacted,
		Source:    wireSource(e.Source),
		Revisions: make([]wireRevision, len(e.Revisions)),
		Files:     make([]wireFile, len(e.Files)),
		Data:      e.Data,
		FirstKind: e.FirstKind, Phase: e.Phase, Hidden: e.Hidden, Folded: e.Folded,
	}
	if e.Moved != 0 {
		w.Moved = e.Moved.String()
	}
	for _, c := range e.Alterations {
		w.Alterations = append(w.Alterations, wireAlteration{wireTime(c.At), c.By, c.What, c.To, c.Reason, c.Undone})
	}
	for i, p := range e.Pins {
		w.Pins[i] = wirePin{By: p.By, At: wireTime(p.At), Emoji: p.Emoji}
	}
	for i, r := range e.Revisions {
		w.Revisions[i] = wireRevision{
			Rev: r.Rev, At: wireTime(r.At), By: r.By, Via: r.Via,
			Text: r.Text, OccurredAt: wireTime(r.OccurredAt), Reason: r.Reason,
		}
	}
	for i, f := range e.Files {
		w.Files[i] = wireFile(f)
	}
	if w.Data == nil {
		w.Data = map[string]any{}
	}
	return marshalLine("entry "+e.ID, w)
}

type wireIncident struct {
	V           int                    `json:"v"`
	Incident    string                 `json:"incident"`
	Title       string                 `json:"title"`
	Severity    int                    `json:"severity"`
	Status      Status                 `json:"status"`
	Disposition Disposition            `json:"disposition"`
	Private     bool                   `json:"private"`
	OpenedAt    wireTime               `json:"opened_at"`
	ClosedAt    wireTime               `json:"closed_at"`
	Channel     wireName               `json:"channel"`
	Page        wirePage               `json:"page"`
	Commander   wireName               `json:"commander"`
	Milestones  map[Milestone]wireTime `json:"milestones"`
	Tasks       wireTasks              `json:"tasks"`
	RCA         wireRCA                `json:"rca"`
}

type wireName struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

type wirePage struct {
	ID     string `json:"id"`
	Number int    `json:"number"`
	URL    string `json:"url"`
}

type wireTasks struct {
	Open int `json:"open"`
	Done int `json:"done"`
}

type wireRCA struct {
	Issue string `json:"issue"`
}

// MarshalIncident writes an incident as one line of `firebreak incidents
// --format jsonl`, without the line break. commander is the name of
// i.Commander; tasks are the incident's, for counting.
func MarshalIncident(i Incident, commander string, tasks []Task) ([]byte, error) {
	w := wireIncident{
		V: wireVersion, Incident: i.Number.String(), Title: i.Title,
		Severity: int(i.Severity), Status: i.Status, Disposition: i.Disposition,
		Private: i.Private, OpenedAt: wireTime(i.OpenedAt), ClosedAt: wireTime(i.ClosedAt),
		Channel:    wireName(i.Channel),
		Page:       wirePage(i.Page),
		Commander:  wireName{ID: i.Commander, Name: commander},
		Milestones: map[Milestone]wireTime{},
		RCA:        wireRCA{Issue: i.RCA.URL},
	}
	for m, at := range i.Milestones {
		if !at.IsZero() {
			w.Milestones[m] = wireTime(at)
		}
	}
	for _, t := range tasks {
		if t.State == TaskDone {
			w.Tasks.Done++
		} else {
			w.Tasks.Open++
		}
	}
	return marshalLine(i.Number.String(), w)
}

// MarshalHit writes a search hit as one line of `firebreak search --format
// jsonl`, without the line break.
//
// older is the number of the revision in which it was found, if the entry says
// so no more; else 0.
func MarshalHit(e Entry, snippet string, older int, score float64) ([]byte, error) {
	type found struct {
		ID         string   `json:"id"`
		N          int      `json:"n"`
		Kind       Kind     `json:"kind"`
		Lane       Lane     `json:"lane"`
		OccurredAt wireTime `json:"occurred_at"`
		Text       string   `json:"text"`
	}
	return marshalLine("hit "+e.ID, struct {
		V        int     `json:"v"`
		Incident string  `json:"incident"`
		Entry    found   `json:"entry"`
		Snippet  string  `json:"snippet"`
		Older    int     `json:"older_revision,omitempty"`
		Score    float64 `json:"score"`
	}{
		V: wireVersion, Incident: e.Incident.String(),
		Entry:   found{ID: e.ID, N: e.N, Kind: e.Kind, Lane: e.Lane, OccurredAt: wireTime(e.OccurredAt), Text: e.Text},
		Snippet: snippet, Older: older, Score: score,
	})
}

// marshalLine is json.Marshal without the escaping meant for HTML, so that
// text reads as it was written.
func marshalLine(what string, v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, fmt.Errorf("write %s as JSON: %w", what, err)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}
