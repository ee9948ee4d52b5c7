package event

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
)

// errTooLong is what Record.Err says of an event over MaxSize.
var errTooLong = fmt.Errorf("longer than %d bytes", MaxSize)

// Reader reads the events of one file: JSON Lines, or one JSON array. It holds
// one event at a time. Package logfile reads the other sorts of files.
type Reader struct {
	in    *bufio.Reader
	array bool
	part  bool // what follows the array is not ours
	done  bool
	line  int64
	buf   []byte
}

// Record is one event, not yet decoded.
type Record struct {
	// Line is the line it stands in, from 1; in an array its position.
	Line int64
	// Data is valid until the next call of Next.
	Data []byte
	// Raw is the line as it stands, where it is no JSON. It is valid as long.
	Raw []byte
	// Err says why it cannot be an event. What follows can still be.
	Err error
}

// NewReader looks at the beginning of r to learn what it is. The error is one
// of reading.
func NewReader(r io.Reader) (*Reader, error) {
	in := bufio.NewReaderSize(r, 64<<10)
	reader := &Reader{in: in}
	if mark, _ := in.Peek(3); bytes.Equal(mark, []byte("\xef\xbb\xbf")) {
		_, _ = in.Discard(3)
	}
	return reader, reader.sniff()
}

// NewListReader reads the elements of an array that is a part of something:
// what follows it is left alone.
func NewListReader(r io.Reader) (*Reader, error) {
	reader, err := NewReader(r)
	if err == nil {
		reader.part = true
	}
	return reader, err
}

// sniff tells an array from lines and skips what stands before its elements.
func (r *Reader) sniff() error {
	c, err := r.blank(true)
	if err == nil && c == '[' {
		r.array, r.line = true, 0
		_, err = r.in.Discard(1)
	}
	if errors.Is(err, io.EOF) {
		r.done, err = true, nil
	}
	return err
}

// blank skips white space, counting lines if asked to, and gives the byte it
// stopped at without taking it.
func (r *Reader) blank(count bool) (byte, error) {
	for {
		c, err := r.in.ReadByte()
		if err != nil {
			return 0, err
		}
		switch c {
		case '\n':
			if count {
				r.line++
			}
		case ' ', '\t', '\r':
		default:
			return c, r.in.UnreadByte()
		}
	}
}

// Next gives the next event, io.EOF after the last, or an error of reading,
// after which there is nothing more. Empty lines are skipped.
func (r *Reader) Next() (Record, error) {
	for !r.done {
		record, err := r.record()
		if errors.Is(err, io.EOF) {
			r.done = true
		} else if err != nil {
			r.done = true
			return Record{}, err
		}
		if record.Err != nil || len(record.Data) > 0 {
			return record, nil
		}
	}
	return Record{}, io.EOF
}

func (r *Reader) record() (Record, error) {
	if r.array {
		return r.element()
	}
	return r.nextLine()
}

// nextLine may give a record and io.EOF, when the last line has no end.
func (r *Reader) nextLine() (Record, error) {
	r.line++
	r.buf = r.buf[:0]
	tooLong := false
	for {
		part, err := r.in.ReadSlice('\n')
		if tooLong = tooLong || len(r.buf)+len(part) > MaxSize+2; !tooLong {
			r.buf = append(r.buf, part...)
		}
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		if tooLong {
			return Record{Line: r.line, Err: errTooLong}, err
		}
		return Record{Line: r.line, Data: bytes.TrimSpace(r.buf)}, err
	}
}
