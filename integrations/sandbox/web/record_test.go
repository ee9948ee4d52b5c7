package web_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"firebreak/integrations/sandbox/web"
)

func TestLedger(t *testing.T) {
	w := newWindow(t, web.Options{})
	for i := range 5 {
		w.sb.Ledger.Say(fmt.Sprint("scene ", i))
		w.sb.PagerDuty.Trigger(trigger(fmt.Sprint("page ", i)))
	}
	ask := func(query string) (texts []any, last float64) {
		t.Helper()
		got := w.get("/api/ledger?" + query)
		return column(objects(got["records"]), "text"), got["last"].(float64)
	}
	all, last := ask("")
	if len(all) != int(last) || all[0] != "scene 0" {
		t.Fatalf("the ledger: %v, last %v", all, last)
	}
	if got, _ := ask("kind=scene&limit=2"); !slices.Equal(got, []any{"scene 3", "scene 4"}) {
		t.Errorf("the newest scenes: %v", got)
	}
	first, next := ask("after=0&kind=scene&limit=2")
	rest, end := ask(fmt.Sprintf("after=%v&kind=scene", next))
	if got := append(first, rest...); !slices.Equal(got, []any{"scene 0", "scene 1", "scene 2", "scene 3", "scene 4"}) || end != last {
		t.Errorf("scene by scene: %v, last %v of %v", got, end, last)
	}
	if got, _ := ask("service=pagerduty&kind=person,quick&after=0"); len(got) != 5 {
		t.Errorf("pages: %v", got)
	}
	if got, end := ask(fmt.Sprintf("after=%v", last)); len(got) != 0 || end != last {
		t.Errorf("nothing new: %v, %v", got, end)
	}
	w.refused("/api/ledger?after=x", 400)
	w.refused("/api/ledger?limit=x", 400)
}

// TestLedgerClips looks at a call with a long body.
func TestLedgerClips(t *testing.T) {
	sb := started(t)
	w := newWindow(t, web.Options{Sandbox: sb})
	call(t, sb, "slack")
	short := objects(w.get("/api/ledger?kind=request")["records"])[0]
	if args := short["args"].(object); args["text"] == nil || short["status"] != 200.0 || short["reply"].(object)["ok"] == nil {
		t.Errorf("a call: %v", short)
	}
	sb.Slack.InjectEvent(`{"type":"x","long":"` + strings.Repeat("ä", 5000) + `"}`)
	sb.Ledger.Say(strings.Repeat("ä", 5000))
	for _, rec := range objects(w.get("/api/ledger")["records"]) {
		if b, err := json.Marshal(rec); err != nil || len(b) > 10_000 {
			t.Errorf("record of %d bytes, %v", len(b), err)
		}
		if text := rec["text"].(string); strings.Contains(text, "�") {
			t.Error("cut within a character")
		}
	}
}
