package incident

import (
	"bytes"
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	// leastQuote is how many letters and digits a text needs to be known again
	// wherever it stands: a shorter one, such as "done", would be found in what
	// has nothing to do with it.
	leastQuote = 8
	// quoteStart is how much of a longer text is enough to know it by: messages
	// quote the beginning.
	quoteStart = 120
)

// Gone stands where something was erased from what is kept otherwise.
const Gone = "[redacted]"

// Quote is something that was said, for finding where else it stands: in other
// words, escaped, with marks of layout in between, or cut short.
type Quote struct {
	messages map[string]bool // the ts of Slack messages that say it
	texts    []string        // letters and digits alone, the beginning
	whole    []string        // letters and digits alone
	plain    []string        // for what has hardly any
	secrets  []string        // parts that are known by themselves, letter for letter, as a word
	anchors  [][]byte        // of which what quotes it has one; one is empty where that cannot be said
}

// NewQuote is what the Slack messages of those ts and the texts say.
func NewQuote(messages []string, texts ...string) Quote {
	q := Quote{messages: map[string]bool{}}
	for _, ts := range messages {
		if ts != "" {
			q.messages[ts] = true
			q.anchors = append(q.anchors, []byte(ts))
		}
	}
	for _, text := range texts {
		bare := skeleton(DecodeSlack(text))
		if len(bare) >= leastQuote {
			q.whole = append(q.whole, bare)
		}
		switch plain := strings.TrimSpace(text); {
		case len(bare) >= quoteStart:
			q.texts = append(q.texts, bare[:quoteStart])
			q.anchors = append(q.anchors, anchor(text, quoteStart))
		case len(bare) >= leastQuote:
			q.texts = append(q.texts, bare)
			q.anchors = append(q.anchors, anchor(text, len(text)))
		case len(plain) >= leastQuote:
			q.plain = append(q.plain, plain)
			q.anchors = append(q.anchors, nil)
		}
	}
	return q
}

const (
	// leastSecret is how many characters a secret needs to be known again by
	// itself.
	leastSecret = 6
	// longSecret is how many letters and digits it needs to be known like any
	// text, whatever is between them.
	longSecret = 16
	// madeUp is how many it needs to be no word, when all are letters or digits.
	madeUp = 12
)

// AndSecrets is also what quotes one of the secrets in it, and no more. A short
// one is looked for letter for letter and as a word of its own; what could be a
// word of a language, or a number, is not looked for: too much would be erased
// that has nothing to do with it.
func (q Quote) AndSecrets(secrets ...string) Quote {
	var texts []string
	for _, s := range secrets {
		s = strings.Trim(DecodeSlack(s), " \t\n\"'`.,;:")
		bare := skeleton(s)
		switch {
		case len(bare) >= longSecret:
			texts = append(texts, s)
		case len(s) >= leastSecret && (len(bare) >= madeUp || mixed(s)):
			q.secrets = append(slices.Clip(q.secrets), s)
			q.anchors = append(slices.Clip(q.anchors), anchor(s, len(s)))
		}
	}
	return q.And(NewQuote(nil, texts...))
}

// mixed says whether a text has both letters and digits.
func mixed(s string) bool {
	return strings.IndexFunc(s, unicode.IsLetter) >= 0 && strings.IndexFunc(s, unicode.IsDigit) >= 0
}

// hasWord says whether a text holds a secret, with no letter or digit right
// before or behind it.
func hasWord(text, secret string) bool {
	for at := 0; ; {
		i := strings.Index(text[at:], secret)
		if i < 0 {
			return false
		}
		before, _ := utf8.DecodeLastRuneInString(text[:at+i])
		behind, _ := utf8.DecodeRuneInString(text[at+i+len(secret):])
		if !unicode.IsLetter(before) && !unicode.IsDigit(before) && !unicode.IsLetter(behind) && !unicode.IsDigit(behind) {
			return true
		}
		at += i + 1
	}
}

// leastAnchor is how long an anchor must be to leave out most texts.
const leastAnchor = 4

// anchor is the longest run of ASCII letters and digits in the first so many
// bytes of a text, in lower case: neither JSON nor Slack writes those
// differently. Empty where there is none.
func anchor(text string, within int) []byte {
	text = strings.ToLower(DecodeSlack(text))
	text = text[:min(len(text), within)]
	longest := ""
	for _, run := range strings.FieldsFunc(text, func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') }) {
		if len(run) > len(longest) {
			longest = run
		}
	}
	if len(longest) < leastAnchor {
		return nil
	}
	return []byte(longest)
}

// may leaves out, at a fraction of the cost, most of what does not quote it.
func (q Quote) may(text []byte) bool {
	lower := bytes.ToLower(text)
	return slices.ContainsFunc(q.anchors, func(a []byte) bool { return bytes.Contains(lower, a) })
}

// And is either of two.
func (q Quote) And(other Quote) Quote {
	messages := maps.Clone(q.messages)
	maps.Copy(messages, other.messages)
	return Quote{
		messages: messages, texts: slices.Concat(q.texts, other.texts),
		whole: slices.Concat(q.whole, other.whole), secrets: slices.Concat(q.secrets, other.secrets), plain: slices.Concat(q.plain, other.plain),
		anchors: slices.Concat(q.anchors, other.anchors),
	}
}

// Part says whether a text is a part of it, as what somebody searches for is.
func (q Quote) Part(text string) bool {
	bare := skeleton(DecodeSlack(text))
	return len(bare) >= leastQuote && slices.ContainsFunc(q.whole, func(t string) bool { return strings.Contains(t, bare) })
}

// lookUp is a command that looks for something.
var lookUp = regexp.MustCompile(`(?i)^\s*(?:inc-[0-9]+\s+)?(?:find|timeline|seen)\s+(.*)$`)

// Sought says whether a command, without its name, looks for a part of it.
func (q Quote) Sought(command string) bool {
	what := lookUp.FindStringSubmatch(command)
	return what != nil && q.Part(what[1])
}

// skeleton is a text's letters and digits, in lower case: what is left of it
// whatever quotes it.
func skeleton(text string) string {
	var b strings.Builder
	b.Grow(len(text))
	for _, r := range text {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return b.String()
}

// In says whether a text quotes it.
func (q Quote) In(text string) bool {
	if !q.may([]byte(text)) {
		return false
	}
	if len(q.texts) > 0 && len(text) >= leastQuote {
		bare := skeleton(DecodeSlack(text))
		for _, t := range q.texts {
			if strings.Contains(bare, t) {
				return true
			}
		}
	}
	for _, t := range q.plain {
		if strings.Contains(text, t) {
			return true
		}
	}
	if len(q.secrets) == 0 {
		return false
	}
	said := DecodeSlack(text)
	return slices.ContainsFunc(q.secrets, func(s string) bool { return hasWord(said, s) || hasWord(text, s) })
}

// Erase gives JSON without what quotes it: texts become Gone, and of Slack
// messages that say it no more is left than their ts. found is false when there
// was nothing to take out.
func (q Quote) Erase(payload []byte) (left []byte, found bool) {
	if !q.may(payload) && !bytes.Contains(payload, []byte(`"command"`)) {
		return payload, false
	}
	dec := json.NewDecoder(bytes.NewReader(payload))
	dec.UseNumber() // no digit of an id may change
	var v any
	if dec.Decode(&v) != nil {
		if q.In(string(payload)) {
			return []byte("{}"), true
		}
		return payload, false
	}
	if v, found = q.erase(v); !found {
		if q.In(string(payload)) { // in pieces
			return []byte("{}"), true
		}
		return payload, false
	}
	left, err := json.Marshal(v)
	if err != nil || q.In(string(left)) {
		left = []byte("{}")
	}
	return left, true
}

func (q Quote) erase(v any) (left any, found bool) {
	switch v := v.(type) {
	case string:
		return q.eraseText(v)
	case []any:
		for i := range v {
			item, hit := q.erase(v[i])
			v[i], found = item, found || hit
		}
	case map[string]any:
		if text, _ := v["text"].(string); v["command"] != nil && q.Sought(text) {
			v["text"] = Gone
			return v, true
		}
		if ts, _ := v["ts"].(string); q.messages[ts] && speaks(v) {
			return map[string]any{"ts": ts, "redacted": true}, true
		}
		for key := range v {
			item, hit := q.erase(v[key])
			v[key], found = item, found || hit
		}
	}
	return v, found
}

// eraseText looks into JSON within JSON, as a modal's metadata is.
func (q Quote) eraseText(text string) (left any, found bool) {
	if inner := strings.TrimSpace(text); strings.HasPrefix(inner, "{") || strings.HasPrefix(inner, "[") {
		if json.Valid([]byte(inner)) {
			left, found := q.Erase([]byte(inner))
			return string(left), found
		}
	}
	if q.In(text) {
		return Gone, true
	}
	return text, false
}

// speaks says whether an object that has the ts of a message is the message,
// and not only a reference to it.
func speaks(object map[string]any) bool {
	for _, part := range []string{"text", "blocks", "attachments", "files", "fallback", "message"} {
		if _, has := object[part]; has {
			return true
		}
	}
	return false
}
