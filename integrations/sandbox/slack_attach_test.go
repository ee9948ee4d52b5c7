package sandbox

import (
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// evidenceView asks for files, of which it takes two of two types.
const evidenceView = `{"type":"modal","title":{"type":"plain_text","text":"Evidence"},"submit":{"type":"plain_text","text":"Send"},"blocks":[
	{"type":"input","block_id":"proof","label":{"type":"plain_text","text":"Evidence"},"element":{"type":"file_input","action_id":"files","filetypes":["txt","Log"],"max_files":2}},
	{"type":"input","block_id":"any","optional":true,"label":{"type":"plain_text","text":"More"},"element":{"type":"file_input","action_id":"more"}}]}`

func text(name string) FileUpload { return FileUpload{name, []byte("in " + name)} }

// filesIn are the names of files that a field holds.
func filesIn(v *View, block, action string) []string {
	list, _ := v.Values()[block][action].(map[string]any)["files"].([]any)
	return namesOf(list)
}

// download is what the app gets at a file's url_private.
func (r *rig) download(link string) string {
	r.t.Helper()
	req, err := http.NewRequestWithContext(r.t.Context(), "GET", link, nil)
	if err != nil {
		r.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+r.sb.Slack.app.botToken)
	res, err := r.http.Do(req)
	if err != nil {
		r.t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		r.t.Fatal(err)
	}
	return string(b)
}

// The app gets the files with the submission and can read them.
func TestSlackViewAttach(t *testing.T) {
	slackTest(t, func(t *testing.T, r *rig) {
		c, _ := r.dial()
		v := r.opened(c, evidenceView)
		if got := v.Submit(); got["proof"] == "" || got["any"] != "" {
			t.Errorf("a required field without files: %v", got)
		}
		for _, err := range []error{v.Attach("proof", text("auth.log")), v.Attach("proof", text("NOTES.TXT")), v.Attach("more", text("a.bin"))} {
			if err != nil {
				t.Fatal(err)
			}
		}
		if got := filesIn(v, "proof", "files"); !slices.Equal(got, []string{"auth.log", "NOTES.TXT"}) {
			t.Errorf("the field holds %v", got)
		}
		c.none()
		_, f := submit(c, v, nil)
		entry, _ := dig(f, "payload", "view", "state", "values", "proof", "files").(object)
		if entry["type"] != "file_input" || dig(entry, "files", 1, "name") != "NOTES.TXT" || dig(f, "payload", "view", "state", "values", "any", "more", "files", 0, "size") != 8.0 {
			t.Fatalf("submitted: %v", entry)
		}
		file := dig(entry, "files", 0).(object)
		info := r.ok("files.info", "file", file["id"].(string))["file"].(object)
		if got, want := string(mustJSON(file)), string(mustJSON(info)); got != want {
			t.Errorf("the form has %s, files.info %s", got, want)
		}
		if info["user"] != r.sb.Slack.User("sam").ID || info["is_public"] != false {
			t.Errorf("file = %v", info)
		}
		if got, ok := r.sb.Slack.FileOf(file["id"].(string)); !ok || string(got.Content) != "in auth.log" {
			t.Errorf("%+v, %v", got, ok)
		}
		if body := r.download(file["url_private"].(string)); body != "in auth.log" {
			t.Errorf("url_private gives %q", body)
		}
	})
}

// What a field does not take, the client says, and nothing changes.
func TestSlackViewAttachChecks(t *testing.T) {
	slackTest(t, func(t *testing.T, r *rig) {
		c, _ := r.dial()
		v := r.opened(c, strings.Replace(evidenceView, `"max_files":2}}`, `"max_files":2}},
			{"type":"input","block_id":"word","optional":true,"label":{"type":"plain_text","text":"W"},"element":{"type":"plain_text_input","action_id":"w"}}`, 1))
		if err := v.Attach("proof", text("a.txt")); err != nil {
			t.Fatal(err)
		}
		before := len(r.sb.Ledger.Of("slack", RecordPerson))
		for name, err := range map[string]error{
			"nothing":     v.Attach("proof"),
			"type":        v.Attach("proof", text("a.exe")),
			"no type":     v.Attach("proof", text("txt")),
			"one of two":  v.Attach("proof", text("b.txt"), text("c.exe")),
			"too many":    v.Attach("proof", text("b.txt"), text("c.txt")),
			"eleven":      v.Attach("any", slices.Repeat([]FileUpload{text("a")}, 11)...),
			"empty":       v.Attach("any", FileUpload{Name: "a"}),
			"nameless":    v.Attach("any", FileUpload{Content: []byte("a")}),
			"too large":   v.Attach("any", FileUpload{"a", make([]byte, maxInputFile+1)}),
			"no files":    v.Attach("word", text("a.txt")),
			"no field":    v.Attach("nowhere", text("a.txt")),
			"not there":   v.Put(map[string]string{"proof": "F1"}),
			"by a deed":   second(v.Do(Deed{BlockID: "proof", ActionID: "files", Value: "F1"})),
			"other field": v.Put(map[string]string{"any": v.Value("proof")}),
		} {
			if err == nil {
				t.Errorf("%s: taken", name)
			}
		}
		if got := filesIn(v, "proof", "files"); !slices.Equal(got, []string{"a.txt"}) || len(r.sb.Ledger.Of("slack", RecordPerson)) != before {
			t.Errorf("the field holds %v", got)
		}
		if err := v.Attach("any", slices.Repeat([]FileUpload{text("a")}, 10)...); err != nil {
			t.Errorf("ten of any type: %v", err)
		}
		v.Close()
		if err := v.Attach("any", text("a")); err == nil {
			t.Error("a view that was closed took a file")
		}
	})
}

// Files can be taken away and put back, and stay when the app updates the view.
func TestSlackViewAttachedFiles(t *testing.T) {
	slackTest(t, func(t *testing.T, r *rig) {
		c, _ := r.dial()
		v := r.opened(c, evidenceView)
		if err := v.Attach("proof", text("a.txt"), text("b.txt")); err != nil {
			t.Fatal(err)
		}
		both := v.Value("proof")
		_, b, _ := strings.Cut(both, ",")
		for put, want := range map[string][]string{b: {"b.txt"}, both: {"a.txt", "b.txt"}, "": nil} {
			if err := v.Put(map[string]string{"proof": put}); err != nil || !slices.Equal(filesIn(v, "proof", "files"), want) {
				t.Errorf("put %q: %v, %v", put, filesIn(v, "proof", "files"), err)
			}
		}
		v.Fill("proof", both)
		r.ok("views.update", "view_id", v.ID, "view", strings.Replace(evidenceView, `"max_files":2`, `"max_files":1`, 1))
		if got := v.Value("proof"); got != both {
			t.Errorf("after an update: %s", got)
		}
		if got := v.Submit()["proof"]; got != "Please attach one file only." {
			t.Errorf("two files where one may be: %q", got)
		}
		if _, f := submit(c, v.Fill("proof", b), nil); dig(f, "payload", "view", "state", "values", "proof", "files", "files", 0, "id") != b {
			t.Errorf("submitted: %v", f)
		}
	})
}

func TestSlackFileInputsAreChecked(t *testing.T) {
	slackTest(t, func(t *testing.T, r *rig) {
		c, _ := r.dial()
		for name, element := range map[string]string{
			"no file":   `"max_files":0`,
			"eleven":    `"max_files":11`,
			"half":      `"max_files":1.5`,
			"word":      `"max_files":"2"`,
			"no list":   `"max_files":2,"filetypes":"txt"`,
			"no string": `"max_files":2,"filetypes":[1]`,
		} {
			view := strings.Replace(evidenceView, `"filetypes":["txt","Log"],"max_files":2`, element, 1)
			if !json.Valid([]byte(view)) {
				t.Fatalf("%s is no JSON", name)
			}
			r.refused("invalid_arguments", "views.open", "trigger_id", r.trigger(c), "view", view)
		}
		scopes := r.sb.Slack.Scopes()
		r.sb.Slack.SetScopes(slices.DeleteFunc(slices.Clone(scopes), func(s string) bool { return s == "files:read" })...)
		r.refused("invalid_arguments", "views.open", "trigger_id", r.trigger(c), "view", evidenceView)
	})
}
