package event

import (
	"strconv"
	"strings"
	"time"
)

// clockSkew is how far ahead of us a tool's clock may be believed.
const clockSkew = 24 * time.Hour

var timeLayouts = []string{
	time.RFC3339Nano, "2006-01-02T15:04:05.999999999Z0700", "2006-01-02T15:04:05.999999999", "2006-01-02T15:04Z07:00",
	"2006-01-02 15:04:05.999999999Z07:00", "2006-01-02 15:04:05.999999999 Z07:00", "2006-01-02 15:04:05.999999999 Z0700",
	"2006-01-02 15:04:05.999999999 UTC", "2006-01-02 15:04:05.999999999 Z0700 MST", "2006-01-02 15:04:05.999999999",
	"2006-01-02 15:04", "2006/01/02 15:04:05", "02/Jan/2006:15:04:05 -0700", time.RFC1123Z, time.RFC1123, time.RFC850,
	time.ANSIC, time.UnixDate, time.RubyDate, time.RFC822Z, "Jan _2 2006 15:04:05", "Jan _2, 2006 15:04:05 UTC",
}

// yearless are syslog's layouts (RFC 3164).
var yearless = []string{"Jan _2 15:04:05", "Jan _2 15:04:05.999999", "Jan 02 15:04:05"}

// ParseTime reads a time in any of the forms that tools use: RFC 3339 and its
// relatives, seconds to nanoseconds since 1970, syslog. A time without a zone
// is UTC; one without a year is the nearest to received. Times before 2000,
// and times too far ahead of received to be a clock's mistake, are not
// believed; a zero received stands for "whenever".
func ParseTime(s string, received time.Time) (time.Time, bool) {
	s = strings.TrimSpace(s)
	if len(s) > 64 {
		return time.Time{}, false
	}
	at, ok := ParseEpoch(s)
	for i := 0; !ok && i < len(timeLayouts); i++ {
		t, err := time.Parse(timeLayouts[i], s)
		at, ok = t, err == nil
	}
	for i := 0; !ok && i < len(yearless); i++ {
		t, err := time.Parse(yearless[i], s)
		at, ok = nearestYear(t, received), err == nil
	}
	if !ok || at.Year() < 2000 || at.Year() > 9998 || !received.IsZero() && at.After(received.Add(clockSkew)) {
		return time.Time{}, false
	}
	return at.UTC().Truncate(time.Microsecond), true
}

// ParseEpoch reads a number since 1970; its size tells the unit: seconds,
// which may have a fraction, to nanoseconds.
func ParseEpoch(s string) (time.Time, bool) {
	whole, fraction, _ := strings.Cut(s, ".")
	n, err := strconv.ParseInt(whole, 10, 64)
	if err != nil || len(whole) < 9 || n < 0 || strings.Trim(fraction, "0123456789") != "" {
		return time.Time{}, false
	}
	switch {
	case len(whole) <= 11:
		micros, _ := strconv.ParseInt((fraction + "000000")[:6], 10, 64)
		return time.Unix(n, micros*1000), true
	case len(whole) <= 14:
		return time.UnixMilli(n), true
	case len(whole) <= 17:
		return time.UnixMicro(n), true
	}
	return time.Unix(0, n), true
}

// nearestYear gives a date without a year the one that brings it closest to
// received.
func nearestYear(t, received time.Time) time.Time {
	received = received.UTC()
	best := t
	for year := received.Year() - 1; year <= received.Year()+1; year++ {
		c := time.Date(year, t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC)
		if c.Sub(received).Abs() < best.Sub(received).Abs() {
			best = c
		}
	}
	return best
}
