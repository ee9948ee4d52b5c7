package mask

import "strings"

// cards finds the numbers of payment cards, which no word announces: 15 or 16
// digits in one run or in groups with one kind of separator between them.
func cards(s string) []secret {
	var found []secret
	for i := 0; i < len(s); i++ {
		if !isDigit(s[i]) {
			continue
		}
		end := numberEnd(s, i)
		if apart(s, i, end) && isCard(s[i:end]) {
			found = append(found, secret{start: i, end: end, name: "card-number"})
		}
		i = end
	}
	return found
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// numberEnd is where digits, and single separators between them, end.
func numberEnd(s string, i int) int {
	for i < len(s) && (isDigit(s[i]) || (s[i] == ' ' || s[i] == '-') && i+1 < len(s) && isDigit(s[i+1])) {
		i++
	}
	return i
}

// apart says whether a number is no part of a greater thing, such as an
// address, a time, an id or a name.
func apart(s string, start, end int) bool {
	const parts = ".,:/#+-_="
	part := func(c byte) bool {
		return strings.IndexByte(parts, c) >= 0 || isDigit(c) || 'a' <= c|0x20 && c|0x20 <= 'z'
	}
	before := start == 0 || !part(s[start-1]) || s[start-1] == ':' || s[start-1] == '='
	after := end == len(s) || !part(s[end]) || (s[end] == '.' || s[end] == ',' || s[end] == ':') && (end+1 == len(s) || !part(s[end+1]))
	return before && after
}

// isCard says whether s is the number of a payment card: of a range that the
// large networks give out, grouped as on a card or not at all, with its check
// digit (ISO/IEC 7812-1).
func isCard(s string) bool {
	if len(s) < 15 || len(s) > 19 {
		return false
	}
	digits := strings.NewReplacer(" ", "", "-", "").Replace(s)
	amex := strings.HasPrefix(digits, "34") || strings.HasPrefix(digits, "37")
	switch {
	case amex && len(digits) != 15, !amex && len(digits) != 16:
		return false
	case digits[0] < '3' || digits[0] > '6', digits[0] == '3' && !amex:
		return false
	case digits[0] == '5' && (digits[1] < '1' || digits[1] > '5'):
		return false
	case digits[0] == '6' && !strings.HasPrefix(digits, "6011") && !strings.HasPrefix(digits, "65"):
		return false
	case len(s) > len(digits) && !grouped(s, amex):
		return false
	}
	return luhn(digits)
}

// grouped says whether s stands in the groups that are embossed on a card.
func grouped(s string, amex bool) bool {
	at := []int{4, 9, 14}
	if amex {
		at = []int{4, 11}
	}
	if strings.Count(s, " ")+strings.Count(s, "-") != len(at) {
		return false
	}
	for _, i := range at {
		if s[i] != s[at[0]] || isDigit(s[i]) {
			return false
		}
	}
	return true
}

// luhn says whether the last digit checks the others.
func luhn(digits string) bool {
	sum := 0
	for i := range len(digits) {
		d := int(digits[len(digits)-1-i] - '0')
		if i%2 == 1 {
			d *= 2
		}
		sum += d/10 + d%10
	}
	return sum%10 == 0
}
