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
	"sync/atomic"

	"firebreak/detect/sigma"
)

// Shelf says where a Book's rules are.
type Shelf struct {
	Folders []string // the word Builtin stands for what is shipped
	Shadow  []string // folders whose rules are on trial
	Options
}

// Book is a set that is loaded anew when its folders change. Any goroutine may
// ask for the current set; Reload belongs to one.
type Book struct {
	shelf   Shelf
	current atomic.Pointer[Set]
	print   string // of the files as they were when they were loaded
}

// Open loads the rules. A folder that cannot be read is an error; a rule that
// is refused, or a folder without any, is none.
func Open(ctx context.Context, shelf Shelf) (*Book, error) {
	k := &Book{shelf: shelf}
	return k, k.Reload(ctx)
}

// Current is the set to be used now.
func (k *Book) Current() *Set { return k.current.Load() }

// Changed says whether a file was added, taken away or written since the rules
// were loaded.
func (k *Book) Changed() (bool, error) {
	files, err := k.files()
	if err != nil {
		return false, err
	}
	return fingerprint(files) != k.print, nil
}

// Reload loads the rules anew and puts them in the place of the current ones,
// which whoever uses them must end. On an error everything stays as it is.
func (k *Book) Reload(ctx context.Context) error {
	files, err := k.files()
	if err != nil {
		return err
	}
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

func (k *Book) files() ([]file, error) {
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
