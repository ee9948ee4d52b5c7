package bot

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// picks are the entries chosen to be corrected together, each by its number
// with the hash of what it was when it was ticked.
type picks map[int]string

// mostPicked is how many can be chosen at once: as many as private_metadata
// holds beside all else that a modal remembers.
const mostPicked = 150

// pickSize is the length of a packed pick in bytes: its number, and the hash.
const (
	pickNumber = 3
	pickSize   = pickNumber + hashSize
)

// pack writes picks as short as JSON allows.
func (p picks) pack() string {
	var b []byte
	for _, n := range slices.Sorted(maps.Keys(p)) {
		hash, err := hex.DecodeString(p[n])
		if err != nil || len(hash) != hashSize || n >= 1<<(8*pickNumber) {
			continue // not ours
		}
		b = append(append(b, byte(n>>16), byte(n>>8), byte(n)), hash...)
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

// unpack reads what pack wrote; what cannot be read is not there.
func unpack(packed string) picks {
	p := picks{}
	b, _ := base64.RawURLEncoding.DecodeString(packed)
	for pick := range slices.Chunk(b, pickSize) {
		if n := int(pick[0])<<16 | int(pick[min(1, len(pick)-1)])<<8 | int(pick[min(2, len(pick)-1)]); len(pick) == pickSize && n > 0 {
			p[n] = hex.EncodeToString(pick[pickNumber:])
		}
	}
	return p
}

// picked are the entries whose boxes are ticked on the page that is shown.
func (v submitted) picked(o origin) picks {
	p := picks{}
	for i := range selectShown / selectGroup {
		name := o.field(fieldPick + strconv.Itoa(i))
		for _, box := range v.State.Values[name][name].Options {
			label, base, _ := strings.Cut(box.Value, ":")
			if n := numbered(label); n > 0 {
				p[n] = base
			}
		}
	}
	return p
}

// selected are all that are chosen, on whatever page; left says how many are
// more than can be.
func (v submitted) selected(o origin) (all picks, left int) {
	all = unpack(o.Picks)
	here := v.picked(o)
	for _, n := range slices.Sorted(maps.Keys(here)) {
		if _, known := all[n]; !known && len(all) >= mostPicked {
			left++
			continue
		}
		all[n] = here[n]
	}
	return all, left
}

// selecting is what else the form that corrects several holds.
type selecting struct {
	do, shift, phase, to, reason string
	left                         int // how many were ticked more than can be
}

// selecting reads it, to keep it when the form turns to another page.
func (v submitted) selecting(o origin) (s selecting) {
	s.do, _ = v.text(o.field(fieldDo))
	s.shift, _ = v.text(o.field(fieldShift))
	s.phase, _ = v.text(o.field(fieldPhase))
	s.to, _ = v.text(o.field(fieldIncident))
	s.reason, _ = v.text(o.field(fieldReason))
	return s
}

// selectedWords say how many entries are chosen, and which of them are not on
// the page; empty: none is.
func selectedWords(here int, elsewhere picks, left int) string {
	if here+len(elsewhere)+left == 0 {
		return ""
	}
	said := fmt.Sprintf("*%d selected*", here+len(elsewhere))
	if len(elsewhere) > 0 {
		var ns []string
		for _, n := range slices.Sorted(maps.Keys(elsewhere)) {
			ns = append(ns, strconv.Itoa(n))
		}
		said += fmt.Sprintf(", %d of them on other pages: %s", len(elsewhere), someOf(ns))
	}
	if left > 0 {
		said += fmt.Sprintf(". %d more were left out: %d at once are the most, take the others afterwards", left, mostPicked)
	}
	return said + "."
}
