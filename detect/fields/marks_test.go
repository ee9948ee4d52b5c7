package fields

import (
	"bytes"
	"math/rand/v2"
	"testing"
)

// FuzzText compares what the marks say of a text, wherever in a block it begins,
// with what looking at one byte after the other says.
func FuzzText(f *testing.F) {
	if !marks() {
		f.Skip("this processor has no AVX2: nothing is marked")
	}
	long := `C:\\Windows\\System32\\` + `\"\\\\\n\u00e9` + `\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\` + `end`
	for _, text := range []string{``, `plain`, `\`, `\x`, `\u12"34`, "\x01", "\x1f \x20", "é\xff", long, long + long, long + "\x7f\x80"} {
		f.Add([]byte(text+`" : 1`), 5)
		f.Add([]byte(text), 61)
	}
	f.Fuzz(func(t *testing.T, text []byte, before int) {
		before = min(max(before, 0), 3*blockSize)
		data := append(append(bytes.Repeat([]byte{' '}, before), '"'), text...)
		data = bytes.Clone(data) // no room behind the end hides that something is read there
		d := &Decoder{data: data, marked: true}
		d.mark(data)
		end, kind := d.text(before + 1)
		if wantEnd, wantKind := scanText(data, before+1); end != wantEnd || end >= 0 && kind != wantKind {
			t.Fatalf("%q: ends at %d as %d, want %d and %d", data, end, kind, wantEnd, wantKind)
		}
	})
}

// TestTextsOfFewBytes does the same with random texts of the bytes that matter.
func TestTextsOfFewBytes(t *testing.T) {
	if !marks() {
		t.Skip("this processor has no AVX2: nothing is marked")
	}
	r := rand.New(rand.NewPCG(1, 2))
	d := &Decoder{marked: true}
	ended := 0
	for range 200_000 {
		data := make([]byte, r.IntN(4*blockSize))
		for i := range data {
			if data[i] = 'a'; r.IntN(4) == 0 {
				data[i] = `\\\\\\nu"`[r.IntN(9)]
			}
		}
		if r.IntN(8) == 0 && len(data) > 0 {
			data[r.IntN(len(data))] = "\x00\x1f\x7f\x80\xc3"[r.IntN(5)]
		}
		d.data = data
		d.mark(data)
		begin := 0
		for begin >= 0 && begin <= len(data) {
			end, kind := d.text(begin)
			wantEnd, wantKind := scanText(data, begin)
			if end != wantEnd || end >= 0 && kind != wantKind {
				t.Fatalf("%q from %d: ends at %d as %d, want %d and %d", data, begin, end, kind, wantEnd, wantKind)
			}
			if begin = end + 1; end < 0 {
				break
			}
			ended++
		}
	}
	if ended < 20_000 {
		t.Errorf("only %d texts ended", ended)
	}
}

// TestWithoutMarks reads as a processor does that has none.
func TestWithoutMarks(t *testing.T) {
	l := NewLayout([]string{"a"}, nil)
	for _, data := range []string{`{"a":"C:\\x"}`, `{"a":"\u00e9é","b":[1]}`, `{"a":"\x"}`, `{"a`} {
		with, without := NewDecoder(l), NewDecoder(l)
		without.marked = false
		if read := with.Decode([]byte(data)); read != without.Decode([]byte(data)) {
			t.Errorf("%s: with marks it is read: %t", data, read)
		} else if got, want := without.Values(0), with.Values(0); read && (len(got.List) != 1 || got.List[0] != want.List[0]) {
			t.Errorf("%s: %v, with marks %v", data, got, want)
		}
	}
}
