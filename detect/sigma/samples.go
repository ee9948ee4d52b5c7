package sigma

import (
	"encoding/json"
	"fmt"
	"strconv"
)

// Sample is something a rule must find, or must not.
type Sample struct {
	Name      string
	Line      int // in its file
	Rule      string
	Malicious bool
	Events    [][]byte // as JSON
	File      string   // of more events, "" for none
}

// maxSamples bounds one file of samples.
const maxSamples = 10_000

// ReadSamples reads the samples that stand beside a rule: a mapping of
// malicious and benign to lists, whose elements have one of event, events and
// file, and may have a name and, where the file has several rules, the one
// that is meant. The error names the line.
func ReadSamples(name string, content []byte) ([]Sample, error) {
	var samples []Sample
	for _, section := range sections(content) {
		doc, err := section.read()
		if err == nil && doc.kind != kindMapping {
			err = faultf(doc.line, "want a mapping with malicious and benign")
		}
		for i := 0; err == nil && i < len(doc.keys); i++ {
			var more []Sample
			more, err = readSamples(doc.keys[i], doc.kids[i])
			if samples = append(samples, more...); err == nil && len(samples) > maxSamples {
				err = faultf(doc.line, "more than %d samples", maxSamples)
			}
		}
		if err != nil {
			return nil, fmt.Errorf("samples %s: %w", name, err)
		}
	}
	return samples, nil
}

func readSamples(key, n node) ([]Sample, error) {
	if key.text != "malicious" && key.text != "benign" {
		return nil, faultf(key.line, "%s is neither malicious nor benign", quote(key.text))
	}
	if n.null() {
		return nil, nil
	}
	if n.kind != kindList {
		return nil, faultf(n.line, "%s is no list of samples", key.text)
	}
	var samples []Sample
	for _, kid := range n.kids {
		s := Sample{Line: kid.line, Malicious: key.text == "malicious"}
		if err := s.read(kid); err != nil {
			return nil, err
		}
		samples = append(samples, s)
	}
	return samples, nil
}

func (s *Sample) read(n node) error {
	if n.kind != kindMapping {
		return faultf(n.line, "a sample is no mapping")
	}
	for i, key := range n.keys {
		var err error
		switch kid := n.kids[i]; key.text {
		case "name":
			s.Name = kid.text
		case "rule":
			s.Rule = kid.text
		case "file":
			s.File = kid.text
		case "event":
			err = s.add(kid)
		case "events":
			for _, e := range kid.kids {
				if err == nil {
					err = s.add(e)
				}
			}
		default:
			err = faultf(key.line, "a sample has no %s", quote(key.text))
		}
		if err != nil {
			return err
		}
	}
	if len(s.Events) == 0 && s.File == "" {
		return faultf(n.line, "a sample needs an event, events or a file")
	}
	return nil
}

func (s *Sample) add(n node) error {
	if n.kind != kindMapping {
		return faultf(n.line, "an event is no mapping")
	}
	b, err := json.Marshal(n.value())
	if err != nil {
		return faultf(n.line, "an event cannot be written as JSON: %v", err)
	}
	s.Events = append(s.Events, b)
	return nil
}

// value is the node as encoding/json has it.
func (n node) value() any {
	switch n.kind {
	case kindMapping:
		object := make(map[string]any, len(n.keys))
		for i, key := range n.keys {
			object[key.text] = n.kids[i].value()
		}
		return object
	case kindList:
		values := make([]any, 0, len(n.kids))
		for _, kid := range n.kids {
			values = append(values, kid.value())
		}
		return values
	}
	switch n.tag {
	case tagNull:
		return nil
	case tagBool:
		yes, _ := strconv.ParseBool(n.text)
		return yes
	case tagInt, tagFloat:
		return json.Number(newNumber(n.text).text)
	}
	return n.text
}
