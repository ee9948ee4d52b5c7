package mask

import (
	"fmt"
	"slices"
	"strings"
)

// Draft is a text as somebody edits it who is not to see its secrets: each has
// a mark of its own in its place, such as [masked: password] and then
// [masked: password 2], and where the mark stays the secret does.
type Draft struct {
	Shown string
	marks []string // as they were set; later ones may stand for text with earlier ones in it
	kept  []string // what each stands for
}

// NewDraft masks a text for being edited. It is not ok when the text cannot be
// checked: then none of it may be shown.
func NewDraft(text string) (d Draft, ok bool) {
	defer func() {
		if recover() != nil {
			d, ok = Draft{}, false
		}
	}()
	m := masker{tokens: tokenShapes}
	d.Shown = text
	for range mostPasses {
		found, ok := m.find(d.Shown)
		if !ok {
			return Draft{}, false
		}
		if len(found) == 0 {
			return d, true
		}
		d.hide(text, found)
	}
	return Draft{}, false
}

// hide puts marks in the places of secrets. A mark that the text happens to
// hold already is nobody's.
func (d *Draft) hide(text string, found []secret) {
	var b strings.Builder
	at := 0
	for _, f := range found {
		b.WriteString(d.Shown[at:f.start])
		mark := maskedPrefix + f.name + "]"
		for n := 2; strings.Contains(text, mark) || slices.Contains(d.marks, mark); n++ {
			mark = fmt.Sprintf("%s%s %d]", maskedPrefix, f.name, n)
		}
		d.marks, d.kept = append(d.marks, mark), append(d.kept, d.Shown[f.start:f.end])
		b.WriteString(mark)
		at = f.end
	}
	b.WriteString(d.Shown[at:])
	d.Shown = b.String()
}

// Text is what was made of the draft, with the secrets back in the places of
// their marks. A mark that is gone takes its secret with it. It is not ok where
// other words around a secret would show it: masks are known by what stands
// beside them, so that whoever may not see a password must not write "the
// colour is" before its mark.
func (d Draft) Text(typed string) (text string, ok bool) {
	defer func() {
		if recover() != nil {
			text, ok = "", false
		}
	}()
	if typed == d.Shown {
		return d.restored(typed), true
	}
	text, back := d.back(typed)
	if len(back) == 0 {
		return text, true
	}
	hidden, ok := masker{tokens: tokenShapes}.all(text)
	return text, ok && covers(text, hidden, back)
}

// back puts the secrets into what was typed, and says where they stand then.
func (d Draft) back(typed string) (text string, places []secret) {
	var b strings.Builder
	for {
		at, which := len(typed), -1
		for i, mark := range d.marks {
			if found := strings.Index(typed, mark); found >= 0 && found < at {
				at, which = found, i
			}
		}
		b.WriteString(typed[:at])
		if which < 0 {
			return b.String(), places
		}
		start := b.Len()
		b.WriteString(d.restored(d.kept[which]))
		places = append(places, secret{start: start, end: b.Len()})
		typed = typed[at+len(d.marks[which]):]
	}
}

// restored puts the secrets back, the last mark first.
func (d Draft) restored(text string) string {
	for i, mark := range slices.Backward(d.marks) {
		text = strings.ReplaceAll(text, mark, d.kept[i])
	}
	return text
}

// all gives the places in a text itself of all that masking it hides.
func (m masker) all(s string) (hidden []secret, ok bool) {
	for range mostPasses {
		found, ok := m.find(replaceSecrets(s, hidden))
		if !ok {
			return nil, false
		}
		if len(found) == 0 {
			return hidden, true
		}
		hidden = mergeSecrets(slices.Concat(hidden, unshifted(found, hidden)))
	}
	return nil, false
}

// unshifted gives the places before some secrets were replaced. What touches a
// mask takes all of what it stands for.
func unshifted(found, replaced []secret) []secret {
	moved := slices.Clone(found)
	for i := range moved {
		grown := 0 // how much longer the masks before are than what they stand for
		start, end := moved[i].start, moved[i].end
		for _, r := range replaced {
			mask := len(maskedPrefix) + len(r.name) + len("]")
			from, to := r.start+grown, r.start+grown+mask
			grown += mask - (r.end - r.start)
			switch {
			case start >= to:
				moved[i].start = start - grown
			case start >= from:
				moved[i].start = r.start
			}
			switch {
			case end >= to:
				moved[i].end = end - grown
			case end > from:
				moved[i].end = r.end
			}
		}
	}
	return moved
}

// covers says whether every letter and digit of some places is hidden.
func covers(text string, hidden, places []secret) bool {
	for _, p := range places {
		for i := p.start; i < p.end; i++ {
			c := text[i]
			if c < 0x80 && !isDigit(c) && (c|0x20 < 'a' || c|0x20 > 'z') {
				continue
			}
			if !slices.ContainsFunc(hidden, func(h secret) bool { return h.start <= i && i < h.end }) {
				return false
			}
		}
	}
	return true
}
