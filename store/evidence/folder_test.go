package evidence

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func open(t *testing.T, dir string, l Limits) *Folder {
	t.Helper()
	f, err := Open(dir, l)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// says is a fetch that brings a text in pieces of 3 bytes.
func says(text string) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := io.CopyBuffer(w, io.LimitReader(strings.NewReader(text), int64(len(text))), make([]byte, 3))
		return err
	}
}

func sum(text string) string {
	s := sha256.Sum256([]byte(text))
	return hex.EncodeToString(s[:])
}

func capture1(t *testing.T, f *Folder, text string) Kept {
	t.Helper()
	k, release, err := f.Capture(says(text))
	if err != nil {
		t.Fatal(err)
	}
	release()
	if want := (Kept{sum(text), int64(len(text))}); k != want {
		t.Fatalf("%q is kept as %+v, want %+v", text, k, want)
	}
	return k
}

func contents(t *testing.T, f *Folder) (hashes []string) {
	t.Helper()
	if err := f.Each(func(c Content) error { hashes = append(hashes, c.SHA256); return nil }); err != nil {
		t.Fatal(err)
	}
	return hashes
}

// drafts are what lies where contents are not whole yet.
func drafts(t *testing.T, f *Folder) int {
	t.Helper()
	left, err := os.ReadDir(filepath.Join(f.Dir(), partials))
	if err != nil {
		t.Fatal(err)
	}
	return len(left)
}

func unneeded() (bool, error) { return false, nil }

func TestAContentIsKeptOnce(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "deep", "evidence")
	f := open(t, dir, Limits{})
	k := capture1(t, f, "a memory image")
	capture1(t, f, "a memory image")
	capture1(t, f, "")
	if got := contents(t, f); len(got) != 2 || f.Used() != k.Size || drafts(t, f) != 0 {
		t.Errorf("contents %v of %d bytes, %d drafts", got, f.Used(), drafts(t, f))
	}
	again := open(t, dir, Limits{})
	file, err := again.Open(k.SHA256)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if b, err := io.ReadAll(file); string(b) != "a memory image" || err != nil || again.Used() != k.Size {
		t.Errorf("%q, %v, %d bytes", b, err, again.Used())
	}
	info, err := file.Stat()
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("others may read it: %v, %v", info.Mode(), err)
	}
}

// TestNoHalfFile: whatever ends a capture, nothing is there under any hash, and
// a crash's leavings are gone at the next start.
func TestNoHalfFile(t *testing.T) {
	dir := t.TempDir()
	f := open(t, dir, Limits{})
	broken := errors.New("the line broke")
	_, _, err := f.Capture(func(w io.Writer) error {
		if err := says("the first half")(w); err != nil {
			return err
		}
		if drafts(t, f) != 1 || f.Used() == 0 {
			t.Errorf("%d drafts while it is written", drafts(t, f))
		}
		return broken
	})
	if !errors.Is(err, broken) || len(contents(t, f)) != 0 || drafts(t, f) != 0 || f.Used() != 0 {
		t.Errorf("%v; contents %v, %d drafts, %d bytes", err, contents(t, f), drafts(t, f), f.Used())
	}
	if err := os.WriteFile(filepath.Join(dir, partials, "123"), []byte("killed here"), 0o600); err != nil {
		t.Fatal(err)
	}
	if f = open(t, dir, Limits{}); drafts(t, f) != 0 || f.Used() != 0 {
		t.Error("a crash's leavings are still there")
	}
}

func TestLimits(t *testing.T) {
	f := open(t, t.TempDir(), Limits{File: 10, Total: 15})
	if _, _, err := f.Capture(says("eleven char")); !errors.Is(err, ErrTooLarge) {
		t.Errorf("eleven bytes: %v", err)
	}
	capture1(t, f, "ten chars.")
	if _, _, err := f.Capture(says("six ch")); !errors.Is(err, ErrQuota) {
		t.Errorf("sixteen bytes: %v", err)
	}
	swallows := func(w io.Writer) error { _ = says("six ch")(w); return nil }
	if _, _, err := f.Capture(swallows); !errors.Is(err, ErrQuota) {
		t.Errorf("with the error swallowed: %v", err)
	}
	capture1(t, f, "five!")
	if f.Used() != 15 || drafts(t, f) != 0 {
		t.Errorf("%d bytes, %d drafts", f.Used(), drafts(t, f))
	}
	if err := f.Remove(sum("ten chars."), unneeded); err != nil {
		t.Fatal(err)
	}
	capture1(t, f, "six ch")
	full := open(t, t.TempDir(), Limits{Spare: 1 << 62})
	if _, _, err := full.Capture(says("x")); !errors.Is(err, ErrFull) {
		t.Errorf("on a full disk: %v", err)
	}
}

func TestCheckNamesWhatIsWrong(t *testing.T) {
	f := open(t, t.TempDir(), Limits{})
	k := capture1(t, f, "as it was")
	path, err := f.path(k.SHA256)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Check(k.SHA256); err != nil {
		t.Error(err)
	}
	if err := os.WriteFile(path, []byte("as it waS"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := f.Check(k.SHA256); !errors.Is(err, ErrChanged) {
		t.Errorf("changed: %v", err)
	}
	capture1(t, f, "as it was") // the same file again makes it whole
	if err := f.Check(k.SHA256); err != nil || f.Used() != k.Size {
		t.Errorf("captured again: %v, %d bytes", err, f.Used())
	}
	if err := f.Check(sum("never seen")); !errors.Is(err, ErrMissing) {
		t.Errorf("missing: %v", err)
	}
	for _, odd := range []string{"", "..", "../../etc/passwd", strings.ToUpper(k.SHA256)} {
		if _, err := f.Open(odd); err == nil || errors.Is(err, ErrMissing) {
			t.Errorf("%q: %v", odd, err)
		}
	}
	if err := View(filepath.Join(t.TempDir(), "nowhere")).Each(func(Content) error { return errors.New("something") }); err != nil {
		t.Errorf("a folder that is not there: %v", err)
	}
}

// TestRemoveLeavesWhatIsNeeded: a content goes only when nothing needs it, and
// never while a capture of it has not been recorded.
func TestRemoveLeavesWhatIsNeeded(t *testing.T) {
	f := open(t, t.TempDir(), Limits{})
	k, release, err := f.Capture(says("a leaked key"))
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Remove(k.SHA256, unneeded); !errors.Is(err, ErrHeld) {
		t.Errorf("while it is held: %v", err)
	}
	release()
	if err := f.Remove(k.SHA256, func() (bool, error) { return true, nil }); err != nil || f.Check(k.SHA256) != nil {
		t.Errorf("needed: %v, %v", err, f.Check(k.SHA256))
	}
	if err := errors.Join(f.Remove(k.SHA256, unneeded), f.Remove(k.SHA256, unneeded)); err != nil {
		t.Error(err)
	}
	if err := f.Check(k.SHA256); !errors.Is(err, ErrMissing) || f.Used() != 0 {
		t.Errorf("after its removal: %v, %d bytes", err, f.Used())
	}
}

func TestSweepTakesOldOrphans(t *testing.T) {
	f := open(t, t.TempDir(), Limits{})
	known, orphan := capture1(t, f, "known"), capture1(t, f, "nobody's")
	needed := func(sha string) (bool, error) { return sha == known.SHA256, nil }
	if n, err := f.Sweep(time.Now().Add(-time.Hour), needed); n != 0 || err != nil {
		t.Errorf("young ones: %d, %v", n, err)
	}
	if n, err := f.Sweep(time.Now().Add(time.Hour), needed); n != 1 || err != nil {
		t.Errorf("old ones: %d, %v", n, err)
	}
	if f.Check(known.SHA256) != nil || !errors.Is(f.Check(orphan.SHA256), ErrMissing) {
		t.Error("the wrong one was swept")
	}
}

// TestCapturesAtOnce: ten at once, of equal and different bytes.
func TestCapturesAtOnce(t *testing.T) {
	f := open(t, t.TempDir(), Limits{})
	done := make(chan error)
	for n := range 10 {
		go func() {
			body := bytes.Repeat([]byte{byte(n / 2)}, 1<<20)
			_, release, err := f.Capture(func(w io.Writer) error { _, err := w.Write(body); return err })
			if err == nil {
				release()
			}
			done <- err
		}()
	}
	for range 10 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	if n := len(contents(t, f)); n != 5 || f.Used() != 5<<20 {
		t.Errorf("%d contents, %d bytes", n, f.Used())
	}
}
