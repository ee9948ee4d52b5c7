package lines

import (
	"errors"
	"strconv"
	"strings"
	"time"
)

var (
	errNoZone  = errors.New("names no time zone: say which it is")
	errUnknown = errors.New("is no time I know: write RFC 3339, such as 2026-11-22T14:32:00Z, or seconds since 1970")
	errFarAway = errors.New("is not between 1980 and 2100")
	errTwice   = errors.New("was there twice in that time zone, when the clocks were put back: add the offset")
	errNever   = errors.New("was left out in that time zone, when the clocks were put forward: add the offset")
)

// Layouts of times, with a zone and without. A fraction of the second may
// follow in each.
var (
	zoned = []string{
		"2006-01-02T15:04:05Z07:00", "2006-01-02 15:04:05Z07:00", "2006-01-02T15:04:05Z0700", "2006-01-02 15:04:05Z0700",
		"2006-01-02 15:04:05 Z07:00", "2006-01-02 15:04:05 -0700", "2006-01-02T15:04Z07:00", "2006-01-02 15:04Z07:00",
		"02/Jan/2006:15:04:05 -0700", "Mon, 02 Jan 2006 15:04:05 -0700",
	}
	unzoned = []string{"2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006/01/02 15:04:05", "2006-01-02T15:04", "2006-01-02 15:04"}
)

// parseTime reads a time of a log: RFC 3339 and its kin, or a number of
// seconds, milli-, micro- or nanoseconds since 1970, told apart by its size.
// Without a zone of its own it is in zone, if that is not nil.
func parseTime(value string, zone *time.Location) (time.Time, error) {
	if at, ok := epoch(value); ok {
		return ours(at)
	}
	for _, utc := range []string{" UTC", " GMT"} {
		if rest, ok := strings.CutSuffix(value, utc); ok {
			value = rest + "Z"
		}
	}
	for _, layout := range zoned {
		if at, err := time.Parse(layout, value); err == nil {
			return ours(at)
		}
	}
	for _, layout := range unzoned {
		wall, err := time.Parse(layout, value)
		if err != nil {
			continue
		}
		if zone == nil {
			return time.Time{}, errNoZone
		}
		at, err := at(wall, zone)
		if err != nil {
			return time.Time{}, err
		}
		return ours(at)
	}
	return time.Time{}, errUnknown
}

// epoch reads a number of seconds since 1970 or of parts of them, as exactly
// as it is written.
func epoch(value string) (time.Time, bool) {
	whole, fraction, _ := strings.Cut(value, ".")
	n, err := strconv.ParseInt(whole, 10, 64)
	if err != nil || n < 0 || strings.Trim(fraction, "0123456789") != "" || len(fraction) > 30 {
		return time.Time{}, false
	}
	switch digits := len(strings.TrimLeft(whole, "0")); {
	case digits <= 11:
		nanos, _ := strconv.ParseInt((fraction + "000000000")[:9], 10, 64)
		return time.Unix(n, nanos), true
	case digits <= 14:
		return time.UnixMilli(n), true
	case digits <= 17:
		return time.UnixMicro(n), true
	}
	return time.Unix(0, n), true
}

// ours refuses what no log of today can tell: mostly it is a number that is no
// time.
func ours(at time.Time) (time.Time, error) {
	if at = at.UTC(); at.Year() < 1980 || at.Year() > 2100 {
		return time.Time{}, errFarAway
	}
	return at, nil
}

// at is the moment at which the clocks of a zone show a time.
func at(wall time.Time, zone *time.Location) (time.Time, error) {
	var found []time.Time
	for _, near := range []time.Duration{-24 * time.Hour, 24 * time.Hour} {
		_, offset := wall.Add(near).In(zone).Zone()
		moment := wall.Add(-time.Duration(offset) * time.Second)
		if shows(moment.In(zone), wall) && (len(found) == 0 || !moment.Equal(found[0])) {
			found = append(found, moment)
		}
	}
	switch len(found) {
	case 0:
		return time.Time{}, errNever
	case 1:
		return found[0], nil
	}
	return time.Time{}, errTwice
}

// shows says whether a clock reads the same as wall, which is in UTC.
func shows(clock, wall time.Time) bool {
	return clock.Format("2006-01-02T15:04:05.000000000") == wall.Format("2006-01-02T15:04:05.000000000")
}
