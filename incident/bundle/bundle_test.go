package bundle

import (
	"archive/zip"
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func shaOf(text string) string {
	s := sha256.Sum256([]byte(text))
	return hex.EncodeToString(s[:])
}

// sample is a bundle of two files, one of which has been sealed, and a message.
func sample(t testing.TB) Bundle {
	t.Helper()
	files := map[string]string{shaOf("an implant"): "an implant", shaOf("a log"): "a log"}
	b := Bundle{
		Manifest: Manifest{Incident: "INC-3", Title: "Phishing", Pieces: []Piece{
			{N: 1, Entry: 4, Name: "../implant.bin", State: Kept, Path: PathOf(1, "../implant.bin"), SHA256: shaOf("an implant"), Size: 10},
			{N: 2, Entry: 4, Name: "auth.log", State: Kept, Path: PathOf(2, "auth.log"), SHA256: shaOf("a log"), Size: 5},
			{N: 3, Entry: 1, Name: "entry 1", State: Message},
			{N: 4, Entry: 2, State: Redacted},
		}},
		Timeline: func(w io.Writer) error { _, err := io.WriteString(w, "{}\n"); return err },
		Open: func(sha string) (io.ReadCloser, error) {
			text, ok := files[sha]
			if !ok {
				return nil, fs.ErrNotExist
			}
			return io.NopCloser(strings.NewReader(text)), nil
		},
	}
	add := func(kind string, n int, salt, said []byte) {
		r := Record{Seq: int64(len(b.Chain) + 1), ID: fmt.Sprint("id", len(b.Chain)), Kind: kind, Subject: "slack:T1:C1:1.0", N: n, OccurredAt: 1763800000000000, RecordedAt: 1763800001000000, Actor: "U1"}
		mac := hmac.New(sha256.New, salt)
		mac.Write(said)
		r.Commitment = hex.EncodeToString(mac.Sum(nil))
		if last := len(b.Chain) - 1; last >= 0 {
			r.Prev = b.Chain[last].Hash
		}
		sum, err := r.sum(3)
		if err != nil {
			t.Fatal(err)
		}
		r.Hash = sum
		b.Chain = append(b.Chain, r)
		b.Manifest.Records, b.Manifest.Head = r.Seq, r.Hash
	}
	move := func(n int, m body) {
		said, err := json.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		salt := bytes.Repeat([]byte{byte(n)}, 32)
		add(KindCustody, n, salt, said)
		r := b.Chain[len(b.Chain)-1]
		if m == (body{}) {
			salt, said = nil, nil
		}
		c, err := NewCustody(n, r.Seq, r.OccurredAt, r.Actor, salt, said)
		if err != nil {
			t.Fatal(err)
		}
		b.Custody = append(b.Custody, c)
	}
	add("entry", 1, []byte("salt"), []byte("a message"))
	move(1, body{Move: "collected", File: "F1", Name: "../implant.bin", SHA256: shaOf("an implant"), Size: 10})
	move(2, body{Move: "collected", File: "F2", Name: "auth.log", SHA256: shaOf("a log"), Size: 5})
	add("pin", 0, []byte("salt"), []byte("a pin"))
	move(3, body{Move: "marked", Note: "said it first"})
	move(1, body{Move: "sealed", File: "F1"})
	move(4, body{})
	return b
}

func packed(t testing.TB, b Bundle) []byte {
	t.Helper()
	var w bytes.Buffer
	if err := b.Write(&w); err != nil {
		t.Fatal(err)
	}
	return w.Bytes()
}

func TestABundleIsSound(t *testing.T) {
	text := packed(t, sample(t))
	got, err := Verify(bytes.NewReader(text), int64(len(text)), []Head{{"INC-3", 3, sample(t).Chain[2].Hash}, {"INC-9", 1, "00"}})
	if err != nil || len(got.Troubles) > 0 || got.Files != 7 || got.Moves != 5 {
		t.Errorf("%d files, %d moves, %v, %q", got.Files, got.Moves, err, got.Troubles)
	}
	if !bytes.Equal(text, packed(t, sample(t))) {
		t.Error("the same evidence gives other bytes")
	}
}

// unpacked are a bundle's files by name, in the folder.
func unpacked(t testing.TB, text []byte) (names []string, files map[string]string) {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(text), int64(len(text)))
	if err != nil {
		t.Fatal(err)
	}
	files = map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		name := strings.TrimPrefix(f.Name, "INC-3-evidence/")
		names, files[name] = append(names, name), string(b)
	}
	return names, files
}

// repacked is a zip of files, with sums that fit if they are to.
func repacked(t testing.TB, names []string, files map[string]string, sums bool) []byte {
	t.Helper()
	if sums {
		var list strings.Builder
		for _, name := range names {
			if _, there := files[name]; there && name != fileSums {
				fmt.Fprintf(&list, "%s  %s\n", shaOf(files[name]), name)
			}
		}
		files[fileSums] = list.String()
	}
	var w bytes.Buffer
	z := zip.NewWriter(&w)
	for _, name := range names {
		if _, there := files[name]; !there {
			continue
		}
		f, err := z.CreateHeader(&zip.FileHeader{Name: "INC-3-evidence/" + name, Method: zip.Store})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(f, files[name]); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return w.Bytes()
}

// TestTamperingIsNamed changes a bundle as somebody might who also brings
// SHA256SUMS in line.
func TestTamperingIsNamed(t *testing.T) {
	implant := PathOf(1, "../implant.bin")
	replace := func(name, from, to string) func(map[string]string) {
		return func(files map[string]string) {
			if !strings.Contains(files[name], from) {
				t.Fatalf("%s does not hold %q: %s", name, from, files[name])
			}
			files[name] = strings.Replace(files[name], from, to, 1)
		}
	}
	for name, tt := range map[string]struct {
		change func(files map[string]string)
		says   string
	}{
		"nothing": {func(map[string]string) {}, ""},
		"a file":  {replace(implant, "implant", "Implant"), "evidence 1 (../implant.bin) is not what the manifest says"},
		"a file and its hash": {func(f map[string]string) {
			replace(implant, "implant", "Implant")(f)
			replace(fileManifest, shaOf("an implant"), shaOf("an Implant"))(f)
		}, "evidence 1 (../implant.bin): its custody tells of other bytes"},
		"a file left out":     {func(f map[string]string) { delete(f, implant) }, "evidence 1 (../implant.bin) is not what the manifest says: its SHA-256 is \"\""},
		"left out everywhere": {replace(fileManifest, `"n": 2`, `"n": 5`), "evidence 2 is in the custody, but not in the manifest"},
		"called not kept":     {replace(fileManifest, `"state": "kept"`, `"state": "not kept"`), "its custody tells of bytes"},
		"one put in":          {func(f map[string]string) { f["files/0009-planted"] = "x" }, "files/0009-planted belongs to no evidence"},
		"a name": {func(f map[string]string) {
			replace(fileManifest, `"name": "auth.log"`, `"name": "other.log"`)(f)
			replace(fileManifest, PathOf(2, "auth.log"), PathOf(2, "other.log"))(f)
			f[PathOf(2, "other.log")] = f[PathOf(2, "auth.log")]
			delete(f, PathOf(2, "auth.log"))
		}, "evidence 2 (other.log) is called \"auth.log\" in its custody"},
		"a path":         {replace(fileManifest, implant, "files/../../etc/cron"), "should not be at files/../../etc/cron"},
		"a note":         {replace(fileCustody, "said it first", "said it second"), "the move of evidence 3 (record 5) was changed: it says something else"},
		"who":            {replace(fileCustody, `"by":"U1"`, `"by":"U9"`), "the move of evidence 1 (record 2) was changed: who, when or what"},
		"when":           {replace(fileCustody, `"at":"2025`, `"at":"2024`), "record 2) was changed: who, when"},
		"a body":         {replace(fileCustody, `"body":"e`, `"body":"f`), "its body"},
		"an erased move": {replace(fileCustody, `"move":""`, `"move":"sealed"`), "it was erased, but says something"},
		"a move left out": {func(f map[string]string) {
			f[fileCustody] = strings.Join(strings.SplitAfter(f[fileCustody], "\n")[1:], "")
		}, "custody.jsonl lacks record 2, a move of evidence 1"},
		"a move twice":      {func(f map[string]string) { f[fileCustody] += f[fileCustody] }, "told twice"},
		"an actor, chained": {replace(fileChain, `"actor":"U1"`, `"actor":"U9"`), "chain.jsonl, line 1: record 1 is not the one that was hashed"},
		"a record left out": {func(f map[string]string) { f[fileChain] = strings.Join(strings.SplitAfter(f[fileChain], "\n")[1:], "") }, "record 1 should stand here"},
		"the last left out": {func(f map[string]string) {
			l := strings.SplitAfter(f[fileChain], "\n")
			f[fileChain] = strings.Join(l[:len(l)-2], "")
		}, "ends at record 6"},
		"the head":         {replace(fileManifest, `"records": 7`, `"records": 8`), "the manifest says 8"},
		"no chain":         {func(f map[string]string) { delete(f, fileChain) }, "chain.jsonl: it is missing"},
		"no custody":       {func(f map[string]string) { delete(f, fileCustody) }, "custody.jsonl: it is missing"},
		"garbage":          {func(f map[string]string) { f[fileChain] = "{" }, "chain.jsonl, line 1: "},
		"another incident": {replace(fileManifest, `"INC-3"`, `"INC-4"`), "its folder is called"},
	} {
		t.Run(name, func(t *testing.T) {
			names, files := unpacked(t, packed(t, sample(t)))
			tt.change(files)
			for added := range files {
				if !slices.Contains(names, added) {
					names = append(names, added)
				}
			}
			text := repacked(t, names, files, true)
			got, err := Verify(bytes.NewReader(text), int64(len(text)), nil)
			if said := strings.Join(got.Troubles, "\n"); err != nil || !strings.Contains(said, tt.says) || (said == "") != (tt.says == "") {
				t.Errorf("%v, it says %q, want %q", err, said, tt.says)
			}
		})
	}
	names, files := unpacked(t, packed(t, sample(t)))
	files[fileTimeline] = "{}{}"
	delete(files, PathOf(2, "auth.log"))
	text := repacked(t, append(names, "notes.txt"), files, false)
	got, err := Verify(bytes.NewReader(text), int64(len(text)), nil)
	for _, want := range []string{"timeline.jsonl was changed", "files/0002-auth.log is missing"} {
		if !strings.Contains(strings.Join(got.Troubles, "\n"), want) || err != nil {
			t.Errorf("%v, %q lacks %q", err, got.Troubles, want)
		}
	}
	rewritten := []Head{{"INC-3", 2, shaOf("x")}, {"INC-3", 9, shaOf("y")}}
	text = packed(t, sample(t))
	if got, err = Verify(bytes.NewReader(text), int64(len(text)), rewritten[:1]); err != nil || len(got.Troubles) != 1 || !strings.Contains(got.Troubles[0], "another one than the checkpoint") {
		t.Errorf("%v, %q", err, got.Troubles)
	}
	if got, err = Verify(bytes.NewReader(text), int64(len(text)), rewritten[1:]); err != nil || len(got.Troubles) != 1 || !strings.Contains(got.Troubles[0], "the chain ends before") {
		t.Errorf("%v, %q", err, got.Troubles)
	}
}

// TestHostileZips are refused before anything of them is read.
func TestHostileZips(t *testing.T) {
	for name, entries := range map[string][]zip.FileHeader{
		"climbs out":  {{Name: "INC-3-evidence/../../x"}},
		"absolute":    {{Name: "/etc/passwd"}},
		"backslashes": {{Name: `INC-3-evidence/..\x`}},
		"two folders": {{Name: "INC-3-evidence/a"}, {Name: "other/a"}},
		"twice":       {{Name: "INC-3-evidence/a"}, {Name: "INC-3-evidence/a"}},
		"deflated":    {{Name: "INC-3-evidence/a", Method: zip.Deflate}},
		"no folder":   {{Name: "a"}},
		"empty":       {},
	} {
		var w bytes.Buffer
		z := zip.NewWriter(&w)
		for _, h := range entries {
			if _, err := z.CreateHeader(&h); err != nil {
				t.Fatal(err)
			}
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		if got, err := Verify(bytes.NewReader(w.Bytes()), int64(w.Len()), nil); err == nil {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

// TestPlainTools: whoever has no firebreak checks the files with sha256sum.
func TestPlainTools(t *testing.T) {
	sums, err := exec.LookPath("sha256sum")
	if err != nil {
		t.Skip("there is no sha256sum here")
	}
	dir := t.TempDir()
	_, files := unpacked(t, packed(t, sample(t)))
	for name, text := range files {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	check := func() ([]byte, error) {
		cmd := exec.CommandContext(t.Context(), sums, "--strict", "-c", fileSums)
		cmd.Dir = dir
		return cmd.CombinedOutput()
	}
	if out, err := check(); err != nil || bytes.Count(out, []byte(": OK\n")) != len(files)-1 {
		t.Errorf("%v: %s", err, out)
	}
	if err := os.WriteFile(filepath.Join(dir, PathOf(2, "auth.log")), []byte("A log"), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := check(); err == nil || !bytes.Contains(out, []byte("files/0002-auth.log: FAILED")) {
		t.Errorf("%v: %s", err, out)
	}
}

// FuzzSafeName: no name becomes one that a file system acts on, and no two
// pieces have the same.
func FuzzSafeName(f *testing.F) {
	for _, name := range []string{
		"", ".", "..", "../../etc/passwd", `..\..\boot.ini`, "CON", "aux.txt", "a:b", "\u202egnp.exe", "new\nline", "nul\x00", "\xff\xfe", "Ünïcode.log",
		strings.Repeat("long", 2000) + ".tar.gz", "-rf", "~root", "$(reboot)", "a b", "....//", "trailing. . .", "%2e%2e%2f",
	} {
		f.Add(1, name)
	}
	f.Fuzz(func(t *testing.T, n int, name string) {
		n = max(1, n)
		safe := SafeName(n, name)
		switch {
		case !utf8.ValidString(safe), len(safe) > 120, safe != path.Base(safe), !fs.ValidPath(contents + safe), !filepath.IsLocal(safe),
			strings.Contains(safe, ".."), strings.HasSuffix(safe, "."), strings.HasPrefix(safe, "-"), strings.HasPrefix(safe, "."):
			t.Errorf("%q becomes %q", name, safe)
		case strings.EqualFold(safe, SafeName(n+1, name)):
			t.Errorf("%q becomes %q twice", name, safe)
		}
		for _, r := range safe {
			if r > '~' || strings.ContainsRune(`/\:*?"<>|$%'& `, r) || r < ' ' {
				t.Errorf("%q becomes %q", name, safe)
			}
		}
	})
}

// FuzzVerify: whatever is given as a bundle, the check ends, and never takes
// other bytes for the sample's.
func FuzzVerify(f *testing.F) {
	text := packed(f, sample(f))
	f.Add(text)
	f.Add([]byte("PK\x05\x06"))
	f.Add(text[:len(text)/2])
	names, files := unpacked(f, text)
	files[fileManifest] = strings.ReplaceAll(files[fileManifest], `"n": 1`, `"n": -1`)
	f.Add(repacked(f, names, files, true))
	head := []Head{{"INC-3", 7, sample(f).Manifest.Head}}
	f.Fuzz(func(t *testing.T, b []byte) {
		got, err := Verify(bytes.NewReader(b), int64(len(b)), head)
		if err != nil || len(got.Troubles) > 0 || got.Manifest.Incident != "INC-3" {
			return
		}
		_, files := unpacked(t, b)
		if files[PathOf(1, "../implant.bin")] != "an implant" {
			t.Errorf("a forged bundle passes against its published head")
		}
	})
}
