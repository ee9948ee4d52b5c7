package lines

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// csv reads a header and a record from each line below it. Fields may be
// parted by commas, semicolons or tabs.
func (c *collector) csv(in *bufio.Reader) error {
	head, _ := in.Peek(maxLine)
	line, _, _ := strings.Cut(strings.TrimLeft(string(head), "\r\n"), "\n")
	r := csv.NewReader(in)
	r.Comma, r.FieldsPerRecord = comma(line), -1
	header, err := r.Read()
	if malformed(err) {
		return &FileError{"begins with no header that I can read: its first line names the columns"}
	}
	if err != nil {
		return unended(err)
	}
	if err := c.fits(header); err != nil {
		return err
	}
	for {
		row, err := r.Read()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case malformed(err):
			p, _ := errors.AsType[*csv.ParseError](err)
			if err := c.refuse(p.StartLine, "has quotes that do not match"); err != nil {
				return err
			}
			continue
		case err != nil:
			return err
		}
		place, _ := r.FieldPos(0)
		if len(row) != len(header) {
			err = c.refuse(place, fmt.Sprintf("has %d fields, but the header names %d", len(row), len(header)))
		} else {
			err = c.add(place, record(header, row))
		}
		if err != nil {
			return err
		}
	}
}

func malformed(err error) bool {
	_, is := errors.AsType[*csv.ParseError](err)
	return is
}

// unended makes the end of a file without any line an error of the file.
func unended(err error) error {
	if errors.Is(err, io.EOF) {
		return &FileError{"is empty"}
	}
	return err
}

// comma is what parts the fields of a header.
func comma(header string) rune {
	best, most := ',', 0
	for _, r := range ",;\t" {
		if n := strings.Count(header, string(r)); n > most {
			best, most = r, n
		}
	}
	return best
}

// fits refuses a header that can be no timeline's.
func (c *collector) fits(header []string) error {
	lower := map[string]string{}
	for _, name := range header {
		lower[strings.ToLower(strings.TrimSpace(name))] = "x"
	}
	if len(header) > maxFields {
		return &FileError{fmt.Sprintf("has more than %d columns", maxFields)}
	}
	if len(lower) < len(header) {
		return &FileError{"names a column twice in its header"}
	}
	if c.o.Format == FormatTimesketch {
		if missing := lacks(lower); missing != "" {
			return &FileError{"is not Timesketch's: its header names no " + missing}
		}
	}
	if !slices.ContainsFunc(timeColumns, func(name string) bool { return lower[name] != "" }) {
		return &FileError{"has a header that names no time: it needs a column such as datetime, timestamp or time, but has " +
			quoted(strings.Join(header, ", "))}
	}
	return nil
}

// record gives a row's fields by name, without the mark that keeps a
// spreadsheet from taking them for a formula.
func record(header, row []string) map[string]string {
	fields := make(map[string]string, len(row))
	for i, name := range header {
		if row[i] != "" {
			fields[name] = bare(row[i])
		}
	}
	return fields
}

// bare is the reverse of what firebreak's own CSV does to texts that begin
// like a formula.
func bare(s string) string {
	rest, marked := strings.CutPrefix(s, "'")
	if marked && rest != "" && strings.ContainsRune("=+-@\t\r\n＝＋－＠", []rune(rest)[0]) {
		return rest
	}
	return s
}
