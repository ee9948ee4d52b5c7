package child

import (
	"bufio"
	"errors"
	"fmt"
	"io"
)

// lines reads a process's standard output. It holds one line at a time, and
// reads only when it is asked: a process that writes more than anybody wants
// waits.
type lines struct {
	in    *bufio.Reader
	total int64 // bytes since the last reset
	most  int64
}

func newLines(r io.Reader, limits Limits) *lines {
	return &lines{in: bufio.NewReaderSize(r, max(limits.Line, 16)), most: limits.Output}
}

// reset begins a batch.
func (l *lines) reset() { l.total = 0 }

// next gives a line, valid until the next call. Its error is io.EOF only
// between lines.
func (l *lines) next() ([]byte, error) {
	line, err := l.in.ReadSlice('\n')
	l.total += int64(len(line))
	switch {
	case errors.Is(err, bufio.ErrBufferFull):
		return nil, fmt.Errorf("wrote a line longer than %d bytes", l.in.Size())
	case l.total > l.most:
		return nil, fmt.Errorf("wrote more than %d bytes for one batch", l.most)
	case errors.Is(err, io.EOF) && len(line) > 0:
		return nil, errMidLine
	}
	return line, err
}

var errMidLine = errors.New("ended in the middle of a line")
