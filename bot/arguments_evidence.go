package bot

import (
	"strings"
)

// readPiece takes the number of a piece of evidence, or nothing.
func readPiece(c *Command, args string) error {
	if blank(args) {
		return nil
	}
	return readN(c, args)
}

// readPieceNote takes its number and what there is to say about it.
func readPieceNote(c *Command, args string) error {
	number, note := cutWord(strings.TrimSpace(args))
	c.Text = strings.TrimSpace(note)
	return readN(c, number)
}

func readPieceUser(c *Command, args string) error {
	number, rest := cutWord(strings.TrimSpace(args))
	if err := readN(c, number); err != nil {
		return err
	}
	rest = strings.TrimSpace(rest)
	user, note := rest, ""
	if i := strings.IndexByte(rest, '>'); i >= 0 { // a name in a mention may hold blanks
		user, note = rest[:i+1], rest[i+1:]
	}
	c.Text = strings.TrimSpace(note)
	return readUser(c, user)
}

func readPieceReason(c *Command, args string) error {
	number, reason := cutWord(strings.TrimSpace(args))
	if err := readN(c, number); err != nil {
		return err
	}
	return readReason(c, reason)
}
