package web_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"firebreak/integrations/sandbox/web"
)

// TestAttach puts files into a form, is told what is wrong, takes one away and
// submits it.
func TestAttach(t *testing.T) {
	sb := started(t)
	startRobot(t, sb)
	w := newWindow(t, web.Options{Sandbox: sb})
	w.post("/api/slack/say", object{"as": "kim", "channel": "incidents", "text": "/inc evidence"})
	id := objects(w.get("/api/slack/screen?as=kim")["stack"])[0]["id"].(string)
	with := func(changes ...string) object {
		o := object{"as": "kim", "view": id, "block": "proof"}
		for i := 0; i < len(changes); i += 2 {
			o[changes[i]] = changes[i+1]
		}
		return o
	}
	attach := func(fields object, files ...string) *http.Request {
		return filesTo(t, "/api/slack/view-attach", fields, files...)
	}
	wrong := func(files ...string) any {
		t.Helper()
		errors, _ := w.answer(attach(with(), files...), 200)["errors"].(object)
		return errors["proof"]
	}
	if said := wrong("a.exe", "a"); said != "a.exe cannot be attached here, only files of these types: txt, log." {
		t.Errorf("a type: %v", said)
	}
	if said := wrong("a.txt", "a", "b.txt", "b", "c.txt", "c"); said != "Please attach at most 2 files." {
		t.Errorf("too many: %v", said)
	}
	if said := wrong("a.txt", strings.Repeat("x", 11<<20)); said != "a.txt is larger than 10 MB." {
		t.Errorf("too large: %v", said)
	}
	if said := w.post("/api/slack/view-submit", object{"as": "kim", "view": id})["errors"].(object)["proof"]; said == "" {
		t.Error("without files the form went through")
	}
	entry := w.answer(attach(with(), `C:\dir\a.txt`, "a", "b.log", "bb"), 200)["values"].(object)["files"].(object)
	files := objects(entry["files"])
	if got, want := column(files, "name"), []any{"a.txt", "b.log"}; !slices.Equal(got, want) || entry["type"] != "file_input" {
		t.Fatalf("attached %v, want %v", entry, want)
	}
	kept := files[1]["id"].(string)
	w.post("/api/slack/view-put", object{"as": "kim", "view": id, "values": object{"proof": kept}})
	held := objects(w.get("/api/slack/screen?as=kim")["stack"])[0]["values"].(object)["proof"].(object)["files"].(object)
	if got := column(objects(held["files"]), "id"); !slices.Equal(got, []any{kept}) {
		t.Errorf("after one was taken away: %v", held)
	}
	for name, c := range map[string]struct {
		r    *http.Request
		want int
	}{
		"nothing":   {attach(with()), 400},
		"empty":     {attach(with(), "e.txt", ""), 400},
		"too big":   {attach(with(), "big.txt", strings.Repeat("x", 21<<20)), 413},
		"nobody":    {attach(with("as", ""), "a.txt", "a"), 400},
		"another":   {attach(with("as", "sam"), "a.txt", "a"), 404},
		"no window": {attach(with("view", "V1"), "a.txt", "a"), 404},
		"no field":  {attach(with("block", "none"), "a.txt", "a"), 404},
		"no block":  {attach(with("block", ""), "a.txt", "a"), 400},
	} {
		t.Run(name, func(t *testing.T) { w.answer(c.r, c.want) })
	}
	w.post("/api/slack/view-submit", object{"as": "kim", "view": id, "values": object{"proof": kept}})
	if open := objects(w.get("/api/slack/screen?as=kim")["stack"]); len(open) != 0 {
		t.Errorf("still open: %v", open)
	}
	if f, ok := sb.Slack.FileOf(kept); !ok || string(f.Content) != "bb" {
		t.Errorf("%+v, %v", f, ok)
	}
	w.refused("/api/slack/file/"+kept+"?as=kim", 404) // no message shares it
}
