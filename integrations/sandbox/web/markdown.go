package web

import (
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	exast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// node is a piece of Markdown as the client draws it. HTML is never among
// them: what an author wrote as such is text.
type node struct {
	T       string `json:"t"`
	C       []node `json:"c,omitempty"`
	S       string `json:"s,omitempty"`
	Href    string `json:"href,omitempty"`
	Checked bool   `json:"checked,omitempty"`
}

// deepest is how far nodes stand in each other; below it is only text.
const deepest = 40

// markdown reads GitLab's Markdown.
type markdown struct {
	parser parser.Parser
	known  map[string]string // what leads somewhere: #12, @kim, /uploads/…/x.png
}

func newMarkdown(known map[string]string) *markdown {
	return &markdown{parser: goldmark.New(goldmark.WithExtensions(extension.GFM)).Parser(), known: known}
}

// nodes parses a text.
func (md *markdown) nodes(source string) []node {
	if costly(source) {
		return []node{{T: "pre", S: source}}
	}
	r := &reading{md: md, source: []byte(source)}
	return list(r.children(md.parser.Parse(text.NewReader(r.source)), 0, false))
}

// reading is one text on its way into nodes.
type reading struct {
	md     *markdown
	source []byte
}

// children turns what stands inside n into nodes. Within a link nothing else
// is one.
func (r *reading) children(n ast.Node, depth int, linked bool) []node {
	var out []node
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		out = append(out, r.of(c, depth, linked)...)
	}
	out = joined(out)
	if linked {
		return out
	}
	var linkedUp []node
	for _, c := range out {
		if c.T != "text" {
			linkedUp = append(linkedUp, c)
			continue
		}
		linkedUp = append(linkedUp, r.md.references(c.S)...)
	}
	return linkedUp
}

// of turns one node of goldmark's into ours.
func (r *reading) of(n ast.Node, depth int, linked bool) []node {
	if depth >= deepest {
		return keep(r.plain(n))
	}
	inner := func() []node { return r.children(n, depth+1, linked) }
	switch n := n.(type) {
	case *ast.Text:
		return r.text(n)
	case *ast.String:
		return keep(string(n.Value))
	case *ast.CodeSpan:
		return []node{{T: "code", S: r.raw(n)}}
	case *ast.CodeBlock, *ast.FencedCodeBlock:
		return []node{{T: "pre", S: r.lines(n)}}
	case *ast.HTMLBlock:
		return words(r.html(n))
	case *ast.RawHTML:
		return inlineHTML(string(n.Segments.Value(r.source)))
	case *ast.Link:
		return link(string(n.Destination), r.children(n, depth+1, true))
	case *ast.AutoLink:
		return r.autolink(n)
	case *ast.Image:
		return []node{{T: "img", S: r.plain(n), Href: r.md.pictureAt(string(n.Destination))}}
	case *ast.TextBlock, *ast.Document:
		return inner()
	case *exast.TaskCheckBox:
		return []node{{T: "check", Checked: n.IsChecked}}
	}
	if tag := tagOf(n); tag != "" {
		return []node{{T: tag, C: inner()}}
	}
	return inner()
}

// text is a run of words, with its line break.
func (r *reading) text(n *ast.Text) []node {
	out := []node{{T: "text", S: spoken(n.Segment.Value(r.source))}}
	switch {
	case n.HardLineBreak():
		out = append(out, node{T: "br"})
	case n.SoftLineBreak():
		out[0].S += "\n"
	}
	return out
}

func (r *reading) autolink(n *ast.AutoLink) []node {
	to := string(n.URL(r.source))
	if n.AutoLinkType == ast.AutoLinkEmail && !strings.HasPrefix(strings.ToLower(to), "mailto:") {
		to = "mailto:" + to
	}
	return link(to, []node{{T: "text", S: string(n.Label(r.source))}})
}

// lines is the text of a block, line by line.
func (r *reading) lines(n ast.Node) string {
	return string(n.Lines().Value(r.source))
}

// html is a block of it, with the line that ends it.
func (r *reading) html(n *ast.HTMLBlock) string {
	if !n.HasClosure() {
		return r.lines(n)
	}
	return r.lines(n) + string(n.ClosureLine.Value(r.source))
}

// raw is the text below n as it stands.
func (r *reading) raw(n ast.Node) string {
	var b strings.Builder
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if t, ok := c.(*ast.Text); ok {
			b.Write(t.Segment.Value(r.source))
			continue
		}
		if s, ok := c.(*ast.String); ok {
			b.Write(s.Value)
		}
	}
	return b.String()
}
