package sigma

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// sameAsLibrary compares what is read quickly with what the library reads. It
// gives whether anything was.
func sameAsLibrary(t interface{ Fatalf(string, ...any) }, text string) bool {
	s := section{line: 7, text: []byte(text)}
	got, ok := s.blocks()
	if !ok {
		return false
	}
	want, err := s.library()
	if err != nil {
		t.Fatalf("%q is read, though: %v", text, err)
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(node{})); diff != "" {
		t.Fatalf("%q (-library +got):\n%s", text, diff)
	}
	return true
}

// TestBlocksAsInTheLibrary reads all rules that there are.
func TestBlocksAsInTheLibrary(t *testing.T) {
	for _, folder := range []string{"../pack", "../../../shared/corpus/sigma"} {
		files, read := 0, 0
		err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || filepath.Ext(path) != ".yml" {
				return err
			}
			content, err := os.ReadFile(path)
			for _, s := range sections(content) {
				if files++; sameAsLibrary(t, string(s.text)) {
					read++
				}
			}
			return err
		})
		if err != nil {
			t.Logf("left out, it is not on this machine: %v", err)
			continue
		}
		t.Logf("%s: %d of %d documents", folder, read, files)
		if read == 0 || strings.Contains(folder, "corpus") && read < files*9/10 {
			t.Errorf("%s: only %d of %d documents are read quickly", folder, read, files)
		}
	}
}

// TestRandomBlocks reads documents of pieces that make sense next to each
// other, more or less.
func TestRandomBlocks(t *testing.T) {
	pieces := []string{
		"a", "b: ", "c:", "key|contains: ", "'q''r'", `"d"`, `"\n"`, "- ", "-", "\n", "\n", "\n", "\n  ", "\n    ", "\n   ", " ", "# x", " # x", "|", "|-", ">", "[]", "{a: 1}",
		"1", "0x10", "007", "4.0", "-1", "+1", ".5", "2026-01-02", "2026-13-02", "true", "No", "null", "~", "<<", "&a", "*a", "!t", "'k': ", `"k": `, "é", "x:y", "%p%", "---\n", "\t", "\u0085", "\u2028", "?", ": ", "@",
	}
	read := 0
	rapid.Check(t, func(t *rapid.T) {
		some := pieces[:rapid.SampledFrom([]int{8, 18, 24, 36, len(pieces)}).Draw(t, "pieces")]
		if sameAsLibrary(t, strings.Join(rapid.SliceOfN(rapid.SampledFrom(some), 1, 24).Draw(t, "text"), "")) {
			read++
		}
	})
	if read == 0 {
		t.Error("nothing was read")
	}
}

func FuzzBlock(f *testing.F) {
	f.Add("title: T\nlogsource:\n  product: windows\ndetection:\n  sel:\n    - A|endswith: '\\x'\n      B: 1\n  condition: sel\ntags:\n- a # b\n- c\n")
	f.Add("---\na: |\n  x\n\n   y\n\n# c\nb: |-\n    z\n")
	f.Fuzz(func(t *testing.T, text string) {
		if utf8.ValidString(text) {
			sameAsLibrary(t, text)
		}
	})
}
