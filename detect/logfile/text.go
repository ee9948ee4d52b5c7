package logfile

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"io"
	"path"
	"strconv"
	"strings"
	"time"

	"firebreak/detect/event"
)

// maxLine is the most bytes of a plain line. Syslog's are at most 8 KiB
// (rsyslog's default), an application's may hold a stack.
const maxLine = 256 << 10

var errLongLine = errors.New("the line is longer than 262144 bytes")

// textLines reads plain lines. What is syslog becomes the fields that the
// journal has, the rest is a message.
type textLines struct {
	in       *bufio.Reader
	received time.Time
	facility string // of all lines that do not tell theirs; empty: unknown
	line     int64
	ended    bool
	buf      []byte
}

func (t *textLines) next() (event.Record, error) {
	for !t.ended {
		record, err := t.read()
		if errors.Is(err, io.EOF) {
			t.ended = true
		} else if err != nil {
			return event.Record{}, err
		}
		if record.Err != nil || len(record.Raw) > 0 {
			return t.event(record)
		}
	}
	return event.Record{}, io.EOF
}

// read gives a line, the last with io.EOF.
func (t *textLines) read() (event.Record, error) {
	t.line++
	t.buf = t.buf[:0]
	tooLong := false
	for {
		part, err := t.in.ReadSlice('\n')
		if tooLong = tooLong || len(t.buf)+len(part) > maxLine+2; !tooLong {
			t.buf = append(t.buf, part...)
		}
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case tooLong:
			return event.Record{Line: t.line, Err: errLongLine}, err
		}
		return event.Record{Line: t.line, Raw: bytes.TrimSpace(t.buf)}, err
	}
}

// event makes the event of a line.
func (t *textLines) event(record event.Record) (event.Record, error) {
	if record.Err != nil {
		return record, nil
	}
	fields := map[string]string{"MESSAGE": string(record.Raw)}
	if m := syslogHead.FindSubmatch(record.Raw); m != nil {
		fields = map[string]string{"_HOSTNAME": string(m[2]), "SYSLOG_IDENTIFIER": string(m[3]), "MESSAGE": string(m[5])}
		if len(m[4]) > 0 {
			fields["_PID"] = string(m[4])
		}
		if facility := cmp.Or(facilityOf(record.Raw), t.facility); facility != "" {
			fields["SYSLOG_FACILITY"] = facility
		}
		if at, ok := event.ParseTime(string(m[1]), t.received); ok {
			fields["timestamp"] = at.Format(time.RFC3339Nano)
		}
	}
	var err error
	record.Data, err = json.Marshal(fields)
	return record, err
}

// authPrivate is syslog's facility for logins, whose file is auth.log on
// Debian and secure on Red Hat.
const authPrivate = "10"

func facilityOfFile(name string) string {
	if base := strings.ToLower(path.Base(name)); strings.HasPrefix(base, "auth.log") || strings.HasPrefix(base, "secure") {
		return authPrivate
	}
	return ""
}

// facilityOf reads the facility of a line that begins with <priority>.
func facilityOf(line []byte) string {
	number, _, ok := strings.Cut(strings.TrimPrefix(string(line[:min(len(line), 6)]), "<"), ">")
	n, err := strconv.Atoi(number)
	if !ok || err != nil {
		return ""
	}
	return strconv.Itoa(n >> 3)
}
