package pagerduty

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"firebreak/incident"
)

// Codes of PagerDuty's REST API ("Errors") that decide something here.
const (
	codeAlreadyResolved     = "1001"
	codeAlreadyAcknowledged = "1002"
	codeChangedMeanwhile    = "1005"
	codeRequesterUnknown    = "1008"
	codeNoRequester         = "2011"
	codeNoAbility           = "2014"
)

// fromUnknown is what to do when PagerDuty does not know our address.
const fromUnknown = "PagerDuty has no user with the address in FIREBREAK_PAGERDUTY_FROM: set it to the e-mail address of one"

// outcome turns a failed call into a CallError.
func outcome(ctx context.Context, call string, a *attempt, err error) error {
	e := &incident.CallError{Call: call, Outcome: incident.OutcomeUnknown, Err: cause(ctx, a, err)}
	switch {
	case a.status == 0 && a.neverSent():
		return notSent(call, e.Err)
	case a.status == 0 && errors.Is(e.Err, context.DeadlineExceeded):
		e.Reason = "PagerDuty did not answer in time"
	case a.status == 0:
		e.Reason = "the connection to PagerDuty broke before it answered"
	case a.status >= 200 && a.status <= 299:
		e.Reason = "PagerDuty's answer could not be read"
	default:
		answered(e, a)
	}
	return e
}

// answered classifies an answer that was not 2xx, nor 429.
func answered(e *incident.CallError, a *attempt) {
	v := vendorError(a.body)
	e.Code = strconv.Itoa(a.status)
	if v.code != "" && a.status != http.StatusNotFound {
		e.Code = v.code
	}
	e.Err = nil // errStatus says less than the code
	e.Reason = "PagerDuty answered " + strconv.Itoa(a.status)
	if v.text != "" {
		e.Reason += ": " + v.text
	}
	switch v.code {
	case codeNoRequester:
		e.Reason = whoActs
	case codeRequesterUnknown:
		e.Reason = fromUnknown
	}
	if a.status < 400 {
		e.Reason += ", a redirect: check the address"
	}
	switch {
	case v.code == codeChangedMeanwhile || a.status == http.StatusTooEarly:
		e.Outcome, e.RetryAfter = incident.OutcomeNotDone, time.Second
	case a.status == http.StatusRequestTimeout || a.status >= 500:
		e.Outcome = incident.OutcomeUnknown
	default:
		e.Outcome = incident.OutcomeRefused
	}
}

// cause is the error worth keeping: a context's end, which libraries turn into
// text, else the transport's own without the address that net/http puts
// before it.
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

func notSent(call string, err error) error {
	return &incident.CallError{
		Call: call, Outcome: incident.OutcomeNotDone, Err: err,
		Reason: "PagerDuty could not be reached",
	}
}

type refusal struct{ code, text string }

// vendorError reads both error shapes: {"error":{code,message,errors}} of the
// REST API and {status,message,errors} of the Events API.
func vendorError(body []byte) refusal {
	var shape struct {
		Error struct {
			Code    text       `json:"code"`
			Message text       `json:"message"`
			Errors  list[text] `json:"errors"`
		} `json:"error"`
		Message text       `json:"message"`
		Errors  list[text] `json:"errors"`
	}
	if json.Unmarshal(body, &shape) != nil {
		return refusal{}
	}
	said := []string{string(shape.Error.Message), string(shape.Message)}
	for _, e := range append(shape.Error.Errors, shape.Errors...) {
		said = append(said, string(e))
	}
	return refusal{code: string(shape.Error.Code), text: sentence(said)}
}

// sentence joins what the vendor said into one short line.
func sentence(parts []string) string {
	const enough = 200
	parts = strings.Fields(strings.Join(parts, " "))
	line := []rune(strings.Join(parts, " "))
	if len(line) > enough {
		return string(line[:enough]) + "…"
	}
	return string(line)
}
