package main

import (
	"runtime"
	"slices"
	"strings"
)

// leastThreads is how many threads run Go code side by side at least, however
// few processors there are. With two, an acknowledgement that is ready waits
// for as long as others compute, up to 10 ms at a time; with more, the
// kernel lets what has waited go first (docs/performance.md).
const leastThreads = 4

// spread sees to it, unless the operator has set GOMAXPROCS.
func spread(environ []string) {
	set := slices.ContainsFunc(environ, func(e string) bool { return strings.HasPrefix(e, "GOMAXPROCS=") })
	if !set && runtime.GOMAXPROCS(0) < leastThreads {
		runtime.GOMAXPROCS(leastThreads)
	}
}
