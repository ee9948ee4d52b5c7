package incident

import (
	"errors"
	"time"
)

// Move is one step in the custody of a piece of evidence.
type Move string

// The moves. The first two are firebreak's own, the others are people's.
const (
	MoveCollected Move = "collected" // its bytes were fetched and hashed
	MoveMissed    Move = "missed"    // they could not be; the note says why
	MoveMarked    Move = "marked"    // somebody says that it is evidence
	MoveGiven     Move = "given"     // it was handed over to somebody
	MoveSealed    Move = "sealed"    // nothing may be done with it from now on
	MoveUnsealed  Move = "unsealed"  // the note says why
)

// Custody is one move: a record of the incident's log.
type Custody struct {
	Seq    int64 // of that record
	Move   Move  // empty: redacted; who and when remain
	At     time.Time
	By     string // Slack user; empty: firebreak
	To     string // Slack user, with MoveGiven
	Note   string
	SHA256 string // as it was at the move; empty: nothing was kept
	Size   int64
}

// Evidence is a file that was shared in an incident, or a message that
// somebody has marked.
type Evidence struct {
	Incident Number
	N        int // number within the incident, never reused
	Entry    int // label of the entry that it came with
	By       Actor
	At       time.Time // of that entry
	Text     string    // of that entry, for a message
	File     File      // no ID: the message itself. No SHA256: its bytes are not kept
	Redacted bool      // what it was is erased
	Away     bool      // that entry was moved to a private incident: what it says is for those who see that one
	Custody  []Custody // in order, never empty
}

// Why a move cannot be.
var (
	ErrSealed    = errors.New("it is sealed")
	ErrNotSealed = errors.New("it is not sealed")
	ErrNotKept   = errors.New("its bytes are not kept")
	ErrRedacted  = errors.New("it was redacted")
)

// Message says whether it is a message, not a file.
func (e Evidence) Message() bool { return e.File.ID == "" && !e.Redacted }

// Seal is the move that has sealed it; ok is false when it is not sealed.
func (e Evidence) Seal() (seal Custody, ok bool) {
	for _, c := range e.Custody {
		switch c.Move {
		case MoveSealed:
			seal, ok = c, true
		case MoveUnsealed:
			seal, ok = Custody{}, false
		}
	}
	return seal, ok
}

// Marked says whether anybody has called it evidence, or treated it as such.
func (e Evidence) Marked() bool {
	for _, c := range e.Custody {
		if c.Move != "" && c.Move != MoveCollected && c.Move != MoveMissed {
			return true
		}
	}
	return false
}

// Holder is the last whom it was given to; ok is false while firebreak alone
// has it.
func (e Evidence) Holder() (given Custody, ok bool) {
	for _, c := range e.Custody {
		if c.Move == MoveGiven {
			given, ok = c, true
		}
	}
	return given, ok
}

// Missed is why its bytes are not kept, as far as that is known.
func (e Evidence) Missed() string {
	why := ""
	for _, c := range e.Custody {
		if c.Move == MoveMissed {
			why = c.Note
		}
	}
	return why
}

// May says why a move cannot be; nil when it can.
func (e Evidence) May(m Move) error {
	_, sealed := e.Seal()
	switch {
	case e.Redacted:
		return ErrRedacted
	case m == MoveUnsealed && !sealed:
		return ErrNotSealed
	case m != MoveUnsealed && sealed:
		return ErrSealed
	case m == MoveSealed && !e.Message() && e.File.SHA256 == "":
		return ErrNotKept
	}
	return nil
}
