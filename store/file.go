package store

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// How every SQLite file begins, https://www.sqlite.org/fileformat.html
const (
	magic    = "SQLite format 3\x00"
	headSize = 100 // bytes; the page size stands at 16
)

// inspectFile says whether there is no database yet: no file, or an empty one
// as a crash just after its creation leaves behind. It opens nothing through
// SQLite, which would take some damaged files for new ones.
func inspectFile(path string) (empty bool, err error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return true, noOrphan(path)
	} else if err != nil {
		return false, fmt.Errorf("open database: %w", err)
	}
	defer f.Close()
	head := make([]byte, headSize)
	switch n, err := io.ReadFull(f, head); {
	case n == 0 && errors.Is(err, io.EOF):
		return true, noOrphan(path)
	case err != nil && !errors.Is(err, io.ErrUnexpectedEOF):
		return false, fmt.Errorf("open database %s: %w", path, err)
	case n < headSize, !bytes.HasPrefix(head, []byte(magic)):
		return false, corrupt(path, "it is no SQLite database")
	}
	return false, wholePages(path, head)
}

// wholePages refuses a file that ends within a page, which SQLite would read
// as if zeros followed. While there is a log of changes it is no damage: a
// crash may have stopped the log from being copied back.
func wholePages(path string, head []byte) error {
	size := int64(binary.BigEndian.Uint16(head[16:])) // 1 stands for 65536
	if size == 1 {
		size = 1 << 16
	}
	info, err := os.Stat(path)
	if err != nil {
		return fmt.Errorf("open database: %w", err)
	}
	if size == 0 || info.Size()%size == 0 || present(path+"-wal") || present(path+"-journal") {
		return nil
	}
	return corrupt(path, "its end is missing")
}

// present says whether there is such a file with something in it.
func present(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Size() > 0
}

// noOrphan refuses a missing or empty database beside a log of changes to it:
// the database was lost, and SQLite would delete that log.
func noOrphan(path string) error {
	if present(path + "-wal") {
		return corrupt(path, "it is missing or empty, but its -wal file is not")
	}
	return nil
}

// prepareFile makes sure that there is a file which only its owner can read.
// SQLite gives -wal and -shm the mode of the database.
func prepareFile(path string) error {
	if _, err := inspectFile(path); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return fmt.Errorf("open database: %w", err)
	}
	if err := f.Close(); err != nil {
		return fmt.Errorf("open database %s: %w", path, err)
	}
	for _, name := range []string{path, path + "-wal", path + "-shm"} {
		if err := os.Chmod(name, 0o600); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("keep others from reading the database: %w", err)
		}
	}
	return nil
}
