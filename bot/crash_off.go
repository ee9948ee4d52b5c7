//go:build !crashpoints

package bot

// crash marks a point between two durable steps. In ordinary builds it is
// nothing; the kill test builds with -tags crashpoints and dies here.
func crash(string) {}
