package sandbox

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// pdError is the REST API's error answer, {"error":{message,code,errors}}
// (documented, with the codes used here).
type pdError struct {
	status  int
	code    int
	message string
	details []string
}

func (e pdError) Error() string {
	return fmt.Sprintf("%d: %s (%d) %v", e.status, e.message, e.code, e.details)
}

func (e pdError) write(w http.ResponseWriter) {
	body := map[string]any{"message": e.message, "code": e.code}
	if len(e.details) > 0 {
		body["errors"] = e.details
	}
	writeJSON(w, e.status, map[string]any{"error": body})
}

// pdRefused answers a fault's code: an HTTP status, or one of PagerDuty's own
// codes, which come with 400 (documented for those below 2000).
func pdRefused(code string) (status int, body string) {
	if len(code) < 4 {
		return refusedByStatus(code, `{"error":{"message":"%[2]s","code":%[1]d}}`)
	}
	message := "Invalid Input Provided"
	if code == "1005" {
		message = "Data Updated Since Last Request" // documented
	}
	return http.StatusBadRequest, fmt.Sprintf(`{"error":{"message":%q,"code":%s}}`, message, code)
}

func writePDError(w http.ResponseWriter, err error) {
	var e pdError
	if !errors.As(err, &e) {
		e = pdError{http.StatusInternalServerError, 2000, "Internal Server Error", []string{err.Error()}}
	}
	e.write(w)
}

var (
	errPDUnauthorized = pdError{http.StatusUnauthorized, 2006, "Authentication failed", nil}
	errPDDenied       = pdError{http.StatusForbidden, 2010, "Access Denied", nil}
	errPDNotFound     = pdError{http.StatusNotFound, 2100, "Not Found", nil}
	errPDAbility      = pdError{http.StatusPaymentRequired, 2014, "Missing Account Ability", nil}
	errPDNoRequester  = pdError{http.StatusBadRequest, 2011, "You must specify a requester_id to perform this action", nil}
	errPDRequester    = pdError{http.StatusBadRequest, 1008, "Requester User Not Found", nil}
	errPDRange        = pdError{http.StatusBadRequest, 2005, "Invalid Query Date Range", nil}
)

func pdInvalid(format string, args ...any) pdError {
	return pdError{http.StatusBadRequest, 2001, "Invalid Input Provided", []string{fmt.Sprintf(format, args...)}}
}

// pdCall is a call that passed the door; from is nil for reads.
type pdCall struct {
	w    http.ResponseWriter
	r    *http.Request
	from *PagerDutyUser
}

// rest is the door of the REST API: token, rate limit, version, and for
// writes the right to write and the From header.
func (p *PagerDuty) rest(do func(pdCall) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		defer p.lock()()
		c := pdCall{w: w, r: r}
		err := p.admit(&c)
		if err == nil {
			err = do(c)
		}
		if err != nil {
			writePDError(w, err)
		}
	}
}

func (p *PagerDuty) admit(c *pdCall) error {
	token, ok := strings.CutPrefix(c.r.Header.Get("Authorization"), "Token token=")
	if !ok {
		token, ok = strings.CutPrefix(c.r.Header.Get("Authorization"), "Bearer ")
	}
	writes, known := p.keys[token]
	if !ok || !known {
		return errPDUnauthorized
	}
	if err := p.countCall(c.w, token); err != nil {
		return err
	}
	// Documented: the header overrides the token's version. Strict here: a
	// client that leaves the version to chance is wrong.
	if c.r.Header.Get("Accept") != "application/vnd.pagerduty+json;version=2" {
		return pdInvalid("Accept header must be application/vnd.pagerduty+json;version=2")
	}
	if c.r.Method == http.MethodGet {
		return nil
	}
	if !writes { // documented: read-only keys get 403 on anything but GET
		return errPDDenied
	}
	if !strings.HasPrefix(c.r.Header.Get("Content-Type"), "application/json") {
		return pdInvalid("Content-Type must be application/json")
	}
	from := c.r.Header.Get("From") // documented: required with account keys
	if from == "" {
		return errPDNoRequester
	}
	if c.from = p.userByEmail(from); c.from == nil {
		return errPDRequester
	}
	return nil
}

// countCall applies 960 requests per minute and key (documented); that the
// window is fixed is assumed.
func (p *PagerDuty) countCall(w http.ResponseWriter, token string) error {
	limit, on := p.sb.limit(960)
	if !on {
		return nil
	}
	if p.restLimit[token] == nil {
		p.restLimit[token] = &fixedWindow{}
	}
	left, reset := p.restLimit[token].take(time.Now(), limit, time.Minute)
	setPagerDutyLimit(w.Header(), limit, max(0, left), reset)
	if left < 0 {
		return pdError{http.StatusTooManyRequests, 2020, "Rate Limit Exceeded", nil}
	}
	return nil
}

// setPagerDutyLimit sets the documented headers; there is no Retry-After.
func setPagerDutyLimit(h http.Header, limit, left int, reset time.Duration) {
	h.Set("ratelimit-limit", strconv.Itoa(limit))
	h.Set("ratelimit-remaining", strconv.Itoa(left))
	h.Set("ratelimit-reset", strconv.Itoa(seconds(reset)))
}

// decode reads a request's JSON body.
func (c pdCall) decode(v any) error {
	if err := json.NewDecoder(c.r.Body).Decode(v); err != nil {
		return pdInvalid("body is not the expected JSON: %v", err)
	}
	return nil
}

// writePage answers one page of rows: limit 25 by default, at most 100 (a
// larger one is cut to 100: observed; the documentation says "cannot exceed"),
// offset counts records, offset+limit at most 10000, total null unless asked.
func (p *PagerDuty) writePage(w http.ResponseWriter, q url.Values, name string, rows []any) {
	limit, err := intParam(q, "limit", 25)
	if err == nil && limit < 1 {
		err = pdInvalid("limit must be positive")
	}
	offset, err2 := intParam(q, "offset", 0)
	limit = min(limit, 100)
	if err == nil {
		err = err2
	}
	if err == nil && (offset < 0 || offset+limit > 10000) {
		err = pdInvalid("Offset must be non-negative, and limit+offset at most 10000.")
	}
	if err != nil {
		writePDError(w, err)
		return
	}
	page := []any{}
	if offset < len(rows) {
		page = rows[offset:min(offset+limit, len(rows))]
	}
	var total any
	if truthy(q.Get("total")) {
		total = len(rows)
	}
	writeJSON(w, http.StatusOK, map[string]any{
		name: page, "limit": limit, "offset": offset, "more": offset+limit < len(rows), "total": total,
	})
}

func intParam(q url.Values, name string, byDefault int) (int, error) {
	if !q.Has(name) {
		return byDefault, nil
	}
	n, err := strconv.Atoi(q.Get(name))
	if err != nil {
		return 0, pdInvalid("%s is not an integer", name)
	}
	return n, nil
}

func truthy(s string) bool { return s == "true" || s == "1" } // documented

// accountZone is where times without a zone are read (documented: the
// account's time zone). Not UTC, so that a client that relies on UTC fails.
func accountZone() *time.Location { return time.FixedZone("America/Lima", -5*3600) }

// timeParam reads since or until: RFC 3339, or without a zone in time_zone or
// else the account's (documented). Zero when absent.
func (p *PagerDuty) timeParam(q url.Values, name string) (time.Time, error) {
	s := q.Get(name)
	if s == "" {
		return time.Time{}, nil
	}
	zone := accountZone()
	if tz := q.Get("time_zone"); tz != "" {
		var err error
		if zone, err = time.LoadLocation(tz); err != nil {
			return time.Time{}, pdInvalid("time_zone is unknown")
		}
	}
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05", "2006-01-02"} {
		if t, err := time.ParseInLocation(layout, s, zone); err == nil {
			return t, nil
		}
	}
	return time.Time{}, pdError{http.StatusBadRequest, 2004, "Invalid time values in 'since' and/or 'until' parameters", nil}
}
