package sigma

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
)

// sum tells documents apart by what they say: comments and layout do not
// change it, the order of keys does.
func (n node) sum() string {
	hash := sha256.New()
	n.write(hash)
	return hex.EncodeToString(hash.Sum(nil)[:16])
}

// write gives every value its length, so that no two documents read alike.
func (n node) write(w io.Writer) {
	fmt.Fprintf(w, "%d %s %d %s %d;", n.kind, n.tag, len(n.text), n.text, len(n.kids))
	for i, kid := range n.kids {
		if n.kind == kindMapping {
			n.keys[i].write(w)
		}
		kid.write(w)
	}
}
