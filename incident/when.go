package incident

import (
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// ErrNoTime says that a text does not begin with (ParseWhen) or is not
// (ParseDue) a time.
var ErrNoTime = errors.New("no time such as 14:32, 10m ago, yesterday 23:10 or 2026-11-20 23:10")

// ErrPast says that a due date is over already.
var ErrPast = errors.New("that is over already")

// ClockSkew is how far in the future a bare clock time may lie and still
// mean today: people's watches run ahead of ours.
const ClockSkew = 5 * time.Minute

// UnclearTimeError says that a local time does not name one instant: when
// clocks go back it happens twice, when they go forward it never does. The
// person has to be asked which candidate is meant.
type UnclearTimeError struct {
	Text       string       // the time as typed
	Skipped    bool         // it never happened; otherwise it happened twice
	Candidates [2]time.Time // earlier first, in the person's zone
}

func (e *UnclearTimeError) Error() string {
	what := "happened twice, when the clocks went back"
	if e.Skipped {
		what = "never happened, the clocks went forward"
	}
	return fmt.Sprintf("%q %s: say %s or %s", e.Text, what,
		e.Candidates[0].Format(time.RFC3339), e.Candidates[1].Format(time.RFC3339))
}

// ParseWhen reads the longest time at the start of text, for what has
// happened: 14:32, 2:32pm, 14:32 UTC, 10m ago, 1h30m ago, yesterday 23:10,
// today 9:00, Mon 9:00, 2026-11-20 23:10, 2026-11-20 23:10 Europe/Paris or RFC
// 3339. Local times are in loc (nil: UTC).
//
// A clock time alone is the last time that clock showed it: one later than
// now (by more than ClockSkew) means yesterday. A weekday is the last one,
// today included. Times that name their date are taken as they are, also when
// they lie in the future.
//
// rest is what follows the one white-space character after the time, exactly
// as typed. The error is ErrNoTime or an *UnclearTimeError.
func ParseWhen(text string, now time.Time, loc *time.Location) (at time.Time, rest string, err error) {
	moment, typed, rest, ok := splitMoment(text, pastMoment)
	if !ok {
		return time.Time{}, "", ErrNoTime
	}
	at, err = moment.past(now.In(zone(loc)))
	if err != nil {
		return time.Time{}, "", named(err, typed)
	}
	return at, rest, nil
}

// ParseCorrection reads all of text as ParseWhen does, for something that is
// thought to have happened at was. A clock time alone is the one nearest to
// that: whoever corrects Tuesday's timeline on Thursday means Tuesday.
func ParseCorrection(text string, was, now time.Time, loc *time.Location) (time.Time, error) {
	m, typed, rest, ok := splitMoment(text, pastMoment)
	if !ok || strings.TrimSpace(rest) != "" {
		return time.Time{}, ErrNoTime
	}
	if near := was.Add(12*time.Hour - ClockSkew); m.hasClock && m.day.kind == noDay && near.Before(now) {
		now = near
	}
	at, err := m.past(now.In(zone(loc)))
	if err != nil {
		return time.Time{}, named(err, typed)
	}
	return at, nil
}

// SplitWhen divides text as ParseWhen does, without asking which instant the
// time is: that takes the person's zone. ok is false when text does not begin
// with a time.
func SplitWhen(text string) (when, rest string, ok bool) {
	_, when, rest, ok = splitMoment(text, pastMoment)
	return when, rest, ok
}

// ParseDue reads when something is due: 17:00, today, tomorrow, tomorrow
// 9:00, friday, friday 9:00, 2026-11-25, 2026-11-25 9:00, in 2h, in 3d or
// RFC 3339. All of text must be the time. Local times are in loc (nil: UTC).
//
// A clock time alone is the next time the clock shows it; a weekday is the
// next one, today included. A day alone is due at 17:00, or, today after
// that, at 23:59. The error is ErrNoTime, ErrPast or an *UnclearTimeError.
func ParseDue(text string, now time.Time, loc *time.Location) (time.Time, error) {
	m, ok := dueMoment(strings.Fields(text))
	if !ok {
		return time.Time{}, ErrNoTime
	}
	at, err := m.due(now.In(zone(loc)))
	if err != nil {
		return time.Time{}, named(err, strings.Join(strings.Fields(text), " "))
	}
	if !at.After(now) {
		return time.Time{}, ErrPast
	}
	return at, nil
}

// IsDue says whether text has the form of a due date, whatever the day and
// the zone.
func IsDue(text string) bool {
	_, ok := dueMoment(strings.Fields(text))
	return ok
}

// timeWords is how many words the longest time has: 2026-11-20 2:32 pm UTC.
const timeWords = 4

// splitMoment takes the longest run of words at the start of text that read
// accepts.
func splitMoment(text string, read func([]string) (moment, bool)) (m moment, typed, rest string, ok bool) {
	var words []string
	var ends []int
	for at := 0; len(words) < timeWords; {
		start := at + len(text[at:]) - len(strings.TrimLeft(text[at:], " \t\u00a0"))
		length := strings.IndexFunc(text[start:], unicode.IsSpace)
		if length < 0 {
			length = len(text) - start
		}
		if length == 0 {
			break
		}
		at = start + length
		words, ends = append(words, text[start:at]), append(ends, at)
	}
	for n := len(words); n > 0; n-- {
		if m, ok = read(words[:n]); !ok {
			continue
		}
		end := ends[n-1]
		_, sep := utf8.DecodeRuneInString(text[end:])
		return m, strings.Join(words[:n], " "), text[end+sep:], true
	}
	return moment{}, "", "", false
}

// named puts the typed words into an unclear time's error.
func named(err error, typed string) error {
	if e, ok := errors.AsType[*UnclearTimeError](err); ok {
		e.Text = typed
	}
	return err
}

func zone(loc *time.Location) *time.Location {
	if loc == nil {
		return time.UTC
	}
	return loc
}
