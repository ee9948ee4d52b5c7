package logfile_test

import (
	"encoding/binary"
	"testing"
	"time"
	"unicode/utf16"
)

// winEvent is an event to be written as EVTX, by hand: nobody keeps a library
// that writes it.
type winEvent struct {
	id       int64
	provider string
	channel  string
	eventID  uint16
	at       time.Time
	data     [][2]string
}

// evtxFile writes a file of one chunk. The first event of each provider
// defines its template, the others refer to it.
func evtxFile(t testing.TB, events ...winEvent) []byte {
	t.Helper()
	head := make([]byte, 4096)
	copy(head, "ElfFile\x00")
	binary.LittleEndian.PutUint16(head[36:], 1)
	binary.LittleEndian.PutUint16(head[38:], 3)
	binary.LittleEndian.PutUint16(head[40:], 4096)
	c := &chunkWriter{names: map[string]uint32{}, templates: map[int]uint32{}}
	c.b = append(c.b, "ElfChnk\x00"...)
	c.b = append(c.b, make([]byte, 504)...)
	for _, e := range events {
		c.record(e)
	}
	if len(c.b) > 64<<10 {
		t.Fatal("these events need more than a chunk")
	}
	return append(append(head, c.b...), make([]byte, 64<<10-len(c.b))...)
}

type chunkWriter struct {
	b         []byte
	names     map[string]uint32
	templates map[int]uint32 // by how many data there are
}

func (c *chunkWriter) u16(n int) { c.b = binary.LittleEndian.AppendUint16(c.b, uint16(n)) }
func (c *chunkWriter) u32(n int) { c.b = binary.LittleEndian.AppendUint32(c.b, uint32(n)) }

func wide(s string) (b []byte) {
	for _, u := range utf16.Encode([]rune(s)) {
		b = binary.LittleEndian.AppendUint16(b, u)
	}
	return b
}

// name writes a name, or where it stands already.
func (c *chunkWriter) name(s string) {
	if at, ok := c.names[s]; ok {
		c.u32(int(at))
		return
	}
	at := len(c.b) + 4
	c.names[s] = uint32(at)
	c.u32(at)
	c.u32(0)
	c.u16(0)
	c.u16(len(s))
	c.b = append(c.b, wide(s)...)
	c.u16(0)
}

// element opens one of a template; attributes says that some follow.
func (c *chunkWriter) element(name string, attributes bool) {
	c.b = append(c.b, map[bool]byte{false: 0x01, true: 0x41}[attributes])
	c.u16(0xffff)
	c.u32(0)
	c.name(name)
	if attributes {
		c.u32(0)
	}
}

func (c *chunkWriter) gap(n int) {
	c.b = append(c.b, 0x0e)
	c.u16(n)
	c.b = append(c.b, 0x01)
}

func (c *chunkWriter) simple(name string, gap int) {
	c.element(name, false)
	c.b = append(c.b, 0x02)
	c.gap(gap)
	c.b = append(c.b, 0x04)
}

func (c *chunkWriter) record(e winEvent) {
	start := len(c.b)
	c.b = append(c.b, "**\x00\x00"...)
	c.u32(0)
	c.b = binary.LittleEndian.AppendUint64(c.b, uint64(e.id))
	c.b = binary.LittleEndian.AppendUint64(c.b, fileTime(e.at))
	c.b = append(c.b, 0x0f, 1, 1, 0, 0x0c, 1)
	c.u32(len(e.data) + 1)
	if at, ok := c.templates[len(e.data)]; ok {
		c.u32(int(at))
	} else {
		c.template(len(e.data))
	}
	c.arguments(e)
	c.b = append(c.b, 0)
	c.u32(len(c.b) - start + 4)
	binary.LittleEndian.PutUint32(c.b[start+4:], uint32(len(c.b)-start))
}

func (c *chunkWriter) template(data int) {
	at := len(c.b) + 4
	c.templates[data] = uint32(at)
	c.u32(at)
	c.b = append(c.b, make([]byte, 20)...)
	size := len(c.b)
	c.u32(0)
	c.b = append(c.b, 0x0f, 1, 1, 0)
	c.element("Event", false)
	c.b = append(c.b, 0x02)
	c.element("System", false)
	c.b = append(c.b, 0x02)
	c.attribute("Provider", "Name", 0)
	c.simple("EventID", 1)
	c.attribute("TimeCreated", "SystemTime", 2)
	c.simple("Channel", 3)
	c.b = append(c.b, 0x04)
	c.element("EventData", false)
	c.b = append(c.b, 0x02)
	for i := range data {
		c.element("Data", true)
		c.b = append(c.b, 0x06)
		c.name("Name")
		c.gap(4 + 2*i)
		c.b = append(c.b, 0x02)
		c.gap(5 + 2*i)
		c.b = append(c.b, 0x04)
	}
	c.b = append(c.b, 0x04, 0x04, 0x00)
	binary.LittleEndian.PutUint32(c.b[size:], uint32(len(c.b)-size-4))
}

// attribute writes an empty element with one attribute.
func (c *chunkWriter) attribute(element, name string, gap int) {
	c.element(element, true)
	c.b = append(c.b, 0x06)
	c.name(name)
	c.gap(gap)
	c.b = append(c.b, 0x03)
}

func fileTime(at time.Time) uint64 { return uint64(at.UnixNano()/100) + 116444736000000000 }

func (c *chunkWriter) arguments(e winEvent) {
	type argument struct {
		kind  byte
		bytes []byte
	}
	all := []argument{
		{0x01, wide(e.provider)},
		{0x06, binary.LittleEndian.AppendUint16(nil, e.eventID)},
		{0x11, binary.LittleEndian.AppendUint64(nil, fileTime(e.at))},
		{0x01, wide(e.channel)},
	}
	for _, d := range e.data {
		all = append(all, argument{0x01, wide(d[0])}, argument{0x01, wide(d[1])})
	}
	c.u32(len(all))
	for _, a := range all {
		c.u16(len(a.bytes))
		c.b = append(c.b, a.kind, 0)
	}
	for _, a := range all {
		c.b = append(c.b, a.bytes...)
	}
}
