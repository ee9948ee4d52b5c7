package logfile

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"firebreak/detect/event"
)

// maxColumns is how many columns a table may have.
const maxColumns = 1000

var (
	errLongRow    = fmt.Errorf("the row is longer than %d bytes: is a quote never closed?", event.MaxSize)
	errNoHeader   = errors.New("the table has no row of column names")
	errManyFields = fmt.Errorf("more than %d columns", maxColumns)
)

// table reads CSV. Its first row names the fields of those that follow; each
// row is an event, at the line it begins in.
type table struct {
	rows  *csv.Reader
	bound *rowBound
	names []string
	above int64 // lines that were skipped above the table
}

// newTable reads a table's names. What PowerShell and Excel write above them
// is no part of the table.
func newTable(in *bufio.Reader, head []byte) (*table, error) {
	t := &table{}
	for {
		line := firstLine(head)
		divider, told := strings.CutPrefix(strings.ToLower(string(line)), "sep=")
		skip := told && len(divider) == 1 || bytes.HasPrefix(line, []byte("#TYPE ")) || len(bytes.TrimSpace(line)) == 0
		if !skip || bytes.IndexByte(head, '\n') < 0 {
			break
		}
		n := bytes.IndexByte(head, '\n') + 1
		if _, err := in.Discard(n); err != nil {
			return nil, err
		}
		head = head[n:]
		t.above++
	}
	t.bound = &rowBound{in: in}
	t.rows = csv.NewReader(t.bound)
	t.rows.Comma = delimiter(firstLine(head))
	t.rows.FieldsPerRecord, t.rows.LazyQuotes, t.rows.ReuseRecord = -1, true, true
	names, err := t.rows.Read()
	switch {
	case errors.Is(err, io.EOF):
		return nil, errNoHeader
	case err != nil:
		return nil, fmt.Errorf("read column names: %w", err)
	case len(names) > maxColumns:
		return nil, errManyFields
	}
	t.names = columnNames(names)
	return t, nil
}

// columnNames gives each column a name of its own.
func columnNames(names []string) []string {
	seen := map[string]bool{}
	own := make([]string, 0, len(names))
	for i, name := range names {
		name = strings.TrimSpace(strings.Clone(name))
		if name == "" || seen[name] {
			name = fmt.Sprintf("column_%d", i+1)
		}
		seen[name] = true
		own = append(own, name)
	}
	return own
}

func (t *table) next() (event.Record, error) {
	t.bound.left = 0
	values, err := t.rows.Read()
	if broken, ok := errors.AsType[*csv.ParseError](err); ok {
		return event.Record{Line: int64(broken.StartLine) + t.above, Err: fmt.Errorf("no row of a table: %w", broken.Err)}, nil
	}
	if err != nil {
		return event.Record{}, err
	}
	line, _ := t.rows.FieldPos(0)
	record := event.Record{Line: int64(line) + t.above}
	if len(values) > maxColumns {
		record.Err = errManyFields
		return record, nil
	}
	fields := make(map[string]string, len(values))
	for i, value := range values {
		if i < len(t.names) {
			fields[t.names[i]] = value
		} else {
			fields[fmt.Sprintf("column_%d", i+1)] = value
		}
	}
	if record.Data, err = json.Marshal(fields); err != nil {
		return record, err
	}
	if len(record.Data) > event.MaxSize {
		record.Data, record.Err = nil, errTooLong
	}
	return record, nil
}

// rowBound ends a row that would not end: within one, no more than MaxSize
// bytes are read.
type rowBound struct {
	in   io.Reader
	left int64 // bytes read since the last row
}

func (r *rowBound) Read(p []byte) (int, error) {
	if r.left > event.MaxSize {
		return 0, errLongRow
	}
	n, err := r.in.Read(p)
	r.left += int64(n)
	return n, err
}
