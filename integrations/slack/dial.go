package slack

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"firebreak/incident"

	"github.com/gorilla/websocket"
)

// helloLimit bounds dialling a connection and waiting for its hello.
const helloLimit = 10 * time.Second

// connect asks for an address (each is good for one use and a short time),
// dials it and waits for hello.
func (s *session) connect(ctx context.Context) (*conn, error) {
	address, err := s.client.socketAddress(ctx)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, helloLimit)
	defer cancel()
	ws, resp, err := s.client.dialer().DialContext(ctx, address, nil)
	if err != nil {
		return nil, handshakeError(resp, err)
	}
	c := newConn(s, ws)
	hello, err := c.greet(ctx)
	if err != nil {
		_ = ws.Close()
		return nil, err
	}
	s.client.log.Info("slack socket connected", "host", cleanCode(hello.Host), "connections", hello.Connections)
	if hello.Connections > connections+1 {
		// Another process with the same token, or what a killed one left behind.
		s.client.log.Warn("somebody else holds connections of this app and gets a share of its events, which are found in the history only: stop the other firebreak",
			"connections", hello.Connections, "ours", connections)
	}
	return c, nil
}

// socketAddress asks for a websocket address (apps.connections.open). The
// address carries a ticket and is kept out of errors and logs.
func (c *Client) socketAddress(ctx context.Context) (string, error) {
	const method = "apps.connections.open"
	a, err := c.ask(ctx, method, "", func(ctx context.Context) error {
		_, _, err := c.api.StartSocketModeContext(ctx)
		return err
	})
	if err != nil {
		return "", err
	}
	var opened struct{ URL string }
	if err := a.decode(method, &opened); err != nil {
		return "", err
	}
	u, err := url.Parse(opened.URL)
	if err != nil || u.Host == "" || (u.Scheme != "wss" && u.Scheme != "ws") {
		return "", unreadable(method, errors.New("no websocket address"))
	}
	return u.String(), nil
}

// dialer makes the websocket dialer. Its write buffer holds the largest ack,
// because Slack drops frames that come in fragments.
func (c *Client) dialer() *websocket.Dialer {
	d := &websocket.Dialer{WriteBufferSize: ackLimit + 64, HandshakeTimeout: helloLimit}
	if c.dial != nil {
		d.NetDialContext = c.dial
	} else {
		d.Proxy = http.ProxyFromEnvironment
	}
	d.TLSClientConfig = c.tlsConfig()
	return d
}

// tlsConfig takes the trust settings over from the HTTP client.
func (c *Client) tlsConfig() *tls.Config {
	if r, ok := c.http.Transport.(recorder); ok {
		if t, ok := r.next.(*http.Transport); ok && t.TLSClientConfig != nil {
			own := t.TLSClientConfig.Clone()
			own.NextProtos = nil // a websocket speaks HTTP/1.1
			return own
		}
	}
	return nil
}

// handshakeError judges a refused websocket handshake. Nothing of it is
// permanent: the ticket may just have grown old.
func handshakeError(resp *http.Response, err error) error {
	e := &incident.CallError{Call: "slack websocket", Outcome: incident.OutcomeNotDone, Err: err, Reason: "The websocket to Slack could not be opened."}
	if resp == nil {
		return e
	}
	a := answer{status: resp.StatusCode, header: resp.Header}
	e.Code = a.httpCode()
	e.Err = fmt.Errorf("handshake answered HTTP %d: %w", resp.StatusCode, err)
	if resp.StatusCode == http.StatusTooManyRequests || resp.Header.Get("Retry-After") != "" {
		e.RetryAfter = a.retryAfter()
	}
	return e
}
