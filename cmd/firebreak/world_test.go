package main

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"firebreak/incident"
	"firebreak/integrations/sandbox"
	"firebreak/store"
)

// world is a sandbox with the real bot in it, joined by in-memory
// connections inside a synctest bubble: a virtual day passes in seconds and
// nothing depends on the speed of the machine.
type world struct {
	t   *testing.T
	sb  *sandbox.Sandbox
	net *sandbox.MemoryNetwork
	env map[string]string
	dir string

	ruled string // the folder of sshRules, once written

	app    *app
	wire   *wire // the bot's own way to the network
	client *http.Client
	level  slog.Level // of the bot's log
	said   io.Writer  // what the bot logs goes here, too; may be nil
	lives  int        // how many bots crash has ended

	lenient bool // until panics with stuck
	cancel  context.CancelFunc
	done    chan error
}

// inWorld runs f in a bubble with a started sandbox and no bot yet, beside
// other such tests: worlds share nothing.
func inWorld(t *testing.T, f func(w *world)) {
	t.Helper()
	everySecondUnderRace(t)
	t.Parallel()
	inWorldNow(t, f)
}

// inWorldNow is inWorld for a test whose outcome the next one needs.
func inWorldNow(t *testing.T, f func(w *world)) {
	t.Helper()
	inSeededWorld(t, 1, f)
}

// inSeededWorld is inWorldNow with a sandbox of that seed.
func inSeededWorld(t *testing.T, seed int64, f func(w *world)) {
	t.Helper()
	dir, none := t.TempDir(), t.TempDir()
	plantEmpty(t, filepath.Join(dir, "firebreak.db"))
	synctest.Test(t, func(t *testing.T) {
		w := &world{t: t, net: sandbox.Memory(), dir: dir}
		w.sb = sandbox.New(sandbox.Options{Seed: seed})
		if err := w.sb.Start(context.Background(), w.net); err != nil {
			t.Fatal(err)
		}
		w.env = w.sb.Env()
		w.env["FIREBREAK_DATABASE_URL"] = "sqlite:" + filepath.Join(dir, "firebreak.db")
		w.env["FIREBREAK_EVIDENCE_DIR"] = filepath.Join(dir, "evidence") // one for all lives
		w.env["FIREBREAK_LISTEN"] = "bot.sandbox:80"
		// Worlds start thousands of bots, and most are not about the shipped rules.
		w.env["FIREBREAK_RULES"] = none
		defer func() {
			w.stop()
			if err := w.sb.Close(); err != nil {
				t.Error(err)
			}
			if odd := w.sb.Unexpected(); len(odd) > 0 {
				t.Errorf("calls that no emulator knows: %v", odd)
			}
			if loud := w.sb.Slack.Broadcasts(); len(loud) > 0 {
				t.Errorf("the bot pinged everybody: %q", loud[0].Text)
			}
		}()
		f(w)
	})
}

// emptyDatabase is what a first start makes of no database. It takes as long as
// a tenth of what most worlds do, and there are thousands.
var emptyDatabase = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "firebreak")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir) //nolint:errcheck // a folder of the tests'
	path := filepath.Join(dir, "empty.db")
	s, err := store.Open(context.Background(), store.Config{Path: path})
	if err != nil {
		return nil, err
	}
	if err := s.Close(); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

// plantEmpty puts an empty database where there is none.
func plantEmpty(t *testing.T, path string) {
	t.Helper()
	content, err := emptyDatabase()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
}

// start starts the bot, anew after a stop.
func (w *world) start() {
	w.t.Helper()
	w.assemble(w.env)
	w.launch(w.app.run)
	w.until("the bot is connected", func() bool { return w.sb.Slack.Sockets() > 0 })
}

// assemble puts the bot together without letting it run.
func (w *world) assemble(env map[string]string) {
	w.t.Helper()
	s := load(env)
	if len(s.Problems) > 0 {
		w.t.Fatalf("configuration: %v", s.Problems)
	}
	w.wire = newWire(w.net)
	w.client = &http.Client{Transport: &http.Transport{DialContext: w.wire.DialContext, DisableKeepAlives: true}}
	out := w.t.Output()
	if w.said != nil {
		out = io.MultiWriter(out, w.said)
	}
	log := slog.New(slog.NewTextHandler(out, &slog.HandlerOptions{Level: w.level}))
	a, err := newApp(context.Background(), s.Config, network{
		HTTP: w.client, Dial: w.wire.DialContext,
		Listen: func(_, addr string) (net.Listener, error) { return w.net.Listen(strings.TrimSuffix(addr, ":80")) },
	}, log)
	if err != nil {
		w.t.Fatal(err)
	}
	w.app = a
}

// launch runs the assembled bot until stop.
func (w *world) launch(run func(context.Context) error) {
	ctx, cancel := context.WithCancel(context.Background())
	w.cancel, w.done = cancel, make(chan error, 1)
	go func() { w.done <- run(ctx) }()
}

// stop ends the bot as SIGTERM does.
func (w *world) stop() {
	w.t.Helper()
	if w.app == nil {
		return
	}
	w.cancel()
	if err := <-w.done; err != nil {
		w.t.Errorf("bot ended: %v", err)
	}
	if err := w.app.close(); err != nil {
		w.t.Error(err)
	}
	w.client.CloseIdleConnections()
	w.app = nil
}

// patience is how much virtual time anything may take.
const patience = 3 * time.Minute

// until waits for cond in virtual time.
func (w *world) until(what string, cond func() bool) {
	w.t.Helper()
	deadline := time.Now().Add(patience)
	for {
		synctest.Wait()
		if cond() {
			return
		}
		if time.Now().After(deadline) {
			if w.lenient {
				panic(stuck(what))
			}
			w.dump()
			w.t.Fatalf("not within %s: %s", patience, what)
		}
		w.pass(100 * time.Millisecond)
	}
}

// unread is the level of a bot whose log nobody will read.
const unread = slog.LevelError + 1

// stuck is what until ends with in a lenient world, where something may be
// missing for good.
type stuck string

// pass lets virtual time pass.
func (w *world) pass(d time.Duration) { <-time.After(d) }

// settle waits until nothing is left to do.
func (w *world) settle() {
	w.t.Helper()
	quiet := 0
	w.until("everything is done", func() bool {
		if w.idle() {
			quiet++
		} else {
			quiet = 0
		}
		return quiet > 30 // two polls of everything later nothing has come up
	})
}

func (w *world) idle() bool {
	s, err := w.app.store.Stats(context.Background())
	if err != nil {
		w.t.Fatal(err)
	}
	return s.InboxPending == 0 && s.Actions[incident.ActionPlanned] == 0 && s.Actions[incident.ActionSending] == 0 &&
		s.Actions[incident.ActionUnknown] == 0 && w.sb.Slack.Undelivered() == 0
}

// dump says what is still open, for a failing test's reader.
func (w *world) dump() {
	if w.app == nil {
		return
	}
	w.view(func(v *store.View) error {
		open, err := v.Actions(0, true)
		for _, a := range open {
			w.t.Logf("action %d %s %s: %s (%d attempts) %s", a.ID, a.Kind, a.Key, a.State, a.Attempts, a.Reason)
		}
		return err
	})
}

func (w *world) view(f func(v *store.View) error) {
	w.t.Helper()
	if err := w.app.store.View(context.Background(), f); err != nil {
		w.t.Fatal(err)
	}
}

// channels are the incident channels that Slack has, by number.
func (w *world) channels() map[incident.Number][]sandbox.Channel {
	found := map[incident.Number][]sandbox.Channel{}
	for _, c := range w.sb.Slack.Channels() {
		if m := incidentChannel.FindStringSubmatch(c.Name); m != nil {
			n, err := incident.ParseNumber("INC-" + m[1])
			if err != nil {
				w.t.Fatal(err)
			}
			found[n] = append(found[n], c)
		}
	}
	return found
}

// channel waits for an incident's channel to be ready to work in.
func (w *world) channel(n incident.Number) sandbox.SlackChannel {
	w.t.Helper()
	w.until(n.String()+" has its channel", func() bool {
		cs := w.channels()[n]
		return len(cs) > 0 && w.incident(n).HeaderTS != ""
	})
	return w.sb.Slack.In(w.incident(n).Channel.ID)
}

func (w *world) incident(n incident.Number) (inc incident.Incident) {
	w.t.Helper()
	_ = w.app.store.View(context.Background(), func(v *store.View) (err error) {
		inc, err = v.Incident(incident.Operator(), n)
		return err
	})
	return inc
}

func (w *world) entries(n incident.Number) (es []incident.Entry) {
	w.t.Helper()
	w.view(func(v *store.View) (err error) {
		es, err = v.Entries(incident.Operator(), n, store.Filter{})
		return err
	})
	return es
}

// parked are the actions that were set aside.
func (w *world) parked() (parked []incident.Action) {
	w.t.Helper()
	w.view(func(v *store.View) error {
		all, err := v.Actions(0, true)
		for _, a := range all {
			if a.State == incident.ActionParked {
				parked = append(parked, a)
			}
		}
		return err
	})
	return parked
}

// join lets people in who were not invited.
func join(c sandbox.SlackChannel, by string, people ...string) {
	for _, p := range people {
		c.Invite(by, p)
	}
}

// texts are the texts of a message's blocks and fallback, for looking into.
func texts(raw json.RawMessage) string { return string(raw) }
