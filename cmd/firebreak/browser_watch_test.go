package main

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/chromedp/cdproto/log"
	traffic "github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
)

// watch notes what must not happen in a window: requests to elsewhere, errors
// and warnings of the console, exceptions, dialogs of the browser's own. What
// the Content Security Policy refuses is an error of the console.
type watch struct {
	base string // of the window's server

	mu       sync.Mutex
	requests int
	troubles []string
}

// hear takes an event of the browser's.
func (w *watch) hear(ev any) {
	switch ev := ev.(type) {
	case *traffic.EventRequestWillBeSent:
		w.request(ev.Request.URL)
	case *traffic.EventWebSocketCreated:
		w.request(ev.URL)
	case *log.EventEntryAdded:
		if ev.Entry.Level == log.EntryLevelError || ev.Entry.Level == log.EntryLevelWarning {
			w.note("the browser's log: %s %s", ev.Entry.Text, ev.Entry.URL)
		}
	case *runtime.EventConsoleAPICalled:
		switch ev.Type {
		case runtime.ConsoleAPICalledTypeError, runtime.ConsoleAPICalledTypeWarning, runtime.ConsoleAPICalledTypeAssert:
			w.note("the console: %s", consoleText(ev.Args))
		}
	case *runtime.EventExceptionThrown:
		w.note("an exception: %s", exceptionText(ev.ExceptionDetails))
	case *page.EventJavascriptDialogOpening:
		w.note("a dialog: %s", ev.Message)
	}
}

func (w *watch) request(url string) {
	w.mu.Lock()
	w.requests++
	w.mu.Unlock()
	if !strings.HasPrefix(url, w.base+"/") && !strings.HasPrefix(url, "data:image/") {
		w.note("a request to %s", url)
	}
}

func (w *watch) note(format string, args ...any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.troubles = append(w.troubles, fmt.Sprintf(format, args...))
}

// forgive takes back what a test has provoked, and says whether there was any.
func (w *watch) forgive(part string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	before := len(w.troubles)
	w.troubles = slices.DeleteFunc(w.troubles, func(s string) bool { return strings.Contains(s, part) })
	return len(w.troubles) < before
}

// all are the troubles so far and how many requests there were.
func (w *watch) all() ([]string, int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.troubles), w.requests
}

func consoleText(args []*runtime.RemoteObject) string {
	var words []string
	for _, a := range args {
		words = append(words, string(a.Value), a.Description)
	}
	return strings.Join(words, " ")
}

func exceptionText(e *runtime.ExceptionDetails) string {
	if e.Exception != nil {
		return e.Text + " " + e.Exception.Description
	}
	return e.Text
}
