package event

import (
	"bytes"
	"errors"
	"io"
)

// What is wrong with an array as such.
var (
	errOpenArray   = errors.New("the array does not end")
	errAfterArray  = errors.New("something follows the array")
	errEmptyMember = errors.New("no JSON object: there is nothing between two commas")
)

// element reads an array's next element without decoding it: up to the comma
// or bracket that is in no string and no bracket of its own.
func (r *Reader) element() (Record, error) {
	c, err := r.blank(false)
	if err != nil {
		return r.open(err)
	}
	if c == ']' {
		_, _ = r.in.ReadByte()
		return r.afterArray()
	}
	r.line++
	var s scanner
	r.buf = r.buf[:0]
	tooLong := false
	for {
		c, err := r.in.ReadByte()
		if err != nil {
			return r.open(err)
		}
		if s.ends(c) {
			if c == ']' {
				_ = r.in.UnreadByte()
			}
			break
		}
		if tooLong = tooLong || len(r.buf) >= MaxSize; !tooLong {
			r.buf = append(r.buf, c)
		}
	}
	switch {
	case tooLong:
		return Record{Line: r.line, Err: errTooLong}, nil
	case len(r.buf) == 0:
		return Record{Line: r.line, Err: errEmptyMember}, nil
	}
	return Record{Line: r.line, Data: bytes.TrimSpace(r.buf)}, nil
}

// open tells of an array that ends with the file.
func (r *Reader) open(err error) (Record, error) {
	if errors.Is(err, io.EOF) {
		return Record{Line: r.line + 1, Err: errOpenArray}, err
	}
	return Record{}, err
}

func (r *Reader) afterArray() (Record, error) {
	if r.part {
		return Record{}, io.EOF
	}
	if _, err := r.blank(false); err != nil {
		return Record{}, err
	}
	return Record{Line: r.line + 1, Err: errAfterArray}, io.EOF
}

// scanner follows JSON just closely enough to know where a value ends.
type scanner struct {
	depth   int
	quoted  bool
	escaped bool
}

// ends takes the next byte and says whether it stands behind the value.
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
	case s.depth > 0 && (c == '}' || c == ']'):
		s.depth--
	case c == ',' || c == ']':
		return s.depth == 0
	}
	return false
}
