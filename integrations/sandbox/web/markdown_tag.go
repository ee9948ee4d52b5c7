package web

import (
	"strconv"
	"strings"

	"github.com/yuin/goldmark/ast"
	exast "github.com/yuin/goldmark/extension/ast"
)

// tagOf is the kind of a node that only holds others.
func tagOf(n ast.Node) string {
	switch n := n.(type) {
	case *ast.Paragraph:
		return "p"
	case *ast.Heading:
		return "h" + strconv.Itoa(n.Level)
	case *ast.List:
		if n.IsOrdered() {
			return "ol"
		}
		return "ul"
	case *ast.ListItem:
		return "li"
	case *ast.Blockquote:
		return "blockquote"
	case *ast.ThematicBreak:
		return "hr"
	case *ast.Emphasis:
		if n.Level == 2 {
			return "strong"
		}
		return "em"
	case *exast.Strikethrough:
		return "del"
	case *exast.Table:
		return "table"
	case *exast.TableHeader, *exast.TableRow:
		return "tr"
	case *exast.TableCell:
		if _, head := n.Parent().(*exast.TableHeader); head {
			return "th"
		}
		return "td"
	}
	return ""
}

// maxCost is how much a text may cost to parse; about a second.
const maxCost = 200_000_000

// costly says whether a text was written to be hard to parse: the time grows
// with the square of the marks in one paragraph. No person writes so.
func costly(source string) bool {
	cost, marks, escaped := 0, 0, false
	for paragraph := range strings.SplitSeq(source, "\n\n") {
		marks = 0
		for i := range len(paragraph) {
			c := paragraph[i]
			if !escaped && strings.IndexByte("[]()<>*_~!+`.", c) >= 0 {
				marks++
			}
			escaped = c == '\\' && !escaped
		}
		cost += marks * marks
	}
	return cost > maxCost
}
