package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// browser is a headless Chromium for one test and its subtests.
type browser struct{ ctx context.Context }

// startBrowser starts a browser. Where there is none, or it would take too
// long, the test is skipped.
func startBrowser(t *testing.T) *browser {
	t.Helper()
	if raced {
		t.Skip("the race detector slows down bot and browser; TestDemoWindow plays the same story under it")
	}
	opts := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(installedBrowser(t)), // without its own sandbox for root only
		chromedp.DisableGPU,
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-search-engine-choice-screen", true),
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"), // no way out
	)
	ctx, end := chromedp.NewExecAllocator(context.WithoutCancel(t.Context()), opts...) // windows are looked at after the test
	t.Cleanup(end)                                                                     // waits, and removes the profile
	// Of events that are newer than the driver it would complain.
	ctx, stop := chromedp.NewContext(ctx, chromedp.WithErrorf(func(string, ...any) {}))
	t.Cleanup(stop)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("start the browser: %v", err)
	}
	return &browser{ctx}
}

// installedBrowser finds a browser that the driver can talk to.
func installedBrowser(t *testing.T) string {
	t.Helper()
	names := []string{
		"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "headless-shell",
		"/Applications/Google Chrome.app/Contents/MacOS/Google Chrome", "/Applications/Chromium.app/Contents/MacOS/Chromium",
	}
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	missing := fmt.Sprintf("no browser is installed: none of %s is there. On Debian: apt-get install chromium", strings.Join(names, ", "))
	if *pictures != "" {
		t.Fatal(missing)
	}
	t.Skip(missing)
	return ""
}

// screen is what a window is shown on.
type screen struct {
	width, height int64
	scale         float64
	phone         bool
}

func desktop() screen { return screen{width: 1280, height: 800, scale: 1} }

func phone() screen { return screen{width: 390, height: 844, scale: 1, phone: true} }

// script is a function for the browser, from testdata/browser.
func script(t testing.TB, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", "browser", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// gaze is how long a window may take to show something.
const gaze = 45 * time.Second
