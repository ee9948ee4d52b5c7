package web_test

import (
	"encoding/json"
	"strings"
	"testing"

	"firebreak/integrations/sandbox/web"
)

func TestMarkdown(t *testing.T) {
	const text = `{"t":"text","s":"x"}`
	for _, c := range []struct{ name, source, want string }{
		{"nothing", "", `[]`},
		{"paragraph", "x", `[{"t":"p","c":[` + text + `]}]`},
		{"heading", "### x", `[{"t":"h3","c":[` + text + `]}]`},
		{"emphasis", "*x* **x** ~~x~~", `[{"t":"p","c":[{"t":"em","c":[` + text + `]},{"t":"text","s":" "},{"t":"strong","c":[` + text + `]},{"t":"text","s":" "},{"t":"del","c":[` + text + `]}]}]`},
		{"list", "- x\n- [x] x\n- [ ] x", `[{"t":"ul","c":[{"t":"li","c":[` + text + `]},{"t":"li","c":[{"t":"check","checked":true},` + text + `]},{"t":"li","c":[{"t":"check"},` + text + `]}]}]`},
		{"numbers", "1. x", `[{"t":"ol","c":[{"t":"li","c":[` + text + `]}]}]`},
		{"code", "`<b> &amp;`", `[{"t":"p","c":[{"t":"code","s":"<b> &amp;"}]}]`},
		{"block", "```go\na < b\n```", `[{"t":"pre","s":"a < b\n"}]`},
		{"indented", "    a", `[{"t":"pre","s":"a\n"}]`},
		{"quote", "> x", `[{"t":"blockquote","c":[{"t":"p","c":[` + text + `]}]}]`},
		{"rule", "---", `[{"t":"hr"}]`},
		{"breaks", "a  \nb\nc", `[{"t":"p","c":[{"t":"text","s":"a"},{"t":"br"},{"t":"text","s":"b\nc"}]}]`},
		{"table", "|x|x|\n|-|-|\n|x|a<br>b|", `[{"t":"table","c":[{"t":"tr","c":[{"t":"th","c":[` + text + `]},{"t":"th","c":[` + text + `]}]},{"t":"tr","c":[{"t":"td","c":[` + text + `]},{"t":"td","c":[{"t":"text","s":"a"},{"t":"br"},{"t":"text","s":"b"}]}]}]}]`},
		{"link", "[x](https://a.example/?b=1&c=2)", `[{"t":"p","c":[{"t":"a","c":[` + text + `],"href":"https://a.example/?b=1&c=2"}]}]`},
		{"bare link", "https://a.example/x.", `[{"t":"p","c":[{"t":"a","c":[{"t":"text","s":"https://a.example/x"}],"href":"https://a.example/x"},{"t":"text","s":"."}]}]`},
		{"address", "<a@b.example>", `[{"t":"p","c":[{"t":"a","c":[{"t":"text","s":"a@b.example"}],"href":"mailto:a@b.example"}]}]`},
		{"image", "![x *x*](https://a.example/x.png)", `[{"t":"p","c":[{"t":"img","s":"x x","href":"https://a.example/x.png"}]}]`},
		{"escapes", `\*x\* &lt;b&gt; &#64;kim \&amp;`, `[{"t":"p","c":[{"t":"text","s":"*x* <b> "},{"t":"a","c":[{"t":"text","s":"@kim"}],"href":"#/gitlab?user=kim"},{"t":"text","s":" &amp;"}]}]`},
		{"references", "#1 and #2, (@kim) a@kim.example x#1", `[{"t":"p","c":[{"t":"a","c":[{"t":"text","s":"#1"}],"href":"#/gitlab/1"},{"t":"text","s":" and #2, ("},{"t":"a","c":[{"t":"text","s":"@kim"}],"href":"#/gitlab?user=kim"},{"t":"text","s":") "},{"t":"a","c":[{"t":"text","s":"a@kim.example"}],"href":"mailto:a@kim.example"},{"t":"text","s":" x#1"}]}]`},
		{"no reference in a link", "[#1](https://a.example)", `[{"t":"p","c":[{"t":"a","c":[{"t":"text","s":"#1"}],"href":"https://a.example"}]}]`},
		{"no reference in code", "`#1`", `[{"t":"p","c":[{"t":"code","s":"#1"}]}]`},
		{"HTML", "<script>alert(1)</script>\n\na <b>x</b>", `[{"t":"text","s":"<script>alert(1)</script>\n"},{"t":"p","c":[{"t":"text","s":"a <b>x</b>"}]}]`},
		{"comments", "<!-- a -->\n\nx<!-- b -->", `[{"t":"p","c":[` + text + `]}]`},
		{"script for a link", "[x](javascript:alert(1)) [x](data:text/html,x) [x](//a.example) [x](/x)", `[{"t":"p","c":[{"t":"text","s":"x x x x"}]}]`},
		{"disguised script", "[x](java&#x0a;script:alert(1)) [x](&#106;avascript:alert(1))", `[{"t":"p","c":[{"t":"text","s":"x x"}]}]`},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := render(t, c.source); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func render(t *testing.T, source string) string {
	t.Helper()
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(web.Nodes(source)); err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(b.String())
}

// TestMarkdownToBreakParsers is text that only takes time.
func TestMarkdownToBreakParsers(t *testing.T) {
	for _, mark := range []string{">", "[", "![", "*a_ ", "+ ", "1. ", "[a](", "<a>"} {
		source := strings.Repeat(mark, 1_000_000/len(mark))
		if got := web.Nodes(source); len(got) != 1 || got[0].T != "pre" || got[0].S != source {
			t.Errorf("%q a million times was parsed", mark)
		}
	}
	deep := render(t, strings.Repeat("> ", 300)+"the end")
	if n := strings.Count(deep, "blockquote"); n != 40 || !strings.Contains(deep, "the end") {
		t.Errorf("300 quotes in each other: %d levels", n)
	}
	table := "|At|Who|What|\n|--|--|--|\n" + strings.Repeat("|02:58|sam|svc-backup got *in* (203.0.113.50)|\n", 1000)
	if got := web.Nodes(table); got[0].T != "table" || len(got[0].C) != 1001 {
		t.Error("a long table was taken for an attack")
	}
}

func FuzzMarkdown(f *testing.F) {
	for _, seed := range []string{
		"# a\n\n- [x] b\n\n|a|b|\n|-|-|\n|c|<br>|", "<!--", "<!-->", "[a](javascript:x)", "\\", "&#0;", "```", "@kim #1", "![[]()", "\x00\xff", "<div>\n",
		"a\n:   b", "~~~\n", "<https://a>", "> - 1. a\n```", "*a **b _c", "[#1](x)", "|a|\n|-|\n|`|`|",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, source string) {
		out := render(t, source)
		for _, bad := range []string{`"href":"javascript:`, `"href":"data:`, `"href":"//`, `"href":"/`} {
			if strings.Contains(strings.ToLower(out), bad) {
				t.Errorf("%q becomes %s", source, out)
			}
		}
	})
}
