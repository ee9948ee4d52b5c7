package main

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"firebreak/incident"
	"firebreak/integrations/sandbox"
	"firebreak/store"
)

// TestAnyOrderEndsInTheSameTimeline records what Slack delivered of a busy
// channel and delivers it again to fresh bots, each in an order of its own
// and with repeats: every time the same timeline comes out.
func TestAnyOrderEndsInTheSameTimeline(t *testing.T) {
	inWorld(t, func(w *world) {
		w.start()
		n, c := w.opened("sam", "Phishing")
		join(c, "sam", "alex", "kim", "jo")
		busy(w, c)
		w.settle()
		inc, want := w.incident(n), w.essence(n)
		w.stop()
		delivered := w.delivered(c.ID())
		if len(want) < 20 || len(delivered) < 35 {
			t.Fatalf("%d entries and %d envelopes test too little", len(want), len(delivered))
		}
		for seed := range uint64(5) {
			got := w.replay(inc, shuffled(delivered, seed), fmt.Sprintf("order-%d.db", seed))
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("seed %d (-live +replayed):\n%s", seed, diff)
			}
		}
	})
}

// busy is people talking, editing, deleting and pinning, all within seconds.
func busy(w *world, c sandbox.SlackChannel) {
	c.SetTopic("sam", "all hands")
	root := c.Say("sam", "who saw it?")
	c.Edit("sam", root.TS, "who saw the mail?")
	c.Edit("sam", root.TS, "who opened the mail?")
	reply := c.Reply("alex", root.TS, "kim did")
	c.React("kim", reply.TS, "pushpin")
	c.React("jo", reply.TS, "pushpin")
	c.Unreact("kim", reply.TS, "pushpin")
	w.pass(2 * time.Second)
	c.Edit("alex", reply.TS, "kim did, I think")
	shown := c.Broadcast("kim", root.TS, "no")
	c.React("sam", shown.TS, "eyes")
	gone := c.Say("jo", "wrong channel")
	c.React("sam", gone.TS, "pushpin")
	c.Edit("jo", gone.TS, "wrong channel, sorry")
	c.Delete("jo", gone.TS)
	tomb := c.Say("jo", "asked and withdrawn")
	c.Reply("sam", tomb.TS, "an answer")
	w.pass(2 * time.Second)
	c.Delete("jo", tomb.TS)
	c.Upload("kim", "mail.eml", []byte("From: evil"), "this one")
	linked := c.Say("alex", "see https://example.com/x")
	c.Unfurl(linked.TS, "X")
	c.React("alex", linked.TS, "pushpin")
	c.Unreact("alex", linked.TS, "pushpin")
	c.React("alex", linked.TS, "pushpin")
	c.Webhook("Grafana", "graph", "")
	c.Leave("jo")
}

// delivered are the events of a channel as Slack pushed them, but for the
// bot's own joining: it makes a bot compare the channel with Slack's history,
// which would hide what the events alone lead to.
func (w *world) delivered(channel string) (envs []incident.Envelope) {
	for _, r := range w.sb.Ledger.Of("slack", sandbox.RecordEnvelope) {
		own := strings.Contains(string(r.Args), "member_joined_channel") && strings.Contains(string(r.Args), `"user":"`+w.sb.Slack.Bot().ID)
		if r.Method == "events_api" && strings.Contains(string(r.Args), channel) && !own {
			envs = append(envs, incident.Envelope{ID: r.Ref, Type: r.Method, Payload: json.RawMessage(r.Args)})
		}
	}
	return envs
}

// shuffled is envs in another order, some of them twice.
func shuffled(envs []incident.Envelope, seed uint64) []incident.Envelope {
	rng := rand.New(rand.NewPCG(seed, 3))
	envs = slices.Clone(envs)
	for _, e := range slices.Clone(envs) {
		if rng.IntN(4) == 0 {
			envs = append(envs, e)
		}
	}
	rng.Shuffle(len(envs), func(i, j int) { envs[i], envs[j] = envs[j], envs[i] })
	return envs
}

// replay lets a fresh bot that knows the incident only hear envs, and gives
// the timeline's essence.
func (w *world) replay(inc incident.Incident, envs []incident.Envelope, file string) map[string]essence {
	w.t.Helper()
	env := map[string]string{}
	maps.Copy(env, w.env)
	env["FIREBREAK_DATABASE_URL"] = "sqlite:" + filepath.Join(w.dir, file)
	env["FIREBREAK_PAGERDUTY_TOKEN"] = ""
	w.assemble(env)
	known := inc
	known.Number = 0
	err := w.app.store.Update(context.Background(), func(tx *store.Tx) error {
		opened, err := tx.OpenIncident(known)
		if err != nil {
			return err
		}
		opened.Channel, opened.HeaderTS = inc.Channel, inc.HeaderTS
		return tx.SaveIncident(opened)
	})
	if err != nil {
		w.t.Fatal(err)
	}
	w.launch(func(ctx context.Context) error {
		return w.app.bot.Run(ctx, func(ctx context.Context) error {
			for _, e := range envs {
				if _, err := w.app.bot.Deliver(ctx, e); err != nil {
					return err
				}
			}
			<-ctx.Done()
			return ctx.Err()
		})
	})
	w.settle()
	got := w.essence(1)
	w.stop()
	return got
}

// essence is what of an entry must not depend on the order of delivery. Its
// label n does: it is given in order of recording.
type essence struct {
	Kind      incident.Kind
	At        time.Time
	Actor     string
	Text      string
	Thread    string
	Revisions []string
	Pins      []string
	Deleted   bool
	Files     string
}

// essence gives the entries that came of Slack's events, by message or
// reaction.
func (w *world) essence(n incident.Number) map[string]essence {
	w.t.Helper()
	all := map[string]essence{}
	for _, e := range w.entries(n) {
		if e.Source.System != "slack" || e.Kind == incident.KindCommand || e.Kind == incident.KindStatus {
			continue
		}
		s := essence{
			Kind: e.Kind, At: e.OccurredAt, Actor: e.Actor.ID + " " + string(e.Actor.Kind), Text: e.Text,
			Thread: e.Source.ThreadTS, Deleted: e.Deleted, Files: filesOf(e),
		}
		if s.Thread == e.Source.TS {
			s.Thread = "" // of a parent, Slack says so only once there are replies
		}
		for _, r := range e.Revisions {
			s.Revisions = append(s.Revisions, r.At.UTC().Format(time.RFC3339Nano)+" "+r.Text)
		}
		for _, p := range e.Pins {
			s.Pins = append(s.Pins, p.By+" "+p.Emoji+" "+p.At.UTC().Format(time.RFC3339Nano))
		}
		slices.Sort(s.Pins)
		all[fmt.Sprintf("%s %s %v %s", e.Kind, e.OccurredAt.Format("05.000000"), e.Data["item_ts"], e.Actor.ID)] = s
	}
	return all
}
