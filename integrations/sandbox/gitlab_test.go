package sandbox_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"firebreak/integrations/sandbox"
)

// ours is the bot's project as a client names it.
const ours = "/projects/security%2Fincidents"

func TestGitLabDoor(t *testing.T) {
	onWire(t, sandbox.Options{}, func(t *testing.T, w *wire) {
		is := w.GitLab.Open("alex", "theirs", "")
		issue := fmt.Sprintf("%s/issues/%d", ours, is.IID)
		for _, c := range []struct {
			name, method, path, header string
			status                     int
		}{
			{"no token", "GET", "/user", "PRIVATE-TOKEN:", 401},
			{"wrong token", "GET", "/user", "PRIVATE-TOKEN: glpat-x", 401},
			{"path", "GET", ours, "X-Nothing: 1", 200},
			{"id", "GET", "/projects/4201", "X-Nothing: 1", 200},
			{"stranger's project", "GET", "/projects/4202", "X-Nothing: 1", 404},
			{"stranger's issues", "GET", "/projects/finance%2Fledger/issues", "X-Nothing: 1", 404},
			{"read scope reads", "GET", issue, "PRIVATE-TOKEN: " + w.GitLab.ReadOnlyToken(), 200},
			{"read scope writes", "PUT", issue, "PRIVATE-TOKEN: " + w.GitLab.ReadOnlyToken(), 403},
			{"no such issue", "GET", ours + "/issues/99", "X-Nothing: 1", 404},
		} {
			want(t, c.name, w.gl(c.method, c.path, `{"title":"x"}`, c.header).status, c.status)
		}
		bearer := w.gl("GET", "/user", nil, "PRIVATE-TOKEN:", "Authorization: Bearer "+w.env["FIREBREAK_GITLAB_TOKEN"])
		want(t, "bearer", bearer.at("username"), "firebreak-bot")
		want(t, "not a person", w.GitLab.Bot().Username, "firebreak-bot")
		want(t, "lookup", w.gl("GET", "/users?username=Sam", nil).at(0, "username"), "sam")
		want(t, "nobody", w.gl("GET", "/users?username=sa", nil).len(), 0)
	})
}

func TestGitLabRoles(t *testing.T) {
	onWire(t, sandbox.Options{}, func(t *testing.T, w *wire) {
		is := w.GitLab.Open("alex", "theirs", "")
		w.GitLab.SetConfidential(is.IID, "alex", true)
		issue := fmt.Sprintf("%s/issues/%d", ours, is.IID)
		want(t, "reporter sees it", w.gl("GET", issue, nil).status, 200)
		w.GitLab.SetRole(sandbox.RoleGuest)
		want(t, "guest does not", w.gl("GET", issue, nil).status, 404)
		w.GitLab.SetConfidential(is.IID, "alex", false)
		want(t, "guest may not edit", w.gl("PUT", issue, `{"title":"mine"}`).status, 403)
		mine := w.gl("POST", ours+"/issues", `{"title":"mine","labels":"a","confidential":true}`)
		want(t, "guest creates", mine.status, 201)
		want(t, "labels dropped in silence", mine.len("labels"), 0)
		want(t, "guest's label", w.gl("POST", ours+"/labels", `{"name":"x","color":"#fff"}`).status, 403)
		w.GitLab.SetRole(sandbox.RoleNone)
		want(t, "no member", w.gl("GET", ours, nil).at("message"), "404 Project Not Found")
	})
}

func TestGitLabAddUser(t *testing.T) {
	onWire(t, sandbox.Options{}, func(t *testing.T, w *wire) {
		nia := w.GitLab.AddUser("nia", "Nia Lone", sandbox.RoleDeveloper)
		is := w.GitLab.Open("nia", "hers", "")
		want(t, "author", is.Author, nia.Username)
		want(t, "told over the wire", w.gl("GET", fmt.Sprintf("%s/issues/%d", ours, is.IID), nil).at("author", "username"), "nia")
	})
}

func TestGitLabCreate(t *testing.T) {
	onWire(t, sandbox.Options{}, func(t *testing.T, w *wire) {
		r := w.gl("POST", ours+"/issues", map[string]any{
			"title": "/close is only a title", "description": "text\r\nmore", "labels": "b,a", "confidential": true,
			"due_date": "2026-01-02", "iid": 77, "created_at": "2001-01-01T00:00:00Z", "updated_at": "2001-01-01T00:00:00Z",
		})
		want(t, "status", r.status, 201)
		want(t, "iid is not ours to set", r.at("iid"), 1.0)
		if strings.HasPrefix(fmt.Sprint(r.at("created_at")), "2001") {
			t.Error("created_at was taken over")
		}
		want(t, "state", r.at("state"), "opened")
		want(t, "confidential", r.at("confidential"), true)
		want(t, "description without \\r", r.at("description"), "text\nmore")
		want(t, "author", r.at("author", "username"), "firebreak-bot")
		want(t, "due", r.at("due_date"), "2026-01-02")
		want(t, "labels were made", w.gl("GET", ours+"/labels", nil).len(), 2)
		form := w.gl("POST", ours+"/issues", "title=form&labels=a", "Content-Type: application/x-www-form-urlencoded")
		want(t, "form", form.at("labels", 0), "a")
		want(t, "no key, no mercy", w.gl("POST", ours+"/issues", `{"title":"form"}`).at("iid"), 3.0)
		for name, c := range map[string]struct{ body, answer string }{
			"no title":   {`{}`, `{"error":"title is missing"}`},
			"blank":      {`{"title":" "}`, `{"message":{"title":["can't be blank"]}}`},
			"long title": {`{"title":"` + strings.Repeat("ü", 256) + `"}`, `{"message":{"title":["is too long (maximum is 255 characters)"]}}`},
			"long text":  {`{"title":"x","description":"` + strings.Repeat("x", 1<<20+1) + `"}`, `{"message":{"description":["is too long (maximum is 1048576 characters)"]}}`},
			"bad date":   {`{"title":"x","due_date":"tomorrow"}`, `{"error":"due_date is invalid"}`},
		} {
			r := w.gl("POST", ours+"/issues", c.body)
			want(t, name, r.status, 400)
			want(t, name, r.text, c.answer)
		}
		limits := w.gl("POST", ours+"/issues", map[string]any{"title": strings.Repeat("ü", 255), "description": strings.Repeat("x", 1<<20)})
		want(t, "at the limits", limits.status, 201)
	})
}

func TestGitLabUpdate(t *testing.T) {
	onWire(t, sandbox.Options{}, func(t *testing.T, w *wire) {
		made := w.gl("POST", ours+"/issues", `{"title":"x","labels":"a,b"}`)
		issue := ours + "/issues/1"
		put := func(body string) reply { return w.gl("PUT", issue, body) }
		labels := func(r reply) string { return fmt.Sprint(r.at("labels")) }
		want(t, "add and remove", labels(put(`{"add_labels":"c,d","remove_labels":"a"}`)), "[b c d]")
		want(t, "replace", labels(put(`{"labels":["z"]}`)), "[z]")
		want(t, "clear", labels(put(`{"labels":""}`)), "[]")
		want(t, "close", put(`{"state_event":"close"}`).at("state"), "closed")
		want(t, "close twice", put(`{"state_event":"close"}`).status, 200)
		want(t, "closed by", put(`{"title":"y"}`).at("closed_by", "username"), "firebreak-bot")
		want(t, "reopen", put(`{"state_event":"reopen"}`).at("state"), "opened")
		want(t, "confidential", put(`{"confidential":true}`).at("confidential"), true)
		want(t, "assignee", put(fmt.Sprintf(`{"assignee_ids":[%d]}`, 102)).at("assignee", "username"), "alex")
		want(t, "assigned", len(w.GitLab.Issue(1).Assignees), 1)
		want(t, "no parameter", put(`{}`).status, 400)
		want(t, "unknown event", put(`{"state_event":"shut"}`).status, 400)
		want(t, "long title", put(`{"title":"`+strings.Repeat("x", 256)+`"}`).status, 400)
		last := fmt.Sprint(made.at("updated_at"))
		for range 5 { // no time passes between these
			now := fmt.Sprint(put(`{"add_labels":"q"}`).at("updated_at"))
			if now <= last {
				t.Errorf("updated_at %s after %s", now, last)
			}
			last = now
		}
		w.gl("POST", issue+"/notes", `{"body":"hi"}`)
		if now := fmt.Sprint(w.gl("GET", issue, nil).at("updated_at")); now <= last {
			t.Error("a note does not bump updated_at")
		}
	})
}

func TestGitLabList(t *testing.T) {
	onWire(t, sandbox.Options{}, func(t *testing.T, w *wire) {
		g := w.GitLab
		g.Open("alex", "a", "", "red")
		pass(time.Second)
		b := g.Open("sam", "b", "", "red", "blue")
		pass(time.Second)
		w.gl("POST", ours+"/issues", `{"title":"c","confidential":true}`)
		g.Close(1, "sam") // last touched
		stamp := b.UpdatedAt.Format("2006-01-02T15:04:05.000Z07:00")
		for query, wanted := range map[string]string{
			ours + "/issues":                              "cba",
			ours + "/issues?sort=asc":                     "abc",
			ours + "/issues?order_by=updated_at&sort=asc": "bca",
			ours + "/issues?labels=red":                   "ba",
			ours + "/issues?labels=red,blue":              "b",
			ours + "/issues?labels=None":                  "c",
			ours + "/issues?state=closed":                 "a",
			ours + "/issues?state=opened":                 "cb",
			ours + "/issues?iids[]=1&iids[]=3":            "ca",
			ours + "/issues?confidential=true":            "c",
			ours + "/issues?author_username=sam":          "b",
			ours + "/issues?updated_after=" + stamp:       "cba", // b itself: on or after
			ours + "/issues?created_before=" + stamp:      "ba",
			ours + "/issues?scope=created_by_me":          "c",
			"/issues":                                     "c", // created_by_me by default
			"/issues?scope=all":                           "cba",
		} {
			want(t, query, w.gl("GET", query, nil).titles(), wanted)
		}
		for _, query := range []string{"state=open", "order_by=x", "sort=up", "scope=x", "updated_after=soon"} {
			want(t, query, w.gl("GET", ours+"/issues?"+query, nil).status, 400)
		}
	})
}

func TestGitLabPages(t *testing.T) {
	onWire(t, sandbox.Options{}, func(t *testing.T, w *wire) {
		for i := range 120 {
			w.GitLab.Open("alex", fmt.Sprint(i+1), "")
		}
		list := ours + "/issues?order_by=updated_at&sort=asc"
		first := w.gl("GET", list, nil)
		want(t, "default", first.len(), 20)
		want(t, "total", first.header.Get("X-Total"), "120")
		want(t, "pages", first.header.Get("X-Total-Pages"), "6")
		capped := w.gl("GET", list+"&per_page=1000", nil)
		want(t, "cap", capped.len(), 100)
		want(t, "next", capped.header.Get("X-Next-Page"), "2")
		if link := capped.header.Get("Link"); !strings.Contains(link, `page=2`) || !strings.Contains(link, `rel="next"`) || !strings.Contains(link, "security%2Fincidents") {
			t.Errorf("Link = %s", link)
		}
		// Touching one of the first page shifts the second by one.
		w.GitLab.Comment(5, "alex", "hi")
		second := w.gl("GET", list+"&per_page=100&page=2", nil)
		want(t, "number 101 was skipped", second.at(0, "iid"), 102.0)
		want(t, "no next", second.header.Get("X-Next-Page"), "")
		want(t, "prev", second.header.Get("X-Prev-Page"), "1")
		want(t, "page 0", w.gl("GET", list+"&page=0", nil).status, 400)
	})
}

func TestGitLabNotesLinksLabels(t *testing.T) {
	onWire(t, sandbox.Options{}, func(t *testing.T, w *wire) {
		w.gl("POST", ours+"/issues", `{"title":"a"}`)
		w.gl("POST", ours+"/issues", `{"title":"b"}`)
		notes := ours + "/issues/1/notes"
		first := w.gl("POST", notes, `{"body":"first"}`)
		want(t, "status", first.status, 201)
		pass(time.Second)
		w.gl("POST", notes, `{"body":"second","internal":true}`)
		w.GitLab.Close(1, "alex")
		all := w.gl("GET", notes, nil)
		want(t, "newest first: history", all.at(0, "system"), true)
		want(t, "then", all.at(1, "body"), "second")
		want(t, "internal", all.at(1, "internal"), true)
		want(t, "ascending", w.gl("GET", notes+"?sort=asc", nil).at(0, "body"), "first")
		one := fmt.Sprintf("%s/%v", notes, first.at("id"))
		want(t, "edit", w.gl("PUT", one, `{"body":"changed"}`).at("body"), "changed")
		want(t, "read", w.gl("GET", one, nil).at("body"), "changed")
		theirs := fmt.Sprintf("%s/%v", notes, all.at(0, "id"))
		want(t, "not ours", w.gl("PUT", theirs, `{"body":"x"}`).status, 403)
		want(t, "too long", w.gl("POST", notes, map[string]any{"body": strings.Repeat("x", 1000001)}).status, 400)
		want(t, "blank", w.gl("POST", notes, `{"body":" "}`).status, 400)
		want(t, "no such note", w.gl("GET", notes+"/1", nil).status, 404)

		link := func(target string) reply {
			return w.gl("POST", ours+"/issues/1/links", `{"target_project_id":"security/incidents","target_issue_iid":"`+target+`"}`)
		}
		made := link("2")
		want(t, "link", made.status, 201)
		want(t, "kind", made.at("link_type"), "relates_to")
		want(t, "again", link("2").status, 409)
		back := w.gl("POST", ours+"/issues/2/links", `{"target_project_id":4201,"target_issue_iid":1}`)
		want(t, "the other way round", back.status, 409)
		want(t, "no such issue", link("9").status, 404)
		want(t, "itself", link("1").status, 422)
		want(t, "listed", w.gl("GET", ours+"/issues/2/links", nil).at(0, "iid"), 1.0)
		premium := `{"target_project_id":4201,"target_issue_iid":2,"link_type":"blocks"}`
		want(t, "premium", w.gl("POST", ours+"/issues/1/links", premium).status, 403)

		want(t, "label", w.gl("POST", ours+"/labels", `{"name":"x","color":"#ff0000"}`).status, 201)
		want(t, "label again", w.gl("POST", ours+"/labels", `{"name":"x","color":"#ff0000"}`).status, 409)
		want(t, "no colour", w.gl("POST", ours+"/labels", `{"name":"y"}`).status, 400)
	})
}

func TestGitLabRateLimits(t *testing.T) {
	onWire(t, sandbox.Options{LimitScale: 0.01}, func(t *testing.T, w *wire) { // 20 calls, 3 creations a minute
		for range 3 {
			want(t, "create", w.gl("POST", ours+"/issues", `{"title":"x"}`).status, 201)
		}
		r := w.gl("POST", ours+"/issues", `{"title":"x"}`)
		want(t, "fourth creation", r.status, 429)
		if _, isJSON := r.at("message").(map[string]any); !isJSON {
			t.Errorf("body %q, want JSON", r.text)
		}
		for range 16 {
			want(t, "read", w.gl("GET", "/user", nil).status, 200)
		}
		pass(20 * time.Second)
		r = w.gl("GET", "/user", nil)
		want(t, "call 21", r.status, 429)
		want(t, "plain text", r.text, "Retry later\n")
		want(t, "Retry-After", r.header.Get("Retry-After"), "40")
		want(t, "limit", r.header.Get("RateLimit-Limit"), "20")
		pass(40 * time.Second)
		want(t, "a minute later", w.gl("GET", "/user", nil).status, 200)
		want(t, "issues", len(w.GitLab.Issues()), 3)
	})
}

func TestGitLabPeople(t *testing.T) {
	onWire(t, sandbox.Options{}, func(t *testing.T, w *wire) {
		g := w.GitLab
		w.gl("POST", ours+"/issues", `{"title":"x","description":"d"}`)
		g.EditTitle(1, "sam", "y")
		g.SetDescription(1, "sam", "mine now\n/label ~nothing")
		g.Assign(1, "sam", "kim")
		g.SetDue(1, "sam", "2026-05-06")
		g.SetLabels(1, "sam", "p", "o")
		g.Comment(1, "sam", "done\n/close")
		is := g.Issue(1)
		want(t, "title", is.Title, "y")
		want(t, "description", is.Description, "mine now")
		want(t, "state", is.State, "closed")
		want(t, "due", is.Due, "2026-05-06")
		if !slices.Equal(is.Labels, []string{"o", "p"}) || !slices.Equal(is.Assignees, []string{"kim"}) {
			t.Errorf("labels %q, assignees %q", is.Labels, is.Assignees)
		}
		for _, a := range is.QuickActions {
			want(t, "who ran /"+a.Command, a.By, "sam")
		}
		g.Reopen(1, "jo")
		want(t, "state", w.gl("GET", ours+"/issues/1", nil).at("state"), "opened")
		notes := len(g.Issue(1).Notes)
		g.Assign(1, "jo", "SAM@example.com")
		g.Assign(1, "jo", "")
		g.Assign(1, "jo", "")
		var said []string
		for _, n := range g.Issue(1).Notes[notes:] {
			said = append(said, n.Body)
		}
		if !slices.Equal(said, []string{"assigned to @sam", "unassigned @sam"}) {
			t.Errorf("history %q", said)
		}
		g.Delete(1, "jo")
		want(t, "deleted", w.gl("GET", ours+"/issues/1", nil).status, 404)
		want(t, "issues", len(g.Issues()), 0)
		want(t, "acts", len(w.Ledger.Of("gitlab", sandbox.RecordPerson)), 11)
	})
}
