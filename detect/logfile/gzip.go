package logfile

import (
	"bufio"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
)

// Limits on what gzip may make of a file: beyond freely bytes no more than
// maxRatio times what was read. Logs shrink to a tenth, at best to a
// hundredth; a bomb to a thousandth, which is all that the format can.
const (
	freely   = 64 << 20
	maxRatio = 500
)

var (
	errTwice = errors.New("the file is compressed twice: unpack it once")
	errBomb  = fmt.Errorf("what was compressed is more than %d times larger than the file: it is no log, and was not read further", maxRatio)
)

const gzipMagic = "\x1f\x8b"

// unpack reads gzip, bounded.
func unpack(in *bufio.Reader) (*bufio.Reader, error) {
	source := &counted{in: in}
	z, err := gzip.NewReader(source)
	if err != nil {
		return nil, fmt.Errorf("read gzip: %w", err)
	}
	return bufio.NewReaderSize(&bounded{source: source, unpacked: z}, headSize), nil
}

// counted counts what was read. It is an io.ByteReader, or gzip would read
// ahead.
type counted struct {
	in *bufio.Reader
	n  int64
}

func (c *counted) Read(b []byte) (int, error) {
	n, err := c.in.Read(b)
	c.n += int64(n)
	return n, err
}

func (c *counted) ReadByte() (byte, error) {
	b, err := c.in.ReadByte()
	if err == nil {
		c.n++
	}
	return b, err
}

// bounded ends where more comes out of gzip than a log could hold.
type bounded struct {
	source   *counted
	unpacked io.Reader
	n        int64
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.n > freely && b.n > maxRatio*b.source.n {
		return 0, errBomb
	}
	n, err := b.unpacked.Read(p)
	b.n += int64(n)
	return n, err
}

// withoutGzip is the name of what is in a compressed file.
func withoutGzip(name string) string {
	if ext := strings.ToLower(path.Ext(name)); ext == ".gz" || ext == ".gzip" {
		return name[:len(name)-len(ext)]
	}
	return name
}
