package child

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"firebreak/detect/own"
)

// Version is that of the protocol. A process that speaks another one is
// refused.
const Version = 1

// Limits on what a process says.
const (
	maxFields  = 256 // that a rule wants
	maxField   = 256 // bytes of a field's name
	maxMessage = 500 // bytes of an error that are shown
)

// message is a line that a process writes.
type message struct {
	kind      string
	hello     hello
	detection detection
	complaint complaint
	sync      int64 // of done
}

// hello is a process's first line.
type hello struct {
	Firebreak int             `json:"firebreak"` // the protocol's version
	Rule      own.Declaration `json:"rule"`
	// Fields are the only ones the rule is told; none means whole events. An
	// event that has none of them is not told.
	Fields []string `json:"fields"`
}

// detection says that the rule found something with an event.
type detection struct {
	Event    int64             `json:"event"`
	Group    map[string]string `json:"group"`
	Count    int               `json:"count"`
	Evidence []int64           `json:"evidence"`
}

// complaint says that the rule could not examine an event.
type complaint struct {
	Event   int64  `json:"event"`
	Message string `json:"message"`
}

// parse reads a line. Keys it does not know are left for later versions of the
// protocol; a type it does not know is an error.
func parse(line []byte) (message, error) {
	var m message
	var head struct {
		Type string `json:"type"`
		Sync int64  `json:"sync"`
	}
	line = bytes.TrimSpace(line)
	if len(line) == 0 || line[0] != '{' || json.Unmarshal(line, &head) != nil {
		return m, errors.New("wrote a line that is no JSON object of the protocol (print to standard error instead)")
	}
	m.kind, m.sync = head.Type, head.Sync
	var err error
	switch m.kind {
	case "hello":
		if err = json.Unmarshal(line, &m.hello); err == nil {
			err = m.hello.check()
		}
	case "detection":
		if err = json.Unmarshal(line, &m.detection); err == nil {
			m.detection.Group, err = own.Group(m.detection.Group)
		}
	case "error":
		err = json.Unmarshal(line, &m.complaint)
		m.complaint.Message = shortened(m.complaint.Message)
	case "done":
	default:
		return m, fmt.Errorf("wrote a line of the unknown type %.40q", m.kind)
	}
	if err != nil {
		return m, fmt.Errorf("wrote a %s that is wrong: %w", m.kind, err)
	}
	return m, nil
}

func shortened(text string) string {
	if len(text) > maxMessage {
		text = strings.ToValidUTF8(text[:maxMessage], "") + "…"
	}
	return text
}

func (h hello) check() error {
	switch {
	case h.Firebreak != Version:
		return fmt.Errorf("it speaks version %d of the protocol, firebreak speaks %d", h.Firebreak, Version)
	case len(h.Fields) > maxFields:
		return fmt.Errorf("it wants more than %d fields", maxFields)
	}
	for _, field := range h.Fields {
		if field == "" || len(field) > maxField {
			return fmt.Errorf("a field's name has 1 to %d bytes", maxField)
		}
	}
	return nil
}

func (h hello) equal(other hello) bool {
	a, b := h.Rule, other.Rule
	return a.ID == b.ID && a.Title == b.Title && a.Level == b.Level && a.Type == b.Type &&
		slices.Equal(a.Tags, b.Tags) && slices.Equal(h.Fields, other.Fields)
}
