package store

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"
	"unicode/utf8"
)

// micros is how a time is stored: microseconds UTC, 0 for none.
func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

// fromMicros is the reverse of micros.
func fromMicros(µs int64) time.Time {
	if µs == 0 {
		return time.Time{}
	}
	return time.UnixMicro(µs).UTC()
}

// timeColumn scans a stored time.
type timeColumn struct{ t *time.Time }

func (c timeColumn) Scan(src any) error {
	µs, ok := src.(int64)
	if !ok {
		return fmt.Errorf("time column holds %T", src)
	}
	*c.t = fromMicros(µs)
	return nil
}

// jsonColumn scans what jsonText stored.
type jsonColumn struct{ into any }

func (c jsonColumn) Scan(src any) error {
	s, ok := src.(string)
	if !ok {
		return fmt.Errorf("JSON column holds %T", src)
	}
	if s == "" {
		return nil
	}
	return json.Unmarshal([]byte(s), c.into)
}

// jsonText stores a list or map as JSON text, an empty one as "".
func jsonText[T any, C ~[]T](list C) (string, error) {
	if len(list) == 0 {
		return "", nil
	}
	b, err := json.Marshal(list)
	return string(b), err
}

// rawColumn scans bytes into a raw JSON message; empty becomes nil.
type rawColumn struct{ into *json.RawMessage }

func (c rawColumn) Scan(src any) error {
	b, ok := src.([]byte)
	if !ok {
		return fmt.Errorf("raw column holds %T", src)
	}
	*c.into = nil
	if len(b) > 0 {
		*c.into = append(json.RawMessage(nil), b...)
	}
	return nil
}

// blob makes nil storable: a NOT NULL column takes no nil slice.
func blob(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}

// valid replaces each byte that is no UTF-8 by U+FFFD, as encoding/json does,
// so that what a projection compares is what the log's body holds.
func valid(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	return string([]rune(s))
}

// row is what a query's answer can be scanned from.
type row interface{ Scan(dest ...any) error }

// all runs a query and reads each row with scan. The rows are closed when it
// returns, so scans never interleave with other queries of the transaction.
func all[T any](v *View, scan func(row) (T, error), query string, args ...any) ([]T, error) {
	rows, err := v.q.query(v.ctx, query, args)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []T
	for rows.Next() {
		t, err := scan(rows)
		if err != nil {
			return nil, err
		}
		list = append(list, t)
	}
	return list, v.q.judge(rows.Err())
}

// one runs a query for its only row; ErrNotFound when there is none.
func one[T any](v *View, scan func(row) (T, error), query string, args ...any) (T, error) {
	list, err := all(v, scan, query, args...)
	if err == nil && len(list) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return *new(T), err
	}
	return list[0], nil
}

// value scans a row of one column.
func value[T any](r row) (t T, err error) {
	err = r.Scan(&t)
	return t, err
}

// optional is one, with "none" instead of ErrNotFound.
func optional[T any](v *View, scan func(row) (T, error), query string, args ...any) (t T, found bool, err error) {
	t, err = one(v, scan, query, args...)
	if errors.Is(err, ErrNotFound) {
		return t, false, nil
	}
	return t, err == nil, err
}

// changed says whether a statement changed any row.
func changed(res sql.Result, err error) (bool, error) {
	if err != nil {
		return false, err
	}
	n, err := res.RowsAffected()
	return n > 0, err
}
