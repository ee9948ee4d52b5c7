package slack

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"
)

// maxAnswer bounds the body of an answer in bytes: a page of 200 messages of
// the greatest length that Slack keeps (40 000 characters) fits.
const maxAnswer = 32 << 20

var errTooLong = errors.New("answer is too long")

// answer is what is known of one call: whether a connection was ever there
// to carry it, and what came back. It travels in the request's context and
// is filled by the recorder.
type answer struct {
	traced    atomic.Bool // the transport reports what it does
	connected atomic.Bool // a connection took the request: it may have been sent
	status    int
	header    http.Header
	body      []byte
	readErr   error
}

type answerKey struct{}

func (a *answer) attach(ctx context.Context) context.Context {
	ctx = context.WithValue(ctx, answerKey{}, a)
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GetConn: func(string) { a.traced.Store(true) },
		GotConn: func(httptrace.GotConnInfo) { a.connected.Store(true) },
	})
}

// recorder keeps each answer, whole and bounded, beside what the caller
// makes of it.
type recorder struct{ next http.RoundTripper }

func (r recorder) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := r.next.RoundTrip(req)
	a, ok := req.Context().Value(answerKey{}).(*answer)
	if err != nil || !ok {
		return resp, err
	}
	a.status, a.header = resp.StatusCode, resp.Header
	a.body, a.readErr = readBounded(resp.Body, maxAnswer)
	resp.Body.Close()
	resp.Body = io.NopCloser(bytes.NewReader(a.body))
	return resp, nil
}

// readBounded reads all of r, or fails with errTooLong beyond limit bytes.
func readBounded(r io.Reader, limit int64) ([]byte, error) {
	b, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err != nil {
		return b, err
	}
	if int64(len(b)) > limit {
		return nil, errTooLong
	}
	return b, nil
}

// recording makes the client for API calls out of the configured one.
func recording(from *http.Client) *http.Client {
	c := copied(from)
	c.Transport = recorder{next: c.Transport}
	c.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return c
}

// withinHost makes the client for files: it follows a few redirects, never
// to another host and never to another scheme.
func withinHost(from *http.Client) *http.Client {
	c := copied(from)
	c.CheckRedirect = func(req *http.Request, via []*http.Request) error {
		if first := via[0].URL; req.URL.Host != first.Host || req.URL.Scheme != first.Scheme {
			return errElsewhere
		}
		if len(via) > 3 {
			return fmt.Errorf("stopped after %d redirects", len(via))
		}
		return nil
	}
	return c
}

func copied(from *http.Client) *http.Client {
	c := new(http.Client)
	if from != nil {
		*c = *from
	}
	if c.Transport == nil {
		c.Transport = http.DefaultTransport
	}
	return c
}

// beforeSending recognises errors that come before a request is written, for
// transports that do not report what they do.
func beforeSending(err error) bool {
	if op, ok := errors.AsType[*net.OpError](err); ok && op.Op == "dial" {
		return true
	}
	if _, ok := errors.AsType[*net.DNSError](err); ok {
		return true
	}
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return true
	}
	if _, ok := errors.AsType[x509.UnknownAuthorityError](err); ok {
		return true
	}
	_, ok := errors.AsType[tls.RecordHeaderError](err)
	return ok
}
