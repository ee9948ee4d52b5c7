package sandbox

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// vendor is what the shared plumbing must know of one emulated service.
type vendor struct {
	name string // slack, pagerduty, gitlab
	// method names a call as the Ledger and Faults know it. The body is whole.
	method func(*http.Request) string
	// limited sets the headers of the vendor's 429 and returns its JSON body.
	limited func(h http.Header, after time.Duration) string
	// refused gives the vendor's refusal for Fault.Code.
	refused func(code string) (status int, body string)
	// broken is the body of the vendor's 5xx.
	broken string
	// down, if set, says whether the service is out: 503 to everything.
	down func() bool
}

// maxBody is what the plumbing reads of a request; the emulators' own limits
// are below it.
const maxBody = 64 << 20

// guard wraps a service's handler: it names, counts and records each call, and
// applies Faults around the handler by holding back its answer. WebSocket
// upgrades pass through untouched. The handler finds the body intact.
func (sb *Sandbox) guard(v vendor, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.EqualFold(r.Header.Get("Upgrade"), "websocket") {
			next.ServeHTTP(w, r)
			return
		}
		body, err := io.ReadAll(io.LimitReader(r.Body, maxBody))
		if err != nil {
			panic(http.ErrAbortHandler) // the client went away while sending
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		c := &guarded{sb: sb, vendor: v, began: time.Now(), body: body}
		c.method = v.method(r)
		r.Body = io.NopCloser(bytes.NewReader(body))
		c.nth, c.fault = sb.Faults.arrive(v.name, c.method)
		c.serve(w, r, next)
	})
}

// guarded is one call on its way through the guard.
type guarded struct {
	sb     *Sandbox
	vendor vendor
	method string
	nth    int
	fault  Fault
	began  time.Time
	body   []byte
}

func (c *guarded) serve(w http.ResponseWriter, r *http.Request, next http.Handler) {
	lag := c.sb.Faults.lagging()
	if !c.sb.pause(r, c.fault.Delay+lag) {
		c.record(r, nil)
		panic(http.ErrAbortHandler)
	}
	a := &answer{header: http.Header{}}
	switch {
	case c.fault.Kind == Hang:
		<-r.Context().Done()
		fallthrough
	case c.fault.Kind == DropBefore:
		c.record(r, nil)
		panic(http.ErrAbortHandler)
	case c.vendor.down != nil && c.vendor.down():
		a.set(http.StatusServiceUnavailable, contentType(c.vendor.broken), c.vendor.broken)
	case c.fault.Kind == Refuse429:
		a.set(http.StatusTooManyRequests, "application/json", c.vendor.limited(a.header, wholeSeconds(c.fault.RetryAfter)))
	case c.fault.Kind == Refuse:
		status, body := c.vendor.refused(c.fault.Code)
		a.set(status, contentType(body), body)
	case c.fault.Kind == Refuse429Plain:
		a.set(http.StatusTooManyRequests, "text/plain; charset=utf-8", "Retry later\n")
	case c.fault.Kind == Err5xxBefore:
		a.set(http.StatusBadGateway, contentType(c.vendor.broken), c.vendor.broken)
	default:
		next.ServeHTTP(a, r)
		if c.fault.Kind == Err5xxAfter {
			a = &answer{header: http.Header{}}
			a.set(http.StatusBadGateway, contentType(c.vendor.broken), c.vendor.broken)
		}
	}
	if c.fault.Kind == HangAfter {
		<-r.Context().Done()
	}
	if c.fault.Kind == DropAfter || c.fault.Kind == HangAfter || !c.sb.pause(r, lag) {
		c.record(r, nil)
		panic(http.ErrAbortHandler)
	}
	c.record(r, a)
	if c.fault.Kind == StallAfter {
		a.stall(w, r)
		panic(http.ErrAbortHandler)
	}
	a.send(w)
}

// contentType tells a page of a server before the API from the API's words.
func contentType(body string) string {
	if strings.HasPrefix(body, "<") {
		return "text/html; charset=utf-8"
	}
	return "application/json"
}

// refusedByStatus is a refusal of a vendor whose codes are HTTP statuses.
func refusedByStatus(code, format string) (int, string) {
	status, err := strconv.Atoi(code)
	if err != nil {
		panic(fmt.Sprintf("sandbox: Fault.Code %q is no HTTP status", code))
	}
	return status, fmt.Sprintf(format, status, http.StatusText(status))
}

// pause waits for d, or says false when the client or the sandbox went first.
func (sb *Sandbox) pause(r *http.Request, d time.Duration) bool {
	if d <= 0 {
		return true
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-r.Context().Done():
		return false
	}
}

// record writes the call down before its answer leaves, so that whoever has
// the answer finds the record. A nil answer: the connection was closed.
func (c *guarded) record(r *http.Request, a *answer) {
	rec := Record{
		Service: c.vendor.name, Kind: RecordRequest, Method: c.method, Nth: c.nth,
		Target: r.Method + " " + r.URL.RequestURI(), Args: bodyJSON(r.Header.Get("Content-Type"), c.body),
		Fault: c.fault.Kind, Latency: time.Since(c.began),
	}
	if a != nil {
		rec.Status = a.status()
		rec.Reply = bodyJSON(a.header.Get("Content-Type"), a.body.Bytes())
	}
	c.sb.Ledger.add(rec)
}

// answer holds back what a handler writes.
type answer struct {
	header http.Header
	code   int
	body   bytes.Buffer
}

func (a *answer) Header() http.Header { return a.header }

func (a *answer) WriteHeader(code int) {
	if a.code == 0 {
		a.code = code
	}
}

func (a *answer) Write(p []byte) (int, error) {
	a.WriteHeader(http.StatusOK)
	return a.body.Write(p)
}

func (a *answer) status() int {
	if a.code == 0 {
		return http.StatusOK
	}
	return a.code
}

func (a *answer) set(code int, contentType, body string) {
	a.header.Set("Content-Type", contentType)
	a.code = code
	a.body.Reset()
	a.body.WriteString(body)
}

func (a *answer) send(w http.ResponseWriter) {
	maps.Copy(w.Header(), a.header)
	if a.status() != http.StatusNoContent && a.status() != http.StatusNotModified {
		w.Header().Set("Content-Length", strconv.Itoa(a.body.Len()))
	}
	w.WriteHeader(a.status())
	_, _ = w.Write(a.body.Bytes()) // the client may be gone; the ledger has it
}

// stall sends half of the answer and waits for the client to give up.
func (a *answer) stall(w http.ResponseWriter, r *http.Request) {
	maps.Copy(w.Header(), a.header)
	w.Header().Set("Content-Length", strconv.Itoa(a.body.Len()))
	w.WriteHeader(a.status())
	_, _ = w.Write(a.body.Bytes()[:a.body.Len()/2])
	_ = http.NewResponseController(w).Flush() // the client may be gone already
	<-r.Context().Done()
}

// bodyJSON renders a body for the ledger.
func bodyJSON(contentType string, body []byte) json.RawMessage {
	if len(body) == 0 {
		return nil
	}
	kind, _, _ := mime.ParseMediaType(contentType)
	switch {
	case json.Valid(body):
		return bytes.Clone(body)
	case kind == "application/x-www-form-urlencoded":
		if form, err := url.ParseQuery(string(body)); err == nil {
			return mustJSON(form)
		}
	case !utf8.Valid(body) || strings.HasPrefix(kind, "multipart/"):
		return mustJSON(fmt.Sprintf("%s, %d bytes", kind, len(body)))
	}
	return mustJSON(string(body))
}

// mustJSON marshals the emulators' own values, which always can be.
func mustJSON(v any) json.RawMessage {
	b, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("sandbox: marshal %T: %v", v, err))
	}
	return b
}

func wholeSeconds(d time.Duration) time.Duration {
	return max(time.Second, (d + time.Second - 1).Truncate(time.Second))
}

// writeJSON answers with v.
func writeJSON(w http.ResponseWriter, code int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	_, _ = w.Write(mustJSON(v)) // into the guard's buffer: cannot fail
}
