package sandbox

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// slackCall is one Web API call on its way through the emulator.
type slackCall struct {
	s      *Slack
	method *slackMethod
	args   map[string]string // nested JSON values as JSON text
	token  string
	warn   []string
}

// slackOut is the body of a good answer; "ok" is added.
type slackOut map[string]any

// slackRefusal is a business error: HTTP 200 with ok false.
type slackRefusal struct {
	code  string
	extra map[string]any
}

func (e *slackRefusal) Error() string { return e.code }

func refuse(code string) error { return &slackRefusal{code: code} }

// serveMethod runs one Web API method. Documented: business errors are HTTP
// 200 with ok false; 429 carries Retry-After in whole seconds.
func (s *Slack) serveMethod(w http.ResponseWriter, r *http.Request) {
	c := &slackCall{s: s}
	err := c.read(r)
	s.mu.Lock()
	defer s.mu.Unlock()
	name := r.PathValue("method")
	m, known := slackMethods[name]
	if !known {
		s.sb.unexpected("slack", "method "+name)
		writeJSON(w, http.StatusOK, slackOut{"ok": false, "error": "unknown_method", "req_method": name})
		return
	}
	c.method = &m
	w.Header().Set("X-OAuth-Scopes", strings.Join(s.scopesOf(c.token), ","))
	if len(m.scopes) > 0 {
		w.Header().Set("X-Accepted-OAuth-Scopes", strings.Join(m.scopes, ","))
	}
	if err == nil {
		err = c.authorize()
	}
	if err == nil {
		if wait := s.throttle(c); wait > 0 {
			w.Header().Set("Retry-After", strconv.Itoa(int(wait.Seconds())))
			writeJSON(w, http.StatusTooManyRequests, slackOut{"ok": false, "error": "ratelimited"})
			return
		}
		err = c.require()
	}
	var out slackOut
	if err == nil {
		out, err = m.do(c)
	}
	writeJSON(w, http.StatusOK, c.answer(out, err))
}

// answer renders the result and checks that the code may be given at all.
func (c *slackCall) answer(out slackOut, err error) slackOut {
	if err == nil {
		if out == nil {
			out = slackOut{}
		}
		out["ok"] = true
		if len(c.warn) > 0 {
			out["warning"] = strings.Join(c.warn, ",")
			meta, _ := out["response_metadata"].(map[string]any)
			if meta == nil {
				meta = map[string]any{}
			}
			meta["warnings"] = c.warn
			out["response_metadata"] = meta
		}
		return out
	}
	refusal, ok := errors.AsType[*slackRefusal](err)
	if !ok {
		refusal = &slackRefusal{code: "internal_error"}
		c.s.sb.unexpected("slack", fmt.Sprintf("%s broke: %v", c.method.name, err))
	}
	if !c.method.mayAnswer(refusal.code) {
		c.s.sb.unexpected("slack", fmt.Sprintf("emulator: %s must not answer %s", c.method.name, refusal.code))
	}
	out = slackOut{}
	maps.Copy(out, refusal.extra)
	out["ok"] = false
	out["error"] = refusal.code
	return out
}

// read collects token and arguments. Documented: arguments come as query,
// form, multipart or, where the method's reference says so, JSON; a token is
// not taken from JSON.
func (c *slackCall) read(r *http.Request) error {
	c.args = map[string]string{}
	if scheme, token, ok := strings.Cut(r.Header.Get("Authorization"), " "); ok && strings.EqualFold(scheme, "Bearer") {
		c.token = token
	}
	take := func(values url.Values) {
		for k, v := range values {
			c.args[k] = v[0]
		}
	}
	take(r.URL.Query())
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return refuse("invalid_form_data")
	}
	if len(body) > 0 {
		if err := c.readBody(r, body, take); err != nil {
			return err
		}
	}
	if c.token == "" {
		c.token = c.args["token"]
	}
	delete(c.args, "token")
	return nil
}

func (c *slackCall) readBody(r *http.Request, body []byte, take func(url.Values)) error {
	contentType := r.Header.Get("Content-Type")
	kind, params, err := mime.ParseMediaType(contentType)
	switch {
	case contentType == "":
		return refuse("missing_post_type")
	case err != nil:
		return refuse("invalid_post_type")
	}
	switch kind {
	case "application/x-www-form-urlencoded":
		form, err := url.ParseQuery(string(body))
		if err != nil {
			return refuse("invalid_form_data")
		}
		take(form)
	case "multipart/form-data":
		r.Body = io.NopCloser(bytes.NewReader(body))
		if err := r.ParseMultipartForm(maxBody); err != nil {
			return refuse("invalid_form_data")
		}
		take(r.MultipartForm.Value)
	case "application/json":
		if params["charset"] == "" {
			c.warn = append(c.warn, "missing_charset") // observed
		}
		return c.readJSON(strings.TrimPrefix(r.URL.Path, "/api/"), body)
	case "text/plain":
	default:
		return refuse("invalid_post_type")
	}
	return nil
}

func (c *slackCall) readJSON(method string, body []byte) error {
	if !slackMethods[method].json {
		return nil // documented: such methods do not look into a JSON body
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(body, &fields); err != nil {
		return refuse("invalid_arguments") // assumed
	}
	for k, raw := range fields {
		var text string
		switch {
		case json.Unmarshal(raw, &text) == nil:
			c.args[k] = text
		case string(raw) != "null":
			c.args[k] = string(raw)
		}
	}
	delete(c.args, "token")
	return nil
}

// require checks what the reference calls required arguments (documented).
func (c *slackCall) require() error {
	for _, name := range c.method.required {
		if c.args[name] != "" || name == c.method.blank && c.has(name) {
			continue
		}
		if code := c.method.missing[name]; code != "" {
			return refuse(code)
		}
		return &slackRefusal{code: "invalid_arguments", extra: map[string]any{
			"response_metadata": map[string]any{"messages": []string{"[ERROR] missing required field: " + name}},
		}}
	}
	return nil
}

func (c *slackCall) flag(name string) bool {
	v := strings.ToLower(c.args[name])
	return v == "true" || v == "1"
}

func (c *slackCall) has(name string) bool {
	_, ok := c.args[name]
	return ok
}

// limitArg reads a page size: absent or bad means def, at most top (documented
// for history; for the others that a bad one passes is assumed).
func (c *slackCall) limitArg(def, top int) int {
	n, err := strconv.Atoi(c.args["limit"])
	if err != nil || n <= 0 {
		return def
	}
	return min(n, top)
}

func (c *slackCall) list(name string) []string {
	return slices.DeleteFunc(strings.Split(c.args[name], ","), func(v string) bool { return strings.TrimSpace(v) == "" })
}
