package main

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"firebreak/incident"
	"firebreak/integrations/sandbox"
	"firebreak/store"
)

// rig is what the benchmarks measure at: firebreak as it is shipped, a process
// of its own, against a sandbox on loopback. The vendors' rate limits are off
// at their end; the client keeps them all the same.
type rig struct {
	b       *testing.B
	sb      *sandbox.Sandbox
	program string
	path    string // of the database
	url     string // of its own health and metrics
	env     map[string]string
	inc     []string // the planted incidents' channels
	seen    int      // how far the ledger has been read for greetings
}

// newRig builds firebreak and plants so many open incidents.
func newRig(b *testing.B, open int) *rig {
	b.Helper()
	r := &rig{b: b, sb: sandbox.New(sandbox.Options{Seed: 1, LimitScale: -1}), path: filepath.Join(b.TempDir(), "firebreak.db")}
	if err := r.sb.Start(context.Background(), sandbox.Loopback()); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := r.sb.Close(); err != nil {
			b.Error(err)
		}
	})
	r.program = buildShipped(b)
	address := freeAddress(b)
	r.url = "http://" + address
	r.env = r.sb.Env()
	maps.Copy(r.env, map[string]string{
		"FIREBREAK_DATABASE_URL": "sqlite:" + r.path, "FIREBREAK_LISTEN": address, "FIREBREAK_LOG_LEVEL": "error",
	})
	r.plant(open)
	return r
}

// buildShipped builds what `make build` does. A binary that is there already
// can be named in BENCH_FIREBREAK: to link it takes longer than to measure it.
func buildShipped(b *testing.B) string {
	b.Helper()
	if path := os.Getenv("BENCH_FIREBREAK"); path != "" {
		return path
	}
	b.Setenv("CGO_ENABLED", "0")
	return buildFirebreak(b, "-trimpath", "-tags", "timetzdata", "-ldflags", "-s -w")
}

// freeAddress is one that nobody listens on now.
func freeAddress(b *testing.B) string {
	b.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// plant makes open incidents, in the database and at the vendors', as serve
// would have: at Slack's pace that would take most of an hour for a thousand.
func (r *rig) plant(open int) {
	r.b.Helper()
	ctx := context.Background()
	db, err := store.Open(ctx, store.Config{Path: r.path})
	if err != nil {
		r.b.Fatal(err)
	}
	for part := range slices.Chunk(slices.Collect(upTo(open)), 100) {
		err := db.Update(ctx, func(tx *store.Tx) error {
			for _, n := range part {
				if err := r.plantOne(tx, incident.Number(n)); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			r.b.Fatal(err)
		}
	}
	if err := db.Close(); err != nil {
		r.b.Fatal(err)
	}
}

// upTo gives 1 to n.
func upTo(n int) func(func(int) bool) {
	return func(yield func(int) bool) {
		for i := 1; i <= n && yield(i); i++ {
		}
	}
}

// plantOne makes one that people opened: the sandbox takes 50 ms to list a
// hundred pages of a thousand, on the processor that is measured.
func (r *rig) plantOne(tx *store.Tx, n incident.Number) error {
	title := fmt.Sprintf("odd logins %d", n)
	at := time.Now().Add(-time.Hour)
	bot := r.sb.Slack.Bot().ID
	ch := r.sb.Slack.AddChannel(incident.ChannelName(n, title), true, bot, "sam").Info()
	r.inc = append(r.inc, ch.ID)
	_, err := tx.OpenIncident(incident.Incident{
		Title: title, Severity: incident.SEV2, Status: incident.StatusOpen, Private: true, OpenedAt: at,
		Channel: incident.Channel{ID: ch.ID, Name: ch.Name}, HeaderTS: "1.000001",
	})
	if err != nil {
		return err
	}
	if err := plantChannel(tx, n, ch, bot); err != nil {
		return err
	}
	for i := range *entriesEach {
		_, _, err := tx.Record(fmt.Sprintf("planted:%d:%d", n, i), incident.Entry{
			Incident: n, Kind: incident.KindAction, Lane: incident.LaneResponder, OccurredAt: at.Add(time.Duration(i) * time.Second),
			Actor: incident.Actor{ID: bot, Name: "firebreak", Kind: incident.ActorSystem}, Source: incident.Source{System: "firebreak"},
			Text: fmt.Sprintf("failed password for user%d from 203.0.113.%d", i, n%200),
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// plantChannel leaves what making a channel leaves.
func plantChannel(tx *store.Tx, n incident.Number, ch sandbox.Channel, bot string) error {
	if err := tx.SaveChannelState(ch.ID, store.ChannelState{}); err != nil {
		return err
	}
	if err := tx.Join(ch.ID, bot); err != nil {
		return err
	}
	a, _, err := tx.Plan(incident.Action{Key: "channel:" + n.String(), Kind: "channel.create", Lane: "slack:" + n.String(), Incident: n})
	if err != nil {
		return err
	}
	if a, _, err = tx.ClaimAction(a.ID, time.Now().Add(time.Minute)); err != nil {
		return err
	}
	result, err := json.Marshal(incident.Channel{ID: ch.ID, Name: ch.Name})
	if err != nil {
		return err
	}
	return tx.FinishAction(a.ID, a.Fence, incident.ActionDone, result, "")
}

// launch starts firebreak.
func (r *rig) launch() *process {
	r.b.Helper()
	p := launch(r.b, r.program, r.env, "")
	r.b.Cleanup(p.kill)
	return p
}

// ready waits until Slack has greeted a connection of firebreak's and it says
// that it is ready, and gives how long the two took since the launch.
func (r *rig) ready(p *process) (hello, ready time.Duration) {
	r.b.Helper()
	client := &http.Client{Transport: &http.Transport{}}
	defer client.CloseIdleConnections()
	for p.alive() && time.Since(p.since) < patienceForReal {
		if hello == 0 {
			hello = r.greeted(p)
		} else if resp, err := client.Get(r.url + "/readyz"); err == nil {
			_ = resp.Body.Close()
			if resp.StatusCode == http.StatusOK {
				return hello, time.Since(p.since)
			}
		}
		<-time.After(time.Millisecond)
	}
	r.b.Fatalf("firebreak is not ready after %s", time.Since(p.since))
	return 0, 0
}

// greeted gives when Slack greeted a connection, or 0.
func (r *rig) greeted(p *process) time.Duration {
	for _, rec := range r.sb.Ledger.Since(r.seen) {
		r.seen = rec.N
		if rec.Kind == sandbox.RecordSocket && rec.Method == "connected" && rec.At.After(p.since) {
			return rec.At.Sub(p.since)
		}
	}
	return 0
}

// middle is the median.
func middle[T int | int64 | float64 | time.Duration](of []T) T { return quantile(of, 0.5) }

func quantile[T int | int64 | float64 | time.Duration](of []T, q float64) T {
	of = slices.Sorted(slices.Values(of))
	return of[min(int(float64(len(of))*q), len(of)-1)]
}
