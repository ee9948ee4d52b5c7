package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"firebreak/bot"
)

// Limits of one request. An alert as large as PagerDuty takes them (Events
// API v2: 512 KB) has room.
const (
	maxAlertsBody = 8 << 20
	maxAlertBytes = 512 << 10
	maxAlertCount = 1000
	maxRepeatKey  = 255
)

// alertsIn takes alerts: one JSON object, a list of them, or one after the
// other (NDJSON). All of a request are durable when it is answered, or none.
func (a *app) alertsIn(w http.ResponseWriter, r *http.Request) {
	want := a.cfg.AlertsToken.Reveal()
	token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	switch {
	case want == "":
		http.Error(w, "This way in is off: set FIREBREAK_ALERTS_TOKEN.", http.StatusNotFound)
		return
	case !ok || !sameSecret(token, want):
		w.Header().Set("WWW-Authenticate", "Bearer")
		http.Error(w, "The bearer token is not FIREBREAK_ALERTS_TOKEN.", http.StatusUnauthorized)
		return
	case len(r.Header.Get("Idempotency-Key")) > maxRepeatKey:
		http.Error(w, fmt.Sprintf("Idempotency-Key is longer than %d bytes.", maxRepeatKey), http.StatusBadRequest)
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxAlertsBody))
	if err != nil {
		refuseAlerts(w, err)
		return
	}
	alerts, err := splitAlerts(body)
	if err != nil {
		refuseAlerts(w, err)
		return
	}
	err = a.bot.TakeAlerts(r.Context(), r.Header.Get("Idempotency-Key"), alerts)
	if errors.Is(err, bot.ErrOtherAlerts) {
		// As the IETF draft on the header has it (draft-ietf-httpapi-idempotency-key-header).
		http.Error(w, "Nothing of this was kept: this Idempotency-Key was used for other alerts. Give each batch a key of its own.", http.StatusUnprocessableEntity)
		return
	}
	if err != nil {
		a.log.ErrorContext(r.Context(), "alerts could not be kept", "error", err)
		w.Header().Set("Retry-After", "5")
		http.Error(w, "Nothing of this was kept, by our own trouble: send it again.", http.StatusServiceUnavailable)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusAccepted)
	_ = json.NewEncoder(w).Encode(map[string]int{"accepted": len(alerts)}) // whoever has gone asks again
}

// errTooMuch is a request beyond a limit.
var errTooMuch = errors.New("send it in parts")

func refuseAlerts(w http.ResponseWriter, err error) {
	status := http.StatusBadRequest
	if _, large := errors.AsType[*http.MaxBytesError](err); large {
		err = fmt.Errorf("the body is larger than %d MiB: %w", maxAlertsBody>>20, errTooMuch)
	}
	if errors.Is(err, errTooMuch) {
		status = http.StatusRequestEntityTooLarge
	}
	http.Error(w, "Nothing of this was kept: "+err.Error()+".", status)
}

// splitAlerts reads the objects of a body. An error names the first place
// that is no alert.
func splitAlerts(body []byte) ([]json.RawMessage, error) {
	body = bytes.TrimPrefix(body, []byte("\xef\xbb\xbf"))
	where := func(i, at int) string { return fmt.Sprintf("line %d", 1+bytes.Count(body[:at], []byte("\n"))) }
	d := json.NewDecoder(bytes.NewReader(body))
	list := bytes.HasPrefix(bytes.TrimSpace(body), []byte("["))
	if list {
		if _, err := d.Token(); err != nil {
			return nil, fmt.Errorf("line 1: %w", err)
		}
		where = func(i, at int) string {
			return fmt.Sprintf("element %d of the list (line %d)", i+1, 1+bytes.Count(body[:at], []byte("\n")))
		}
	}
	var alerts []json.RawMessage
	for d.More() {
		at := start(body, int(d.InputOffset()))
		alert, err := oneAlert(d)
		switch {
		case err != nil:
			return nil, fmt.Errorf("%s: %w", where(len(alerts), at), err)
		case len(alerts) == maxAlertCount:
			return nil, fmt.Errorf("there are more than %d alerts: %w", maxAlertCount, errTooMuch)
		}
		alerts = append(alerts, alert)
	}
	if err := rest(d, list); err != nil {
		return nil, fmt.Errorf("after alert %d: %w", len(alerts), err)
	}
	if len(alerts) == 0 {
		return nil, errors.New("there is no alert in it: send a JSON object, a list of objects, or an object a line")
	}
	return alerts, nil
}

// start is where the value begins that follows an offset.
func start(body []byte, at int) int {
	return len(body) - len(bytes.TrimLeft(body[at:], " \t\r\n,"))
}

func oneAlert(d *json.Decoder) (json.RawMessage, error) {
	var alert json.RawMessage
	if err := d.Decode(&alert); err != nil {
		return nil, fmt.Errorf("this is no JSON (%w)", err)
	}
	switch {
	case alert[0] != '{':
		return nil, errors.New("this is no JSON object")
	case len(alert) > maxAlertBytes:
		return nil, fmt.Errorf("this alert is larger than %d KiB: %w", maxAlertBytes>>10, errTooMuch)
	}
	return alert, nil
}

// rest says whether a body ends as it should.
func rest(d *json.Decoder, list bool) error {
	if list {
		if _, err := d.Token(); err != nil {
			return errors.New("the list does not end")
		}
	}
	if _, err := d.Token(); err != io.EOF {
		return errors.New("something follows that is no alert")
	}
	return nil
}
