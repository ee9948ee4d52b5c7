package logfile

import (
	"bufio"
	"bytes"
	"errors"
	"io"

	"firebreak/detect/event"
)

// What is wrong with objects that are written over several lines.
var (
	errOpenObject = errors.New("the object does not end")
	errNoObject   = errors.New("no JSON object: something stands where one should begin")
)

// wrapperSize is how long the beginning of a list of records may be.
const wrapperSize = 256

// scanner follows JSON just closely enough to know where an object ends.
type scanner struct {
	depth   int
	quoted  bool
	escaped bool
}

// ends takes the next byte and says whether it is the object's last.
func (s *scanner) ends(c byte) bool {
	switch {
	case s.escaped:
		s.escaped = false
	case s.quoted:
		s.escaped = c == '\\'
		s.quoted = c != '"'
	case c == '"':
		s.quoted = true
	case c == '{' || c == '[':
		s.depth++
	case c == '}' || c == ']':
		s.depth--
		return s.depth <= 0
	}
	return false
}

// objects reads objects that are written over several lines, one after the
// other, each at the line it begins in; of {"Records": […]} each element, at
// its position, and nothing of what else is in such an object.
type objects struct {
	in      *bufio.Reader
	started bool
	list    *event.Reader
	before  int64 // elements of earlier lists
	last    int64 // position of the last element of this one
	line    int64
	buf     []byte
}

func (o *objects) next() (event.Record, error) {
	if !o.started {
		o.started, o.line = true, 1
		if err := o.unwrap(); err != nil {
			return event.Record{}, err
		}
	}
	for o.list != nil {
		record, err := o.list.Next()
		if err == nil {
			o.last = record.Line
			record.Line += o.before
			return record, nil
		}
		if !errors.Is(err, io.EOF) {
			return record, err
		}
		o.before, o.last, o.list = o.before+o.last, 0, nil
		if err := o.closeWrapper(); err != nil {
			return event.Record{}, err
		}
	}
	return o.object()
}

// closeWrapper skips what stands behind a list of records in its object. There
// may be another one behind it.
func (o *objects) closeWrapper() error {
	s := scanner{depth: 1}
	for {
		c, err := o.in.ReadByte()
		if err != nil {
			return err
		}
		if s.ends(c) {
			return o.unwrap()
		}
	}
}

// unwrap skips what stands before the elements of a list of records.
func (o *objects) unwrap() error {
	if _, err := o.skip(); err != nil {
		return err
	}
	head, err := o.in.Peek(wrapperSize)
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	at := wrapped.FindIndex(head)
	if at == nil {
		return nil
	}
	if _, err := o.in.Discard(at[1] - 1); err != nil { // the bracket stays
		return err
	}
	o.list, err = event.NewListReader(o.in)
	return err
}

func (o *objects) object() (event.Record, error) {
	c, err := o.skip()
	if err != nil {
		return event.Record{}, err
	}
	if c != '{' {
		return o.restOfLine()
	}
	record := event.Record{Line: o.line}
	var s scanner
	o.buf = o.buf[:0]
	for {
		c, err := o.in.ReadByte()
		if errors.Is(err, io.EOF) {
			record.Err = errOpenObject
			return record, nil // the end comes again
		}
		if err != nil {
			return event.Record{}, err
		}
		if c == '\n' {
			o.line++
		}
		if len(o.buf) <= event.MaxSize {
			o.buf = append(o.buf, c)
		}
		if s.ends(c) {
			break
		}
	}
	if len(o.buf) > event.MaxSize {
		record.Err = errTooLong
	} else {
		record.Data = bytes.TrimSpace(o.buf)
	}
	return record, nil
}

// skip goes to the next byte that is no white space, without taking it.
func (o *objects) skip() (byte, error) {
	for {
		c, err := o.in.ReadByte()
		if err != nil {
			return 0, err
		}
		switch c {
		case '\n':
			o.line++
		case ' ', '\t', '\r', ',':
		default:
			return c, o.in.UnreadByte()
		}
	}
}

// restOfLine passes over what is no object.
func (o *objects) restOfLine() (event.Record, error) {
	record := event.Record{Line: o.line, Err: errNoObject}
	for {
		_, err := o.in.ReadSlice('\n')
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case errors.Is(err, io.EOF):
			return record, nil
		case err == nil:
			o.line++
		}
		return record, err
	}
}
