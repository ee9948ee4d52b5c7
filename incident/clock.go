package incident

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"time"
)

// clock is a time of day.
type clock struct{ hour, minute, second int }

var clockForm = regexp.MustCompile(`^(\d{1,2}):(\d{2})(?::(\d{2}))?(am|pm)?$`)

// parseClock reads 14:32, 14:32:05 and 2:32pm.
func parseClock(word string) (clock, bool) {
	parts := clockForm.FindStringSubmatch(word)
	if parts == nil {
		return clock{}, false
	}
	hour, _ := strconv.Atoi(parts[1])
	minute, _ := strconv.Atoi(parts[2])
	second, _ := strconv.Atoi(cmp.Or(parts[3], "0"))
	if half := parts[4]; half != "" {
		if hour < 1 || hour > 12 {
			return clock{}, false
		}
		hour %= 12
		if half == "pm" {
			hour += 12
		}
	}
	return clock{hour, minute, second}, hour < 24 && minute < 60 && second < 60
}

// on says when the clocks of loc show c on a date. Only date's year, month
// and day count.
func (c clock) on(date time.Time, loc *time.Location) showing {
	wall := time.Date(date.Year(), date.Month(), date.Day(), c.hour, c.minute, c.second, 0, time.UTC)
	// Whatever offset was in force, it was so within a day of wall.
	var all, fit []time.Time
	for _, near := range []time.Duration{-24 * time.Hour, 0, 24 * time.Hour} {
		_, offset := wall.Add(near).In(loc).Zone()
		at := wall.Add(-time.Duration(offset) * time.Second).In(loc)
		all = append(all, at)
		if at.Format(time.DateTime) == wall.Format(time.DateTime) {
			fit = append(fit, at)
		}
	}
	if len(fit) > 0 {
		return showing{times: distinct(fit)}
	}
	return showing{times: distinct(all), skipped: true}
}

// showing is when a clock showed a time on one date: once, twice when clocks
// went back, or never, and then times are what it may be meant to be.
type showing struct {
	times   []time.Time
	skipped bool
}

// keep leaves the times that fit. A skipped time keeps both its meanings
// while one of them fits.
func (s showing) keep(fits func(time.Time) bool) showing {
	if s.skipped && slices.ContainsFunc(s.times, fits) {
		return s
	}
	s.times = slices.DeleteFunc(slices.Clone(s.times), func(t time.Time) bool { return !fits(t) })
	return s
}

// one gives the only instant, or asks back.
func (s showing) one() (time.Time, error) {
	first, last := s.times[0], s.times[len(s.times)-1]
	if first.Equal(last) {
		return first, nil
	}
	return time.Time{}, &UnclearTimeError{Skipped: s.skipped, Candidates: [2]time.Time{first, last}}
}

// distinct sorts times and drops repeats.
func distinct(ts []time.Time) []time.Time {
	slices.SortFunc(ts, time.Time.Compare)
	return slices.CompactFunc(ts, time.Time.Equal)
}
