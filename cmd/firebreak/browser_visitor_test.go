package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// visitor is somebody at a window of the demo.
type visitor struct {
	t     *testing.T
	ctx   context.Context
	watch *watch
	seek  string
	phone bool
	leave func() // closes the window; nothing may have gone wrong in it
}

// visit opens a window in a profile of its own for the rest of the test.
func (b *browser) visit(t *testing.T, base, hash string, on screen) *visitor {
	t.Helper()
	return b.profile(t).open(t, base, hash, on)
}

// profile makes a profile, in which several windows can be opened.
func (b *browser) profile(t *testing.T) *browser {
	t.Helper()
	ctx, forget := chromedp.NewContext(b.ctx, chromedp.WithNewBrowserContext())
	t.Cleanup(forget)
	return &browser{ctx}
}

// open opens a window.
func (b *browser) open(t *testing.T, base, hash string, on screen) *visitor {
	t.Helper()
	v := &visitor{t: t, watch: &watch{base: base}, seek: script(t, "seek.js"), phone: on.phone}
	ctx, closeIt := chromedp.NewContext(b.ctx, chromedp.WithNewWindow(true), chromedp.WithListener(v.watch.hear))
	v.ctx = ctx
	v.leave = sync.OnceFunc(func() { v.inspect(); closeIt() })
	t.Cleanup(v.leave)
	if err := chromedp.Do(ctx); err != nil { // the window lives as long as this context
		t.Fatalf("open a window: %v", err)
	}
	v.show(on)
	v.do("open "+hash, chromedp.Navigate(base+"/"+hash))
	v.see(".tabs .tab", "Slack")
	return v
}

// show puts the window on another screen.
func (v *visitor) show(on screen) {
	v.t.Helper()
	v.phone = on.phone
	emulation := []chromedp.EmulateViewportOption{chromedp.EmulateScale(on.scale)}
	if on.phone {
		emulation = append(emulation, chromedp.EmulateMobile, chromedp.EmulateTouch)
	}
	v.do("show it elsewhere", chromedp.EmulateViewport(on.width, on.height, emulation...))
}

// inspect reports what went wrong, with a picture for the artifacts.
func (v *visitor) inspect() {
	troubles, requests := v.watch.all()
	for _, trouble := range troubles {
		v.t.Error(trouble)
	}
	if requests == 0 {
		v.t.Error("no request was seen: the watch is blind")
	}
	if !v.t.Failed() {
		return
	}
	text, _ := evaluate[string](v, `location.href + '\n' + document.activeElement?.outerHTML.slice(0, 200) + '\n' + document.body.innerText`) // it may be gone
	v.t.Logf("the window at the end:\n%.3000s", text)
	if png, err := chromedp.Run(v.ctx, chromedp.CaptureScreenshot()); err == nil {
		file := filepath.Join(v.t.ArtifactDir(), fmt.Sprintf("window-%d.png", time.Now().UnixNano()))
		_ = os.WriteFile(file, png, 0o600) // for people only
	}
}

// do does something that must work.
func (v *visitor) do(what string, steps ...chromedp.Action[chromedp.Void]) {
	v.t.Helper()
	ctx, stop := context.WithTimeout(v.ctx, gaze)
	defer stop()
	if err := chromedp.Do(ctx, steps...); err != nil {
		v.t.Fatalf("%s: %v", what, err)
	}
}

// evaluate gives an expression's value.
func evaluate[T any](v *visitor, expression string) (T, error) {
	ctx, stop := context.WithTimeout(v.ctx, gaze)
	defer stop()
	return chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
}

// value is what an expression must have.
func value[T any](v *visitor, expression string) T {
	v.t.Helper()
	got, err := evaluate[T](v, expression)
	if err != nil {
		v.t.Fatalf("%s: %v", expression, err)
	}
	return got
}

// call writes a call of a function with these arguments.
func call(function string, args ...any) string {
	list := make([]string, len(args))
	for i, a := range args {
		b, _ := json.Marshal(a) // strings and numbers
		list[i] = string(b)
	}
	return "(" + strings.TrimSpace(function) + ")(" + strings.Join(list, ", ") + ")"
}
