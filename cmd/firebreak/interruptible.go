package main

import (
	"context"
	"io"
)

// interruptible is a reader that ends with ctx. A read of standard input
// cannot be broken off: the goroutine that is in one when ctx ends is left
// behind for the end of the process, which follows.
func interruptible(ctx context.Context, r io.Reader) io.Reader {
	return readerFunc(func(b []byte) (int, error) {
		type result struct {
			n   int
			err error
		}
		// Into a buffer of its own: b is the caller's again once this returns.
		own, done := make([]byte, len(b)), make(chan result, 1)
		go func() {
			n, err := r.Read(own)
			done <- result{n, err}
		}()
		select {
		case <-ctx.Done():
			return 0, ctx.Err()
		case got := <-done:
			return copy(b, own[:got.n]), got.err
		}
	})
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(b []byte) (int, error) { return f(b) }
