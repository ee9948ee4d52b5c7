package sigma

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
)

// sum tells documents apart by what they say: comments and layout do not
// change it, the order of keys does.
func (n node) sum() string {
	hash := sha256.Sum256(n.write(make([]byte, 0, 4<<10)))
	return hex.EncodeToString(hash[:16])
}

// write gives every value its length, so that no two documents read alike.
func (n node) write(to []byte) []byte {
	to = append(strconv.AppendInt(to, int64(n.kind), 10), ' ')
	to = append(append(to, n.tag...), ' ')
	to = append(strconv.AppendInt(to, int64(len(n.text)), 10), ' ')
	to = append(append(to, n.text...), ' ')
	to = append(strconv.AppendInt(to, int64(len(n.kids)), 10), ';')
	for i, kid := range n.kids {
		if n.kind == kindMapping {
			to = n.keys[i].write(to)
		}
		to = kid.write(to)
	}
	return to
}
