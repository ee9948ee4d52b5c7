package sandbox

import (
	"html"
	"regexp"
	"strings"
)

// liveMarks are the things in GitLab Markdown that reach out of a text
// (observed in GitLab's reference patterns): mentions notify, references
// write a system note on their target, images are fetched.
var liveMarks = []*regexp.Regexp{
	regexp.MustCompile(`(?:^|[^\w&/])(@[A-Za-z0-9_][\w./-]*)`),            // @user @group @all
	regexp.MustCompile(`(?:^|[^&])(#\d+)\b`),                              // #12 issue
	regexp.MustCompile(`(![0-9]+)\b`),                                     // !3 merge request
	regexp.MustCompile(`(&\d+)(?:$|[^;\d])`),                              // &4 epic
	regexp.MustCompile(`(?:^|[^\w~])(~(?:[A-Za-z0-9_][\w:.-]*|"[^"]+"))`), // ~label
	regexp.MustCompile(`(?:^|[^\w%])(%(?:[A-Za-z0-9_][\w.-]*|"[^"]+"))`),  // %milestone
	regexp.MustCompile(`(!\[)`),                                           // ![image](, but of the project's own uploads
}

// ownUpload is a picture that was uploaded to the project: showing it asks
// nobody else.
var ownUpload = regexp.MustCompile(`!\[[\w ,.-]*\]\(/uploads/[0-9a-f]{32}/[\w.+-]+\)`)

// rawImage is looked for before entities are decoded: &lt;img is only text
// (documented: CommonMark).
var rawImage = regexp.MustCompile(`(?i)(<(?:img|video|audio|picture|source)\b)`)

// liveIn lists what reaches out of a Markdown text, outside code and HTML
// comments. A backslash protects nothing here: old versions ignore it. When
// two readings of the text differ (does a code span go on in the next line?),
// what either finds counts.
func liveIn(text string) []string {
	var out []string
	for _, para := range prose(strings.Split(strings.ReplaceAll(text, "\r", ""), "\n")) {
		readings := []string{dropSpans(strings.Join(para, "\n"))}
		var each []string
		for _, line := range para {
			each = append(each, dropSpans(line))
		}
		if alone := strings.Join(each, "\n"); alone != readings[0] {
			readings = append(readings, alone)
		}
		seen := map[string]bool{}
		for _, r := range readings {
			for _, mark := range marksIn(r) {
				if !seen[mark] {
					seen[mark] = true
					out = append(out, mark)
				}
			}
		}
	}
	return out
}

func marksIn(text string) []string {
	var out []string
	for _, m := range rawImage.FindAllStringSubmatch(text, -1) {
		out = append(out, strings.ToLower(m[1]))
	}
	// Assumed: GitLab looks for references in rendered text, where &#64; is an @.
	text = ownUpload.ReplaceAllString(html.UnescapeString(text), "")
	for _, re := range liveMarks {
		for _, m := range re.FindAllStringSubmatch(text, -1) {
			out = append(out, m[1])
		}
	}
	return out
}

var (
	quotePrefix = regexp.MustCompile(`^( {0,3}> ?)+`)
	blockStart  = regexp.MustCompile(`^\s*([-*+] |\d+[.)] |#{1,6} |\|)`)
)

// prose splits a text into paragraphs without fenced code (also inside
// quotes and list items) and without HTML comments.
func prose(lines []string) [][]string {
	var out [][]string
	var para []string
	end := func() {
		if len(para) > 0 {
			out = append(out, para)
		}
		para = nil
	}
	depth := 0
	for i := 0; i < len(lines); i++ {
		prefix := quotePrefix.FindString(lines[i])
		d := strings.Count(prefix, ">")
		line := lines[i][len(prefix):]
		if skip := skipBlock(lines, i, prefix); skip > i {
			end()
			i = skip - 1
			continue
		}
		if strings.TrimSpace(line) == "" || blockStart.MatchString(line) || d > depth {
			end()
		}
		depth = d
		if strings.TrimSpace(line) != "" {
			para = append(para, line)
		}
	}
	end()
	return out
}

// skipBlock says where a fence or comment that begins at line i ends; i when
// none begins there. Inside a quote it ends at the latest with the quote.
func skipBlock(lines []string, i int, prefix string) int {
	var inner []string
	for _, line := range lines[i:] {
		p := quotePrefix.FindString(line)
		if strings.Count(p, ">") < strings.Count(prefix, ">") {
			break
		}
		if prefix != "" {
			line = line[len(p):]
		}
		inner = append(inner, line)
	}
	inner[0] = strings.TrimPrefix(inner[0], "- ") // a fence right after a bullet
	blocks := markdownBlocks(inner)
	if len(blocks) == 0 || blocks[0].from != 0 || blocks[0].kind != mdFence && blocks[0].kind != mdComment {
		return i
	}
	if blocks[0].kind == mdComment && !strings.HasSuffix(strings.TrimSpace(inner[blocks[0].to-1]), "-->") {
		return i // text follows the comment on its line: look at it
	}
	return i + blocks[0].to
}

// dropSpans cuts code spans out: a run of n backticks up to the next run of
// exactly n (documented: CommonMark). A run without a partner is text. A backslash before
// a run takes its first backtick out of it.
func dropSpans(text string) string {
	var out strings.Builder
	for i := 0; i < len(text); {
		if text[i] == '\\' && i+1 < len(text) && text[i+1] == '`' {
			out.WriteString(" ")
			i += 2
			continue
		}
		if text[i] != '`' {
			out.WriteByte(text[i])
			i++
			continue
		}
		n := run(text[i:])
		if end := closingRun(text[i+n:], n); end >= 0 {
			i += n + end
			out.WriteString(" ")
		} else {
			out.WriteString(text[i : i+n])
			i += n
		}
	}
	return out.String()
}

func run(s string) int { return len(s) - len(strings.TrimLeft(s, "`")) }

// closingRun finds a run of exactly n backticks and returns where it ends.
func closingRun(s string, n int) int {
	for i := 0; i < len(s); {
		if s[i] != '`' {
			i++
			continue
		}
		k := run(s[i:])
		i += k
		if k == n {
			return i
		}
	}
	return -1
}
