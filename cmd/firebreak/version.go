package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
)

// version is set at build time: -ldflags "-X main.version=1.2.3".
var version = "dev"

// versionCmd says what this binary is.
type versionCmd struct{}

// Run prints version, commit and Go version on one line.
func (versionCmd) Run(p *program) error {
	_, err := fmt.Fprintf(p.stdout, "firebreak %s (commit %s, %s)\n", version, commit(), runtime.Version())
	return err
}

// commit is what the Go tool stamped into the binary: nothing when it was
// built outside a checkout or with -buildvcs=false.
func commit() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	revision, dirty := "unknown", ""
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision":
			revision = s.Value
		case s.Key == "vcs.modified" && s.Value == "true":
			dirty = "+changes"
		}
	}
	return revision + dirty
}
