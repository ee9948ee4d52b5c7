package detect

import (
	"encoding/json"
	"strings"
)

// escaped reads JSON that stands in a text as a JSON string, quoted and with
// its own quotes escaped, at the brace where decoding it as it is has failed.
// n is how much of the text from there it takes.
func escaped(text string, brace int) (value any, n int, ok bool) {
	if !strings.HasPrefix(strings.TrimLeft(text[brace+1:], " \\nrt"), `\"`) && !strings.HasPrefix(text[brace+1:], `\"`) {
		return nil, 0, false
	}
	inner, n := "", 0
	if brace > 0 && text[brace-1] == '"' {
		quoted, length, ok := decode(text[brace-1:])
		inner, _ = quoted.(string)
		if n = length - 1; !ok || inner == "" {
			return nil, 0, false
		}
	} else { // only what it says is quoted, or its end is lost
		inner, n = strings.NewReplacer(`\"`, `"`, `\\`, `\`, `\n`, "\n", `\t`, "\t").Replace(text[brace:]), len(text)-brace
	}
	value, _, ok = decode(inner)
	return value, n, ok
}

// leastSaved is how many fields must be there of an object that has lost its
// end, for it to be taken for one.
const leastSaved = 2

// cutOff reads an object that has lost its end, as what bots shorten to fit
// into a message has: the fields that are whole.
func cutOff(text string) (record, bool) {
	r := record{raw: text}
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	var open []level
	for len(r.fields) < maxFields {
		token, err := d.Token()
		if err != nil {
			break
		}
		last := len(open) - 1
		switch t := token.(type) {
		case json.Delim:
			switch {
			case t == '}' || t == ']':
				open = open[:last]
			case len(open) > maxDepth:
				return r, len(r.fields) >= leastSaved
			case last < 0:
				open = append(open, level{list: t == '['})
			default:
				open = append(open, level{path: open[last].next(), list: t == '['})
			}
		default:
			if key, ok := t.(string); ok && last >= 0 && !open[last].list && open[last].key == "" {
				open[last].key = key
				continue
			}
			if last >= 0 {
				r.flatten(open[last].next(), t, len(open))
			}
		}
		if len(open) == 0 {
			break
		}
	}
	return r, len(r.fields) >= leastSaved
}

// level is an object or a list that has not ended yet.
type level struct {
	path, key string
	list      bool
}

// next is the path of the value that follows; the key before it is used up.
func (l *level) next() string {
	key := l.key
	l.key = ""
	if key == "" {
		return l.path
	}
	return join(l.path, key)
}
