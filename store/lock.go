package store

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

// lockFile takes the lock that keeps a second writer out. It lies beside the
// database, since SQLite keeps its own locks on the database itself; it is
// never removed, or two processes could each hold a lock of that name.
// Closing the file, or the process's end, releases it.
func lockFile(path string) (*os.File, error) {
	f, err := os.OpenFile(path+".lock", os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock database %s: %w: its folder must exist and be writable", path, err)
	}
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		err = fmt.Errorf("database %s: %w: stop that one first, or use another file", path, ErrLocked)
	} else if err != nil {
		err = fmt.Errorf("lock database %s: %w", path, err)
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// resolve gives the one name of a file, so that a link to it finds the same
// lock.
func resolve(path string) (string, error) {
	if path == "" {
		return "", errors.New("open database: no file named")
	}
	path, err := filepath.Abs(path)
	if err != nil {
		return "", fmt.Errorf("open database: %w", err)
	}
	if real, err := filepath.EvalSymlinks(path); err == nil {
		return real, nil
	}
	return path, nil
}
