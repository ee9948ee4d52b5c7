package mask

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	gitleaks "github.com/zricethezav/gitleaks/v8/detect"
)

// withheld stands for a text that could not be checked for secrets.
const withheld = "[text withheld: could not be checked]"

// maskMax is the longest text in bytes that is checked. Slack's messages end
// at 40,000 characters; whatever is longer than this is withheld.
const maskMax = 1 << 20

// maskedPrefix begins what stands in a secret's place.
const maskedPrefix = "[masked: "

// tokenShapes is gitleaks' default rule set, compiled once, when the first
// text is masked: that takes as long as all the rest of a start, which must not
// wait for it, and gitleaks reads it through a global that two readers must
// not share. The detector is not changed afterwards.
var tokenShapes = sync.OnceValues(func() (*gitleaks.Detector, error) {
	d, err := gitleaks.NewDetectorDefaultConfig()
	if err != nil {
		return nil, fmt.Errorf("read gitleaks' rules: %w", err)
	}
	// Else anybody could turn masking off by writing gitleaks:allow.
	d.IgnoreGitleaksAllow = true
	return d, nil
})

// Text replaces each secret it finds in s with a note of what was there, such
// as [masked: gitlab-pat]. When the text cannot be checked none of it is
// given back. Masking what has been masked already changes nothing.
func Text(s string) string { return masker{tokens: tokenShapes}.text(s) }

// masker is what finds secrets.
type masker struct {
	tokens func() (*gitleaks.Detector, error)
}

func (m masker) text(s string) (masked string) {
	if s == "" {
		return ""
	}
	defer func() {
		if recover() != nil {
			masked = withheld
		}
	}()
	found, ok := m.find(s)
	if !ok {
		return withheld
	}
	return replaceSecrets(s, found)
}

// find gives the secrets of a text in order, none overlapping. It is not ok
// when the text could not be checked.
func (m masker) find(s string) (found []secret, ok bool) {
	if len(s) > maskMax {
		return nil, false
	}
	found, ok = m.tokenSpans(s)
	if !ok {
		return nil, false
	}
	lower := strings.ToLower(s)
	for _, r := range secretRules {
		found = append(found, r.spans(s, lower)...)
	}
	return mergeSecrets(found), true
}

// secret is where a secret stands in a text, and what it is.
type secret struct {
	start, end int
	name       string
}

// tokenSpans finds every place where what gitleaks reports stands. It is not
// ok when a finding cannot be found again, or there are no rules.
func (m masker) tokenSpans(s string) (found []secret, ok bool) {
	tokens, err := m.tokens()
	if err != nil {
		return nil, false
	}
	for _, f := range tokens.DetectString(s) {
		if strings.HasPrefix(f.Secret, "[masked") || strings.Contains(f.Match, maskedPrefix) {
			continue
		}
		if f.Secret == "" || !strings.Contains(s, f.Secret) {
			return nil, false
		}
		for at := 0; ; {
			i := strings.Index(s[at:], f.Secret)
			if i < 0 {
				break
			}
			at += i + len(f.Secret)
			found = append(found, secret{start: at - len(f.Secret), end: at, name: f.RuleID})
		}
	}
	return found, true
}

// mergeSecrets joins overlapping finds; the longest gives the name.
func mergeSecrets(found []secret) []secret {
	slices.SortStableFunc(found, func(a, b secret) int {
		if a.start != b.start {
			return a.start - b.start
		}
		return b.end - a.end
	})
	var merged []secret
	longest := 0
	for _, f := range found {
		last := len(merged) - 1
		if last < 0 || f.start >= merged[last].end {
			merged = append(merged, f)
			longest = f.end - f.start
			continue
		}
		if f.end-f.start > longest {
			merged[last].name, longest = f.name, f.end-f.start
		}
		merged[last].end = max(merged[last].end, f.end)
	}
	return merged
}

func replaceSecrets(s string, found []secret) string {
	if len(found) == 0 {
		return s
	}
	var b strings.Builder
	at := 0
	for _, f := range found {
		b.WriteString(s[at:f.start])
		b.WriteString(maskedPrefix + f.name + "]")
		at = f.end
	}
	b.WriteString(s[at:])
	return b.String()
}
