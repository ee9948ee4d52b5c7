package web_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"firebreak/integrations/sandbox/web"
)

func TestFence(t *testing.T) {
	w := newWindow(t, web.Options{})
	say := `{"as":"kim","channel":"incidents","text":"hi"}`
	long := `{"as":"kim","channel":"incidents","text":"` + strings.Repeat("x", 2<<20) + `"}`
	with := func(r *http.Request, changes ...string) *http.Request {
		for i := 0; i < len(changes); i += 2 {
			if changes[i] == "Host" {
				r.Host = changes[i+1]
				continue
			}
			r.Header.Del(changes[i])
			if changes[i+1] != "" {
				r.Header.Set(changes[i], changes[i+1])
			}
		}
		return r
	}
	get := func(target string, changes ...string) *http.Request {
		return with(request(http.MethodGet, target, ""), changes...)
	}
	post := func(body string, changes ...string) *http.Request {
		return with(request(http.MethodPost, "/api/slack/say", body), changes...)
	}
	for name, c := range map[string]struct {
		r    *http.Request
		want int
	}{
		"own window":                   {get("/api/world"), 200},
		"localhost":                    {get("/api/world", "Host", "localhost:4600"), 200},
		"IPv6":                         {get("/api/world", "Host", "[::1]:4600"), 200},
		"name that resolves here":      {get("/api/world", "Host", "evil.example:4600"), 421},
		"name that begins as ours":     {get("/", "Host", "localhost.evil.example:4600"), 421},
		"no host":                      {get("/", "Host", ""), 421},
		"read from another site":       {get("/api/world", "Sec-Fetch-Site", "cross-site"), 403},
		"read from another port":       {get("/api/ledger", "Sec-Fetch-Site", "same-site"), 403},
		"stream to another site":       {get("/events", "Sec-Fetch-Site", "cross-site"), 403},
		"link from another site":       {get("/", "Sec-Fetch-Site", "cross-site"), 200},
		"own deed":                     {post(say), 200},
		"browser tells of its own":     {post(say, "Origin", "", "Sec-Fetch-Site", "same-origin"), 200},
		"foreign origin":               {post(say, "Origin", "https://evil.example"), 403},
		"foreign origin told as ours":  {post(say, "Origin", "https://evil.example", "Sec-Fetch-Site", "same-origin"), 403},
		"another port's origin":        {post(say, "Origin", "http://127.0.0.1:9"), 403},
		"opaque origin":                {post(say, "Origin", "null"), 403},
		"no origin":                    {post(say, "Origin", ""), 403},
		"cross-site without an origin": {post(say, "Origin", "", "Sec-Fetch-Site", "cross-site"), 403},
		"no content type":              {post(say, "Content-Type", ""), 415},
		"text":                         {post(say, "Content-Type", "text/plain"), 415},
		"form where JSON is due":       {post(say, "Content-Type", "multipart/form-data; boundary=x"), 415},
		"JSON where files are due":     {with(request(http.MethodPost, "/api/slack/view-attach", "{}")), 415},
		"files from another site":      {with(request(http.MethodPost, "/api/slack/view-attach", "--x--"), "Content-Type", "multipart/form-data; boundary=x", "Origin", "https://evil.example"), 403},
		"JSON with a charset":          {post(say, "Content-Type", "application/json; charset=utf-8"), 200},
		"too much":                     {post(long), 413},
		"no JSON":                      {post("{"), 400},
		"two values":                   {post(say + say), 400},
		"a list":                       {post("[]"), 400},
		"another method":               {with(request(http.MethodPut, "/api/slack/say", say), "Origin", origin), 405},
		"deed by GET":                  {get("/api/slack/say"), 404},
		"nothing there":                {get("/nothing"), 404},
		"nothing in the API":           {get("/api/nothing"), 404},
		"up and out":                   {get("/../../server.go"), 307},
	} {
		t.Run(name, func(t *testing.T) {
			resp := w.do(c.r)
			if resp.StatusCode != c.want {
				t.Errorf("status %d, want %d", resp.StatusCode, c.want)
			}
			strict(t, resp)
		})
	}
}

// strict wants the headers that every answer has.
func strict(t *testing.T, resp *http.Response) {
	t.Helper()
	const csp = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
		"font-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
	if got := resp.Header.Get("Content-Security-Policy"); !strings.HasPrefix(got, csp) {
		t.Errorf("Content-Security-Policy = %q", got)
	}
	for name, want := range map[string]string{
		"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer",
		"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin",
	} {
		if got := resp.Header.Get(name); got != want {
			t.Errorf("%s = %q, want %q", name, got, want)
		}
	}
	if got := resp.Header.Get("Access-Control-Allow-Origin"); got != "" {
		t.Errorf("Access-Control-Allow-Origin = %q", got)
	}
}

// TestFencePort wants the port of the very listener in Host.
func TestFencePort(t *testing.T) {
	w := newWindow(t, web.Options{})
	srv := httptest.NewServer(w.h)
	defer srv.Close()
	for host, want := range map[string]int{
		strings.TrimPrefix(srv.URL, "http://"): 200,
		"127.0.0.1:1":                          421,
		"127.0.0.1":                            421,
		"localhost":                            421,
	} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, srv.URL+"/api/world", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Host = host
		resp, err := srv.Client().Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		if resp.StatusCode != want {
			t.Errorf("Host %s: %d, want %d", host, resp.StatusCode, want)
		}
	}
}

func TestStatic(t *testing.T) {
	w := newWindow(t, web.Options{})
	first := w.do(request(http.MethodGet, "/", ""))
	if kind := first.Header.Get("Content-Type"); first.StatusCode != 200 || kind != "text/html; charset=utf-8" {
		t.Fatalf("/: %d %s", first.StatusCode, kind)
	}
	again := request(http.MethodGet, "/index.html", "")
	again.Header.Set("If-None-Match", first.Header.Get("ETag"))
	if resp := w.do(again); resp.StatusCode != 304 || first.Header.Get("ETag") == "" {
		t.Errorf("unchanged: %d, want 304", resp.StatusCode)
	}
	for name, kind := range map[string]string{"/js/main.js": "text/javascript; charset=utf-8", "/css/base.css": "text/css; charset=utf-8"} {
		if resp := w.do(request(http.MethodGet, name, "")); resp.StatusCode != 200 || resp.Header.Get("Content-Type") != kind {
			t.Errorf("%s: %d %s", name, resp.StatusCode, resp.Header.Get("Content-Type"))
		}
	}
	if resp := w.do(request(http.MethodPost, "/index.html", "{}")); resp.StatusCode != 404 {
		t.Errorf("POST to a file: %d", resp.StatusCode)
	}
}
