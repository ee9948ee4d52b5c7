//go:build !linux

package child

// limit does nothing: limits of another process cannot be set here.
func limit(int, uint64) error { return nil }

// awaitExit does nothing: not all systems can wait without reaping.
func awaitExit(int) bool { return false }

// LimitSelf does nothing where limits are not enforced.
func LimitSelf(uint64) error { return nil }
