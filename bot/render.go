package bot

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/slack-go/slack"

	"firebreak/incident"
)

// Slack's limits in characters (docs.slack.dev, Block Kit reference: header
// text, section text, context elements, button text; conversations.setTopic).
const (
	headerMax   = 150
	sectionMax  = 3000
	contextMax  = 10
	buttonMax   = 75
	topicMax    = 250
	blocksMax   = 50
	fallbackMax = 1000 // ours: it is what a phone's notification shows
)

// Undocumented: chat.postMessage answers msg_blocks_too_long from about
// 11 000 characters of block text and 17 000 bytes of blocks. Messages of
// ours stay well below both.
const (
	textBudget = 8500
	byteBudget = 14000
)

// message is something firebreak says: blocks for the screen, text for
// notifications and for readers without blocks.
type message struct {
	Text   string
	Blocks []slack.Block
	leaves bool // it is read outside the channel that it tells of

	original bool // what somebody asked to have revealed
}

// sentence is a message of one short text in mrkdwn.
func sentence(mrkdwn string) message {
	var l layout
	l.section(mrkdwn)
	return l.message(mrkdwn)
}

// and is the message with another below it.
func (m message) and(below message) message {
	if len(m.Blocks) == 0 {
		m.Blocks = sentence(m.Text).Blocks
	}
	m.Text = strings.TrimLeft(m.Text+"\n"+below.Text, "\n")
	m.Blocks = slices.Concat(m.Blocks[:min(len(m.Blocks), blocksMax-len(below.Blocks))], below.Blocks)
	return m
}

// post addresses the message. key is what it is found by when Slack's answer
// to it gets lost.
func (m message) post(channel, key string) incident.Post {
	return incident.Post{Channel: channel, Text: m.Text, Blocks: m.blockJSON(), Key: key}
}

// blockJSON writes the blocks as Slack wants them: <, > and & as they are,
// so that the size is the one that was counted.
func (m message) blockJSON() json.RawMessage {
	if len(m.Blocks) == 0 {
		return nil
	}
	return encode(m.Blocks)
}

func encode(v any) json.RawMessage {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil // plain structs of strings always encode
	}
	return bytes.TrimSpace(b.Bytes())
}

// layout builds a message that keeps Slack's limits: what does not fit is
// left out, and whoever adds lines says what stands for the rest.
type layout struct {
	blocks []slack.Block
	texts  int // characters of text so far
	bytes  int // of JSON so far
}

// add appends a block with the given text if it fits.
func (l *layout) add(text string, b slack.Block) bool {
	texts, size := utf8.RuneCountInString(text), len(encode(b))+1
	if len(l.blocks) == blocksMax || l.texts+texts > textBudget || l.bytes+size > byteBudget {
		return false
	}
	l.blocks, l.texts, l.bytes = append(l.blocks, b), l.texts+texts, l.bytes+size
	return true
}

// header appends a heading of plain text, unescaped.
func (l *layout) header(plain string) {
	plain = cut(strings.Join(strings.Fields(strings.ToValidUTF8(plain, "\uFFFD")), " "), headerMax)
	l.add(plain, slack.NewHeaderBlock(slack.NewTextBlockObject(slack.PlainTextType, plain, false, false)))
}

// section appends lines of mrkdwn as one block. They must be escaped.
func (l *layout) section(lines ...string) bool {
	text := cutMrkdwn(strings.Join(lines, "\n"), sectionMax)
	return text != "" && l.add(text, slack.NewSectionBlock(mrkdwn(text), nil, nil))
}

// context appends small print, one element per line of mrkdwn.
func (l *layout) context(lines ...string) {
	var elements []slack.MixedElement
	for _, line := range lines[:min(len(lines), contextMax)] {
		elements = append(elements, mrkdwn(cutMrkdwn(line, sectionMax)))
	}
	l.add(strings.Join(lines, "\n"), slack.NewContextBlock("", elements...))
}

// list appends as many lines as fit, in as many sections as they need. When
// some are left, or more were there than the lines given, rest makes the line
// that stands for all of those.
func (l *layout) list(lines []string, more int, rest func(left int) string) {
	for len(lines) > 0 {
		n := fitting(lines, sectionMax)
		// Room must remain for the line about the rest.
		for n > 0 && !l.fits(lines[:n], len(lines) > n || more > 0) {
			n--
		}
		if n == 0 || !l.section(lines[:n]...) {
			break
		}
		lines = lines[n:]
	}
	if left := len(lines) + more; left > 0 {
		l.context(rest(left))
	}
}

// restRoom is what a line about left-out lines takes at most.
const restRoom = 400

// fits says whether lines can be added as one section; with more set, so that
// a line about the rest can follow.
func (l *layout) fits(lines []string, more bool) bool {
	room, blocks := 0, 1
	if more {
		room, blocks = restRoom, 2
	}
	text := strings.Join(lines, "\n")
	size := len(encode(slack.NewSectionBlock(mrkdwn(text), nil, nil))) + 1
	return len(l.blocks)+blocks <= blocksMax && l.texts+utf8.RuneCountInString(text)+room <= textBudget &&
		l.bytes+size+room <= byteBudget
}

// fitting says how many lines go into one text of at most limit characters.
// It is at least one: a line too long for itself is cut later.
func fitting(lines []string, limit int) int {
	total := 0
	for i, line := range lines {
		if total += utf8.RuneCountInString(line) + 1; total > limit && i > 0 {
			return i
		}
	}
	return len(lines)
}

// button is one element of a row of buttons.
type button struct {
	action, label, value string
	style                slack.Style
}

// buttons appends a row of buttons.
func (l *layout) buttons(bs ...button) { l.row("", bs...) }

// row appends a row of buttons under an id, by which it is found again.
func (l *layout) row(id string, bs ...button) {
	var elements []slack.BlockElement
	for _, b := range bs {
		label := slack.NewTextBlockObject(slack.PlainTextType, cut(b.label, buttonMax), false, false)
		elements = append(elements, slack.NewButtonBlockElement(b.action, b.value, label).WithStyle(b.style))
	}
	l.add("", slack.NewActionBlock(id, elements...))
}

// message gives what was built, with the text for notifications.
func (l *layout) message(fallback string) message {
	return message{Text: cutMrkdwn(fallback, fallbackMax), Blocks: l.blocks}
}

// mrkdwn is a text with Slack's markup. Verbatim: what looks like a link or a
// channel in people's text must not become one, least of all an attacker's.
func mrkdwn(text string) *slack.TextBlockObject {
	return slack.NewTextBlockObject(slack.MarkdownType, text, false, true)
}

// cut shortens plain text to limit characters.
func cut(s string, limit int) string {
	if utf8.RuneCountInString(s) <= limit {
		return s
	}
	return strings.TrimRight(string([]rune(s)[:limit-1]), " ") + "…"
}

// cutMrkdwn shortens escaped text to limit characters without leaving half an
// entity or half a token at its end.
func cutMrkdwn(s string, limit int) string {
	if utf8.RuneCountInString(s) <= limit {
		return s
	}
	s = string([]rune(s)[:limit-1])
	if i := strings.LastIndexByte(s, '<'); i > strings.LastIndexByte(s, '>') {
		s = s[:i]
	}
	if i := strings.LastIndexByte(s, '&'); i > strings.LastIndexByte(s, ';') && len(s)-i < len("&amp;") {
		s = s[:i]
	}
	return strings.TrimRight(s, " ") + "…"
}

// words makes people's text fit for a message: escaped, on one line, and at
// most limit characters long once escaped. Mentions, channels and links in it
// are shown, but no longer do anything.
func words(text string, limit int) string {
	text = tokens.ReplaceAllStringFunc(text, func(t string) string { return incident.SlackPlain(t, nil) })
	return escapedTo(strings.Join(strings.Fields(text), " "), limit)
}

// tokens are the mentions, channels and links that texts from Slack hold.
var tokens = regexp.MustCompile(`<(?:[@#][A-Z0-9]+|https?://[^<>|\s]+)(?:\|[^<>]*)?>`)

// escapedTo escapes as much of text as fits into limit characters.
func escapedTo(text string, limit int) string {
	for n := limit; ; n = n * 3 / 4 {
		escaped := incident.SlackText(cut(text, n))
		if utf8.RuneCountInString(escaped) <= limit || n < 2 {
			return escaped
		}
	}
}

// count writes "1 task" and "3 tasks".
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
