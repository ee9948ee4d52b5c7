package web

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
)

//go:embed static
var files embed.FS

// asset is one file that the browser loads.
type asset struct {
	content []byte
	kind    string
	etag    string
}

// assets reads all files below static, by URL path.
func assets(tree embed.FS) map[string]asset {
	out := map[string]asset{}
	_ = fs.WalkDir(tree, "static", func(name string, d fs.DirEntry, err error) error { // of an embedded tree: cannot fail
		if err != nil || d.IsDir() {
			return err
		}
		b, err := tree.ReadFile(name)
		if err != nil {
			return err
		}
		sum := sha256.Sum256(b)
		out[strings.TrimPrefix(name, "static")] = asset{
			content: b, kind: kindOf(name), etag: `"` + hex.EncodeToString(sum[:8]) + `"`,
		}
		return nil
	})
	return out
}

// kindOf does not ask the machine's own table for what is served here.
func kindOf(name string) string {
	switch path.Ext(name) {
	case ".html":
		return "text/html; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	case ".woff2":
		return "font/woff2"
	}
	if kind := mime.TypeByExtension(path.Ext(name)); kind != "" {
		return kind
	}
	return "application/octet-stream"
}

// getStatic serves the embedded files; the client has one document.
func (s *Server) getStatic(w http.ResponseWriter, r *http.Request) {
	name := r.URL.Path
	if name == "/" {
		name = "/index.html"
	}
	a, ok := s.static[name]
	if !ok || r.Method == http.MethodPost {
		s.complain(w, http.StatusNotFound, "there is nothing at "+r.URL.Path)
		return
	}
	w.Header().Set("ETag", a.etag)
	w.Header().Set("Cache-Control", "no-cache") // ask each time whether it is still the same
	if strings.Contains(r.Header.Get("If-None-Match"), a.etag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	w.Header().Set("Content-Type", a.kind)
	_, _ = w.Write(a.content) // whoever asked has gone if this fails
}
