package gitlab

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"firebreak/incident"
)

const (
	// defaultHold is how long a 429 without any header holds all calls.
	// GitLab's limits count by the minute ("Rate limits").
	defaultHold = 30 * time.Second
	maxHold     = 5 * time.Minute // bounds what a header may ask for
)

// hold keeps calls back while GitLab's rate limit lasts.
type hold struct {
	mu    sync.Mutex
	until time.Time
}

func (h *hold) left() time.Duration {
	h.mu.Lock()
	defer h.mu.Unlock()
	return time.Until(h.until)
}

// start holds for as long as a 429 asks: Retry-After in seconds, else
// RateLimit-Reset as Unix time. Its body may be plain text and is not read.
func (h *hold) start(header http.Header) time.Duration {
	wait := defaultHold
	if n, err := strconv.Atoi(header.Get("Retry-After")); err == nil {
		wait = time.Duration(min(n, int(maxHold/time.Second))) * time.Second
	} else if at, err := strconv.ParseInt(header.Get("RateLimit-Reset"), 10, 64); err == nil {
		wait = time.Until(time.Unix(at, 0))
	}
	wait = min(max(wait, time.Second), maxHold)
	h.mu.Lock()
	defer h.mu.Unlock()
	h.until = time.Now().Add(wait)
	return wait
}

func rateLimited(call string, wait time.Duration) error {
	return &incident.CallError{
		Call: call, Outcome: incident.OutcomeNotDone, Code: "429", RetryAfter: wait,
		Reason: "GitLab's rate limit is used up",
	}
}

// outcome turns a failed call into a CallError.
func outcome(ctx context.Context, call string, a *attempt, err error) error {
	e := &incident.CallError{Call: call, Outcome: incident.OutcomeUnknown, Err: cause(ctx, a, err)}
	switch {
	case a.status == 0 && a.neverSent():
		e.Outcome, e.Reason = incident.OutcomeNotDone, "GitLab could not be reached"
	case a.status == 0 && errors.Is(e.Err, context.DeadlineExceeded):
		e.Reason = "GitLab did not answer in time"
	case a.status == 0:
		e.Reason = "the connection to GitLab broke before it answered"
	case a.status >= 200 && a.status <= 299:
		e.Reason = "GitLab's answer could not be read"
	default:
		answered(e, a)
	}
	return e
}

// answered classifies an answer that was not 2xx, 304 or 429.
func answered(e *incident.CallError, a *attempt) {
	e.Err = nil // the library's error carries the body
	e.Code = strconv.Itoa(a.status)
	e.Reason = "GitLab answered " + e.Code
	if said := vendorText(a.body); said != "" {
		e.Reason += ": " + said
	}
	if a.status < 400 {
		e.Reason += ", a redirect: check the address and the project"
	}
	switch {
	case a.status == http.StatusTooEarly:
		e.Outcome, e.RetryAfter = incident.OutcomeNotDone, time.Second
	case a.status == http.StatusRequestTimeout || a.status >= 500:
		e.Outcome = incident.OutcomeUnknown
	default:
		e.Outcome = incident.OutcomeRefused
	}
}

// cause is the error worth keeping: a context's end, else the transport's own
// without the address that net/http puts before it.
func cause(ctx context.Context, a *attempt, err error) error {
	if ended := ctx.Err(); ended != nil {
		return ended
	}
	if a.err != nil {
		err = a.err
	}
	if e, ok := errors.AsType[*url.Error](err); ok {
		return e.Err
	}
	return err
}

// vendorText reads {"message":"…"}, {"message":{"title":["is too long"]}},
// {"error":"…"} and {"error_description":"…"} into one short line.
func vendorText(body []byte) string {
	var shape struct {
		Message          any `json:"message"`
		Error            any `json:"error"`
		ErrorDescription any `json:"error_description"`
	}
	if json.Unmarshal(body, &shape) != nil {
		return ""
	}
	const enough = 200
	said := flat(shape.Message) + " " + flat(shape.Error) + " " + flat(shape.ErrorDescription)
	line := []rune(strings.Join(strings.Fields(said), " "))
	if len(line) > enough {
		return string(line[:enough]) + "…"
	}
	return string(line)
}

func flat(v any) string {
	var parts []string
	switch v := v.(type) {
	case string:
		return v
	case []any:
		for _, e := range v {
			parts = append(parts, flat(e))
		}
	case map[string]any:
		for _, k := range slices.Sorted(maps.Keys(v)) {
			parts = append(parts, fmt.Sprintf("%s %s", k, flat(v[k])))
		}
	}
	return strings.Join(parts, ", ")
}
