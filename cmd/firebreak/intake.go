package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"io"
	"net/http"
	"strings"
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

// takeIn adds the ways in. One that is not configured says so.
func (a *app) takeIn(mux *http.ServeMux) {
	mux.HandleFunc("POST /alerts", a.alertsIn)
	mux.HandleFunc("POST /webhooks/pagerduty", a.pagerDutyHook)
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

// maxPagerDutyHook bounds what is read of PagerDuty's webhook, all of which
// its signature is about. What it tells of an incident is some 10 KB.
const maxPagerDutyHook = 5 << 20

// pagerDutyHook takes a V3 webhook for a hint to look now. What it tells is
// not believed beyond that: it comes late, twice and out of order (PagerDuty
// docs, "Webhooks overview"), and a recorded one can be sent again.
func (a *app) pagerDutyHook(w http.ResponseWriter, r *http.Request) {
	secret := a.cfg.PagerDutyWebhookSecret.Reveal()
	if secret == "" {
		http.Error(w, "This way in is off: set FIREBREAK_PAGERDUTY_WEBHOOK_SECRET.", http.StatusNotFound)
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxPagerDutyHook))
	if err != nil {
		http.Error(w, "The body is too large, or was cut off.", http.StatusRequestEntityTooLarge)
		return
	}
	if !signed(body, r.Header.Get("X-PagerDuty-Signature"), secret) {
		http.Error(w, "X-PagerDuty-Signature does not match FIREBREAK_PAGERDUTY_WEBHOOK_SECRET.", http.StatusUnauthorized)
		return
	}
	a.bot.PagerHint()
	w.WriteHeader(http.StatusNoContent)
}

// signed says whether one of the signatures is the body's: there are several
// while a secret is being replaced (PagerDuty docs, "Verifying signatures").
func signed(body []byte, signatures, secret string) bool {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(body)
	want := mac.Sum(nil)
	for signature := range strings.SplitSeq(signatures, ",") {
		hexed, ok := strings.CutPrefix(strings.TrimSpace(signature), "v1=")
		got, err := hex.DecodeString(hexed)
		if ok && err == nil && hmac.Equal(got, want) {
			return true
		}
	}
	return false
}

// sameSecret compares in a time that tells neither content nor length.
func sameSecret(got, want string) bool {
	g, w := sha256.Sum256([]byte(got)), sha256.Sum256([]byte(want))
	return subtle.ConstantTimeCompare(g[:], w[:]) == 1
}
