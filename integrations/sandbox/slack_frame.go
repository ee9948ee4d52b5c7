package sandbox

import (
	"bufio"
	"encoding/binary"
	"net"
	"net/http"
)

// Slack takes no message that comes in several frames: such a one vanishes
// (observed by slack-go's maintainers). The websocket library joins frames
// before anybody can look, so its connection is watched from beneath.

// frameWatch notes for each message that passes whether it came in pieces. It
// is used by the goroutine that reads the connection alone.
type frameWatch struct {
	net.Conn
	head     []byte // of the frame that begins
	skip     uint64 // bytes left of the frame's payload
	inPieces bool   // the present message
	final    bool   // the present frame ends its message
	control  bool   // the present frame is ping, pong or close
	messages []bool // complete messages not asked for yet
}

// watchedWriter lets the upgrader hijack a watched connection.
type watchedWriter struct {
	http.ResponseWriter
	watch *frameWatch
}

func (w *watchedWriter) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, buffers, err := http.NewResponseController(w.ResponseWriter).Hijack()
	w.watch.Conn = conn
	return w.watch, buffers, err
}

func (f *frameWatch) Read(p []byte) (int, error) {
	n, err := f.Conn.Read(p)
	for rest := p[:n]; len(rest) > 0; {
		if f.skip > 0 {
			step := min(f.skip, uint64(len(rest)))
			rest, f.skip = rest[step:], f.skip-step
		} else {
			f.head, rest = append(f.head, rest[0]), rest[1:]
			if !f.begin() {
				continue
			}
		}
		if f.skip == 0 {
			f.end()
		}
	}
	return n, err
}

// begin reads the frame's head, as RFC 6455 lays it out; false while bytes of
// it are missing.
func (f *frameWatch) begin() bool {
	h := f.head
	if len(h) < 2 {
		return false
	}
	length, size := uint64(h[1]&0x7f), 2
	switch length {
	case 126:
		size = 4
	case 127:
		size = 10
	}
	masked := h[1]&0x80 != 0
	whole := size
	if masked {
		whole += 4
	}
	if len(h) < whole {
		return false
	}
	switch size {
	case 4:
		length = uint64(binary.BigEndian.Uint16(h[2:]))
	case 10:
		length = binary.BigEndian.Uint64(h[2:])
	}
	opcode := h[0] & 0x0f
	f.final, f.control, f.skip = h[0]&0x80 != 0, opcode >= 8, length
	if !f.control && (!f.final || opcode == 0) {
		f.inPieces = true
	}
	f.head = f.head[:0]
	return true
}

func (f *frameWatch) end() {
	if f.control || !f.final {
		return
	}
	f.messages = append(f.messages, f.inPieces)
	f.inPieces = false
}

// next says whether the message just read came in pieces.
func (f *frameWatch) next() bool {
	if len(f.messages) == 0 {
		return false
	}
	inPieces := f.messages[0]
	f.messages = f.messages[1:]
	return inPieces
}
