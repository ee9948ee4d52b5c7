package child

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// limit bounds the address space of a program that has just started, and of
// whatever it will start, and forbids core dumps, which would hold events.
// What it did in the moments before is not undone: see prlimit(2).
func limit(pid int, memory uint64) error {
	for resource, most := range map[int]uint64{unix.RLIMIT_AS: memory, unix.RLIMIT_CORE: 0} {
		err := unix.Prlimit(pid, resource, &unix.Rlimit{Cur: most, Max: most}, nil)
		if err != nil && !errors.Is(err, unix.ESRCH) {
			return err
		}
	}
	return nil
}

// awaitExit waits until the program has ended, without reaping it. It says
// whether it could.
func awaitExit(pid int) bool {
	for {
		err := unix.Waitid(unix.P_PID, pid, nil, unix.WEXITED|unix.WNOWAIT, nil)
		if !errors.Is(err, unix.EINTR) {
			return err == nil
		}
	}
}

// LimitSelf bounds this process's address space to so many bytes more than it
// has now.
func LimitSelf(more uint64) error {
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return err
	}
	var pages uint64
	if _, err := fmt.Sscan(string(text), &pages); err != nil {
		return fmt.Errorf("read /proc/self/statm: %w", err)
	}
	most := pages*uint64(os.Getpagesize()) + more
	return unix.Setrlimit(unix.RLIMIT_AS, &unix.Rlimit{Cur: most, Max: most})
}
