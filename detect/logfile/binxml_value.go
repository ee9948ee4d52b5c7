package logfile

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math"
	"strings"
	"time"
)

// The types of values that are not one of the plain numbers.
const (
	kindNull    = 0x00
	kindString  = 0x01
	kindANSI    = 0x02
	kindBool    = 0x0d
	kindBinary  = 0x0e
	kindGUID    = 0x0f
	kindSize    = 0x10
	kindTime    = 0x11
	kindSystem  = 0x12
	kindSID     = 0x13
	kindHex32   = 0x14
	kindHex64   = 0x15
	kindBinXML  = 0x21
	kindIsArray = 0x80
)

// widths are how many bytes the elements of arrays have.
var widths = map[byte]int{
	0x03: 1, 0x04: 1, 0x05: 2, 0x06: 2, 0x07: 4, 0x08: 4, 0x09: 8, 0x0a: 8, 0x0b: 4, 0x0c: 8,
	kindBool: 4, kindGUID: 16, kindTime: 8, kindSystem: 16, kindHex32: 4, kindHex64: 8,
}

// valueOf reads a value as Windows writes it in XML: numbers, "0x3e7",
// "{GUID}", "S-1-5-18", times. nil is nothing.
func valueOf(kind byte, b []byte) any {
	if kind&kindIsArray != 0 {
		return listOf(kind&^kindIsArray, b)
	}
	switch kind {
	case kindNull:
		return nil
	case kindString:
		return utf16String(b)
	case kindANSI:
		return strings.TrimRight(string(b), "\x00")
	case kindGUID:
		return guid(b)
	case kindTime:
		return fileTime(b)
	case kindSystem:
		return systemTime(b)
	case kindSID:
		return sid(b)
	case kindSize, kindHex32, kindHex64:
		n, ok := unsigned(b)
		if !ok {
			return nil
		}
		return fmt.Sprintf("0x%x", n)
	case kindBool:
		n, ok := unsigned(b)
		if !ok {
			return nil
		}
		return n != 0
	}
	return number(kind, b)
}

// number reads a plain number; what it does not know is its bytes.
func number(kind byte, b []byte) any {
	n, ok := unsigned(b)
	if !ok || widths[kind] != len(b) {
		return strings.ToUpper(hex.EncodeToString(b))
	}
	switch kind {
	case 0x03:
		return int8(n)
	case 0x05:
		return int16(n)
	case 0x07:
		return int32(n)
	case 0x09:
		return int64(n)
	case 0x0b:
		return finite(float64(math.Float32frombits(uint32(n))))
	case 0x0c:
		return finite(math.Float64frombits(n))
	}
	return n
}

// finite is f as JSON can say it.
func finite(f float64) any {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return fmt.Sprint(f)
	}
	return f
}

func unsigned(b []byte) (uint64, bool) {
	switch len(b) {
	case 1:
		return uint64(b[0]), true
	case 2:
		return uint64(binary.LittleEndian.Uint16(b)), true
	case 4:
		return uint64(binary.LittleEndian.Uint32(b)), true
	case 8:
		return binary.LittleEndian.Uint64(b), true
	}
	return 0, false
}

// listOf reads an array: texts end with a zero, all else has one width.
func listOf(kind byte, b []byte) any {
	list := []any{}
	if kind == kindString {
		for text := range strings.SplitSeq(utf16String(b), "\x00") {
			list = append(list, text)
		}
		return list
	}
	width := widths[kind]
	if width == 0 {
		return strings.ToUpper(hex.EncodeToString(b))
	}
	for ; len(b) >= width; b = b[width:] {
		list = append(list, valueOf(kind, b[:width]))
	}
	return list
}

func guid(b []byte) any {
	if len(b) != 16 {
		return nil
	}
	return fmt.Sprintf("{%08X-%04X-%04X-%04X-%012X}", binary.LittleEndian.Uint32(b), binary.LittleEndian.Uint16(b[4:]),
		binary.LittleEndian.Uint16(b[6:]), b[8:10], b[10:])
}

// epoch1601 is 1970 in FILETIME's count: 100 ns since 1601.
const epoch1601 = 116444736000000000

func fileTime(b []byte) any {
	n, ok := unsigned(b)
	if !ok || len(b) != 8 || n < epoch1601 {
		return nil
	}
	n -= epoch1601
	return time.Unix(int64(n/1e7), int64(n%1e7)*100).UTC().Format("2006-01-02T15:04:05.0000000Z")
}

func systemTime(b []byte) any {
	if len(b) != 16 {
		return nil
	}
	at := func(i int) int { return int(binary.LittleEndian.Uint16(b[2*i:])) }
	return time.Date(at(0), time.Month(at(1)), at(3), at(4), at(5), at(6), at(7)*1e6, time.UTC).Format("2006-01-02T15:04:05.000Z")
}

func sid(b []byte) any {
	if len(b) < 8 || len(b) != 8+4*int(b[1]) {
		return nil
	}
	authority := uint64(0)
	for _, c := range b[2:8] {
		authority = authority<<8 | uint64(c)
	}
	var text strings.Builder
	text.WriteString(fmt.Sprintf("S-%d-%d", b[0], authority))
	for b = b[8:]; len(b) > 0; b = b[4:] {
		text.WriteString(fmt.Sprintf("-%d", binary.LittleEndian.Uint32(b)))
	}
	return text.String()
}
