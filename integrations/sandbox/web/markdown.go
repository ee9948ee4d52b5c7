package web

import (
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/text"
)

// node is a piece of Markdown as the client draws it.
type node struct {
	T       string `json:"t"`
	C       []node `json:"c,omitempty"`
	S       string `json:"s,omitempty"`
	Href    string `json:"href,omitempty"`
	Checked bool   `json:"checked,omitempty"`
}

// parseMarkdown reads GitLab's Markdown.
func parseMarkdown(source []byte) ast.Node {
	return goldmark.New(goldmark.WithExtensions(extension.GFM)).Parser().Parse(text.NewReader(source))
}
