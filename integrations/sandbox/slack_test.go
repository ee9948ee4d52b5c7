package sandbox

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"
)

// rig is a sandbox on an in-memory network inside a synctest bubble, with a
// plain client of the app.
type rig struct {
	t    *testing.T
	sb   *Sandbox
	net  *MemoryNetwork
	http *http.Client
}

func slackTest(t *testing.T, f func(t *testing.T, r *rig)) { slackTestWith(t, Options{Seed: 1}, f) }

func slackTestWith(t *testing.T, opts Options, f func(t *testing.T, r *rig)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		r := &rig{t: t, sb: New(opts), net: Memory()}
		if err := r.sb.Start(t.Context(), r.net); err != nil {
			t.Fatal(err)
		}
		r.http = r.net.Client()
		defer func() {
			r.http.CloseIdleConnections()
			if err := r.sb.Close(); err != nil {
				t.Error(err)
			}
		}()
		f(t, r)
	})
}

type object = map[string]any

// call posts a form with the bot token and returns the whole answer.
func (r *rig) call(method string, args ...string) object {
	r.t.Helper()
	token := r.sb.Slack.app.botToken
	if method == "apps.connections.open" {
		token = r.sb.Slack.app.appToken
	}
	_, _, body := r.callAs(token, method, args...)
	return body
}

func (r *rig) callAs(token, method string, args ...string) (int, http.Header, object) {
	r.t.Helper()
	form := url.Values{}
	for i := 0; i < len(args); i += 2 {
		form.Set(args[i], args[i+1])
	}
	return r.post(method, token, "application/x-www-form-urlencoded", form.Encode())
}

func (r *rig) post(method, token, contentType, body string) (int, http.Header, object) {
	r.t.Helper()
	req, err := http.NewRequestWithContext(r.t.Context(), "POST", r.sb.base("slack")+"/api/"+method, strings.NewReader(body))
	if err != nil {
		r.t.Fatal(err)
	}
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	res, err := r.http.Do(req)
	if err != nil {
		r.t.Fatalf("%s: %v", method, err)
	}
	defer res.Body.Close()
	var out object
	b, err := io.ReadAll(res.Body)
	if err == nil {
		err = json.Unmarshal(b, &out)
	}
	if err != nil {
		r.t.Fatalf("%s answered %d %q: %v", method, res.StatusCode, b, err)
	}
	return res.StatusCode, res.Header, out
}

// ok calls and insists on success.
func (r *rig) ok(method string, args ...string) object {
	r.t.Helper()
	out := r.call(method, args...)
	if out["ok"] != true {
		r.t.Fatalf("%s %v: %v", method, args, out)
	}
	return out
}

// refused calls and insists on an error code.
func (r *rig) refused(code, method string, args ...string) object {
	r.t.Helper()
	out := r.call(method, args...)
	if out["ok"] != false || out["error"] != code {
		r.t.Errorf("%s %v: %v, want %s", method, args, out, code)
	}
	return out
}

// id is a channel's id.
func (r *rig) id(name string) string { return r.sb.Slack.In(name).ID() }

// create makes a channel through the API.
func (r *rig) create(name string, private bool) string {
	r.t.Helper()
	return dig(r.ok("conversations.create", "name", name, "is_private", fmt.Sprint(private)), "channel", "id").(string)
}

// dig walks into nested objects and lists.
func dig(v any, path ...any) any {
	for _, p := range path {
		switch p := p.(type) {
		case string:
			m, _ := v.(object)
			v = m[p]
		case int:
			l, _ := v.([]any)
			if p >= len(l) {
				return nil
			}
			v = l[p]
		}
	}
	return v
}

// tap is one websocket of the app: what it got, and acks at will.
type tap struct {
	t      *testing.T
	ws     *websocket.Conn
	frames chan object // closed at the end of the connection
	pings  chan time.Time
}

// dial opens a connection and reads hello.
func (r *rig) dial() (*tap, object) {
	r.t.Helper()
	link, _ := r.ok("apps.connections.open")["url"].(string)
	c, err := r.dialURL(link)
	if err != nil {
		r.t.Fatal(err)
	}
	return c, c.next()
}

func (r *rig) dialURL(link string) (*tap, error) {
	d := websocket.Dialer{NetDialContext: r.net.DialContext}
	ws, res, err := d.DialContext(r.t.Context(), link, nil)
	if res != nil {
		_ = res.Body.Close()
	}
	if err != nil {
		return nil, err
	}
	c := &tap{t: r.t, ws: ws, frames: make(chan object, 1000), pings: make(chan time.Time, 1000)}
	ws.SetPingHandler(func(string) error {
		select {
		case c.pings <- time.Now():
		default: // nobody counts that many
		}
		return ws.WriteControl(websocket.PongMessage, nil, time.Now().Add(time.Second))
	})
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer close(c.frames)
		for {
			var frame object
			if ws.ReadJSON(&frame) != nil {
				return
			}
			c.frames <- frame
		}
	}()
	context.AfterFunc(r.t.Context(), func() { _ = ws.Close() })
	r.t.Cleanup(func() { _ = ws.Close(); <-done })
	return c, nil
}

// next waits for a frame.
func (c *tap) next() object {
	c.t.Helper()
	select {
	case f, ok := <-c.frames:
		if !ok {
			c.t.Fatal("connection ended while a frame was awaited")
		}
		return f
	case <-time.After(6 * time.Hour):
		c.t.Fatal("no frame for six hours")
	}
	return nil
}

// none insists that nothing is waiting to be read.
func (c *tap) none() {
	c.t.Helper()
	synctest.Wait()
	select {
	case f, ok := <-c.frames:
		if ok {
			c.t.Errorf("unexpected frame %v", f)
		}
	default:
	}
}

func (c *tap) ack(frame object) { c.send(object{"envelope_id": frame["envelope_id"]}) }

func (c *tap) send(v any) {
	c.t.Helper()
	if err := c.ws.WriteJSON(v); err != nil {
		c.t.Fatal(err)
	}
	synctest.Wait()
}

// event waits for the next event, acks it and returns the inner one.
func (c *tap) event() object {
	c.t.Helper()
	f := c.next()
	c.ack(f)
	e, _ := dig(f, "payload", "event").(object)
	if e == nil {
		c.t.Fatalf("no event in %v", f)
	}
	return e
}

// until skips events until one has this type and subtype.
func (c *tap) until(kind, subtype string) object {
	c.t.Helper()
	for {
		e := c.event()
		s, _ := e["subtype"].(string)
		if e["type"] == kind && s == subtype {
			return e
		}
	}
}

func wait(d time.Duration) { <-time.After(d) }
