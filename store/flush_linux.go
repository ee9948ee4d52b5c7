package store

import (
	"errors"
	"os"
	"syscall"
)

// flush waits until the file's content is on disk. Its times need not be:
// without them a file that is written over takes no entry in the file
// system's journal (man fdatasync).
func flush(f *os.File) error {
	for {
		if err := syscall.Fdatasync(int(f.Fd())); !errors.Is(err, syscall.EINTR) {
			return err
		}
	}
}
