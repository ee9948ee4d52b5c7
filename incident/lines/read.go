package lines

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"time"
)

// The bounds of a file.
const (
	MaxBytes  = 10 << 20
	MaxLines  = 10_000   // that are taken
	maxLine   = 64 << 10 // bytes
	maxFields = 200
	maxNamed  = 20 // lines that are named with what is wrong with them
)

// Format is how a file is written.
type Format string

// The formats. Timesketch's are CSV or JSON Lines with its three columns.
const (
	FormatAny        Format = ""
	FormatCSV        Format = "csv"
	FormatLines      Format = "jsonl"
	FormatTimesketch Format = "timesketch"
)

// Options say how a file is read.
type Options struct {
	Format Format
	Zone   *time.Location // of times that name no zone; nil: such lines are refused
}

// Line is one line of a timeline.
type Line struct {
	Place int // from 1, as an editor counts
	At    time.Time
	Desc  string // what kind of time it is; "" unknown
	Text  string
	Raw   string // all of its columns, as a JSON object in the order of names
	Key   string // the same for the same line of the same file, however it is read
}

// Trouble is a line that was not taken.
type Trouble struct {
	Place int
	Why   string
}

// Summary tells what was read.
type Summary struct {
	Taken      int
	From, To   time.Time // of the lines taken; zero without any
	Refused    int
	Troubles   []Trouble // the first of those refused
	Unzoned    bool      // some were refused because their time names no zone
	Responders int       // left out: firebreak's own export says they are not the adversary's
}

// FileError says why a file cannot be read at all.
type FileError struct{ Why string }

func (e *FileError) Error() string { return "the file " + e.Why }

// Read gives every line that can be taken, in the order of the file. take may
// be nil, to see what is in a file before any of it is kept.
//
// The error is a *FileError, one of take, or one of r.
func Read(r io.Reader, o Options, take func(Line) error) (Summary, error) {
	in := bufio.NewReaderSize(&counted{r: r}, maxLine)
	head, err := in.Peek(512)
	if err != nil && len(head) == 0 {
		if err == io.EOF { //nolint:errorlint // Peek gives it as it is
			err = &FileError{"is empty"}
		}
		return Summary{}, err
	}
	if why := foreign(head); why != "" {
		return Summary{}, &FileError{why}
	}
	if bytes.HasPrefix(head, []byte(bom)) {
		in.Discard(len(bom)) //nolint:errcheck // it was peeked at
	}
	c := &collector{o: o, take: take, seen: map[string]int{}}
	if o.Format == FormatLines || o.Format != FormatCSV && objects(head) {
		err = c.jsonLines(in)
	} else {
		err = c.csv(in)
	}
	return c.sum, err
}

const bom = "\ufeff"

// foreign says what is wrong with a file by how it begins; "" when nothing is.
func foreign(head []byte) string {
	trimmed := bytes.TrimLeft(bytes.TrimPrefix(head, []byte(bom)), " \t\r\n")
	switch {
	case bytes.HasPrefix(head, []byte{0x1f, 0x8b}):
		return "is compressed: unpack it first"
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		return "is an archive or a spreadsheet: save it as CSV"
	case bytes.HasPrefix(head, []byte{0xff, 0xfe}), bytes.HasPrefix(head, []byte{0xfe, 0xff}):
		return "is UTF-16: save it as UTF-8"
	case bytes.IndexByte(head, 0) >= 0:
		return "is no text"
	case len(trimmed) > 0 && trimmed[0] == '[':
		return "is one JSON array: write one object on each line, as jq -c '.[]' does"
	}
	return ""
}

// objects says whether a file begins like JSON Lines.
func objects(head []byte) bool {
	head = bytes.TrimLeft(bytes.TrimPrefix(head, []byte(bom)), " \t\r\n")
	return len(head) > 0 && head[0] == '{'
}

// counted refuses what is longer than a file may be.
type counted struct {
	r    io.Reader
	read int64
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	if c.read += int64(n); c.read > MaxBytes {
		return 0, &FileError{fmt.Sprintf("is larger than %d MiB: leave out what the timeline does not need", MaxBytes>>20)}
	}
	return n, err
}
