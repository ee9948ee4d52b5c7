package web_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"firebreak/integrations/sandbox"
	"firebreak/integrations/sandbox/web"
)

func TestGitLab(t *testing.T) {
	w := newWindow(t, web.Options{})
	do := func(verb string, body object) object {
		t.Helper()
		if body["as"] == nil {
			body["as"] = w.sb.Slack.User("alex").ID
		}
		if body["iid"] == nil {
			body["iid"] = 1
		}
		return w.post("/api/gitlab/"+verb, body)
	}
	if got := do("open", object{"title": "Block it", "description": "see **this**\n/confidential", "labels": []string{"task", "inc"}}); got["iid"] != 1.0 {
		t.Fatalf("opened %v", got)
	}
	do("open", object{"title": "Another", "labels": "a, b"})
	do("comment", object{"text": "done, see #2 and #9\n/label ~urgent", "as": "kim"})
	do("title", object{"title": "Block it now"})
	do("description", object{"description": "new text"})
	do("assign", object{"to": "kim"})
	do("due", object{"due": "2026-12-01"})
	do("close", object{"as": "sam"})

	list := w.get("/api/gitlab")
	rows := objects(list["issues"])
	if got, want := column(rows, "title"), []any{"Another", "Block it now"}; list["project"] != "security/incidents" || !slices.Equal(got, want) {
		t.Errorf("%v: %v, want %v", list["project"], got, want)
	}
	if names := column(objects(list["users"]), "username"); !slices.Equal(names, []any{"firebreak-bot", "alex", "sam", "kim", "jo"}) {
		t.Errorf("users %v", names)
	}
	is := w.get("/api/gitlab/1")
	if is["state"] != "closed" || is["confidential"] != true || is["due"] != "2026-12-01" || is["source"] != "new text" || is["comments"] != 1.0 {
		t.Errorf("issue: %v", is)
	}
	var bodies []string
	for _, n := range objects(is["notes"]) {
		if n["system"] == false {
			bodies = append(bodies, marshal(t, n["body"]))
		}
	}
	if len(bodies) != 1 || !strings.Contains(bodies[0], `"href":"#/gitlab/2"`) || strings.Contains(bodies[0], "gitlab/9") {
		t.Errorf("comments: %v", bodies)
	}
	if quick := column(objects(is["quick"]), "command"); !slices.Contains(quick, "confidential") || !slices.Contains(quick, "label") {
		t.Errorf("quick actions: %v", quick)
	}
	do("reopen", object{})
	do("labels", object{"labels": []string{"x"}})
	do("assign", object{"to": ""})
	do("due", object{"due": ""})
	do("confidential", object{"on": false})
	got := w.sb.GitLab.Issue(1)
	if got.State != "opened" || got.Confidential || got.Due != "" || len(got.Assignees) != 0 || !slices.Equal(got.Labels, []string{"x"}) {
		t.Errorf("taken back: %+v", got)
	}
}

func TestGitLabRefusals(t *testing.T) {
	w := newWindow(t, web.Options{})
	w.sb.GitLab.Open("alex", "x", "")
	w.sb.GitLab.Assign(1, "alex", "kim")
	for _, c := range []struct {
		verb   string
		body   object
		status int
	}{
		{"open", object{"title": "x"}, 400},
		{"open", object{"as": "alex"}, 400},
		{"open", object{"as": "alex", "title": strings.Repeat("x", 256)}, 400},
		{"open", object{"as": "guest", "title": "x"}, 409},
		{"open", object{"as": "stranger", "title": "x"}, 409}, // the one whom GitLab calls so is another
		{"sing", object{"as": "alex", "iid": 1}, 404},
		{"comment", object{"as": "alex", "iid": 1}, 400},
		{"comment", object{"as": "alex", "iid": 9, "text": "x"}, 409},
		{"title", object{"as": "alex", "iid": 1}, 400},
		{"due", object{"as": "alex", "iid": 1, "due": "soon"}, 400},
		{"assign", object{"as": "alex", "iid": 1, "to": "nobody"}, 409},
		{"close", object{"as": "alex", "iid": "1"}, 400},
	} {
		w.wrong("/api/gitlab/"+c.verb, c.body, c.status)
	}
	w.refused("/api/gitlab/9", 404)
	w.refused("/api/gitlab/x", 404)
	if is := w.sb.GitLab.Issue(1); !slices.Equal(is.Assignees, []string{"kim"}) {
		t.Errorf("a refused deed took the issue from %v", is.Assignees)
	}
}

// TestGitLabShowsItsOwnPictures: what was uploaded to the project, if it is
// one, and nothing from elsewhere.
func TestGitLabShowsItsOwnPictures(t *testing.T) {
	network := sandbox.Memory()
	sb := sandbox.New(sandbox.Options{})
	t.Cleanup(func() { _ = sb.Close() })
	if err := sb.Start(t.Context(), network); err != nil {
		t.Fatal(err)
	}
	w := newWindow(t, web.Options{Sandbox: sb})
	for name, content := range map[string]string{"dot.png": dotPNG, "page.html": "<script>alert(1)</script>"} {
		upload(t, network, sb, name, content)
	}
	var text strings.Builder
	for _, u := range sb.GitLab.Uploads() {
		text.WriteString("![" + u.Name + "](" + u.Path + ")\n")
	}
	sb.GitLab.Open("alex", "RCA", text.String()+"![away](/uploads/0123456789abcdef0123456789abcdef/x.png)")
	var there int
	for _, u := range sb.GitLab.Uploads() {
		at := "/api/gitlab" + u.Path
		if !strings.Contains(marshal(t, w.get("/api/gitlab/1")["description"]), `"href":"`+at+`"`) {
			t.Errorf("nothing leads to %s", at)
		}
		resp := w.do(request(http.MethodGet, at, ""))
		if got := resp.Header.Get("Content-Type"); resp.StatusCode == http.StatusOK && got != "image/png" {
			t.Errorf("%s is shown as %s", u.Name, got)
		}
		if resp.StatusCode == http.StatusOK {
			there++
		}
	}
	if there != 1 {
		t.Errorf("%d of the uploads are shown, want the picture", there)
	}
	if got := marshal(t, w.get("/api/gitlab/1")["description"]); strings.Contains(got, "0123456789abcdef0123456789abcdef") {
		t.Errorf("what is not there has an address: %s", got)
	}
	w.refused("/api/gitlab/uploads/0123456789abcdef0123456789abcdef/x.png", http.StatusNotFound)
}

// upload uploads a file to the bot's project, as the bot does.
func upload(t *testing.T, network *sandbox.MemoryNetwork, sb *sandbox.Sandbox, name, content string) {
	t.Helper()
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	part, err := form.CreateFormFile("file", name)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = part.Write([]byte(content)) // into memory
	if err := form.Close(); err != nil {
		t.Fatal(err)
	}
	env := sb.Env()
	to := env["FIREBREAK_GITLAB_URL"] + "/api/v4/projects/" + url.PathEscape(env["FIREBREAK_GITLAB_PROJECT"]) + "/uploads"
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, to, &b)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", form.FormDataContentType())
	req.Header.Set("PRIVATE-TOKEN", env["FIREBREAK_GITLAB_TOKEN"])
	client := network.Client()
	defer client.CloseIdleConnections()
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusCreated {
		t.Fatalf("upload %s: %s", name, resp.Status)
	}
}
