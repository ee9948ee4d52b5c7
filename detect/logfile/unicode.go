package logfile

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"unicode/utf16"
	"unicode/utf8"
)

// utf8Text makes UTF-8 of a text that begins with the mark of UTF-16, as
// PowerShell writes it, and takes the mark of UTF-8 away.
func utf8Text(in *bufio.Reader, head []byte) (*bufio.Reader, error) {
	var order binary.ByteOrder
	skip := 2
	switch {
	case bytes.HasPrefix(head, []byte{0xff, 0xfe}):
		order = binary.LittleEndian
	case bytes.HasPrefix(head, []byte{0xfe, 0xff}):
		order = binary.BigEndian
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		skip = 3
	default:
		return in, nil
	}
	if _, err := in.Discard(skip); err != nil || order == nil {
		return in, err
	}
	return bufio.NewReaderSize(&utf16Text{in: in, order: order}, headSize), nil
}

// utf16Text reads UTF-16 as UTF-8. What is no character becomes U+FFFD.
type utf16Text struct {
	in    *bufio.Reader
	order binary.ByteOrder
	held  []byte // of a character that did not fit
	ahead rune   // a unit that was read to see whether it makes a pair; 0: none
}

func (u *utf16Text) Read(p []byte) (n int, err error) {
	for n < len(p) {
		if len(u.held) > 0 {
			m := copy(p[n:], u.held)
			n, u.held = n+m, u.held[m:]
			continue
		}
		if n > 0 && u.in.Buffered() < 2 {
			return n, nil // the next may have to be waited for
		}
		r, err := u.rune()
		if err != nil {
			if n > 0 {
				return n, nil // it comes again
			}
			return n, err
		}
		u.held = utf8.AppendRune(nil, r)
	}
	return n, nil
}

func (u *utf16Text) rune() (rune, error) {
	first, err := u.unit()
	if err != nil || !utf16.IsSurrogate(first) {
		return first, err
	}
	second, err := u.unit()
	if err != nil {
		if errors.Is(err, io.EOF) {
			return utf8.RuneError, nil
		}
		return 0, err
	}
	r := utf16.DecodeRune(first, second)
	if r == utf8.RuneError {
		u.ahead = second
	}
	return r, nil
}

func (u *utf16Text) unit() (rune, error) {
	if r := u.ahead; r != 0 {
		u.ahead = 0
		return r, nil
	}
	var b [2]byte
	if n, err := io.ReadFull(u.in, b[:]); err != nil {
		if n > 0 && errors.Is(err, io.ErrUnexpectedEOF) {
			return utf8.RuneError, nil // half a unit ends the file
		}
		return 0, err
	}
	return rune(u.order.Uint16(b[:])), nil
}
