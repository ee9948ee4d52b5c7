package pagerduty

import (
	"context"
	"errors"
	"net/url"
	"strconv"
	"time"
)

// Limits of PagerDuty's classic pagination ("Pagination").
const (
	maxLimit = 100   // results of one read
	maxReach = 10000 // offset + limit
)

// maxWindow keeps since and until within the 6 months that /incidents allows
// ("List incidents").
const maxWindow = 150 * 24 * time.Hour

// reader reads results offset to offset+limit and tells whether there are more.
type reader[T any] func(ctx context.Context, offset, limit int) (results []T, more bool, err error)

// span is a stretch of time to read.
type span struct{ since, until time.Time }

// readAll reads page after page and leaves out what it has seen already by
// id. With overlap, each read begins a tenth before the end of the last one:
// a result that leaves the set between two reads shifts the others left, and
// a plain step would skip one. All is false when there was more than offsets
// can reach.
func readAll[T any](ctx context.Context, overlap bool, id func(T) string, read reader[T]) (results []T, all bool, err error) {
	limit := maxLimit
	for offset := 0; offset+limit <= maxReach; {
		got, more, err := read(ctx, offset, limit)
		if errors.Is(err, errTooLarge) && limit > 1 {
			limit = max(1, limit/4)
			continue
		}
		if err != nil {
			return nil, false, err
		}
		results = append(results, got...)
		if !more || len(got) == 0 {
			return unique(results, id), true, nil
		}
		step := len(got)
		if overlap {
			step -= step / 10
		}
		offset += step
	}
	return unique(results, id), false, nil
}

// readSpan reads a stretch of time in windows, halving those with more
// results than offsets can reach.
func readSpan[T any](ctx context.Context, call string, s span, id func(T) string, read func(span) reader[T]) ([]T, error) {
	var results []T
	for _, w := range windows(s) {
		got, err := readWindow(ctx, call, w, id, read)
		if err != nil {
			return nil, err
		}
		results = append(results, got...)
	}
	return unique(results, id), nil
}

func readWindow[T any](ctx context.Context, call string, w span, id func(T) string, read func(span) reader[T]) ([]T, error) {
	got, all, err := readAll(ctx, false, id, read(w))
	if err != nil || all {
		return got, err
	}
	half := w.until.Sub(w.since) / 2
	if half < time.Second {
		return nil, refuse(call, "too_many", "PagerDuty lists more than 10 000 results within one second")
	}
	middle := w.since.Add(half)
	early, err := readWindow(ctx, call, span{w.since, middle}, id, read)
	if err != nil {
		return nil, err
	}
	late, err := readWindow(ctx, call, span{middle, w.until}, id, read)
	if err != nil {
		return nil, err
	}
	return append(early, late...), nil
}

func windows(s span) []span {
	var ws []span
	for s.until.Sub(s.since) > maxWindow {
		next := s.since.Add(maxWindow)
		ws = append(ws, span{s.since, next})
		s.since = next
	}
	return append(ws, s)
}

// set puts both ends into a query, with their zone: PagerDuty reads a time
// without one in the account's zone, and a single end means one month.
func (s span) set(q url.Values) {
	q.Set("since", s.since.UTC().Format(time.RFC3339))
	// Up to the next whole second: the format cuts fractions off.
	q.Set("until", s.until.UTC().Add(time.Second-1).Format(time.RFC3339))
	q.Set("time_zone", "UTC")
}

// checked refuses a stretch without a beginning or an end.
func (s span) checked(call string) error {
	if s.since.IsZero() || s.until.Before(s.since) {
		return refuse(call, "invalid_span", "a stretch of time needs a beginning before its end")
	}
	return nil
}

func page(q url.Values, offset, limit int) url.Values {
	q.Set("offset", strconv.Itoa(offset))
	q.Set("limit", strconv.Itoa(limit))
	return q
}

// unique keeps the first of each id.
func unique[T any](all []T, id func(T) string) []T {
	seen := make(map[string]bool, len(all))
	kept := all[:0]
	for _, t := range all {
		if !seen[id(t)] {
			seen[id(t)] = true
			kept = append(kept, t)
		}
	}
	return kept
}
