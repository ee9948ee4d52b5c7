package lines

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// jsonLines reads one object from each line.
func (c *collector) jsonLines(in *bufio.Reader) error {
	for place := 1; ; place++ {
		line, long, err := nextLine(in)
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		ends := err != nil
		if line = bytes.TrimSpace(line); len(line) > 0 || long {
			fields, why := map[string]string(nil), fmt.Sprintf("is longer than %d KiB", maxLine>>10)
			if !long {
				fields, why = object(line)
			}
			if why != "" {
				err = c.refuse(place, why)
			} else {
				err = c.add(place, fields)
			}
			if err != nil {
				return err
			}
		}
		if ends {
			return nil
		}
	}
}

// nextLine reads a line that lies in the reader's buffer until the next call;
// of one that is too long the rest is passed over.
func nextLine(in *bufio.Reader) (line []byte, long bool, err error) {
	line, err = in.ReadSlice('\n')
	for errors.Is(err, bufio.ErrBufferFull) {
		long = true
		_, err = in.ReadSlice('\n')
	}
	return line, long, err
}

// object reads the fields of a JSON object: texts as they are, all else as
// JSON. why is empty when it is one.
func object(line []byte) (fields map[string]string, why string) {
	var raw map[string]json.RawMessage
	d := json.NewDecoder(bytes.NewReader(line))
	if err := d.Decode(&raw); err != nil || raw == nil {
		return nil, "is no JSON object"
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, "has something behind its JSON object"
	}
	fields = make(map[string]string, len(raw))
	for name, value := range raw {
		var text string
		switch {
		case value[0] == 'n': // null
			continue
		case value[0] != '"':
			var flat bytes.Buffer
			if json.Compact(&flat, value) != nil {
				return nil, "is no JSON object"
			}
			text = flat.String()
		case json.Unmarshal(value, &text) != nil:
			return nil, "is no JSON object"
		}
		fields[name] = text
	}
	return fields, ""
}
