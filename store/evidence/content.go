package evidence

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// Open opens a content for reading, unchecked. ErrMissing when it is not
// there.
func (f *Folder) Open(sha string) (*os.File, error) {
	path, err := f.path(sha)
	if err != nil {
		return nil, err
	}
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s: %w", sha, ErrMissing)
	}
	return file, err
}

// Check reads a content to its end: ErrMissing, or ErrChanged when its bytes
// have another hash.
func (f *Folder) Check(sha string) error {
	file, err := f.Open(sha)
	if err != nil {
		return err
	}
	defer file.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, file); err != nil {
		return fmt.Errorf("read %s: %w", sha, err)
	}
	if got := hex.EncodeToString(sum.Sum(nil)); got != sha {
		return fmt.Errorf("%s: %w: its SHA-256 is %s now", sha, ErrChanged, got)
	}
	return nil
}

// Remove removes a content unless needed says that something needs it. Nothing
// is captured while that is asked; ErrHeld when it is just being captured.
// One that is not there is removed already.
func (f *Folder) Remove(sha string, needed func() (bool, error)) error {
	path, err := f.path(sha)
	if err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.held[sha] > 0 {
		return ErrHeld
	}
	if keep, err := needed(); err != nil || keep {
		return err
	}
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	} else if err != nil {
		return fmt.Errorf("remove %s: %w", sha, err)
	}
	if err := os.Remove(path); err != nil {
		return fmt.Errorf("remove %s: %w", sha, err)
	}
	f.used -= info.Size()
	return syncFolder(filepath.Dir(path))
}

// Sweep removes the contents that were captured before a moment and that
// nothing needs, and says how many.
func (f *Folder) Sweep(before time.Time, needed func(sha string) (bool, error)) (removed int, err error) {
	var old []string
	err = f.Each(func(c Content) error {
		if c.Modified.Before(before) {
			old = append(old, c.SHA256)
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	for _, sha := range old {
		kept := true
		err := f.Remove(sha, func() (_ bool, err error) {
			kept, err = needed(sha)
			return kept, err
		})
		if err != nil && !errors.Is(err, ErrHeld) {
			return removed, err
		}
		if err == nil && !kept {
			removed++
		}
	}
	return removed, nil
}
