package fields

import "encoding/binary"

// Signature appends what tells events apart by their watched fields: where
// those that there are stand, and what is watched of them. Events of one
// decoder with the same signature say the same there.
func (d *Decoder) Signature(to []byte) []byte {
	for _, n := range d.watched {
		to = binary.LittleEndian.AppendUint32(to, n.number)
		if n.watch == Presence {
			to = append(to, byte(min(n.values.count, 1)))
			continue
		}
		to = binary.LittleEndian.AppendUint32(to, uint32(n.values.count))
		for r := n.values.first; r >= 0; r = d.records[r].next {
			raw := d.data[d.records[r].from:d.records[r].to]
			to = binary.LittleEndian.AppendUint32(append(to, byte(d.records[r].kind)), uint32(len(raw)))
			to = append(to, raw...)
		}
	}
	return to
}
