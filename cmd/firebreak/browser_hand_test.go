package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// reach waits until a pointer can reach something that stands still.
func (v *visitor) reach(css, text string) spot {
	v.t.Helper()
	var s, before spot
	v.until(func() string { return fmt.Sprintf("%s %q can be reached: %d there, below %s", css, text, s.N, s.Over) }, func() bool {
		before, s = s, v.find(css, text)
		return s.N > 0 && s.Clear && s.X == before.X && s.Y == before.Y
	})
	return s
}

// click clicks on something, or taps it on a phone; once more if it has moved
// away meanwhile.
func (v *visitor) click(css, text string) {
	v.t.Helper()
	v.until(func() string { return fmt.Sprintf("%s %q can be clicked on", css, text) }, func() bool {
		return v.strike(v.reach(css, text))
	})
}

// strike clicks or taps there, and says whether what was found there last got
// it.
func (v *visitor) strike(s spot) bool {
	v.t.Helper()
	if v.phone {
		v.do("tap", chromedp.TapXY(s.X, s.Y))
	} else {
		v.do("click", chromedp.MouseEvent(chromedp.MouseMoved, s.X, s.Y), chromedp.MouseClickXY(s.X, s.Y))
	}
	hit, err := evaluate[bool](v, `window.hit !== false`)
	return hit || err != nil // it may have led elsewhere
}

// tool uses what comes with the pointer over a message. Where messages still
// come in, the pointer must follow.
func (v *visitor) tool(css, text, label string) {
	v.t.Helper()
	var s spot
	v.until(func() string { return fmt.Sprintf("%s %q has a tool %q: %s", css, text, label, s.Over) }, func() bool {
		if s = v.find(css, text); s.N == 0 || !s.Clear {
			return false
		}
		v.do("point at "+css, chromedp.MouseEvent(chromedp.MouseMoved, s.X-1, s.Y), chromedp.MouseEvent(chromedp.MouseMoved, s.X, s.Y))
		if s = v.find(css+" .msg-tools .tool", label); s.N == 0 || !s.Clear {
			return false
		}
		return v.strike(s)
	})
}

// keys types text, key by key, wherever the focus is.
func (v *visitor) keys(text string, modifiers ...chromedp.Modifier) {
	v.t.Helper()
	v.do("type "+text, chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		for _, r := range text {
			down, up := stroke(r, modifiers)
			for _, half := range []input.DispatchKeyEventParams{down, up} {
				if _, err := cdp.Call(ctx, t, input.DispatchKeyEvent, half); err != nil {
					return err
				}
			}
		}
		return nil
	}))
}

// stroke is a key going down and up. As on a keyboard the text comes with the
// key, so that a window that takes the key for itself gets no text: the
// driver's own KeyEvent sends both whatever the window says.
func stroke(r rune, modifiers []chromedp.Modifier) (down, up input.DispatchKeyEventParams) {
	all := kb.Encode(r)
	down, up = *all[0], *all[len(all)-1]
	for _, m := range modifiers {
		down.Modifiers |= m.Int64()
		up.Modifiers |= m.Int64()
	}
	if len(all) == 3 && down.Modifiers&^chromedp.ModifierShift.Int64() == 0 {
		down.Text = all[1].Text
	}
	return down, up
}

// write puts text in the place of a field's.
func (v *visitor) write(css, label, text string) {
	v.t.Helper()
	v.click(css, label)
	v.keys("a", chromedp.ModifierCtrl)
	v.keys(kb.Delete + text)
}

// says writes a message into the channel's field, or the thread's, and sends it.
func (v *visitor) says(pane, text string) {
	v.t.Helper()
	v.click(pane+" .compose-field", "")
	v.keys(text)
	v.keys(kb.Enter)
	v.until(func() string { return "the field is empty again" }, func() bool { return v.find(pane+" .compose-field", "").Value == "" })
}

// goTo follows a link within the window, as from the address bar.
func (v *visitor) goTo(hash string) {
	v.t.Helper()
	value[any](v, call(`(hash) => { location.hash = hash; }`, hash))
}

// be becomes another person by the list at the top right.
func (v *visitor) be(name string) {
	v.t.Helper()
	v.click(".who", "")
	v.click(".who-row", name)
	v.see(".who", name)
}

// drop drops a file from the desktop onto something.
func (v *visitor) drop(css, name string, content []byte) {
	v.t.Helper()
	file := filepath.Join(v.t.TempDir(), name)
	if err := os.WriteFile(file, content, 0o600); err != nil {
		v.t.Fatal(err)
	}
	s := v.reach(css, "")
	data := &input.DragData{Items: []*input.DragDataItem{}, Files: []string{file}, DragOperationsMask: 1}
	for _, kind := range []input.DispatchDragEventType{input.DispatchDragEventTypeDragEnter, input.DispatchDragEventTypeDragOver, input.DispatchDragEventTypeDrop} {
		v.do("drop "+name, chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
			_, err := cdp.Call(ctx, t, input.DispatchDragEvent, input.DispatchDragEventParams{Type: kind, X: s.X, Y: s.Y, Data: data})
			return err
		}))
	}
}
