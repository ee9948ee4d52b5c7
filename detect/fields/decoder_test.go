package fields_test

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"firebreak/detect/event"
	"firebreak/detect/fields"
)

var (
	names = []string{
		"a", "b", "a.b", "a.b.c", "b.c", "a.", "a..b", ".b", "x", "x.a", "w.in.a", "P_a", "P_@a", "P_#text", "P", "a_b", "Provider_Name", "#attributes", "é", "Threat", "w",
	}
	lift   = []string{"w.in", "w.all.*", "x", "w.in"}
	layout = fields.NewLayout(names, lift)
)

// tester fails a test.
type tester interface{ Fatalf(string, ...any) }

// same compares what a decoder says with what package event does. It gives
// whether the decoder said anything.
func same(t tester, d *fields.Decoder, data []byte) bool {
	if !d.Decode(data) {
		return false
	}
	ev, err := event.Decode(data)
	if err != nil {
		t.Fatalf("%q is read, though: %v", data, err)
	}
	ev.Lift(lift)
	for i, name := range names {
		// An empty list and none say the same.
		want, got := ev.Values(name), d.Values(int32(i))
		if diff := gocmp.Diff(want.List, append([]event.Value(nil), got.List...)); diff != "" || want.Present != got.Present {
			t.Fatalf("%s\n%s: present is %t, want %t; (-want +got):\n%s", data, name, got.Present, want.Present, diff)
		}
	}
	order := func(a, b event.Value) int { return cmp.Compare(fmt.Sprint(a), fmt.Sprint(b)) }
	want, got := slices.Clone(ev.Leaves()), slices.Clone(d.Leaves())
	slices.SortFunc(want, order)
	slices.SortFunc(got, order)
	if diff := gocmp.Diff(want, append([]event.Value(nil), got...)); diff != "" {
		t.Fatalf("%s\nleaves (-want +got):\n%s", data, diff)
	}
	return true
}

var (
	keys  = []string{"a", "b", "c", "a.b", "b.c", "in", "all", "w", "x", "P", "Provider", "Name", "#attributes", "#text", "@a", "@Name", "one", "é", "a ", "", "a.", ".b", "K\"", "w.in"}
	texts = []string{"", "a", `C:\Windows\SYSTEM32\cmd.exe`, "Ä", "ſ K", "😀", "\t\n\"/", "plain text without any capital letter", "PLAIN TEXT WITH CAPITAL LETTERS [@`{Z", "\u2028<&>", "\x00", "x🔥Y", strings.Repeat(`C:\Windows\`, 9), strings.Repeat("\\\"\n", 50), strings.Repeat("long ", 30) + "Ä"}
)

// document is JSON with the keys that the layout wants.
func document(t *rapid.T, depth int) string {
	kind := rapid.IntRange(0, 13).Draw(t, "kind")
	if depth == 0 && kind > 8 {
		kind -= 8
	}
	if depth == 3 {
		kind = 9
	}
	blank := rapid.SampledFrom([]string{"", "", "", " ", "\n\t"}).Draw(t, "blank")
	switch kind {
	case 0:
		return rapid.SampledFrom([]string{"null", "true", "false"}).Draw(t, "word")
	case 1:
		return rapid.SampledFrom([]string{"0", "-1", "12.50", "1E5", "1e-3", "123456789012345678901234567890", "-0"}).Draw(t, "number")
	case 2:
		return rapid.SampledFrom([]string{`"\ud83d\ude00"`, `"\ud83dx"`, `"\ud83d\u0041"`, `"\ud83d\ud83d\ude00"`, `"\u004b\u212A"`, `"\/\b\f\r"`, `"a\\B\\c"`}).Draw(t, "escapes")
	case 9, 10, 11:
		return object(t, depth, blank)
	case 12, 13:
		var elements []string
		for range rapid.IntRange(0, 3).Draw(t, "elements") {
			elements = append(elements, document(t, depth-1))
		}
		return "[" + strings.Join(elements, blank+",") + blank + "]"
	}
	b, err := json.Marshal(rapid.SampledFrom(texts).Draw(t, "text"))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func object(t *rapid.T, depth int, blank string) string {
	var members []string
	some := keys[:rapid.SampledFrom([]int{12, 16, 18, len(keys)}).Draw(t, "keys")]
	for range rapid.IntRange(0, 6).Draw(t, "members") {
		key, err := json.Marshal(rapid.SampledFrom(some).Draw(t, "key"))
		if err != nil {
			t.Fatal(err)
		}
		members = append(members, string(key)+blank+":"+blank+document(t, depth-1))
	}
	return "{" + blank + strings.Join(members, ","+blank) + "}"
}

// TestDecodeIsEvent reads random events one after the other, some of them
// damaged.
func TestDecodeIsEvent(t *testing.T) {
	read, all := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		d := fields.NewDecoder(layout)
		for range 8 {
			data := []byte(document(t, 3))
			if rapid.IntRange(0, 5).Draw(t, "damage") == 0 {
				at := rapid.IntRange(0, len(data)-1).Draw(t, "at")
				data[at] = rapid.SampledFrom([]byte("\"\\{}[],: x0u\x80\xff\x01")).Draw(t, "with")
			}
			if all++; same(t, d, data) {
				read++
			}
		}
	})
	t.Logf("%d of %d events read", read, all)
	if read < all/4 {
		t.Errorf("only %d of %d events read", read, all)
	}
}

// FuzzDecode reads any bytes, twice, since the second time the shape is known,
// and cut off anywhere.
func FuzzDecode(f *testing.F) {
	for _, s := range []string{
		`{"a":{"b":{"c":"C:\\Windows\\x"}},"b.c":[1,null,{"x":2}],"w":{"in":{"a":1e5,"P":{"#attributes":{"a":"x"}}}}}`,
		`{"w":{"all":{"one":{"a":"\ud83d\ude00","P":{"@a":1}}}},"é":"É"}`, `{"a":1,"a":2}`, `{"Threat Name":true}`, `{} {}`, `{"a":"` + "\xff" + `"}`,
	} {
		f.Add([]byte(s), len(s)/2)
	}
	f.Fuzz(func(t *testing.T, data []byte, cut int) {
		d := fields.NewDecoder(layout)
		// No room behind the end hides that something is read there.
		first := same(t, d, slices.Clip(bytes.Clone(data)))
		if cut >= 0 && cut < len(data) {
			same(t, d, slices.Clip(bytes.Clone(data[:cut])))
		}
		if second := same(t, d, data); first != second {
			t.Fatalf("%q: read is %t, then %t", data, first, second)
		}
	})
}
