//go:build crashpoints

package bot

import (
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
)

var crashPasses atomic.Int64

// crash kills the process with SIGKILL at the n-th pass of the point that
// CRASH_AT names ("inbox committed:3"). It exists in test builds only.
func crash(point string) {
	want, nth, ok := strings.Cut(os.Getenv("CRASH_AT"), ":")
	if !ok || want != point {
		return
	}
	n, err := strconv.ParseInt(nth, 10, 64)
	if err != nil || crashPasses.Add(1) != n {
		return
	}
	_ = syscall.Kill(syscall.Getpid(), syscall.SIGKILL)
	select {} // the signal is on its way
}
