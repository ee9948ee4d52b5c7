package logfile

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"firebreak/detect/event"
)

// The layout of EVTX, as libyal has written it down:
// https://github.com/libyal/libevtx/blob/main/documentation/Windows%20XML%20Event%20Log%20(EVTX).asciidoc
// A header block, then chunks of 64 KiB that know nothing of each other. No
// library for it is kept where Go modules come from, hence this reader.
const (
	evtxMagic   = "ElfFile\x00"
	chunkMagic  = "ElfChnk\x00"
	recordMagic = "**\x00\x00"

	evtxHead   = 4096
	chunkSize  = 64 << 10
	chunkHead  = 512
	recordHead = 24
	recordTail = 4 // the size again
)

var (
	errCutChunk  = errors.New("the file ends within a chunk")
	errBadChunk  = errors.New("the chunk is damaged and was passed over")
	errBadRecord = errors.New("the record is damaged, and with it the rest of its chunk")
)

// evtx reads Windows event logs, one chunk at a time. An event is at its
// EventRecordID, as Event Viewer shows it.
type evtx struct {
	in     io.Reader
	chunk  *chunk
	at     int   // of the next record in the chunk
	chunks int64 // read so far
	last   int64 // record id
	ended  bool
	buf    []byte
}

func newEVTX(in io.Reader) (*evtx, error) {
	head := make([]byte, evtxHead)
	if _, err := io.ReadFull(in, head); err != nil {
		if errors.Is(err, io.ErrUnexpectedEOF) {
			err = errors.New("the file ends within its header")
		}
		return nil, fmt.Errorf("read EVTX: %w", err)
	}
	if major := binary.LittleEndian.Uint16(head[38:]); major != 3 {
		return nil, fmt.Errorf("read EVTX: version %d is not known, only 3", major)
	}
	return &evtx{in: in, buf: make([]byte, chunkSize)}, nil
}

func (e *evtx) next() (event.Record, error) {
	for {
		if e.chunk != nil {
			if record, ok := e.record(); ok {
				return record, nil
			}
			e.chunk = nil
		}
		if e.ended {
			return event.Record{}, io.EOF
		}
		if record, err := e.nextChunk(); err != nil || record.Err != nil {
			return record, err
		}
	}
}

// nextChunk reads a chunk. One of zeros is room that Windows has not used yet.
func (e *evtx) nextChunk() (event.Record, error) {
	n, err := io.ReadFull(e.in, e.buf)
	switch {
	case errors.Is(err, io.EOF):
		e.ended = true
		return event.Record{}, nil
	case errors.Is(err, io.ErrUnexpectedEOF):
		e.ended = true
	case err != nil:
		return event.Record{}, err
	}
	e.chunks++
	data := e.buf[:n]
	switch {
	case bytes.HasPrefix(data, []byte(chunkMagic)) && n >= chunkHead:
		e.chunk, e.at = newChunk(data), chunkHead
	case len(bytes.Trim(data, "\x00")) > 0 && !e.ended:
		return event.Record{Line: e.last + 1, Err: errBadChunk}, nil
	}
	if e.ended && e.chunk == nil && len(bytes.Trim(data, "\x00")) > 0 {
		return event.Record{Line: e.last + 1, Err: errCutChunk}, nil
	}
	return event.Record{}, nil
}

// record reads the next record of the chunk; false: there is none.
func (e *evtx) record() (event.Record, bool) {
	data := e.chunk.data[min(e.at, len(e.chunk.data)):]
	if !bytes.HasPrefix(data, []byte(recordMagic)) {
		return event.Record{}, false
	}
	record := event.Record{Line: e.last + 1}
	if len(data) < recordHead+recordTail {
		e.at = len(e.chunk.data)
		record.Err = errCutChunk
		return record, true
	}
	size := int(binary.LittleEndian.Uint32(data[4:]))
	if id := int64(binary.LittleEndian.Uint64(data[8:])); id > 0 {
		record.Line = id
	}
	e.last = record.Line
	if size < recordHead+recordTail || size > len(data) {
		e.at = len(e.chunk.data)
		if record.Err = errBadRecord; e.ended {
			record.Err = errCutChunk
		}
		return record, true
	}
	from := e.at + recordHead
	e.at += size
	record.Data, record.Err = e.chunk.event(from, e.at-recordTail)
	return record, true
}

// event makes the JSON of the record that stands between two places.
func (c *chunk) event(from, to int) ([]byte, error) {
	x := &binXML{chunk: c, nodes: maxNodes, bytes: maxRecordText}
	root := x.fragment(&cursor{data: c.data[:to], at: from}, nil)
	if x.err != nil {
		return nil, fmt.Errorf("no event: %w", x.err)
	}
	if len(root.kids) != 1 || root.kids[0].element == nil || root.kids[0].element.name != "Event" {
		return nil, errors.New("no event: the record holds something else")
	}
	b, err := json.Marshal(map[string]any{"Event": root.kids[0].element.eventValue()})
	if err == nil && len(b) > event.MaxSize {
		err = errTooLong
	}
	return b, err
}
