package gitlab

import (
	"context"
	"net/http"
	"strings"

	gl "github.com/xanzy/go-gitlab"
)

// UpdateBlock rewrites firebreak's own block in an issue's description: the
// lines between <!-- firebreak:begin --> and <!-- firebreak:end -->. The
// issue is read first, text outside of the block stays byte for byte, and
// nothing is sent when nothing changes. A description without a block gets
// one, above the hidden key; one whose markers are doubled or torn is refused
// with code "block": which lines are ours can't be told.
//
// GitLab has no conditional update of issues: what somebody saves between the
// reading and the writing, a few milliseconds, is overwritten.
func (c *Client) UpdateBlock(ctx context.Context, iid int, block string) error {
	const call = "gitlab update issue"
	now, err := c.read(ctx, iid)
	if err != nil {
		return err
	}
	if hasMarker(block) {
		return refuse(call, "marker", "the text holds a line that firebreak marks its own text with")
	}
	text, ok := withBlock(now.Description, block)
	switch {
	case !ok:
		return refuse(call, "block", "the lines that mark firebreak's own block are doubled or torn")
	case text == now.Description:
		return nil
	}
	if err := checkText(call, text, now.Description); err != nil {
		return err
	}
	var after issue
	opt := &gl.UpdateIssueOptions{Description: &text}
	status, err := c.send(ctx, call, http.MethodPut, c.path("issues", iid), opt, &after)
	if err != nil {
		return err
	}
	if status != http.StatusOK || !sameText(after.Description, text) {
		return rewritten(call)
	}
	return nil
}

// withBlock gives the description with another block. Ok is false when the
// markers don't say where it is.
func withBlock(description, block string) (text string, ok bool) {
	if block != "" && !strings.HasSuffix(block, "\n") {
		block += "\n"
	}
	begins, ends := markerLines(description, beginMark), markerLines(description, endMark)
	switch {
	case len(begins) == 0 && len(ends) == 0:
		return addBlock(description, block), true
	case len(begins) != 1 || len(ends) != 1 || begins[0].end > ends[0].start:
		return "", false
	}
	before, after := description[:begins[0].end], description[ends[0].start:]
	if sameText(description[begins[0].end:ends[0].start], block) {
		return description, true
	}
	return before + block + after, true
}

// addBlock puts a new block above the hidden key, or at the end.
func addBlock(description, block string) string {
	whole := beginMark + "\n" + block + endMark + "\n"
	for _, line := range lines(description) {
		if _, ok := keyIn(description[line.start:line.end]); ok && strings.TrimSpace(description[line.end:]) == "" {
			return description[:line.start] + whole + "\n" + description[line.start:]
		}
	}
	if description == "" {
		return whole
	}
	return description + "\n\n" + whole
}

// stretch is where a line lies in a text, with its newline.
type stretch struct{ start, end int }

func lines(text string) []stretch {
	var ls []stretch
	for start := 0; start < len(text); {
		end := len(text)
		if i := strings.IndexByte(text[start:], '\n'); i >= 0 {
			end = start + i + 1
		}
		ls = append(ls, stretch{start, end})
		start = end
	}
	return ls
}

func markerLines(text, mark string) []stretch {
	var ls []stretch
	for _, l := range lines(text) {
		if strings.TrimRight(text[l.start:l.end], " \t\r\n") == mark {
			ls = append(ls, l)
		}
	}
	return ls
}
