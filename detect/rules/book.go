package rules

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"firebreak/detect/sigma"
)

// Shelf says where a Book's rules are.
type Shelf struct {
	Folders []string // the word Builtin stands for what is shipped
	Shadow  []string // folders whose rules are on trial
	Options
}

// Book is a set that is loaded when it is first asked for, and anew when its
// folders change. Any goroutine may ask for the current set; Reload belongs to
// one.
type Book struct {
	shelf   Shelf
	ctx     context.Context // the first set's, which is loaded for whoever asks first
	files   []file          // of the first set
	first   sync.Once
	failed  error // why the first set is empty
	current atomic.Pointer[Set]
	print   string // of the files as they were when they were loaded
}

// Open finds the rules. A folder that cannot be read is an error; a rule that
// is refused, or a folder without any, is none. They are not loaded yet: a
// start has more urgent things to do.
func Open(ctx context.Context, shelf Shelf) (*Book, error) {
	k := &Book{shelf: shelf, ctx: ctx}
	var err error
	k.files, err = k.find()
	return k, err
}

// Load loads the rules, unless that has been done, and says why they could not
// be.
func (k *Book) Load() error {
	k.first.Do(func() {
		if k.failed = k.load(k.ctx, k.files); k.failed != nil {
			k.current.Store(&Set{})
		}
		k.files = nil
	})
	return k.failed
}

// Current is the set to be used now.
func (k *Book) Current() *Set {
	_ = k.Load() // told to who starts
	return k.current.Load()
}

// Close ends the set, if it was ever loaded.
func (k *Book) Close() {
	if set := k.current.Load(); set != nil {
		set.End()
	}
}

// Changed says whether a file was added, taken away or written since the rules
// were loaded.
func (k *Book) Changed() (bool, error) {
	_ = k.Load()
	files, err := k.find()
	if err != nil {
		return false, err
	}
	return fingerprint(files) != k.print, nil
}

// Reload loads the rules anew and puts them in the place of the current ones,
// which whoever uses them must end. On an error everything stays as it is.
func (k *Book) Reload(ctx context.Context) error {
	_ = k.Load()
	files, err := k.find()
	if err != nil {
		return err
	}
	return k.load(ctx, files)
}

func (k *Book) load(ctx context.Context, files []file) error {
	print := fingerprint(files) // before they are read: a change meanwhile is one
	set, err := load(ctx, files, k.shelf.Options)
	if err != nil {
		return err
	}
	set.shadow = map[string]bool{}
	for _, f := range files {
		set.shadow[f.name] = f.in == nil && k.shadows(f.name)
	}
	k.current.Store(set)
	k.print = print
	return nil
}

func (k *Book) find() ([]file, error) {
	return find(slices.Concat(k.shelf.Folders, k.shelf.Shadow), k.shelf.Shipped, true)
}

// shadows says whether a file is below a folder whose rules are on trial.
func (k *Book) shadows(name string) bool {
	name, err := filepath.Abs(name)
	return err == nil && slices.ContainsFunc(k.shelf.Shadow, func(folder string) bool {
		folder, err := filepath.Abs(folder)
		if err != nil {
			return false
		}
		rel, err := filepath.Rel(folder, name)
		return err == nil && filepath.IsLocal(rel)
	})
}

// fingerprint tells states of files apart by their names, sizes, times and
// modes.
func fingerprint(files []file) string {
	var b strings.Builder
	for _, f := range files {
		if f.in != nil {
			continue // never changes
		}
		info, err := os.Stat(f.name)
		if err != nil {
			fmt.Fprintf(&b, "%q -\n", f.name)
			continue
		}
		fmt.Fprintf(&b, "%q %d %d %s\n", f.name, info.Size(), info.ModTime().UnixNano(), info.Mode())
	}
	sum := sha256.Sum256([]byte(b.String()))
	return hex.EncodeToString(sum[:])
}

// Shadow says whether a rule is on trial: by the folder it stands in, or
// because its author calls it experimental.
func (s *Set) Shadow(h sigma.Head) bool { return s.shadow[h.File] || h.Status == "experimental" }
