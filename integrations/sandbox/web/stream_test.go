package web_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"firebreak/integrations/sandbox/web"
)

// told are the names of events, and ids the numbers of their records.
func told(events []event) (names []string, ids []string) {
	for _, e := range events {
		names = append(names, e.name)
		if e.name == "record" {
			ids = append(ids, e.id)
		}
	}
	return names, ids
}

func TestStream(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		player := web.NewPlayer(time.Second)
		bot := &puppet{alive: true}
		b := newBubble(t, web.Options{Player: player, Bot: bot})
		b.sb.Ledger.Say("before")
		l := b.listen("/events")
		all, _ := l.heard()
		if names, _ := told(all); l.status != 200 || !slices.Equal(names, []string{"hello", "bot", "story"}) || all[0].id != "1" {
			t.Fatalf("a new reader hears %d %v", l.status, all)
		}
		b.sb.Ledger.Say("now")
		all, _ = l.heard()
		var line map[string]any
		if len(all) != 1 || json.Unmarshal([]byte(all[0].data), &line) != nil || line["n"] != 2.0 || line["text"] != "now" || line["kind"] != "scene" {
			t.Fatalf("a record: %v", all)
		}
		player.Play()
		if all, _ = l.heard(); len(all) != 1 || all[0].name != "story" || all[0].id != "" || !strings.Contains(all[0].data, `"playing":true`) {
			t.Errorf("the story goes on: %v", all)
		}
		if err := bot.Kill(); err != nil {
			t.Fatal(err)
		}
		pass(t, time.Second)
		if all, _ = l.heard(); len(all) != 1 || all[0] != (event{"bot", "", `{"alive":false,"restarts":0}`}) {
			t.Errorf("the bot died: %v", all)
		}
		pass(t, 16*time.Second)
		if all, open := l.heard(); !open || len(all) != 1 || all[0].name != "ping" {
			t.Errorf("silence: %v, open %v", all, open)
		}
		b.end()
		if _, open := l.heard(); open {
			t.Error("the stream outlives the server")
		}
	})
}

func TestStreamResumes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBubble(t, web.Options{})
		for i := range 9 {
			b.sb.Ledger.Say(fmt.Sprint(i))
		}
		for name, c := range map[string]struct {
			target, last string
			want         []string
		}{
			"from the beginning":    {"/events?after=0", "", []string{"1", "2", "3", "4", "5", "6", "7", "8", "9"}},
			"after a number":        {"/events?after=7", "", []string{"8", "9"}},
			"where it broke":        {"/events?after=0", "6", []string{"7", "8", "9"}},
			"nothing new":           {"/events?after=9", "", nil},
			"of another sandbox":    {"/events", "4000", nil},
			"no number at all, now": {"/events", "", nil},
		} {
			var headers []string
			if c.last != "" {
				headers = []string{"Last-Event-ID", c.last}
			}
			l := b.listen(c.target, headers...)
			all, _ := l.heard()
			if _, ids := told(all); !slices.Equal(ids, c.want) {
				t.Errorf("%s: %v, want %v", name, ids, c.want)
			}
			l.cancel()
		}
		if l := b.listen("/events?after=x"); l.status != 400 {
			t.Errorf("after=x: %d", l.status)
		}
		b.end()
	})
}

func TestStreamsAreFew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBubble(t, web.Options{})
		var open []*listener
		for range 16 {
			open = append(open, b.listen("/events"))
		}
		if l := b.listen("/events"); l.status != 429 {
			t.Errorf("one too many: %d", l.status)
		}
		open[3].cancel()
		synctest.Wait()
		if l := b.listen("/events"); l.status != 200 {
			t.Errorf("a place is free again: %d", l.status)
		}
		b.end()
	})
}

// TestSlowReader opens a stream and does not read it: it is given up, and
// nobody else waits for it.
func TestSlowReader(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBubble(t, web.Options{})
		conn, err := b.net.DialContext(t.Context(), "tcp", "127.0.0.1:80")
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = conn.Close() }()
		if _, err := conn.Write([]byte("GET /events HTTP/1.1\r\nHost: 127.0.0.1:80\r\n\r\n")); err != nil {
			t.Fatal(err)
		}
		swift := b.listen("/events")
		b.sb.Ledger.Say("for both")
		if all, _ := swift.heard(); len(all) != 2 {
			t.Errorf("who reads hears %v", all)
		}
		pass(t, 6*time.Second)
		if !closed(conn) {
			t.Error("who does not read is still waited for")
		}
		b.end()
	})
}

// closed says whether the other side has hung up.
func closed(conn net.Conn) bool {
	_ = conn.SetReadDeadline(time.Now().Add(time.Second)) // of a pipe: cannot fail
	buf := make([]byte, 1<<16)
	for {
		if _, err := conn.Read(buf); err != nil {
			ne, ok := err.(net.Error)
			return !ok || !ne.Timeout()
		}
	}
}

// TestStreamEndsWithSandbox closes the sandbox below an open stream.
func TestStreamEndsWithSandbox(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBubble(t, web.Options{})
		l := b.listen("/events")
		l.heard()
		if err := b.sb.Close(); err != nil {
			t.Fatal(err)
		}
		if _, open := l.heard(); open {
			t.Error("the stream goes on")
		}
		b.end()
	})
}

func TestServe(t *testing.T) {
	w := newWindow(t, web.Options{})
	s := web.New(web.Options{Sandbox: w.sb})
	if l, err := net.Listen("tcp", "0.0.0.0:0"); err == nil {
		if err := s.Serve(t.Context(), l); err == nil || !strings.Contains(err.Error(), "loopback") {
			t.Errorf("served to everybody: %v", err)
		}
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ctx, l) }()
	conn, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	if _, err := fmt.Fprintf(conn, "GET /events HTTP/1.1\r\nHost: %s\r\n\r\n", l.Addr()); err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Read(make([]byte, 1)); err != nil {
		t.Fatal(err)
	}
	cancel()
	if err := <-ended; err != nil {
		t.Errorf("Serve: %v", err)
	}
	if !closed(conn) {
		t.Error("the connection outlives Serve")
	}
}
