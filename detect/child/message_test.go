package child

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"unicode/utf8"

	"firebreak/detect/correlate"
	"firebreak/detect/event"
	"firebreak/detect/own"
	"firebreak/detect/sigma"
)

// FuzzAnswers reads whatever a process may write: it ends, and what is
// believed is within the limits and about events that were told.
func FuzzAnswers(f *testing.F) {
	f.Add([]byte(`{"type":"hello","firebreak":1,"rule":{"title":"T"},"fields":["a"]}`), false)
	f.Add([]byte("{\"type\":\"detection\",\"event\":2}\n{\"type\":\"done\",\"sync\":1}\n"), false)
	f.Add([]byte("{\"type\":\"detection\",\"event\":3,\"evidence\":[3,2,1,1],\"count\":9,\"group\":{\"a\":\"b\"}}\n"), true)
	f.Add([]byte("{\"type\":\"error\",\"event\":2,\"message\":\"\xff\"}\nxx"), false)
	f.Add([]byte(strings.Repeat("x", 5000)), true)
	f.Fuzz(func(t *testing.T, written []byte, correlation bool) {
		limits := DefaultLimits()
		limits.Line, limits.Output = 1024, 4096
		l := newLines(bytes.NewReader(written), limits)
		p := &process{lines: l, syncs: 1}
		for i := range 4 {
			p.told.add(own.Event{Event: event.Nothing(), Place: correlate.Place{File: "e", Line: int64(i + 1)}})
		}
		a := &answers{head: sigma.Head{Title: "T", Correlation: correlation}, p: p, before: 1}
		if err := p.read(a.take); err == nil && !bytes.Contains(written, []byte("done")) {
			t.Error("done without done")
		} else if errors.Is(err, context.Canceled) || errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("error %v", err)
		}
		if l.total > limits.Output+int64(limits.Line) {
			t.Errorf("%d bytes were read", l.total)
		}
		for _, d := range a.result.Found {
			if d.Event.Line < 2 || d.Event.Line > 4 || d.Count < 1 || len(d.Evidence) > 4 || len(d.Group) > 32 {
				t.Errorf("believed %+v", d)
			}
		}
		for _, trouble := range a.result.Troubles {
			if len(trouble.Reason) > maxMessage+3 || !utf8.ValidString(trouble.Reason) {
				t.Errorf("trouble %q", trouble.Reason)
			}
		}
	})
}

func TestToldIsBounded(t *testing.T) {
	var all told
	for i := range 5 * maxTold {
		if n := all.add(own.Event{Place: correlate.Place{Line: int64(i + 1)}}); n != int64(i+1) {
			t.Fatalf("event %d has the number %d", i+1, n)
		}
	}
	if len(all.events) > 2*maxTold {
		t.Errorf("%d are kept", len(all.events))
	}
	if ev, ok := all.get(4*maxTold + 1); !ok || ev.place.Line != 4*maxTold+1 {
		t.Errorf("the newest are not remembered: %+v", ev)
	}
	for _, n := range []int64{-1, 0, 1, maxTold, 5*maxTold + 1} {
		if _, ok := all.get(n); ok {
			t.Errorf("%d is remembered", n)
		}
	}
}
