package main

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"

	"firebreak/bot"
)

// routes is what firebreak answers on LISTEN.
func (a *app) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, _ = w.Write([]byte("ok\n")) // whoever asked has gone if this fails
	})
	mux.HandleFunc("GET /readyz", a.readyz)
	mux.Handle("GET /metrics", promhttp.HandlerFor(a.metrics(), promhttp.HandlerOpts{}))
	if !a.ownIntake() {
		a.takeIn(mux)
	}
	return mux
}

// readiness is the answer of /readyz.
type readiness struct {
	Ready  bool                 `json:"ready"`
	Checks map[string]bot.Check `json:"checks"`
}

// backlogBound is how old the oldest unhandled row may be before the bot
// calls itself not ready.
const backlogBound = 30 * time.Second

func (a *app) readyz(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), 5*time.Second)
	defer cancel()
	ready := readiness{Ready: true, Checks: a.bot.Checks()}
	ready.Checks["database"] = a.databaseCheck(ctx)
	ready.Checks["backlog"] = a.backlogCheck(ctx)
	for _, c := range ready.Checks {
		ready.Ready = ready.Ready && c.OK
	}
	w.Header().Set("Content-Type", "application/json")
	if !ready.Ready {
		w.WriteHeader(http.StatusServiceUnavailable)
	}
	_ = json.NewEncoder(w).Encode(ready) // whoever asked has gone if this fails
}

func (a *app) databaseCheck(ctx context.Context) bot.Check {
	if err := a.store.Health(ctx); err != nil {
		a.log.ErrorContext(ctx, "database is not healthy", "error", err)
		return bot.Check{Detail: "the database cannot be written; the log says why"}
	}
	return bot.Check{OK: true, Detail: "writable"}
}

func (a *app) backlogCheck(ctx context.Context) bot.Check {
	s, err := a.store.Stats(ctx)
	if err != nil {
		return bot.Check{Detail: "unknown: the database did not answer"}
	}
	if s.InboxPending == 0 {
		return bot.Check{OK: true, Detail: "nothing waits"}
	}
	age := time.Since(s.InboxOldest).Round(time.Second)
	return bot.Check{OK: age <= backlogBound, Detail: "the oldest waits for " + age.String()}
}
