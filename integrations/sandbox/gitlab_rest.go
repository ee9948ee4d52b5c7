package sandbox

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// glError is an error answer: either {"message":…} (models, permissions) or
// {"error":…} (parameters); both occur (observed).
type glError struct {
	status int
	body   map[string]any
}

func (e glError) Error() string { return fmt.Sprintf("%d: %v", e.status, e.body) }

func glMessage(status int, message any) glError {
	return glError{status, map[string]any{"message": message}}
}

func glParam(text string) glError {
	return glError{http.StatusBadRequest, map[string]any{"error": text}}
}

// glInvalid is what a model's validation answers (documented).
func glInvalid(field, problem string) glError {
	return glMessage(http.StatusBadRequest, map[string]any{field: []string{problem}})
}

var (
	errGLUnauthorized = glMessage(http.StatusUnauthorized, "401 Unauthorized")
	errGLForbidden    = glMessage(http.StatusForbidden, "403 Forbidden")
	errGLNoProject    = glMessage(http.StatusNotFound, "404 Project Not Found")
	errGLNotFound     = glMessage(http.StatusNotFound, "404 Not found")
	errGLTooOften     = glMessage(http.StatusTooManyRequests, map[string]any{"error": "This endpoint has been requested too many times. Try again later."})
)

// glCall is a call that passed the door. project and issue are set when the
// path names them, and are visible to by.
type glCall struct {
	w       http.ResponseWriter
	r       *http.Request
	by      *GitLabUser
	project *glProject
	issue   *glIssue
	params  glParams
}

func (c glCall) role() int { return c.project.role[c.by.ID] }

// rest is the door: token and scope, rate limit, then project and issue.
func (g *GitLab) rest(do func(glCall) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		g.mu.Lock()
		defer g.mu.Unlock()
		c := glCall{w: w, r: r}
		done, err := g.admit(&c)
		if done {
			return
		}
		if err == nil {
			err = do(c)
		}
		var e glError
		switch {
		case errors.As(err, &e):
			writeJSON(w, e.status, e.body)
		case err != nil:
			writeJSON(w, http.StatusInternalServerError, map[string]any{"message": "500 Internal Server Error"})
		}
	})
}

// admit says done when it has answered by itself.
func (g *GitLab) admit(c *glCall) (done bool, err error) {
	token := c.r.Header.Get("PRIVATE-TOKEN")
	if token == "" {
		token, _ = strings.CutPrefix(c.r.Header.Get("Authorization"), "Bearer ")
	}
	scope, known := g.tokens[token]
	if !known {
		return false, errGLUnauthorized
	}
	c.by = g.bot
	if !g.countCall(c.w) {
		// The instance-wide throttle answers in plain text (observed).
		c.w.Header().Set("Content-Type", "text/plain")
		c.w.WriteHeader(http.StatusTooManyRequests)
		_, _ = c.w.Write([]byte("Retry later\n")) // into the guard's buffer
		return true, nil
	}
	if scope != "api" && c.r.Method != http.MethodGet { // documented
		return false, glError{http.StatusForbidden, map[string]any{
			"error": "insufficient_scope", "scope": "api",
			"error_description": "The request requires higher privileges than provided by the access token.",
		}}
	}
	if ref := c.r.PathValue("id"); ref != "" {
		if c.project, c.issue, err = g.locate(c.by, ref, c.r.PathValue("iid")); err != nil {
			return false, err
		}
	}
	c.params, err = readParams(c.r)
	return false, err
}

// locate finds a project, and an issue unless iid is empty. What the caller
// may not see does not exist: 404, not 403 (documented).
func (g *GitLab) locate(by *GitLabUser, ref, iid string) (project *glProject, is *glIssue, err error) {
	for _, p := range g.projects {
		if (ref == strconv.Itoa(p.id) || strings.EqualFold(ref, p.path)) && p.role[by.ID] != RoleNone {
			project = p
		}
	}
	if project == nil {
		return nil, nil, errGLNoProject
	}
	if iid == "" {
		return project, nil, nil
	}
	n, err := strconv.Atoi(iid)
	if err != nil {
		return nil, nil, glParam("issue_iid is invalid")
	}
	if is = g.find(project, n); is == nil || !g.visible(is, by) {
		return nil, nil, glMessage(http.StatusNotFound, "404 Issue Not Found")
	}
	return project, is, nil
}

// countCall applies 2000 calls per minute and user (documented for GitLab.com
// in 2021; since then the number varies) and sets the documented headers.
func (g *GitLab) countCall(w http.ResponseWriter) bool {
	limit, on := g.sb.limit(2000)
	if !on {
		return true
	}
	left, reset := g.calls.take(time.Now(), limit, time.Minute)
	setGitLabLimit(w.Header(), limit, max(0, left), reset)
	if left >= 0 {
		w.Header().Del("Retry-After")
	}
	return left >= 0
}

func setGitLabLimit(h http.Header, limit, left int, reset time.Duration) {
	h.Set("RateLimit-Limit", strconv.Itoa(limit))
	h.Set("RateLimit-Remaining", strconv.Itoa(left))
	h.Set("RateLimit-Observed", strconv.Itoa(limit-left))
	h.Set("RateLimit-Reset", strconv.FormatInt(time.Now().Add(reset).Unix(), 10))
	h.Set("Retry-After", strconv.Itoa(max(1, seconds(reset))))
}

// countCreation applies 300 new issues and notes per minute and user
// (documented as the default for notes; the same for issues is assumed).
func (g *GitLab) countCreation() error {
	limit, on := g.sb.limit(300)
	if !on {
		return nil
	}
	if ok, _ := g.creating.take(time.Now(), limit, time.Minute); !ok {
		return errGLTooOften
	}
	return nil
}

// glParams are the parameters of a body, JSON or form, plus the query's.
type glParams map[string]any

func readParams(r *http.Request) (glParams, error) {
	p := glParams{}
	if r.Method == http.MethodGet {
		return p, nil
	}
	for k, v := range r.URL.Query() {
		p[k] = v[0]
	}
	if strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") {
		if err := json.NewDecoder(r.Body).Decode(&p); err != nil {
			return nil, glParam("invalid JSON body")
		}
		return p, nil
	}
	if err := r.ParseForm(); err != nil {
		return nil, glParam("invalid form body")
	}
	for k, v := range r.PostForm {
		if name, list := strings.CutSuffix(k, "[]"); list {
			p[name] = anySlice(v)
		} else {
			p[k] = v[0]
		}
	}
	return p, nil
}

func anySlice(in []string) []any {
	out := make([]any, len(in))
	for i, s := range in {
		out[i] = s
	}
	return out
}

func (p glParams) has(name string) bool { _, ok := p[name]; return ok }

// text reads a string; numbers and booleans are taken as text, null as "".
func (p glParams) text(name string) string {
	switch v := p[name].(type) {
	case nil:
		return ""
	case string:
		return v
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	default:
		return fmt.Sprint(v)
	}
}

func (p glParams) number(name string) int {
	n, _ := strconv.Atoi(p.text(name))
	return n
}

func (p glParams) flag(name string) bool { return p.text(name) == "true" || p.text(name) == "1" }

// list reads a list of labels: an array, or one string split at commas; so a
// comma inside a label splits it (documented).
func (p glParams) list(name string) []string {
	if all, ok := p[name].([]any); ok {
		var out []string
		for _, v := range all {
			out = append(out, splitLabels(fmt.Sprint(v))...)
		}
		return out
	}
	return splitLabels(p.text(name))
}

func splitLabels(s string) []string {
	var out []string
	for part := range strings.SplitSeq(s, ",") {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}

// writePage answers one page: 20 rows by default, 100 at most (documented),
// with the documented headers; totals are left out above 10000 rows.
func (g *GitLab) writePage(c glCall, rows []any) error {
	q := c.r.URL.Query()
	per, page := queryInt(q, "per_page", 20), queryInt(q, "page", 1)
	if per < 1 || page < 1 {
		return glParam("per_page does not have a valid value, page does not have a valid value")
	}
	per = min(per, 100)
	from := min((page-1)*per, len(rows))
	to := min(from+per, len(rows))
	pages := max(1, (len(rows)+per-1)/per)
	h := c.w.Header()
	h.Set("X-Page", strconv.Itoa(page))
	h.Set("X-Per-Page", strconv.Itoa(per))
	h.Set("X-Next-Page", "")
	h.Set("X-Prev-Page", "")
	links := []string{g.pageLink(c, 1, "first")}
	if to < len(rows) {
		h.Set("X-Next-Page", strconv.Itoa(page+1))
		links = append(links, g.pageLink(c, page+1, "next"))
	}
	if page > 1 {
		h.Set("X-Prev-Page", strconv.Itoa(page-1))
		links = append(links, g.pageLink(c, page-1, "prev"))
	}
	if len(rows) <= 10000 {
		h.Set("X-Total", strconv.Itoa(len(rows)))
		h.Set("X-Total-Pages", strconv.Itoa(pages))
		links = append(links, g.pageLink(c, pages, "last"))
	}
	h.Set("Link", strings.Join(links, ", "))
	out := []any{}
	writeJSON(c.w, http.StatusOK, append(out, rows[from:to]...))
	return nil
}

func (g *GitLab) pageLink(c glCall, page int, rel string) string {
	q := c.r.URL.Query()
	q.Set("page", strconv.Itoa(page))
	u := url.URL{Path: c.r.URL.Path, RawPath: c.r.URL.RawPath, RawQuery: q.Encode()}
	return "<" + g.sb.base("gitlab") + u.String() + `>; rel="` + rel + `"`
}

func queryInt(q url.Values, name string, byDefault int) int {
	if q.Get(name) == "" {
		return byDefault
	}
	n, err := strconv.Atoi(q.Get(name))
	if err != nil {
		return -1
	}
	return n
}
