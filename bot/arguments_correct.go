package bot

import (
	"slices"
	"strconv"
	"strings"
	"unicode"

	"firebreak/incident"
)

// mostNumbers is how many entries one command is about at most: what its
// author can still mean.
const mostNumbers = 100

// readEditor reads "edit" without a text: the editor is meant.
func readEditor(c *Command, args string) error {
	word := strings.TrimSpace(args)
	if word == "" {
		return nil
	}
	if !countForm.MatchString(word) {
		return errOtherForm // with a text, or wrong
	}
	return readN(c, word)
}

// readNs reads entries' numbers, such as 3, 3 5 or 8-12.
func readNs(c *Command, args string) error {
	fields := strings.FieldsFunc(args, func(r rune) bool { return r == ',' || unicode.IsSpace(r) })
	if len(fields) == 0 {
		return complaint("the N is missing")
	}
	var ns []int
	for _, word := range fields {
		first, last, ok := numberRange(word)
		if !ok {
			return complaint(code(word) + " is no number such as 3, nor numbers such as 8-12")
		}
		if last-first >= mostNumbers || len(ns)+last-first >= mostNumbers {
			return complaint("more than " + strconv.Itoa(mostNumbers) + " entries at once are too many. Take them in turn")
		}
		for n := first; n <= last; n++ {
			ns = append(ns, n)
		}
	}
	slices.Sort(ns)
	ns = slices.Compact(ns)
	c.N = ns[0]
	if len(ns) > 1 {
		c.Ns = ns
	}
	return nil
}

// numberRange reads 3 or 8-12.
func numberRange(word string) (first, last int, ok bool) {
	from, to, ranged := strings.Cut(word, "-")
	if !ranged {
		to = from
	}
	if !countForm.MatchString(from) || !countForm.MatchString(to) {
		return 0, 0, false
	}
	first, _ = strconv.Atoi(from) // at most nine digits
	last, _ = strconv.Atoi(to)
	return first, last, first <= last
}

// cutLast divides s before its last word.
func cutLast(s string) (rest, word string) {
	s = strings.TrimSpace(s)
	i := strings.LastIndexFunc(s, unicode.IsSpace)
	return strings.TrimSpace(s[:i+1]), strings.TrimSpace(s[i+1:])
}

func readShift(c *Command, args string) error {
	numbers, span := cutLast(args)
	if numbers == "" {
		return complaint("the N or the SPAN is missing")
	}
	d, ok := incident.ParseShift(span)
	if !ok {
		return missingOr(span, "SPAN", " is no span I know, such as +1h, -30m or 1h30m")
	}
	c.Shift = d
	return readNs(c, numbers)
}

func readKind(c *Command, args string) error {
	number, word := cutWord(strings.TrimSpace(args))
	if err := readN(c, number); err != nil {
		return err
	}
	word = strings.ToLower(strings.TrimSpace(word))
	if !slices.Contains(incident.ChosenKinds(), incident.Kind(word)) {
		return missingOr(word, "KIND", " is no kind that can be chosen. There are message, note and update")
	}
	c.Kind = incident.Kind(word)
	return nil
}

// phaseAuto is what people type for the phase that the milestones say.
const phaseAuto = "auto"

func readPhase(c *Command, args string) error {
	numbers, word := cutLast(args)
	if numbers == "" {
		return complaint("the N or the PHASE is missing")
	}
	if !strings.EqualFold(word, phaseAuto) {
		p, err := incident.ParsePhase(word)
		if err != nil {
			return missingOr(word, "PHASE", " is no phase. There are "+phaseNames()+", and auto")
		}
		c.Phase = p
	}
	return readNs(c, numbers)
}

func phaseNames() string {
	var names []string
	for _, p := range incident.Phases() {
		names = append(names, string(p))
	}
	return strings.Join(names, ", ")
}

func readMergeEntries(c *Command, args string) error {
	fields := strings.Fields(args)
	if len(fields) > 0 && incidentForm.MatchString(fields[0]) {
		return errOtherForm // of incidents
	}
	if len(fields) != 2 {
		return complaint("two numbers of entries are needed, N and M")
	}
	if err := readN(c, fields[1]); err != nil {
		return err
	}
	c.M = c.N
	if err := readN(c, fields[0]); err != nil {
		return err
	}
	if c.M == c.N {
		return complaint("an entry cannot be merged with itself")
	}
	return nil
}

func readSplitEntry(c *Command, args string) error {
	number, rest := cutWord(strings.TrimSpace(args))
	at, begin := cutWord(strings.TrimLeftFunc(rest, unicode.IsSpace))
	if !strings.EqualFold(at, "at") || !countForm.MatchString(number) {
		return errOtherForm // of a storm
	}
	if blank(begin) {
		return complaint("the WORDS that begin the second entry are missing")
	}
	c.Rest = strings.TrimSpace(begin)
	return readN(c, number)
}

func readMove(c *Command, args string) error {
	numbers, to := cutLast(args)
	n, err := incident.ParseNumber(to)
	if err != nil || !incidentForm.MatchString(to) {
		return missingOr(to, "INC-n", " is no incident number such as INC-3")
	}
	c.Other = n
	if numbers == "" {
		return complaint("the N is missing")
	}
	return readNs(c, numbers)
}
