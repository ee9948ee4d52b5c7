package sigma

import (
	"net/netip"
	"slices"
	"strings"

	"firebreak/detect/correlate"
)

// modifier changes one value. Those that change how values are linked, all
// and neq, are known to item.
type modifier func(it *item, o operand) (operand, error)

var modifiers = map[string]modifier{
	"contains":   opened(true, true),
	"startswith": opened(false, true),
	"endswith":   opened(true, false),
	"cased":      cased,
	"exists":     exists,
	"expand":     expand,
	"fieldref":   fieldref,
	"cidr":       cidr,
	"windash":    windash,

	"re": re,
	"i":  flagged("i"), "ignorecase": flagged("i"),
	"m": flagged("m"), "multiline": flagged("m"),
	"s": flagged("s"), "dotall": flagged("s"),

	"wide":         encoded(func(s string) string { return wide(s, littleEndian) }, ""),
	"utf16le":      encoded(func(s string) string { return wide(s, littleEndian) }, ""),
	"utf16be":      encoded(func(s string) string { return wide(s, bigEndian) }, ""),
	"utf16":        encoded(func(s string) string { return wide(s, littleEndian) }, byteOrderMark),
	"base64":       base64ed,
	"base64offset": base64Offset,

	"lt": compared(correlate.Less), "lte": compared(correlate.LessEqual), "gt": compared(correlate.Greater), "gte": compared(correlate.GreaterEqual),
	"minute": timed("minute", 0, 59), "hour": timed("hour", 0, 23), "day": timed("day", 1, 31),
	"week": timed("week", 1, 53), "month": timed("month", 1, 12), "year": timed("year", 1, 9999),
}

// needs says that a modifier cannot do anything with a value.
func (it *item) needs(o operand, kinds ...operandKind) error {
	if slices.Contains(kinds, o.kind) {
		return nil
	}
	words := make([]string, 0, len(kinds))
	for _, k := range kinds {
		words = append(words, string(k))
	}
	hint := ""
	if o.kind == isNumber && kinds[0] == isText {
		hint = ": put quotes around it"
	}
	return faultf(o.line, "the modifier %s needs %s, not %s%s", it.modifier(), either(words), o.kind, hint)
}

// first says that a modifier does not come first.
func (it *item) first(o operand) error {
	if it.applied > 0 {
		return faultf(o.line, "the modifier %s must come first", it.modifier())
	}
	return nil
}

// tame says that a modifier would have to encode a wildcard.
func (it *item) tame(o operand) error {
	for _, t := range o.texts {
		if t.wild() || t.has(placeholder) {
			return faultf(o.line, "the modifier %s cannot take %s, which has wildcards or placeholders", it.modifier(), quote(o.raw))
		}
	}
	return nil
}

// each changes all texts of an operand.
func (o operand) each(change func(text) text) operand {
	changed := make([]text, 0, len(o.texts))
	for _, t := range o.texts {
		changed = append(changed, change(t))
	}
	o.texts = changed
	return o
}

// opened lets more stand around a value. A regular expression is looked for
// anywhere as it is.
func opened(before, behind bool) modifier {
	return func(it *item, o operand) (operand, error) {
		if o.kind == isField {
			o.field.before, o.field.behind = o.field.before || before, o.field.behind || behind
		}
		o = o.each(func(t text) text { return t.open(before, behind) })
		return o, it.needs(o, isText, isRegexp, isField)
	}
}

func cased(it *item, o operand) (operand, error) {
	o.cased = true
	return o, it.needs(o, isText)
}

func exists(it *item, o operand) (operand, error) {
	err := it.needs(o, isBool)
	o.kind = isExistence
	if err == nil {
		err = it.first(o)
	}
	return o, err
}

func expand(it *item, o operand) (operand, error) {
	if o.kind == isRegexp && placeholders.MatchString(o.raw) {
		return o, faultf(o.line, "placeholders within regular expressions are not supported")
	}
	return o.each(text.withPlaceholders), it.needs(o, isText, isRegexp)
}

func fieldref(it *item, o operand) (operand, error) {
	if err := it.needs(o, isText); err != nil {
		return o, err
	}
	if err := it.tame(o); err != nil {
		return o, err
	}
	if len(o.texts) != 1 || len(o.texts[0]) == 0 {
		return o, faultf(o.line, "the modifier fieldref needs the name of one field")
	}
	o.kind, o.field.other = isField, o.texts[0].literal()
	o.texts = nil
	return o, checkField(o.field.other, o.line)
}

func cidr(it *item, o operand) (operand, error) {
	if err := it.needs(o, isText); err != nil {
		return o, err
	}
	prefix, err := netip.ParsePrefix(o.raw)
	if addr, plain := netip.ParseAddr(o.raw); err != nil && plain == nil {
		prefix, err = netip.PrefixFrom(addr, addr.BitLen()), nil
	}
	switch {
	case err != nil:
		return o, faultf(o.line, "%s is no network such as 10.0.0.0/8", quote(o.raw))
	case prefix.Masked() != prefix:
		return o, faultf(o.line, "%s is no network: its address has bits behind the /%d; %s has not", quote(o.raw), prefix.Bits(), prefix.Masked())
	case prefix.Addr().Is4In6() && prefix.Bits() >= 96:
		prefix = netip.PrefixFrom(prefix.Addr().Unmap(), prefix.Bits()-96)
	}
	o.kind, o.prefix = isNetwork, prefix
	return o, it.first(o)
}

func windash(it *item, o operand) (operand, error) {
	if err := it.needs(o, isText); err != nil {
		return o, err
	}
	var all []text
	for _, t := range o.texts {
		dashed, ok := t.withDashes().fill(func(name string) []text {
			if name == dashPlace {
				return dashes
			}
			return []text{{{placeholder, name}}}
		}, it.c.left)
		if !ok {
			return o, it.c.tooMany(o.line)
		}
		if err := it.c.spend(len(dashed), o.line); err != nil {
			return o, err
		}
		all = append(all, dashed...)
	}
	o.texts = all
	return o, nil
}

func re(it *item, o operand) (operand, error) {
	if err := it.needs(o, isText, isNumber); err != nil {
		return o, err
	}
	o.kind, o.texts = isRegexp, nil
	return o, it.first(o)
}

func flagged(flag string) modifier {
	return func(it *item, o operand) (operand, error) {
		if !strings.Contains(o.flags, flag) {
			o.flags += flag
		}
		return o, it.needs(o, isRegexp)
	}
}

func compared(op correlate.Op) modifier {
	return func(it *item, o operand) (operand, error) {
		err := it.needs(o, isNumber)
		o.kind, o.op = isComparison, op
		return o, err
	}
}

func timed(part timePart, from, to float64) modifier {
	return func(it *item, o operand) (operand, error) {
		o.part = part
		if err := it.needs(o, isNumber); err != nil {
			return o, err
		}
		if o.number.worth < from || o.number.worth > to {
			return o, faultf(o.line, "the modifier %s needs a number from %g to %g", part, from, to)
		}
		return o, nil
	}
}
