package logfile

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"time"

	"firebreak/detect/event"
)

// Kind is what sort of log file something is.
type Kind string

// The kinds. Unknown is no log file, as far as its beginning and name tell.
const (
	Unknown   Kind = ""
	JSONLines Kind = "JSON Lines"
	JSONArray Kind = "JSON array"
	Records   Kind = "JSON records" // {"Records": […]}
	JSON      Kind = "JSON"         // objects over several lines
	CSV       Kind = "CSV"
	Text      Kind = "log lines"
	EVTX      Kind = "EVTX"
)

// Place is what Record.Line counts in such a file.
func (k Kind) Place() string {
	switch k {
	case JSONArray, Records:
		return "element"
	case EVTX:
		return "record"
	}
	return "line"
}

// headSize is how much of a file's beginning tells what it is.
const headSize = 64 << 10

// Reader reads the events of one file.
type Reader struct {
	Kind   Kind
	next   func() (event.Record, error)
	failed error
}

// Open looks at the beginning of a file, and at its name, to learn what it
// is. A file of no known kind is read as JSON Lines, which says of each line
// what is wrong with it. received stands for the year that syslog leaves out.
// The error is one of reading.
func Open(r io.Reader, name string, received time.Time) (*Reader, error) {
	in := bufio.NewReaderSize(r, headSize)
	head, err := beginning(in)
	if err == nil && bytes.HasPrefix(head, []byte(gzipMagic)) {
		if in, err = unpack(in); err != nil {
			return nil, err
		}
		head, err = beginning(in)
		if bytes.HasPrefix(head, []byte(gzipMagic)) {
			return nil, errTwice
		}
		name = withoutGzip(name)
	}
	if err != nil {
		return nil, err
	}
	if bytes.HasPrefix(head, []byte(evtxMagic)) {
		e, err := newEVTX(in)
		if err != nil {
			return nil, err
		}
		return &Reader{Kind: EVTX, next: e.next}, nil
	}
	if in, err = utf8Text(in, head); err != nil {
		return nil, err
	}
	return openText(in, name, received)
}

// beginning is as much of a file's beginning as is there at once: what comes
// through a pipe may be waited for. Only what may be one of our magic numbers
// is waited for to its end.
func beginning(in *bufio.Reader) ([]byte, error) {
	head, err := in.Peek(1)
	if err == nil && bytes.IndexByte([]byte("\x1fE\xff\xfe\xef"), head[0]) >= 0 {
		_, err = in.Peek(len(evtxMagic))
	}
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	return in.Peek(in.Buffered())
}

// openText is Open for a file that is text, if it is anything.
func openText(in *bufio.Reader, name string, received time.Time) (*Reader, error) {
	head, err := beginning(in)
	if err != nil {
		return nil, err
	}
	kind := sniff(head, name)
	r := &Reader{Kind: kind}
	switch kind {
	case CSV:
		c, err := newTable(in, head)
		if err != nil {
			return nil, err
		}
		r.next = c.next
	case Text:
		r.next = (&textLines{in: in, received: received, facility: facilityOfFile(name)}).next
	case JSON, Records:
		r.next = (&objects{in: in}).next
	default:
		lines, err := event.NewReader(in)
		if err != nil {
			return nil, err
		}
		r.next = lines.Next
	}
	return r, nil
}

// Next gives the next event, io.EOF after the last, or an error of reading,
// after which there is nothing more.
func (r *Reader) Next() (record event.Record, err error) {
	if r.failed != nil {
		return event.Record{}, r.failed
	}
	record, r.failed = r.next()
	return record, r.failed
}

// errTooLong is what is said of an event over event.MaxSize.
var errTooLong = fmt.Errorf("longer than %d bytes", event.MaxSize)
