package needle_test

import (
	"bytes"
	"encoding/json"
	"math/bits"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"firebreak/detect/event"
	"firebreak/detect/needle"
)

// has says plainly whether a text has a needle.
func has(l needle.Needle, text string) bool {
	switch l.Kind {
	case needle.Prefix:
		return strings.HasPrefix(text, l.Text)
	case needle.Suffix:
		return strings.HasSuffix(text, l.Text)
	case needle.Exact:
		return text == l.Text
	}
	return strings.Contains(text, l.Text)
}

// check compares an index with looking for each needle by itself.
func check(t interface{ Errorf(string, ...any) }, all []needle.Needle, counts *needle.Counts, text string) {
	for i := range all {
		all[i].Marks = []int32{int32(i)}
	}
	marks := make([]uint64, (len(all)+63)/64)
	needle.New(all, counts).Find(text, marks)
	for i, l := range all {
		if got, want := marks[i/64]>>(i%64)&1 == 1, has(l, text); got != want {
			t.Errorf("%d %q in %q: found is %t, want %t", l.Kind, l.Text, text, got, want)
		}
	}
	found := 0
	for _, word := range marks {
		found += bits.OnesCount64(word)
	}
	if found > len(all) {
		t.Errorf("%d marks for %d needles", found, len(all))
	}
}

// TestFind looks for random needles, some of them pieces of the text, in
// texts of few letters, so that much is nearly there.
func TestFind(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		letters := rapid.SampledFrom([]string{"ab", "abc\\.", "aé😀", "abcdefghijklmnopqrstuvwxyz \\./-"}).Draw(t, "letters")
		word := rapid.StringOfN(rapid.RuneFrom([]rune(letters)), 0, 40, -1)
		text := rapid.StringOfN(rapid.RuneFrom([]rune(letters)), 0, 200, -1).Draw(t, "text")
		var all []needle.Needle
		for range rapid.IntRange(0, 40).Draw(t, "needles") {
			l := needle.Needle{Kind: needle.Kind(rapid.IntRange(0, 3).Draw(t, "kind")), Text: word.Draw(t, "text")}
			if rapid.Bool().Draw(t, "piece") && text != "" {
				from := rapid.IntRange(0, len(text)-1).Draw(t, "from")
				l.Text = text[from:rapid.IntRange(from, len(text)).Draw(t, "to")]
			}
			if l.Text != "" || l.Kind == needle.Exact {
				all = append(all, l)
			}
		}
		var counts *needle.Counts
		if rapid.Bool().Draw(t, "counted") {
			counts = new(needle.Counts)
			counts.Add(text)
		}
		check(t, all, counts, text)
	})
}

func FuzzFind(f *testing.F) {
	f.Add("powershell", "-enc", ".exe", `c:\powershell.exe -enc aaaa`)
	f.Add("aaaa", "aa", "a", "aaaaaaaaaaaaaaaaaaaaab")
	f.Fuzz(func(t *testing.T, a, b, c, text string) {
		var all []needle.Needle
		for kind := range needle.Exact + 1 {
			for _, s := range []string{a, b, c, a + b, text} {
				if s != "" || kind == needle.Exact {
					all = append(all, needle.Needle{Kind: kind, Text: s})
				}
			}
		}
		check(t, all, nil, text)
	})
}

// TestSieve looks in JSON for what stands in its strings.
func TestSieve(t *testing.T) {
	found := 0
	rapid.Check(t, func(t *rapid.T) {
		letters := rapid.StringOfN(rapid.RuneFrom([]rune("abABaabb\\\"/-<\té😀")), 0, 60, -1)
		texts := rapid.SliceOfN(letters, 1, 3).Draw(t, "texts")
		var b bytes.Buffer
		e := json.NewEncoder(&b)
		e.SetEscapeHTML(false)
		if err := e.Encode(texts); err != nil {
			t.Fatal(err)
		}
		var all []needle.Needle
		for i := range rapid.IntRange(1, 20).Draw(t, "needles") {
			n := needle.Needle{Text: event.Fold(letters.Draw(t, "needle")), Marks: []int32{int32(i)}}
			if text := event.Fold(texts[0]); rapid.Bool().Draw(t, "piece") && text != "" {
				from := rapid.IntRange(0, len(text)-1).Draw(t, "from")
				n.Text = text[from:rapid.IntRange(from, len(text)).Draw(t, "to")]
			}
			if needle.NewSieve([]needle.Needle{n}, nil) != nil {
				all = append(all, n)
			}
		}
		s := needle.NewSieve(all, nil)
		marks := make([]uint64, 1)
		s.Find(b.String(), marks)
		for _, n := range all {
			there := slices.ContainsFunc(texts, func(text string) bool { return strings.Contains(event.Fold(text), n.Text) })
			if there {
				found++
			}
			if there && marks[0]>>n.Marks[0]&1 == 0 {
				t.Errorf("%q in %s is not found", n.Text, b.String())
			}
		}
	})
	if found == 0 {
		t.Error("there was nothing to find")
	}
}
