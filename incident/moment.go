package incident

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

// moment is a time as typed, before anybody asks which instant it is.
type moment struct {
	instant  time.Time     // RFC 3339
	offset   time.Duration // from now, when relative
	relative bool
	day      day
	clock    clock
	hasClock bool
	zone     *time.Location // that was named; nil: the person's
}

// day is which day was named, if any.
type day struct {
	kind    dayKind
	offset  int          // days from today
	date    time.Time    // only its year, month and day count
	weekday time.Weekday // the last one, or the next where something is due
}

type dayKind int

const (
	noDay dayKind = iota
	relativeDay
	dateDay
	weekDay
)

// pastMoment reads words that say when something happened.
func pastMoment(words []string) (moment, bool) {
	if len(words) == 1 {
		if m, ok := instantMoment(words[0]); ok {
			return m, true
		}
	}
	if len(words) == 2 && strings.EqualFold(words[1], "ago") {
		d, ok := parseSpan(words[0])
		return moment{relative: true, offset: -d}, ok
	}
	d, words := parseDay(words)
	if d.kind == noDay && len(words) > 1 {
		d, words = shortDay(words)
	}
	if d.kind == relativeDay && d.offset > 0 {
		return moment{}, false
	}
	return clockMoment(d, words)
}

// dueMoment reads words that say when something is due.
func dueMoment(words []string) (moment, bool) {
	if len(words) == 1 {
		if m, ok := instantMoment(words[0]); ok {
			return m, true
		}
	}
	if len(words) == 2 && strings.EqualFold(words[0], "in") {
		d, ok := parseSpan(words[1])
		return moment{relative: true, offset: d}, ok && d > 0
	}
	d, words := parseDay(words)
	if d.kind == relativeDay && d.offset < 0 {
		return moment{}, false
	}
	if d.kind != noDay && len(words) == 0 {
		return moment{day: d}, true
	}
	return clockMoment(d, words)
}

// instantMoment reads RFC 3339.
func instantMoment(word string) (moment, bool) {
	t, err := time.Parse(time.RFC3339Nano, word)
	return moment{instant: t}, err == nil && sane(t)
}

// clockMoment reads what must be left after the day: a clock time.
func clockMoment(d day, words []string) (moment, bool) {
	m := moment{day: d, hasClock: true}
	// UTC is what logs and consoles show. Taken for text, it would leave
	// the entry hours off.
	if len(words) > 1 {
		if m.zone = namedZone(words[len(words)-1]); m.zone != nil {
			words = words[:len(words)-1]
		}
	}
	if len(words) == 0 || len(words) > 2 {
		return moment{}, false
	}
	half := ""
	if len(words) == 2 {
		if half = strings.ToLower(words[1]); half != "am" && half != "pm" {
			return moment{}, false
		}
	}
	var ok bool
	m.clock, ok = parseClock(strings.ToLower(words[0]) + half)
	return m, ok
}

// zoneForm is a zone's name in the IANA database, such as Europe/Paris.
var zoneForm = regexp.MustCompile(`^[A-Z][A-Za-z_]{1,30}(/[A-Z][A-Za-z0-9_+-]{1,30}){1,2}$`)

// namedZone is the zone of that name; nil: it is none.
func namedZone(word string) *time.Location {
	if word == "UTC" {
		return time.UTC
	}
	if !zoneForm.MatchString(word) {
		return nil
	}
	loc, err := time.LoadLocation(word)
	if err != nil {
		return nil
	}
	return loc
}

// parseDay takes the day off the start of words, if one is there.
func parseDay(words []string) (day, []string) {
	if len(words) == 0 {
		return day{}, words
	}
	word := strings.ToLower(words[0])
	switch word {
	case "yesterday":
		return day{kind: relativeDay, offset: -1}, words[1:]
	case "today":
		return day{kind: relativeDay}, words[1:]
	case "tomorrow":
		return day{kind: relativeDay, offset: 1}, words[1:]
	}
	for d := time.Sunday; d <= time.Saturday; d++ {
		if word == strings.ToLower(d.String()) {
			return day{kind: weekDay, weekday: d}, words[1:]
		}
	}
	if date, err := time.Parse(time.DateOnly, word); err == nil && sane(date) {
		return day{kind: dateDay, date: date}, words[1:]
	}
	return day{}, words
}

// shortDay takes Mon or Tue off the start of words.
func shortDay(words []string) (day, []string) {
	for d := time.Sunday; d <= time.Saturday; d++ {
		if strings.EqualFold(words[0], d.String()[:3]) {
			return day{kind: weekDay, weekday: d}, words[1:]
		}
	}
	return day{}, words
}

// sane keeps out years that can only be slips of the finger and that not
// every calendar downstream can hold.
func sane(t time.Time) bool { return t.Year() >= 1970 && t.Year() <= 9998 }

var spanForm = regexp.MustCompile(`^(\d{1,5})(d|h|m|s)`)

// parseSpan reads 10m, 2h, 3d and 1h30m.
func parseSpan(word string) (time.Duration, bool) {
	word = strings.ToLower(word)
	units := map[string]time.Duration{"d": 24 * time.Hour, "h": time.Hour, "m": time.Minute, "s": time.Second}
	var total time.Duration
	last := time.Duration(1<<63 - 1)
	for word != "" {
		parts := spanForm.FindStringSubmatch(word)
		if parts == nil || units[parts[2]] >= last {
			return 0, false
		}
		n, _ := strconv.Atoi(parts[1])
		last = units[parts[2]]
		total += time.Duration(n) * last
		word = word[len(parts[0]):]
	}
	return total, last < 1<<63-1 && total <= 3660*24*time.Hour
}

// past says which instant m was, for somebody whose clock shows now.
func (m moment) past(now time.Time) (time.Time, error) {
	if m.relative {
		return now.Add(m.offset), nil
	}
	if !m.hasClock {
		return m.instant, nil
	}
	if m.zone != nil {
		now = now.In(m.zone)
	}
	date := m.day.in(now)
	if m.day.kind == weekDay && date.Weekday() != now.Weekday() {
		date = date.AddDate(0, 0, -7)
	}
	shown := m.clock.on(date, now.Location())
	if m.day.kind == relativeDay || m.day.kind == dateDay {
		return shown.one()
	}
	shown = shown.keep(func(t time.Time) bool { return !t.After(now.Add(ClockSkew)) })
	if len(shown.times) == 0 {
		shown = m.clock.on(date.AddDate(0, 0, -m.day.again()), now.Location())
	}
	return shown.one()
}

// due says which instant m will be, for somebody whose clock shows now.
func (m moment) due(now time.Time) (time.Time, error) {
	if m.relative {
		return now.Add(m.offset), nil
	}
	if !m.hasClock && m.day.kind == noDay {
		return m.instant, nil
	}
	if m.zone != nil {
		now = now.In(m.zone)
	}
	date := m.day.in(now)
	ahead := func(t time.Time) bool { return t.After(now) }
	if !m.hasClock {
		shown := endOfWork.on(date, now.Location())
		if len(shown.keep(ahead).times) == 0 {
			shown = endOfDay.on(date, now.Location())
		}
		return shown.one()
	}
	shown := m.clock.on(date, now.Location()).keep(ahead)
	if len(shown.times) == 0 {
		shown = m.clock.on(date.AddDate(0, 0, m.day.again()), now.Location())
	}
	return shown.one()
}

// When a day is due that was named without a time, and when it is for
// somebody who says so after work.
var (
	endOfWork = clock{hour: 17}
	endOfDay  = clock{hour: 23, minute: 59}
)

// in gives the date of the day named, seen from now, as noon in UTC.
func (d day) in(now time.Time) time.Time {
	if d.kind == dateDay {
		now = d.date
	}
	noon := time.Date(now.Year(), now.Month(), now.Day(), 12, 0, 0, 0, time.UTC)
	if d.kind == weekDay {
		return noon.AddDate(0, 0, (int(d.weekday-now.Weekday())+7)%7)
	}
	return noon.AddDate(0, 0, d.offset)
}

// again says in how many days the day comes again: a bare clock time
// tomorrow, a weekday next week, a date never.
func (d day) again() int {
	switch d.kind {
	case noDay:
		return 1
	case weekDay:
		return 7
	}
	return 0
}

// ParseShift reads by how much times are off, such as +1h, -30m or 1h30m.
func ParseShift(s string) (time.Duration, bool) {
	span, back := strings.CutPrefix(strings.TrimSpace(s), "-")
	if !back {
		span = strings.TrimPrefix(span, "+")
	}
	d, ok := parseSpan(span)
	if back {
		d = -d
	}
	return d, ok && d != 0
}
