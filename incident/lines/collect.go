package lines

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// collector makes lines of the fields of one file.
type collector struct {
	o    Options
	take func(Line) error
	sum  Summary
	seen map[string]int // how often a line has come, by the hash of its fields
}

// The names of columns, in any letter case, the better first.
var (
	textColumns = []string{"message", "text", "msg", "description", "event", "summary", "title"}
	timeColumns = []string{"datetime", "@timestamp", "timestamp", "event_time", "eventtime", "timecreated", "timegenerated", "time_generated", "_time", "time", "date", "ts"}
	descColumn  = "timestamp_desc"
)

// add takes one line, or names what is wrong with it.
func (c *collector) add(place int, fields map[string]string) error {
	l := Line{Place: place}
	if why := unfit(fields); why != "" {
		return c.refuse(place, why)
	}
	lower := lowered(fields)
	if c.o.Format == FormatTimesketch {
		if missing := lacks(lower); missing != "" {
			return c.refuse(place, "has no "+missing)
		}
	}
	if lower["lane"] == "responder" && lower["incident"] != "" && lower["entry"] != "" {
		c.sum.Responders++
		return nil
	}
	var err error
	if l.At, err = c.when(lower); err != nil {
		c.sum.Unzoned = c.sum.Unzoned || errors.Is(err, errNoZone)
		return c.refuse(place, err.Error())
	}
	l.Desc = strings.TrimSpace(lower[descColumn])
	if l.Text = first(lower, textColumns); l.Text == "" {
		l.Text = told(fields)
	}
	if l.Text == "" {
		return c.refuse(place, "says nothing")
	}
	if l.Raw, err = flat(fields); err != nil {
		return err
	}
	l.Key = c.key(l.Raw)
	return c.keep(l)
}

func (c *collector) keep(l Line) error {
	if c.sum.Taken++; c.sum.Taken > MaxLines {
		return &FileError{fmt.Sprintf("has more than %d lines: leave out what the timeline does not need", MaxLines)}
	}
	if c.sum.From.IsZero() || l.At.Before(c.sum.From) {
		c.sum.From = l.At
	}
	if l.At.After(c.sum.To) {
		c.sum.To = l.At
	}
	if c.take == nil {
		return nil
	}
	return c.take(l)
}

// refuse names what is wrong with a line. A file of nothing else is given up.
func (c *collector) refuse(place int, why string) error {
	if c.sum.Refused++; len(c.sum.Troubles) < maxNamed {
		c.sum.Troubles = append(c.sum.Troubles, Trouble{place, why})
	}
	if c.sum.Refused > MaxLines {
		return &FileError{fmt.Sprintf("has more than %d lines that cannot be read; line %d %s", MaxLines, c.sum.Troubles[0].Place, c.sum.Troubles[0].Why)}
	}
	return nil
}

// key is a line's identity: what stands in it, and how many like it came
// before. So a file that was mended or went on brings only what is new.
func (c *collector) key(raw string) string {
	sum := sha256.Sum256([]byte(raw))
	key := hex.EncodeToString(sum[:16])
	c.seen[key]++
	return fmt.Sprintf("%s:%d", key, c.seen[key])
}

// flat writes fields as JSON, as they are.
func flat(fields map[string]string) (string, error) {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(fields); err != nil {
		return "", fmt.Errorf("write a line's fields: %w", err)
	}
	return strings.TrimSuffix(b.String(), "\n"), nil
}

// when reads a line's time from the first column that has one.
func (c *collector) when(fields map[string]string) (time.Time, error) {
	why := errNoTime
	for _, name := range timeColumns {
		value := strings.TrimSpace(fields[name])
		if value == "" {
			continue
		}
		at, err := parseTime(value, c.o.Zone)
		if err == nil {
			return at, nil
		}
		if errors.Is(why, errNoTime) {
			why = fmt.Errorf("%s %w", quoted(value), err)
		}
	}
	return time.Time{}, why
}

var errNoTime = errors.New("has no time: it needs a column such as datetime, timestamp or time")

// unfit says why fields cannot be taken, whatever they mean.
func unfit(fields map[string]string) string {
	if len(fields) > maxFields {
		return fmt.Sprintf("has more than %d fields", maxFields)
	}
	size := 0
	for name, value := range fields {
		if !utf8.ValidString(name) || !utf8.ValidString(value) {
			return "is no UTF-8"
		}
		size += len(name) + len(value)
	}
	if size > maxLine {
		return fmt.Sprintf("is longer than %d KiB", maxLine>>10)
	}
	return ""
}

// lowered are the fields by their names in lower case. Of two that are the
// same then, the one that comes first by name counts.
func lowered(fields map[string]string) map[string]string {
	lower := map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		key := strings.ToLower(strings.TrimSpace(name))
		lower[key] = cmp.Or(lower[key], fields[name])
	}
	return lower
}

// lacks gives what Timesketch asks for and a line has not.
func lacks(fields map[string]string) string {
	for _, name := range []string{"message", descColumn} {
		if fields[name] == "" {
			return name
		}
	}
	if fields["datetime"] == "" && fields["timestamp"] == "" {
		return "datetime"
	}
	return ""
}

// first gives the first of the columns that says anything.
func first(fields map[string]string, columns []string) string {
	for _, name := range columns {
		if value := fields[name]; strings.TrimSpace(value) != "" {
			return value
		}
	}
	return ""
}

// told makes a text of fields that have none: name=value, in order of names.
func told(fields map[string]string) string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		key := strings.ToLower(strings.TrimSpace(name))
		if value := strings.TrimSpace(fields[name]); value != "" && key != descColumn && !slices.Contains(timeColumns, key) {
			parts = append(parts, strings.TrimSpace(name)+"="+value)
		}
	}
	return strings.Join(parts, " ")
}

// quoted shows a value from the file, shortly.
func quoted(value string) string {
	if runes := []rune(value); len(runes) > 40 {
		value = string(runes[:40]) + "…"
	}
	return fmt.Sprintf("%q", value)
}
