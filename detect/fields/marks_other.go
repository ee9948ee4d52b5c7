//go:build !amd64

package fields

func marks() bool { return false }

// classify is never called.
func classify(*block, *byte, int) {}
