package mask

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"

	gitleaks "github.com/zricethezav/gitleaks/v8/detect"
	"github.com/zricethezav/gitleaks/v8/report"
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
	// It takes every key of a log for one of a door, and half of all the time.
	// Ours tell them apart better: docs/guide/secrets.md.
	delete(d.Config.Rules, "generic-api-key")
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
	for range mostPasses {
		found, ok := m.find(s)
		if !ok {
			return withheld
		}
		if len(found) == 0 {
			return s
		}
		s = replaceSecrets(s, found)
	}
	return withheld
}

// mostPasses is how often a text is looked at. What stands beside a secret may
// look like another once the first is gone; a text that never ends to is made
// for that.
const mostPasses = 5

// find gives the secrets of a text in order, none overlapping. It is not ok
// when the text could not be checked.
func (m masker) find(s string) (found []secret, ok bool) {
	if len(s) > maskMax {
		return nil, false
	}
	found, ok = m.spans(s)
	if bare, at := visible(s); ok && at != nil {
		var more []secret
		if more, ok = m.spans(bare); ok {
			for _, f := range more {
				found = append(found, secret{start: at[f.start], end: at[f.end-1] + 1, name: f.name})
			}
		}
	}
	if !ok {
		return nil, false
	}
	return mergeSecrets(found), true
}

// spans gives what each rule finds, in no order.
func (m masker) spans(s string) (found []secret, ok bool) {
	found, ok = m.tokenSpans(s)
	if !ok {
		return nil, false
	}
	found = append(found, cards(s)...)
	lower := lowerASCII(s)
	for _, r := range secretRules {
		found = append(found, r.spans(s, lower)...)
	}
	return found, true
}

// alreadyMasked is what stands in a secret's place, at the start of a value.
var alreadyMasked = regexp.MustCompile("^[\"'`]?\\[masked(?::|$)")

// secret is where a secret stands in a text, and what it is.
type secret struct {
	start, end int
	name       string
}

// chunkMax is how many bytes gitleaks is given at a time: what it finds is
// looked for again, which is quadratic in a text full of tokens.
const chunkMax = 64 << 10

// tokenSpans finds every place where what gitleaks reports stands. It is not
// ok when a finding cannot be found again, or there are no rules.
func (m masker) tokenSpans(s string) (found []secret, ok bool) {
	tokens, err := m.tokens()
	if err != nil {
		return nil, false
	}
	for at := 0; at < len(s); {
		end := chunkEnd(s, at)
		looked := map[string]bool{}
		for _, f := range tokens.DetectString(s[at:end]) {
			if looked[f.Secret] {
				continue
			}
			looked[f.Secret] = true
			places, ok := placesOf(f, s[at:end], at)
			if !ok {
				return nil, false
			}
			found = append(found, places...)
		}
		at = end
	}
	return found, true
}

// chunkEnd is where a chunk that begins at a place ends: at a blank, if one is
// near.
func chunkEnd(s string, at int) int {
	if len(s)-at <= chunkMax {
		return len(s)
	}
	end := at + chunkMax
	if i := strings.LastIndexAny(s[end-chunkMax/2:end], " \t\n"); i >= 0 {
		return end - chunkMax/2 + i + 1
	}
	return end
}

// placesOf gives where in a chunk that begins at a place of the text a finding
// stands. It is not ok when it cannot be found.
func placesOf(f report.Finding, chunk string, from int) (found []secret, ok bool) {
	if alreadyMasked.MatchString(f.Secret) || strings.Contains(f.Match, maskedPrefix) || standsFor(f.Secret) {
		return nil, true
	}
	if f.Secret == "" || !strings.Contains(chunk, f.Secret) {
		return nil, false
	}
	for at := 0; ; {
		i := strings.Index(chunk[at:], f.Secret)
		if i < 0 {
			return found, true
		}
		at += i + len(f.Secret)
		found = append(found, secret{start: from + at - len(f.Secret), end: from + at, name: f.RuleID})
	}
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
