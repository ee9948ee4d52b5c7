package mask

import (
	"cmp"
	"slices"
	"strings"
)

// Looking at a text with every rule is slow, and nearly all texts hold none of
// the words that a rule needs. So a rule looks at a text only around those.
const (
	windowBefore = 256 // bytes looked at before a word, less up to a blank
	windowAfter  = 512 // bytes behind it, more up to a blank
	manyWords    = 64  // so many of a word, and the text is looked at whole
)

// windows gives the parts of a text to look at, in order, none overlapping.
// A part ends where no secret goes on: at a blank, or with the text.
func (r secretRule) windows(lower string) []secret {
	if r.long {
		return r.rest(lower)
	}
	var parts []secret
	for _, word := range r.needs {
		for at, count := 0, 0; ; count++ {
			i := strings.Index(lower[at:], word)
			if i < 0 {
				break
			}
			if count == manyWords {
				return []secret{{start: 0, end: len(lower)}}
			}
			at += i + len(word)
			parts = append(parts, window(lower, at-len(word), at))
		}
	}
	slices.SortFunc(parts, func(a, b secret) int { return cmp.Compare(a.start, b.start) })
	return mergeSecrets(parts)
}

// starts gives the parts of a text that begin with one of the words of an opened
// rule; they may overlap. It does not for another rule, nor when there are too
// many.
func (r secretRule) starts(s, lower string) (parts []secret, few bool) {
	for _, o := range r.from {
		for at := 0; ; {
			i := strings.Index(lower[at:], o.word)
			if i < 0 {
				break
			}
			at += i + len(o.word)
			start := at - len(o.word)
			if o.apart && start > 0 && isWord(s[start-1]) {
				continue
			}
			if len(parts) == manyWords {
				return nil, false
			}
			parts = append(parts, secret{start: start, end: window(lower, start, at).end})
		}
	}
	return parts, r.first != nil
}

// isWord says whether a byte is of a word, as \b has it.
func isWord(c byte) bool {
	return c == '_' || '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'z'
}

// window is the part of a text around a word.
func window(text string, start, end int) secret {
	w := secret{start: max(0, start-windowBefore), end: min(len(text), end+windowAfter)}
	if w.start > 0 {
		if i := strings.IndexAny(text[w.start:start], " \t\n"); i >= 0 {
			w.start += i
		}
	}
	if i := strings.IndexAny(text[w.end:], " \t\n"); i >= 0 {
		w.end += i
	} else {
		w.end = len(text)
	}
	return w
}

// rest is the text from the first of the rule's words on.
func (r secretRule) rest(lower string) []secret {
	for _, word := range r.needs {
		if i := strings.Index(lower, word); i >= 0 {
			return []secret{{start: window(lower, i, i).start, end: len(lower)}}
		}
	}
	return nil
}

// lowerASCII is s with the letters A to Z in lower case: as long as s, byte for
// byte, whatever it holds.
func lowerASCII(s string) string {
	b := []byte(s)
	for i, c := range b {
		if 'A' <= c && c <= 'Z' {
			b[i] = c + ('a' - 'A')
		}
	}
	return string(b)
}
