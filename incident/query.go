package incident

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// Query is what somebody searches for. What is zero does not choose; of
// several places, people, kinds, lanes or severities any will do.
type Query struct {
	Terms      []string // words and phrases, all of which must be there
	Without    []string // words and phrases, none of which may be there
	Incidents  []Number
	Channels   []string // Slack channel ids or names, without #
	From       []string // Slack user ids or names, without @
	Kinds      []Kind
	Severities []Severity
	Lanes      []Lane
	Indicators []Indicator // any of these; as parsed, of no type and as typed: see detect/indicator
	After      time.Time   // happened then or later
	Before     time.Time   // happened earlier
	Pinned     bool
	Relevance  bool // the best match first instead of the newest
	Page       int  // from 1
}

// LastPage bounds how far a search can be leafed through.
const LastPage = 50

// QueryError says which filter of a query cannot be meant, and how it is
// written.
type QueryError struct {
	Typed string // as the person wrote it, such as sev:9
	Wrong string // what is wrong with it: "is no severity"
	Right string // the right form: "sev:1 (worst) to sev:4"
}

func (e *QueryError) Error() string {
	return fmt.Sprintf("%s %s: write %s", e.Typed, e.Wrong, e.Right)
}

// ParseQuery reads what a person searches for: words, "phrases", -excluded
// words, and filters such as kind:note. Local times are in loc (nil: UTC).
//
// A colon behind anything but a filter's name is text, so addresses and links
// may be pasted. The error is a *QueryError or an *UnclearTimeError.
func ParseQuery(text string, now time.Time, loc *time.Location) (Query, error) {
	p := queryParser{rest: straighten(text), now: now, loc: loc, q: Query{Page: 1}}
	for {
		p.rest = strings.TrimLeftFunc(p.rest, unicode.IsSpace)
		if p.rest == "" {
			return p.q, nil
		}
		if err := p.next(); err != nil {
			return Query{}, err
		}
	}
}

// straighten makes the quotes that phones type plain ones, and takes out what
// is no text.
func straighten(text string) string {
	return strings.Map(func(r rune) rune {
		switch r {
		case 0:
			return ' '
		case '“', '”', '„', '«', '»':
			return '"'
		}
		return r
	}, strings.ToValidUTF8(text, " "))
}

// queryParser holds what is left of a query to read.
type queryParser struct {
	rest string
	now  time.Time
	loc  *time.Location
	q    Query
}

// next reads one word, phrase or filter.
func (p *queryParser) next() error {
	into := &p.q.Terms
	if after, minus := strings.CutPrefix(p.rest, "-"); minus && excludes(after) {
		p.rest, into = after, &p.q.Without
	}
	if p.rest[0] == '"' {
		*into = append(*into, p.quoted())
		return nil
	}
	word := p.rest[:wordEnd(p.rest)]
	name, _, colon := strings.Cut(word, ":")
	read, known := filters[strings.ToLower(name)]
	if !colon || !known {
		p.rest = p.rest[len(word):]
		*into = append(*into, word)
		return nil
	}
	if into == &p.q.Without {
		return &QueryError{Typed: "-" + word, Wrong: "excludes a filter, but only words can be", Right: "-word or -\"some words\""}
	}
	p.rest = p.rest[len(name)+1:]
	return read(p, strings.ToLower(name)+":")
}

// excludes says whether a minus before s excludes: --flag and a lone dash are
// text.
func excludes(s string) bool {
	return s != "" && s[0] != '-' && strings.IndexFunc(s, unicode.IsSpace) != 0
}

// quoted takes a phrase; a quote never closed reaches to the end.
func (p *queryParser) quoted() string {
	phrase, rest, _ := strings.Cut(p.rest[1:], `"`)
	p.rest = rest
	return phrase
}

// wordEnd is where the first word of s ends: at white space or a quote.
func wordEnd(s string) int {
	if i := strings.IndexFunc(s, func(r rune) bool { return r == '"' || unicode.IsSpace(r) }); i >= 0 {
		return i
	}
	return len(s)
}

// value takes what stands behind a filter's colon: a word, a phrase, or a
// mention or channel as Slack writes it, whose label may hold blanks.
func (p *queryParser) value() string {
	if strings.HasPrefix(p.rest, `"`) {
		return strings.TrimSpace(p.quoted())
	}
	end := wordEnd(p.rest)
	if close := strings.IndexByte(p.rest, '>'); close >= 0 && strings.HasPrefix(p.rest, "<") {
		end = close + 1
	}
	value := p.rest[:end]
	p.rest = p.rest[end:]
	return value
}

// filters are read by name, in any letter case.
var filters = map[string]func(p *queryParser, name string) error{
	"in":     (*queryParser).in,
	"from":   (*queryParser).from,
	"kind":   (*queryParser).kind,
	"sev":    (*queryParser).severity,
	"lane":   (*queryParser).lane,
	"before": (*queryParser).before,
	"after":  (*queryParser).after,
	"pinned": (*queryParser).pinned,
	"ioc":    (*queryParser).indicator,
	"sort":   (*queryParser).sort,
	"page":   (*queryParser).page,
}

// refuse complains about a filter's value.
func refuse(name, value, wrong, right string) error {
	if value == "" {
		wrong = "needs something right behind the colon"
	}
	return &QueryError{Typed: name + value, Wrong: wrong, Right: right}
}

func (p *queryParser) in(name string) error {
	value := p.value()
	if n, err := ParseNumber(value); err == nil {
		p.q.Incidents = append(p.q.Incidents, n)
		return nil
	}
	channel, hash := strings.CutPrefix(value, "#")
	if id, token := slackID(value, "#"); token {
		channel, hash = id, true
	}
	if channel == "" || !hash {
		return refuse(name, value, "names no incident", "in:INC-3 or in:#channel")
	}
	p.q.Channels = append(p.q.Channels, channel)
	return nil
}

func (p *queryParser) from(name string) error {
	value := p.value()
	who := strings.TrimPrefix(value, "@")
	if id, token := slackID(value, "@"); token {
		who = id
	}
	if who == "" {
		return refuse(name, value, "names nobody", "from:@user or from:name")
	}
	p.q.From = append(p.q.From, who)
	return nil
}

// slackID takes the id out of <@U1|name> or <#C1|name>.
func slackID(value, sigil string) (id string, ok bool) {
	token, open := strings.CutPrefix(value, "<"+sigil)
	token, closed := strings.CutSuffix(token, ">")
	id, _, _ = strings.Cut(token, "|")
	return id, open && closed
}

func (p *queryParser) kind(name string) error {
	value := p.value()
	for _, k := range append(Kinds(), KindRCA) {
		if strings.EqualFold(value, string(k)) {
			p.q.Kinds = append(p.q.Kinds, k)
			return nil
		}
	}
	return refuse(name, value, "is no kind", "kind: with one of "+kindNames())
}

func kindNames() string {
	var names []string
	for _, k := range append(Kinds(), KindRCA) {
		names = append(names, string(k))
	}
	return strings.Join(names, ", ")
}

func (p *queryParser) lane(name string) error {
	value := p.value()
	lane, ok := ParseLane(value)
	if !ok {
		return refuse(name, value, "is no lane", "lane:responder or lane:adversary")
	}
	p.q.Lanes = append(p.q.Lanes, lane)
	return nil
}

func (p *queryParser) severity(name string) error {
	value := p.value()
	sev, err := ParseSeverity(value)
	if err != nil {
		return refuse(name, value, "is no severity", "sev:1 (worst) to sev:4")
	}
	p.q.Severities = append(p.q.Severities, sev)
	return nil
}

func (p *queryParser) before(name string) error {
	at, err := p.moment(name)
	if err == nil && (p.q.Before.IsZero() || at.Before(p.q.Before)) {
		p.q.Before = at
	}
	return err
}

func (p *queryParser) after(name string) error {
	at, err := p.moment(name)
	if err == nil && at.After(p.q.After) {
		p.q.After = at
	}
	return err
}

// moment takes a time, as ParseWhen knows them, or a day, which stands for
// its beginning.
func (p *queryParser) moment(name string) (time.Time, error) {
	typed, rest, ok := SplitWhen(p.rest)
	if ok && wordEnd(p.rest) > 0 { // neither quoted nor behind a blank
		p.rest = " " + rest
	} else {
		typed = p.value()
	}
	if d, more := parseDay(strings.Fields(typed)); len(more) == 0 && (d.kind == dateDay || d.kind == relativeDay) {
		day := d.in(p.now.In(zone(p.loc)))
		return time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, zone(p.loc)), nil
	}
	at, rest, err := ParseWhen(typed, p.now, p.loc)
	if errors.Is(err, ErrNoTime) || err == nil && strings.TrimSpace(rest) != "" {
		return at, refuse(name, typed, "is no time I know", name+"2026-11-20, "+name+"14:32 or "+name+`"yesterday 23:10"`)
	}
	return at, err
}

func (p *queryParser) pinned(name string) error {
	switch value := p.value(); strings.ToLower(value) {
	case "", "yes", "true":
		p.q.Pinned = true
		return nil
	default:
		return refuse(name, value, "is unknown", "pinned:yes")
	}
}

// indicator takes an indicator as it was typed: who knows what indicators
// look like has to make one of it.
func (p *queryParser) indicator(name string) error {
	value := p.value()
	if value == "" {
		return refuse(name, value, "names nothing", "ioc:evil[.]com, ioc:203.0.113.5 or ioc:account:alice")
	}
	p.q.Indicators = append(p.q.Indicators, Indicator{Value: value})
	return nil
}

func (p *queryParser) sort(name string) error {
	switch value := p.value(); strings.ToLower(value) {
	case "newest":
		p.q.Relevance = false
	case "relevance":
		p.q.Relevance = true
	default:
		return refuse(name, value, "is no order", "sort:newest or sort:relevance")
	}
	return nil
}

func (p *queryParser) page(name string) error {
	value := p.value()
	n, err := strconv.Atoi(value)
	if err != nil || n < 1 || n > LastPage {
		return refuse(name, value, "is no page", "page:2, up to page:"+strconv.Itoa(LastPage))
	}
	p.q.Page = n
	return nil
}
