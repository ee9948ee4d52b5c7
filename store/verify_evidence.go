package store

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"

	"firebreak/incident"
)

// BadPiece is a piece of evidence whose custody is not as its log has it.
type BadPiece struct {
	Incident incident.Number
	N        int
	Why      string
}

func (e *BadPiece) Error() string {
	return fmt.Sprintf("evidence %d of %s: %s", e.N, e.Incident, e.Why)
}

// shownEvidence sums up what is shown of evidence, piece by piece.
func (v *View) shownEvidence(heads []Head) (map[incident.Number][][sha256.Size]byte, error) {
	sums := map[incident.Number][][sha256.Size]byte{}
	for _, h := range heads {
		pieces, err := v.pieces(h.Incident, `1 = 1`)
		if err != nil {
			return nil, err
		}
		for _, p := range pieces {
			sum, err := sumOfPiece(p)
			if err != nil {
				return nil, err
			}
			sums[h.Incident] = append(sums[h.Incident], sum)
		}
	}
	return sums, nil
}

func sumOfPiece(p incident.Evidence) ([sha256.Size]byte, error) {
	text, err := json.Marshal(p)
	return sha256.Sum256(text), err
}

// evidenceAsLogged compares custody, made anew from the logs, with what was
// shown before.
func (v *View) evidenceAsLogged(heads []Head, shown map[incident.Number][][sha256.Size]byte) error {
	now, err := v.shownEvidence(heads)
	if err != nil {
		return err
	}
	for _, h := range heads {
		logged, was := now[h.Incident], shown[h.Incident]
		for i := range max(len(logged), len(was)) {
			switch {
			case i >= len(logged):
				return &BadPiece{h.Incident, i + 1, "it is shown, but the log has no such piece"}
			case i >= len(was) || was[i] != logged[i]:
				return &BadPiece{h.Incident, i + 1, "its custody is shown otherwise than its log says, or left out"}
			}
		}
	}
	return nil
}
