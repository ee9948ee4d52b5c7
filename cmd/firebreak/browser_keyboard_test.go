package main

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"
)

// focus is what has the focus.
const focus = `(() => { const a = document.activeElement; return [a.className, a.getAttribute('aria-label') || a.textContent.trim() || a.placeholder].join(' | '); })()`

// tab presses Tab until something has the focus.
func (v *visitor) tab(css, label string) {
	v.t.Helper()
	var passed strings.Builder
	for range 80 {
		v.keys(kb.Tab)
		if value[bool](v, call(`(css, label) => { const a = document.activeElement; return a.matches(css) && (label === '' || [a.getAttribute('aria-label'), a.textContent].some((s) => String(s).trim().startsWith(label))); }`, css, label)) {
			return
		}
		passed.WriteString(value[string](v, focus) + "\n")
	}
	v.t.Fatalf("Tab does not lead to %s %q:\n%s", css, label, passed.String())
}

// testKeyboardInBrowser says something, opens a form and sends it without a
// pointer.
func testKeyboardInBrowser(t *testing.T, b *browser, st *stage) {
	v := b.visit(t, st.base, "#/slack/general?as=jo", desktop())
	v.see(".chan-title", "general")
	v.tab(".side-row", "#incidents")
	v.keys(kb.Enter)
	v.see(".chan-title", "incidents")
	v.tab(".compose-field", "Message")
	v.keys("said with keys only" + kb.Enter)
	v.see(".msg", "said with keys only")

	v.tab("button", "Shortcuts of apps")
	v.keys(kb.Enter)
	v.see(".menu-item", "Open an incident")
	v.keys(kb.Enter)
	v.see(".modal h2", "Open an incident")
	v.keys("Opened with keys")
	v.tab(".picker", "")
	v.keys(kb.Enter)
	v.see(".pick-row", "SEV4")
	v.keys("SEV4" + kb.Enter)
	v.see(".modal .picker", "SEV4")
	v.tab(".btn", "Open")
	v.keys(kb.Enter)
	v.see(".modal", "SEV4 is open")
	v.keys(kb.Enter) // the focus is on what closes it
	v.gone(".modal", "")
	v.see(".side-row", "opened-with-keys")

	v.keys("gp") // go to PagerDuty
	v.see("h1", "PagerDuty")
	v.keys("?")
	v.see(".dialog h2", "Help")
	v.keys(kb.Escape)
	v.gone(".dialog h2", "Help")
}
