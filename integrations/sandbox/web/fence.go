package web

import (
	"mime"
	"net"
	"net/http"
	"strconv"
	"strings"
)

const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
	"font-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"

// fence lets only this machine's own browser windows in: there is no sign-in,
// so that another site's script, or a name that points here, must not act.
func (s *Server) fence(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		switch {
		case !ownHost(r):
			s.complain(w, http.StatusMisdirectedRequest, "this server answers to localhost only")
		case r.Method == http.MethodGet || r.Method == http.MethodHead:
			if foreignRead(r) {
				s.complain(w, http.StatusForbidden, "another site may not read here")
				return
			}
			next.ServeHTTP(w, r)
		case r.Method != http.MethodPost:
			h.Set("Allow", "GET, HEAD, POST")
			s.complain(w, http.StatusMethodNotAllowed, "only GET and POST are known here")
		case !ownOrigin(r):
			s.complain(w, http.StatusForbidden, "another site may not act here")
		case !ownKind(r):
			s.complain(w, http.StatusUnsupportedMediaType, "send application/json, or files as a form")
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// ownHost says whether the request was meant for this listener. A foreign name
// that resolves to 127.0.0.1 brings its own Host.
func ownHost(r *http.Request) bool {
	host, port, err := net.SplitHostPort(r.Host)
	if err != nil {
		host, port = strings.Trim(r.Host, "[]"), "80"
	}
	named := host == "127.0.0.1" || host == "localhost" || host == "::1"
	at, ok := r.Context().Value(http.LocalAddrContextKey).(*net.TCPAddr)
	if !ok {
		return named // no connection, as in a test
	}
	return at.IP.IsLoopback() && port == strconv.Itoa(at.Port) && (named || host == at.IP.String())
}

// foreignRead says whether a browser tells that another site asks for data.
// A link to the document itself may stand anywhere.
func foreignRead(r *http.Request) bool {
	if !strings.HasPrefix(r.URL.Path, "/api/") && r.URL.Path != "/events" {
		return false
	}
	site := r.Header.Get("Sec-Fetch-Site")
	return site == "cross-site" || site == "same-site"
}

// ownOrigin says whether a deed comes from a window of this server's.
func ownOrigin(r *http.Request) bool {
	if origin := r.Header.Get("Origin"); origin != "" {
		return origin == "http://"+r.Host
	}
	return r.Header.Get("Sec-Fetch-Site") == "same-origin"
}

// ownKind says whether the body is one that a page elsewhere cannot send
// without asking first. A form can be sent from anywhere, but ownOrigin holds.
func ownKind(r *http.Request) bool {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil {
		return false
	}
	if r.URL.Path == uploadPath || r.URL.Path == attachPath {
		return kind == "multipart/form-data"
	}
	return kind == "application/json"
}
