package evidence

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"sync"
	"time"
)

// What callers tell apart.
var (
	ErrTooLarge = errors.New("the file is larger than one may be")
	ErrQuota    = errors.New("there is no room left in the quota")
	ErrFull     = errors.New("the disk is nearly full")
	ErrMissing  = errors.New("the content is missing")
	ErrChanged  = errors.New("the content is not what was captured")
	ErrHeld     = errors.New("the content is being captured again")
)

// Limits bound a folder, in bytes. What is zero does not bound.
type Limits struct {
	File  int64 // one content
	Total int64 // all of them
	Spare int64 // what captures leave free on the disk
}

// partials is where contents are written before they are whole.
const partials = "partial"

// Folder is an open folder of contents. Its methods may be called at once.
type Folder struct {
	dir    string
	limits Limits

	shelving sync.Mutex // one content after the other gets its name

	mu   sync.Mutex
	used int64          // by contents, and by those being written
	held map[string]int // captures by hash that nobody has recorded yet
}

// Open opens a folder for writing, makes it when there is none, and removes
// what captures left behind that a crash has ended.
func Open(dir string, limits Limits) (*Folder, error) {
	f := &Folder{dir: dir, limits: limits, held: map[string]int{}}
	for _, path := range []string{dir, filepath.Join(dir, partials)} {
		if err := os.MkdirAll(path, 0o700); err != nil {
			return nil, fmt.Errorf("open evidence folder: %w: its parent must exist and be writable", err)
		}
	}
	left, err := os.ReadDir(filepath.Join(dir, partials))
	if err != nil {
		return nil, fmt.Errorf("open evidence folder %s: %w", dir, err)
	}
	for _, e := range left {
		if err := os.Remove(filepath.Join(dir, partials, e.Name())); err != nil {
			return nil, fmt.Errorf("sweep evidence folder %s: %w", dir, err)
		}
	}
	err = f.Each(func(c Content) error {
		f.used += c.Size
		return nil
	})
	return f, err
}

// View is a folder for reading, which another process may write to. It may
// not be there: then it is empty.
func View(dir string) *Folder { return &Folder{dir: dir} }

// Dir is where the folder is.
func (f *Folder) Dir() string { return f.dir }

// Limits are the bounds that the folder was opened with.
func (f *Folder) Limits() Limits { return f.limits }

// Content is something that is kept.
type Content struct {
	SHA256   string // lower-case hex
	Size     int64  // bytes
	Modified time.Time
}

var hashForm = regexp.MustCompile(`^[0-9a-f]{64}$`)

// path is where a content lies: in one of 256 folders.
func (f *Folder) path(sha string) (string, error) {
	if !hashForm.MatchString(sha) {
		return "", fmt.Errorf("%q is no SHA-256", sha)
	}
	return filepath.Join(f.dir, sha[:2], sha), nil
}

// Each calls fn for each content, in order of the hashes.
func (f *Folder) Each(fn func(Content) error) error {
	shelves, err := os.ReadDir(f.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	} else if err != nil {
		return fmt.Errorf("read evidence folder: %w", err)
	}
	for _, s := range shelves {
		if !s.IsDir() || len(s.Name()) != 2 {
			continue
		}
		kept, err := os.ReadDir(filepath.Join(f.dir, s.Name()))
		if err != nil {
			return fmt.Errorf("read evidence folder: %w", err)
		}
		for _, e := range kept {
			if !hashForm.MatchString(e.Name()) {
				continue
			}
			info, err := e.Info()
			if errors.Is(err, fs.ErrNotExist) {
				continue // removed meanwhile
			} else if err != nil {
				return fmt.Errorf("read evidence folder: %w", err)
			}
			if err := fn(Content{SHA256: e.Name(), Size: info.Size(), Modified: info.ModTime()}); err != nil {
				return err
			}
		}
	}
	return nil
}

// Used is how many bytes the contents take, with those being written.
func (f *Folder) Used() int64 {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.used
}
