package bot

import (
	"encoding/json"
	"log/slog"
	"path/filepath"
	"testing"

	"firebreak/incident"
	"firebreak/store"
)

func openStore(t *testing.T) *store.Store {
	t.Helper()
	st, err := store.Open(t.Context(), store.Config{Path: filepath.Join(t.TempDir(), "firebreak.db")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close() })
	return st
}

func newBot(t *testing.T, st *store.Store) *Bot {
	t.Helper()
	b := New(Config{Command: "/inc", PinEmoji: []string{"pushpin"}}, st, Outside{}, slog.New(slog.NewTextHandler(t.Output(), nil)))
	b.self.Store(&incident.Self{UserID: "UBOT", BotID: "BBOT", TeamID: "T1", URL: "https://team.slack.com/"})
	return b
}

func envelope(id, payload string) incident.Envelope {
	return incident.Envelope{ID: id, Type: "events_api", Payload: json.RawMessage(payload)}
}

const helloEvent = `{"team_id":"T1","event_id":"Ev1","event":{"type":"message","channel":"C1","user":"U1","text":"hi","ts":"1763800000.000100"}}`

// pending counts the rows that wait.
func pending(t *testing.T, st *store.Store) (rows []incident.Inbound) {
	t.Helper()
	err := st.View(t.Context(), func(v *store.View) (err error) {
		rows, err = v.PendingInbound(0, 100)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func TestDeliverKeepsTheRawEnvelope(t *testing.T) {
	st := openStore(t)
	b := newBot(t, st)
	for _, env := range []incident.Envelope{
		envelope("e1", helloEvent),
		{ID: "e2", Type: "a_type_nobody_knows", Payload: json.RawMessage(`{"x":1}`)},
		envelope("e3", `{"event_id":"Ev2","event":{"type":"message","blocks":"not a list"}}`),
		envelope("e4", `"no object at all"`),
	} {
		if _, err := b.Deliver(t.Context(), env); err != nil {
			t.Fatalf("%s: %v", env.ID, err)
		}
	}
	rows := pending(t, st)
	if len(rows) != 4 {
		t.Fatalf("%d rows are stored, want 4", len(rows))
	}
	if string(rows[0].Payload) != helloEvent || rows[0].Lane != "C1" {
		t.Errorf("row is %s in lane %q", rows[0].Payload, rows[0].Lane)
	}
}

// TestNoAckWithoutCommit: an error of Deliver is what keeps the socket from
// acknowledging.
func TestNoAckWithoutCommit(t *testing.T) {
	st := openStore(t)
	b := newBot(t, st)
	if err := st.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Deliver(t.Context(), envelope("e1", helloEvent)); err == nil {
		t.Error("an envelope that could not be stored would be acknowledged")
	}
}

// TestRedeliveryIsOneRow: Slack repeats an event in a new envelope, hours
// later perhaps.
func TestRedeliveryIsOneRow(t *testing.T) {
	st := openStore(t)
	b := newBot(t, st)
	for _, id := range []string{"e1", "e2", "e1"} {
		if _, err := b.Deliver(t.Context(), envelope(id, helloEvent)); err != nil {
			t.Fatal(err)
		}
	}
	if rows := pending(t, st); len(rows) != 1 {
		t.Errorf("one event fills %d rows", len(rows))
	}
}

func TestTimestampsKeepTheirMicroseconds(t *testing.T) {
	for _, ts := range []string{"1763800000.000100", "1763800000.999999", "1.000000"} {
		if got := timeTS(tsTime(ts)); got != ts {
			t.Errorf("%s comes back as %s", ts, got)
		}
	}
	for _, bad := range []string{"", "x", "-1.0", "1.x", "."} {
		if got := tsTime(bad); !got.IsZero() {
			t.Errorf("tsTime(%q) = %v", bad, got)
		}
	}
}

func FuzzRoute(f *testing.F) {
	f.Add("events_api", helloEvent)
	f.Add("slash_commands", `{"command":"/inc","text":"status","user_id":"U1","channel_id":"C1"}`)
	f.Add("interactive", `{"type":"block_actions","channel":{"id":"C1"}}`)
	f.Add("events_api", `{"event_id":"Ev1","event":{"channel":{"id":"C1","name":"x"}}}`)
	f.Fuzz(func(t *testing.T, kind, payload string) {
		in := route(incident.Envelope{ID: "e", Type: kind, Payload: json.RawMessage(payload)})
		if in.Key == "" || in.Lane == "" && kind == "events_api" {
			t.Errorf("key %q, lane %q", in.Key, in.Lane)
		}
		if string(in.Payload) != payload {
			t.Error("the payload was changed")
		}
	})
}
