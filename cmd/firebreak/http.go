package main

import (
	"encoding/json"
	"net/http"

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

func (a *app) readyz(w http.ResponseWriter, r *http.Request) {
	ready := readiness{Ready: true, Checks: a.bot.Checks(r.Context(), true)}
	for _, c := range ready.Checks {
		ready.Ready = ready.Ready && c.OK
	}
	w.Header().Set("Content-Type", "application/json")
	if !ready.Ready {
		w.WriteHeader(http.StatusServiceUnavailable)
	}
	_ = json.NewEncoder(w).Encode(ready) // whoever asked has gone if this fails
}
