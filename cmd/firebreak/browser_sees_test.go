package main

import (
	"strings"
	"testing"

	traffic "github.com/chromedp/cdproto/network"
)

// testSeesInBrowser plants one of each thing that must not be, and wants it
// seen: by what looks at the document, and by the watch.
func testSeesInBrowser(t *testing.T, b *browser, st *stage) {
	v := b.visit(t, st.base, "#/slack/general?as=sam", phone())
	v.see(".chan-title", "general")
	const plant = `(tag, text, properties) => { const el = document.createElement(tag); el.textContent = text;
		for (const [k, x] of Object.entries(properties)) k.includes('-') ? el.style.setProperty(k, x) : el.setAttribute(k, x);
		document.getElementById('screen').append(el); }`
	for _, tt := range []struct {
		name, file, tag, want string
		properties            map[string]string
	}{
		{"faint text", "contrast.js", "p", "faint text", map[string]string{"background-color": "rgb(250 250 250)", "class": "btn primary"}},
		{"a wide thing", "overflow.js", "p", "cut off: body", map[string]string{"min-width": "3000px", "class": "wide"}},
		{"a frame", "injected.js", "iframe", "<iframe", map[string]string{}},
		{"a handler", "injected.js", "b", "onclick", map[string]string{"onclick": "hostile=1"}},
		{"a script's link", "injected.js", "a", "javascript:", map[string]string{"href": "javascript:hostile=1"}},
	} {
		value[any](v, call(plant, tt.tag, tt.name, tt.properties))
		if got := strings.Join(value[[]string](v, call(script(t, tt.file))), "\n"); !strings.Contains(got, tt.want) {
			t.Errorf("%s was planted, and %s lists %q", tt.name, tt.file, got)
		}
	}
	v.watch.hear(&traffic.EventRequestWillBeSent{Request: &traffic.Request{URL: "http://203.0.113.9/"}})
	value[any](v, `fetch('http://192.0.2.1/away').catch(() => {}).then(() => console.error('a planted error'))`)
	value[any](v, `void setTimeout(() => { throw new Error('a planted exception') })`)
	value[any](v, `void setTimeout(() => { location.href = 'javascript:hostile=1' })`)
	for _, want := range []string{"192.0.2.1", "a planted error", "a planted exception", "JavaScript URL", "inline event handler", "a request to http://203.0.113.9/"} {
		v.until(func() string { return "the watch notes " + want }, func() bool {
			all, _ := v.watch.all()
			return strings.Contains(strings.Join(all, "\n"), want)
		})
	}
	v.watch.forgive("")
}
