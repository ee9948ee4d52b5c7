package web

import (
	"bufio"
	"bytes"
	"html"
	"regexp"
	"strings"

	"github.com/yuin/goldmark/ast"
	render "github.com/yuin/goldmark/renderer/html"
)

// spoken is what a text says once escapes and entities are resolved.
func spoken(segment []byte) string {
	var b bytes.Buffer
	w := bufio.NewWriter(&b)
	render.DefaultWriter.Write(w, segment) // as HTML, the only form that resolves both in one go
	_ = w.Flush()                          // into memory
	return html.UnescapeString(b.String())
}

// plain is all text below n, without any form.
func (r *reading) plain(n ast.Node) string {
	var b strings.Builder
	_ = ast.Walk(n, func(c ast.Node, entering bool) (ast.WalkStatus, error) { // no error is made
		if t, ok := c.(*ast.Text); ok && entering {
			b.WriteString(spoken(t.Segment.Value(r.source)))
			if t.SoftLineBreak() || t.HardLineBreak() {
				b.WriteByte('\n')
			}
		}
		return ast.WalkContinue, nil
	})
	return b.String()
}

var lineBreak = regexp.MustCompile(`(?i)^<br\s*/?>$`)

var comment = regexp.MustCompile(`(?s)<!--.*?-->`)

// words are text, without HTML comments: they are notes between programs and
// GitLab shows none.
func words(s string) []node {
	if s = comment.ReplaceAllString(s, ""); strings.TrimSpace(s) == "" {
		return nil
	}
	return []node{{T: "text", S: s}}
}

// inlineHTML is text too, but for the one tag that tables need.
func inlineHTML(s string) []node {
	if lineBreak.MatchString(s) {
		return []node{{T: "br"}}
	}
	return words(s)
}

// keep is text, unless there is none.
func keep(s string) []node {
	if s == "" {
		return nil
	}
	return []node{{T: "text", S: s}}
}

// joined makes one text of several in a row.
func joined(nodes []node) []node {
	var out []node
	for _, n := range nodes {
		if last := len(out) - 1; n.T == "text" && last >= 0 && out[last].T == "text" {
			out[last].S += n.S
			continue
		}
		out = append(out, n)
	}
	return out
}
