//go:build !race

package sigma

// raced says that the race detector watches, which allocates of its own.
const raced = false
