package main

import (
	"crypto/sha256"
	"crypto/subtle"
	"io"
	"net/http"
)

// maxHook bounds what is read of a webhook's body. GitLab sends up to 25 MB;
// nothing of it is needed.
const maxHook = 1 << 20

// ownIntake says whether what comes in has an address of its own.
func (a *app) ownIntake() bool {
	return a.cfg.IntakeListen != "" && a.cfg.IntakeListen != a.cfg.Listen
}

// intake is what firebreak answers on INTAKE_LISTEN.
func (a *app) intake() http.Handler {
	mux := http.NewServeMux()
	a.takeIn(mux)
	return mux
}

// takeIn adds the ways in. One that is not configured, or not there yet, says
// so.
func (a *app) takeIn(mux *http.ServeMux) {
	mux.HandleFunc("POST /webhooks/pagerduty", func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "This way in comes later; pages are polled.", http.StatusNotImplemented)
	})
	mux.HandleFunc("POST /alerts", a.alertsIn)
	mux.HandleFunc("POST /webhooks/gitlab", a.gitlabHook)
}

// issueHooks are the events that may concern a task. Confidential issues have
// one of their own ("Webhook events", Issue events).
var issueHooks = map[string]bool{"Issue Hook": true, "Confidential Issue Hook": true}

// gitlabHook takes a GitLab webhook for a hint to look now. Its body is not
// believed, so there is nothing to dedupe or to put in order, and the answer
// leaves at once: GitLab waits 10 s and switches off a hook that fails four
// times in a row.
func (a *app) gitlabHook(w http.ResponseWriter, r *http.Request) {
	want := a.cfg.GitLabWebhookToken.Reveal()
	switch {
	case want == "" || !a.cfg.GitLab():
		http.Error(w, "This way in is off: set FIREBREAK_GITLAB_WEBHOOK_TOKEN, and FIREBREAK_GITLAB_TOKEN and _PROJECT.", http.StatusNotFound)
		return
	case !sameSecret(r.Header.Get("X-Gitlab-Token"), want):
		http.Error(w, "X-Gitlab-Token is not the secret token of this webhook.", http.StatusUnauthorized)
		return
	}
	_, _ = io.Copy(io.Discard, http.MaxBytesReader(w, r.Body, maxHook)) // not believed, so not needed either
	if issueHooks[r.Header.Get("X-Gitlab-Event")] {
		a.bot.TrackerHint()
	}
	w.WriteHeader(http.StatusNoContent)
}

// sameSecret compares in a time that tells neither content nor length.
func sameSecret(got, want string) bool {
	g, w := sha256.Sum256([]byte(got)), sha256.Sum256([]byte(want))
	return subtle.ConstantTimeCompare(g[:], w[:]) == 1
}
