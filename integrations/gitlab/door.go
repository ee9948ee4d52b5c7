package gitlab

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"
)

const (
	// maxAnswer bounds the body of one answer after decompression. A page of
	// results that is larger is read again in smaller ones.
	maxAnswer = 16 << 20
	// maxErrorBody bounds what is read of an error's body.
	maxErrorBody = 64 << 10
)

var errTooLarge = errors.New("answer too large")

// attempt is what is known of one call on the wire. The libraries between
// hide it, so it travels in the context.
type attempt struct {
	asked  atomic.Bool // a connection was wanted
	got    atomic.Bool // there was one: from here on it may have been sent
	unsent bool        // the context had ended before
	status int         // 0 until there is an answer
	header http.Header
	body   []byte // of an answer other than 2xx, cut
	err    error  // the transport's own, not stringified by a library
}

type attemptKey struct{}

// neverSent says whether the request surely never left.
func (a *attempt) neverSent() bool {
	return a.unsent || (a.asked.Load() && !a.got.Load())
}

// door is the transport below the vendor's library.
type door struct {
	next http.RoundTripper
	most int64 // bytes of one answer
}

// doorClient gives a copy of c that notes attempts and follows no redirects:
// one turns a POST into a GET and may carry the token elsewhere.
func doorClient(c *http.Client, most int64) *http.Client {
	made := http.Client{}
	if c != nil {
		made = *c
	}
	if made.Transport == nil {
		made.Transport = http.DefaultTransport
	}
	made.Transport = door{made.Transport, most}
	made.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &made
}

// RoundTrip notes in the request's attempt how far it came.
func (d door) RoundTrip(req *http.Request) (*http.Response, error) {
	a, ok := req.Context().Value(attemptKey{}).(*attempt)
	if !ok {
		return d.next.RoundTrip(req)
	}
	if err := req.Context().Err(); err != nil {
		a.unsent, a.err = true, err
		return nil, err
	}
	ctx := httptrace.WithClientTrace(req.Context(), &httptrace.ClientTrace{
		GetConn: func(string) { a.asked.Store(true) },
		GotConn: func(httptrace.GotConnInfo) { a.got.Store(true) },
	})
	resp, err := d.next.RoundTrip(req.WithContext(ctx))
	if err != nil {
		a.err = err
		return nil, err
	}
	a.status, a.header = resp.StatusCode, resp.Header
	if resp.StatusCode >= 200 && resp.StatusCode <= 299 {
		resp.Body = &bounded{body: resp.Body, left: d.most}
		return resp, nil
	}
	a.body, _ = io.ReadAll(io.LimitReader(resp.Body, maxErrorBody))
	_ = resp.Body.Close()
	resp.Body = io.NopCloser(bytes.NewReader(a.body))
	return resp, nil
}

// bounded fails, and does not end, a body that is larger than allowed: half
// an answer must not be taken for all of it.
type bounded struct {
	body io.ReadCloser
	left int64
}

// Read gives errTooLarge once the bound is passed.
func (b *bounded) Read(p []byte) (int, error) {
	if b.left < 0 {
		return 0, errTooLarge
	}
	n, err := b.body.Read(p)
	b.left -= int64(n)
	if b.left < 0 {
		return 0, errTooLarge
	}
	return n, err
}

// Close closes the body below.
func (b *bounded) Close() error { return b.body.Close() }

func withAttempt(ctx context.Context) (context.Context, *attempt) {
	a := new(attempt)
	return context.WithValue(ctx, attemptKey{}, a), a
}
