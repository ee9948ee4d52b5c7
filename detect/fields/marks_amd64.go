package fields

import "golang.org/x/sys/cpu"

// marks says whether this processor can mark bytes quicker than they are looked
// at one after the other.
func marks() bool { return cpu.X86.HasAVX2 }

// classify sets quotes, escaped to where backslashes are, and odd, in each of n
// blocks that begin there.
//
//go:noescape
func classify(blocks *block, data *byte, n int)
