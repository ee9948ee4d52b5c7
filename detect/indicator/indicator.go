package indicator

import (
	"slices"
	"strings"

	"firebreak/incident"
)

// Limits on one text.
const (
	MaxText  = 256 << 10 // bytes that are looked at; Slack's longest message has 40,000 characters
	MaxFound = 500       // different indicators
	maxValue = 512       // bytes of a value; longer ones are none
)

// Options say what the operator's own things are.
type Options struct {
	// OwnDomains are the domains of the organisation, in lower case. They
	// and links to them are no indicators; a name below one is a host, a
	// mail address there an account.
	OwnDomains []string
	// NoPrivate leaves out addresses of private and link-local networks.
	NoPrivate bool
}

// Indicator is one that was found, and where: the bytes from Start to End of
// the text, as they were written.
type Indicator struct {
	incident.Indicator
	Start, End int
}

// Shown is the indicator as people may be shown it: see Defang.
func (i Indicator) Shown() string { return Defang(i.Indicator) }

// Extract gives the indicators in a text, each once, where it is first said,
// in order of their ends.
func Extract(text string, o Options) []Indicator {
	if len(text) > MaxText {
		text = strings.ToValidUTF8(text[:MaxText], "")
	}
	if !strings.ContainsAny(text, telling) {
		return nil
	}
	s := scanner{text: refang(text), opts: o, failedColons: -1}
	s.scan()
	return s.found
}

// telling are characters of which every indicator has at least one.
const telling = ".:/@\\=0123456789T" + "。．｡" + " "

// Parse reads what somebody asks for: one indicator, defanged or not. ok is
// false when the text is none, or more than one.
func Parse(text string) (incident.Indicator, bool) {
	text = strings.TrimSpace(text)
	for _, t := range incident.IndicatorTypes() { // account:alice, host:web-01
		rest, named := strings.CutPrefix(text, string(t)+":")
		if !named || rest == "" {
			continue
		}
		if t == incident.IndicatorAccount || t == incident.IndicatorHost {
			return incident.Indicator{Type: t, Value: strings.ToLower(refang(rest).clean)}, len(rest) <= maxValue
		}
		text = rest
	}
	found := Extract(text, Options{})
	if len(found) == 0 {
		return incident.Indicator{}, false
	}
	first := found[0] // of a URL: the URL, before its host
	link := strings.HasPrefix(text, "<") && strings.IndexByte(text, '>') == len(text)-1
	before, after := strings.Trim(text[:first.Start], "`\"'*_~([{"), strings.Trim(text[first.End:], "`\"'*_~)]}.,;:!?/")
	if !link && before+after != "" {
		return incident.Indicator{}, false
	}
	return first.Indicator, true
}

// add keeps an indicator found at from to to of the clean text.
func (s *scanner) add(t incident.IndicatorType, value string, from, to int) {
	if value == "" || len(value) > maxValue || len(s.found) == MaxFound {
		return
	}
	i := incident.Indicator{Type: t, Value: value}
	if s.known(i) {
		return
	}
	s.found = append(s.found, Indicator{Indicator: i, Start: s.text.origin(from), End: s.text.originEnd(to)})
}

// fewFound is how many indicators are compared one by one.
const fewFound = 16

// known says whether the indicator was found before; if not, it is from now
// on.
func (s *scanner) known(i incident.Indicator) bool {
	if len(s.found) < fewFound {
		return slices.ContainsFunc(s.found, func(f Indicator) bool { return f.Indicator == i })
	}
	if s.seen == nil {
		s.seen = map[incident.Indicator]bool{}
		for _, f := range s.found {
			s.seen[f.Indicator] = true
		}
	}
	known := s.seen[i]
	s.seen[i] = true
	return known
}
