package evidence

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"path/filepath"
	"syscall"
)

// Kept is a content as it was captured.
type Kept struct {
	SHA256 string
	Size   int64
}

// Capture keeps what fetch writes, hashed as it comes. A content that is there
// already is not kept twice. On any error nothing is left.
//
// Until release is called the content cannot be removed: call it once what
// needs the content is recorded.
func (f *Folder) Capture(fetch func(io.Writer) error) (k Kept, release func(), err error) {
	if err := f.room(0); err != nil {
		return k, nil, err
	}
	draft, err := os.CreateTemp(filepath.Join(f.dir, partials), "*") // mode 0600
	if err != nil {
		return k, nil, fmt.Errorf("capture: %w", err)
	}
	w := &capture{folder: f, draft: draft, sum: sha256.New()}
	defer func() {
		if err != nil {
			f.free(w.size)
		}
		_ = draft.Close()           // closed already, unless something failed
		_ = os.Remove(draft.Name()) // moved away, unless it failed or was not needed
	}()
	if err := fetch(w); err != nil {
		return k, nil, first(w.refused, err)
	}
	if w.refused != nil { // fetch has swallowed it
		return k, nil, w.refused
	}
	if err := errors.Join(draft.Sync(), draft.Close()); err != nil {
		return k, nil, diskError("capture", err)
	}
	k = Kept{SHA256: hex.EncodeToString(w.sum.Sum(nil)), Size: w.size}
	release, err = f.shelve(draft.Name(), k)
	return k, release, err
}

// first is the error of ours if there is one, else the one it led to.
func first(ours, err error) error {
	if ours != nil {
		return ours
	}
	return err
}

// shelve gives a whole draft its name.
func (f *Folder) shelve(draft string, k Kept) (release func(), err error) {
	path, err := f.path(k.SHA256)
	if err != nil {
		return nil, err
	}
	f.hold(k.SHA256, 1)
	defer func() {
		if err != nil {
			f.hold(k.SHA256, -1)
		}
	}()
	release = func() { f.hold(k.SHA256, -1) }
	f.shelving.Lock()
	defer f.shelving.Unlock()
	old := int64(0) // bytes that the content takes already
	if info, err := os.Stat(path); err == nil {
		old = info.Size()
		if f.Check(k.SHA256) == nil {
			f.free(k.Size)
			return release, nil
		} // else it was damaged, and is whole again from now on
	}
	shelf := filepath.Dir(path)
	if err := os.MkdirAll(shelf, 0o700); err != nil {
		return nil, diskError("capture", err)
	}
	if err := os.Rename(draft, path); err != nil {
		return nil, diskError("capture", err)
	}
	f.free(old)
	return release, errors.Join(syncFolder(shelf), syncFolder(f.dir))
}

// capture is a content being written.
type capture struct {
	folder  *Folder
	draft   *os.File
	sum     hash.Hash
	size    int64
	refused error // why no more is taken
}

func (c *capture) Write(b []byte) (int, error) {
	if c.refused != nil {
		return 0, c.refused
	}
	if c.refused = c.folder.take(c.size, int64(len(b))); c.refused != nil {
		return 0, c.refused
	}
	c.size += int64(len(b))
	c.sum.Write(b)
	n, err := c.draft.Write(b)
	if err != nil {
		c.refused = diskError("capture", err)
	}
	return n, c.refused
}

// spareEvery is how many bytes are written between two looks at the disk.
const spareEvery = 8 << 20

// take makes room for n more bytes of a content that has size so far.
func (f *Folder) take(size, n int64) error {
	if f.limits.File > 0 && size+n > f.limits.File {
		return ErrTooLarge
	}
	if size/spareEvery != (size+n)/spareEvery {
		if err := f.room(n); err != nil {
			return err
		}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.limits.Total > 0 && f.used+n > f.limits.Total {
		return ErrQuota
	}
	f.used += n
	return nil
}

func (f *Folder) free(n int64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.used -= n
}

func (f *Folder) hold(sha string, n int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.held[sha] += n; f.held[sha] <= 0 {
		delete(f.held, sha)
	}
}

// room refuses n more bytes where the disk has hardly any left: the database
// may lie on it.
func (f *Folder) room(n int64) error {
	if f.limits.Spare == 0 {
		return nil
	}
	var s syscall.Statfs_t
	if err := syscall.Statfs(f.dir, &s); err != nil {
		return fmt.Errorf("look at the disk of the evidence folder: %w", err)
	}
	if int64(s.Bavail)*int64(s.Bsize)-n < f.limits.Spare { //nolint:unconvert // other systems have other types
		return ErrFull
	}
	return nil
}

// diskError tells a full disk from other trouble with it.
func diskError(what string, err error) error {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return fmt.Errorf("%s: %w: %w", what, ErrFull, err)
	}
	return fmt.Errorf("%s: %w", what, err)
}

func syncFolder(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
