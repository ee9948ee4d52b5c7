package incident_test

import (
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"

	"firebreak/incident"
)

// The checker below knows nothing of how the text is made inert. It is
// written from what GitLab does with a text: delete carriage returns, look
// for quick actions on the raw lines, render the Markdown, and look for
// references and links in the rendered text.

var (
	quickAction = regexp.MustCompile(`(?m)^[\s>\x{00a0}\x{200b}\x{2060}\x{feff}]*(?:[-*+][ \t]+|\d+[.)][ \t]+)?[\s\x{00a0}\x{200b}\x{2060}\x{feff}]*/`)
	blockStart  = regexp.MustCompile(`(?m)^(?:> ?)?(?:[-+=:#]|\d+[.)]|\t| {4})`)
	references  = []*regexp.Regexp{
		regexp.MustCompile(`@[\p{L}\p{N}_.]`),
		regexp.MustCompile(`[#!&$]\d`),
		regexp.MustCompile(`\^alert#`),
		regexp.MustCompile(`[~%][\p{L}\p{N}_"]`),
		regexp.MustCompile(`%\{`),
		regexp.MustCompile(`\[(?:vulnerability|feature_flag|contact|cadence|work_item|issue|epic|wiki_page):`),
		regexp.MustCompile(`\*iteration:`),
		regexp.MustCompile(`(?i)\[_?_?TOC`),
		regexp.MustCompile(`[A-Za-z][A-Za-z0-9+.-]*://`),
		regexp.MustCompile(`(?i)www\.[^\s]`),
		regexp.MustCompile(`[\w.+-]+@[\w-]+\.\w`),
	}
)

// inert reports what is still live in text that was meant for an issue.
func inert(out string) string {
	for _, body := range []string{
		out, "text\n\n" + out, "text\n" + out, "- " + out, "> " + out,
		"```\n" + out + "\n```", "<div>\n" + out + "\n</div>", "| a |\n|---|\n" + out,
	} {
		for line := range strings.Lines(strings.ReplaceAll(body, "\r", "")) {
			if quickAction.MatchString(line) {
				return "quick action in " + line
			}
		}
	}
	for _, r := range out {
		if r != '\n' && r != '\t' && unicode.IsControl(r) || r == 0x2028 || r == 0x2029 || r == 0x202e {
			return "control character or line break of another kind"
		}
	}
	if blockStart.MatchString(out) {
		return "block start"
	}
	text, live := render(out)
	if live != "" {
		return live
	}
	for _, ref := range references {
		if m := ref.FindString(text); m != "" {
			return "reference " + m
		}
	}
	return ""
}

// render is what an inline parser makes of text that ought to contain nothing
// but words, escapes and three entities; live names the first thing else.
func render(out string) (text, live string) {
	var b strings.Builder
	for i := 0; i < len(out); i++ {
		c := out[i]
		switch {
		case c == '\\' && i+1 < len(out) && out[i+1] == '\n': // hard break
		case c == '\\' && i+1 < len(out) && strings.IndexByte("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~", out[i+1]) >= 0:
			i++
			b.WriteByte(out[i])
		case c == '>' && (i == 0 || out[i-1] == '\n'): // our quotation
			if i+1 < len(out) && out[i+1] == ' ' {
				i++
			}
		case c == '&':
			entity, _, ok := strings.Cut(out[i:], ";")
			char, known := map[string]string{"&lt": "<", "&gt": ">", "&amp": "&"}[entity]
			if !ok || !known {
				return "", "live &"
			}
			b.WriteString(char)
			i += len(entity)
		case strings.IndexByte("`*_[]<>~$|", c) >= 0:
			return "", "live " + string(c) + " in " + out[max(0, i-10):min(len(out), i+10)]
		default:
			b.WriteByte(c)
		}
	}
	return b.String(), ""
}

// readable is what of a text a reader sees, whatever keeps it inert.
func readable(s string) string {
	s = strings.Map(func(r rune) rune {
		if r == 0x2060 || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 {
			return -1
		}
		if unicode.IsSpace(r) || r == 0x2028 || r == 0x2029 {
			return ' '
		}
		if unicode.IsControl(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
	return strings.Join(strings.Fields(s), " ")
}

var hostile = []string{
	"/close", "\r/close", "\n\r/close", "a\n\n/close", "```\n/close", "/CLOSE", "/close ",
	"<div>\n/close\n</div>", "> q\n/close", "\t/close", "   /close", "a\u2028/close",
	"a\u0085/close", "a\v/close", "a\f/close", "\u200b/close", "\ufeff/close", "\u00a0/close",
	"- /close", "1. /close", "* /label ~x", ">>>\n/close\n>>>", "\x00/close", "\\/close",
	"@all", "@group/sub", "ask @sam.", "\\@all", "&#64;all", "#12", "!3", "&4", "~bug", `~"in two words"`,
	"%v1", "$7", "^alert#3", "group/project#12", "[vulnerability:4]", "*iteration:3", "%{project_name}",
	"![x](http://evil/x.png)", "[x](javascript:alert(1))", "http://evil.example/a", "HTTPS://EVIL.example",
	"www.evil.example", "Www.evil.example", "sam@example.com", "<img src=x>", "<!-- firebreak:begin -->",
	"<!-- firebreak:v1 key=task:INC-1:1 -->", "--> x <!--", "<a href=x>", "<details>", "```sh\nrm\n```",
	"~~~\nx\n~~~", "# heading", "title\n===", "title\n---", "| a | b |\n|---|---|\n| 1 | 2 |", "$$x$$", "$`x`$",
	"::include{file=/etc/passwd}", "[[_TOC_]]", "[TOC]", "[^1]: note", "[ref]: http://x", "`code` ``x``",
	"**bold** _it_ __b__", "a\\", "a\\\\", "a\\\nb", "trailing  \nspaces", "\u202e/esolc", "\xff\xfe/close",
	"C:\\temp\\x", "50% of 3 & 4 < 5 > 2", "done!", "snake_case_name", "", "\n\n", "    /close",
}

func TestGitLabTextIsInert(t *testing.T) {
	for _, s := range hostile {
		for name, out := range map[string]string{"text": incident.GitLabText(s), "line": incident.GitLabLine(s)} {
			if live := inert(out); live != "" {
				t.Errorf("%s of %q: %s\n%q", name, s, live, out)
			}
		}
	}
}

func TestGitLabTextOfAnyUnicode(t *testing.T) {
	piece := rapid.OneOf(
		rapid.SampledFrom(hostile),
		rapid.SampledFrom([]string{
			"/", "\r", "\n", "\v", "\f", "\u0085", "\u2028", " ", "\t", "\\", "@", "#", "!", "&", "~", "%", "$",
			"^", "*", "[", "]", "(", ")", "<", ">", "-", "`", ":", "://", "www.", "1", ".", "x", "all", "\u2060",
		}),
		rapid.String(),
		rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) }),
	)
	rapid.Check(t, func(t *rapid.T) {
		s := strings.Join(rapid.SliceOfN(piece, 0, 12).Draw(t, "pieces"), "")
		checkGitLab(t, s)
	})
}

func FuzzGitLabText(f *testing.F) {
	for _, s := range hostile {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) { checkGitLab(t, s) })
}

type fataler interface {
	Helper()
	Fatalf(format string, args ...any)
}

func checkGitLab(t fataler, s string) {
	t.Helper()
	text, line, title := incident.GitLabText(s), incident.GitLabLine(s), incident.GitLabTitle(s)
	for _, out := range []string{text, line, line + " " + line, "see " + line} {
		if live := inert(out); live != "" {
			t.Fatalf("%q: %s\n%q", s, live, out)
		}
		if !utf8.ValidString(out) {
			t.Fatalf("%q: invalid UTF-8", s)
		}
	}
	for quoted := range strings.Lines(text) {
		if quoted[0] != '>' {
			t.Fatalf("%q: line without a prefix: %q", s, quoted)
		}
	}
	if strings.Contains(line, "\n") {
		t.Fatalf("%q: several lines: %q", s, line)
	}
	for _, out := range []string{text, line} {
		rendered, _ := render(out)
		if got, want := readable(rendered), readable(s); got != want {
			t.Fatalf("reads as %q, want %q", got, want)
		}
	}
	if n := utf8.RuneCountInString(title); n < 1 || n > 255 || strings.Contains(title, "\n") {
		t.Fatalf("%q: title %q", s, title)
	}
	for _, ref := range references {
		if m := ref.FindString(title); m != "" {
			t.Fatalf("%q: reference %q in title %q", s, m, title)
		}
	}
}

func TestGitLabTextReadsPlainly(t *testing.T) {
	for in, want := range map[string]string{
		"db-1 is down\nrestarting":  "> db-1 is down\\\n> restarting",
		"one\n\ntwo":                "> one\n>\n> two",
		"Done! All 3 of 4 are back": "> Done! All 3 of 4 are back",
		"/etc/passwd was read":      "> \\/etc/passwd was read",
	} {
		if got := incident.GitLabText(in); got != want {
			t.Errorf("GitLabText(%q)\n got %q\nwant %q", in, got, want)
		}
	}
	if got, want := incident.GitLabLine("a\n\r\nb"), "a b"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := incident.GitLabTitle(strings.Repeat("é", 300)); utf8.RuneCountInString(got) != 255 {
		t.Errorf("title has %d characters", utf8.RuneCountInString(got))
	}
}
