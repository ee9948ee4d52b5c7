package main

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// testNamesInBrowser asks the browser what a screen reader would be told:
// whatever can be used has a name.
func testNamesInBrowser(t *testing.T, b *browser, d *demoRun) {
	v := b.visit(t, d.base, "#/slack/incidents?as=sam", desktop())
	v.see(".chan-title", "incidents")
	v.click(".tool", "Shortcuts of apps")
	v.click(".menu-item", "Open an incident")
	v.see(".modal h2", "Open an incident")
	v.named("a form")
	v.click(".modal .btn", "Cancel")
	v.tool(".msg", "INC-1", "More actions")
	v.see(".menu-item", "Make a task")
	v.named("a message with its menu")
	v.keys(kb.Escape)
	for _, s := range d.sights() {
		v.look(s)
		v.named(s.hash)
	}
}

// named checks the names in the browser's accessibility tree.
func (v *visitor) named(about string) {
	v.t.Helper()
	tree, err := chromedp.Call(v.ctx, accessibility.GetFullAXTree, accessibility.GetFullAXTreeParams{})
	if err != nil {
		v.t.Fatal(err)
	}
	usable := 0
	for _, n := range tree.Nodes {
		if n.Ignored || !slices.Contains(usableRoles(), axText(n.Role)) {
			continue
		}
		if usable++; strings.TrimSpace(axText(n.Name)) == "" {
			v.t.Errorf("%s: a %s has no name (node %d below %s)", about, axText(n.Role), n.BackendDOMNodeID, n.ParentID)
		}
	}
	if usable < 5 {
		v.t.Errorf("%s: only %d things can be used", about, usable)
	}
}

// usableRoles are the roles of what people use.
func usableRoles() []string {
	return []string{
		"button", "link", "textbox", "searchbox", "combobox", "listbox", "checkbox", "radio", "switch", "spinbutton", "slider",
		"menuitem", "menuitemradio", "option", "tab", "dialog", "Date", "InputTime", "DisclosureTriangle", "image", "log", "region",
	}
}

func axText(v *accessibility.Value) string {
	if v == nil {
		return ""
	}
	var s string
	_ = json.Unmarshal(v.Value, &s) // of another type: no text
	return s
}
