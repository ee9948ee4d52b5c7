package main

import (
	"syscall"
	"testing"
	"time"
)

// TestHangUpAsksForRules each time, until the end.
func TestHangUpAsksForRules(t *testing.T) {
	asked := make(chan struct{}, 10)
	end := onHangUp(func() { asked <- struct{}{} })
	for range 2 {
		if err := syscall.Kill(syscall.Getpid(), syscall.SIGHUP); err != nil {
			t.Fatal(err)
		}
		select {
		case <-asked:
		case <-time.After(10 * time.Second):
			t.Fatal("nobody was asked")
		}
	}
	end()
}
