package sandbox

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"math/rand/v2"
	"net"
	"net/http"
	"slices"
	"sync"
)

// Options shape a sandbox. The zero value is good.
type Options struct {
	// Seed makes ids differ between sandboxes; equal seeds give equal ids.
	Seed int64
	// Logger hears of the emulators' own trouble; nil discards.
	Logger *slog.Logger
	// LimitScale multiplies the vendors' published rate limits: 0 means 1,
	// 0.1 a tenth of them, negative none at all.
	LimitScale float64
}

// Sandbox is a world of three emulated services.
type Sandbox struct {
	Slack     *Slack
	PagerDuty *PagerDuty
	GitLab    *GitLab
	Ledger    *Ledger
	Faults    *Faults

	opts   Options
	logger *slog.Logger

	mu      sync.Mutex
	rng     *rand.Rand
	strange []string          // what Unexpected lists
	bases   map[string]string // service to http://authority
	servers []*http.Server
	ctx     context.Context // from Start to Close
	cancel  context.CancelFunc
	closed  bool
	wg      sync.WaitGroup
}

// New returns a sandbox with the default world. It does not listen yet; verbs
// and the ledger work already.
func New(opts Options) *Sandbox {
	sb := &Sandbox{
		Ledger: newLedger(),
		Faults: newFaults(),
		opts:   opts,
		logger: opts.Logger,
		rng:    rand.New(rand.NewPCG(uint64(opts.Seed), 0x66697265)),
		bases:  map[string]string{},
	}
	if sb.logger == nil {
		sb.logger = slog.New(slog.DiscardHandler)
	}
	sb.Slack = newSlack(sb)
	sb.PagerDuty = newPagerDuty(sb)
	sb.GitLab = newGitLab(sb)
	return sb
}

// Start listens on network, one host per service, until Close. The end of ctx
// ends calls that hang, not the listeners. Start once only.
func (sb *Sandbox) Start(ctx context.Context, network Network) error {
	ctx, cancel := context.WithCancel(ctx)
	sb.mu.Lock()
	sb.ctx, sb.cancel = ctx, cancel
	sb.mu.Unlock()
	listeners := map[string]net.Listener{}
	for _, service := range []string{"slack", "pagerduty", "gitlab"} {
		l, err := network.Listen(service + ".sandbox")
		if err != nil {
			for _, l := range listeners {
				_ = l.Close() // nothing was served on it
			}
			return fmt.Errorf("start sandbox: %w", err)
		}
		listeners[service] = l
		sb.mu.Lock()
		sb.bases[service] = "http://" + l.Addr().String()
		sb.mu.Unlock()
	}
	// All addresses are known before the first request is served.
	sb.serve(ctx, listeners["slack"], sb.Slack.handler())
	sb.serve(ctx, listeners["pagerduty"], sb.PagerDuty.handler())
	sb.serve(ctx, listeners["gitlab"], sb.GitLab.handler())
	return nil
}

func (sb *Sandbox) serve(ctx context.Context, l net.Listener, h http.Handler) {
	srv := &http.Server{
		Handler:     sb.track(h),
		BaseContext: func(net.Listener) context.Context { return ctx },
		ErrorLog:    slog.NewLogLogger(sb.logger.Handler(), slog.LevelWarn),
	}
	sb.mu.Lock()
	sb.servers = append(sb.servers, srv)
	sb.mu.Unlock()
	sb.wg.Go(func() {
		if err := srv.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			sb.logger.Error("sandbox server ended", "error", err)
		}
	})
}

// track lets Close wait for requests in progress.
func (sb *Sandbox) track(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		sb.mu.Lock()
		closed := sb.closed
		if !closed {
			sb.wg.Add(1)
		}
		sb.mu.Unlock()
		if closed {
			panic(http.ErrAbortHandler)
		}
		defer sb.wg.Done()
		h.ServeHTTP(w, r)
	})
}

// background runs f until Close, unless the sandbox is closed or not started.
func (sb *Sandbox) background(f func(context.Context)) {
	sb.mu.Lock()
	defer sb.mu.Unlock()
	if sb.closed || sb.ctx == nil {
		return
	}
	ctx := sb.ctx
	sb.wg.Go(func() { f(ctx) })
}

// Close ends listeners, connections, sockets and subscriptions and waits for
// every goroutine. It may be called twice, and without Start.
func (sb *Sandbox) Close() error {
	sb.mu.Lock()
	if sb.closed {
		sb.mu.Unlock()
		return nil
	}
	sb.closed = true
	servers, cancel := sb.servers, sb.cancel
	sb.mu.Unlock()
	if cancel != nil {
		cancel()
	}
	var errs []error
	for _, srv := range servers {
		errs = append(errs, srv.Close())
	}
	sb.Slack.close()
	sb.wg.Wait()
	sb.Ledger.close()
	return errors.Join(errs...)
}

// Env returns the FIREBREAK_ variables that point a bot at this sandbox. Call
// it after Start.
func (sb *Sandbox) Env() map[string]string {
	env := map[string]string{}
	maps.Copy(env, sb.Slack.env())
	maps.Copy(env, sb.PagerDuty.env())
	maps.Copy(env, sb.GitLab.env())
	return env
}

// Unexpected lists the calls that no emulator knows, in order: a client used
// something that this sandbox was not built to judge.
func (sb *Sandbox) Unexpected() []string {
	sb.mu.Lock()
	defer sb.mu.Unlock()
	return slices.Clone(sb.strange)
}

// unexpected notes a call that service does not know.
func (sb *Sandbox) unexpected(service, what string) {
	sb.mu.Lock()
	sb.strange = append(sb.strange, service+": "+what)
	sb.mu.Unlock()
	sb.Ledger.add(Record{Service: service, Kind: RecordUnexpected, Text: what})
}

// base is a service's http://host[:port] without a slash; empty before Start.
func (sb *Sandbox) base(service string) string {
	sb.mu.Lock()
	defer sb.mu.Unlock()
	return sb.bases[service]
}

// token returns n characters of 0-9A-Z that look random and depend on the seed.
func (sb *Sandbox) token(n int) string {
	const letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	sb.mu.Lock()
	defer sb.mu.Unlock()
	b := make([]byte, n)
	for i := range b {
		b[i] = letters[sb.rng.IntN(len(letters))]
	}
	return string(b)
}

// limit scales a published rate limit; false means there is none.
func (sb *Sandbox) limit(published int) (int, bool) {
	switch {
	case sb.opts.LimitScale < 0:
		return 0, false
	case sb.opts.LimitScale == 0:
		return published, true
	}
	return max(1, int(float64(published)*sb.opts.LimitScale)), true
}
