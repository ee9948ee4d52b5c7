package main

import (
	"fmt"
	"strings"
	"time"
)

// spot is where something is in the window.
type spot struct {
	N     int // so many there are
	X, Y  float64
	Clear bool   // nothing lies above it
	Over  string // what does
	Words string
	Value string
}

// find looks for what matches css and says text, which may be empty.
func (v *visitor) find(css, text string) spot {
	s, err := evaluate[spot](v, call(v.seek, css, text))
	if err != nil {
		s.Over = err.Error() // it is loading
	}
	return s
}

// see waits for something to be there and gives its words.
func (v *visitor) see(css, text string) string {
	v.t.Helper()
	var s spot
	v.until(func() string { return fmt.Sprintf("the window shows %s %q: %s", css, text, s.Over) }, func() bool {
		s = v.find(css, text)
		return s.N > 0
	})
	return s.Words
}

// gone waits for something not to be there any more.
func (v *visitor) gone(css, text string) {
	v.t.Helper()
	v.until(func() string { return fmt.Sprintf("the window no longer shows %s %q", css, text) }, func() bool {
		s := v.find(css, text)
		return s.N == 0 && strings.HasSuffix(s.Over, "none says so")
	})
}

// listed wants a script that lists what is wrong to list nothing.
func (v *visitor) listed(file, about string) {
	v.t.Helper()
	for _, trouble := range value[[]string](v, call(script(v.t, file))) {
		v.t.Errorf("%s: %s", about, trouble)
	}
}

// until waits for cond.
func (v *visitor) until(what func() string, cond func() bool) {
	v.t.Helper()
	for deadline := time.Now().Add(gaze); !cond(); <-time.After(15 * time.Millisecond) {
		if time.Now().After(deadline) {
			v.t.Fatalf("not within %s: %s", gaze, what())
		}
	}
}
