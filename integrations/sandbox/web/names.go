package web

import (
	"encoding/json"
	"strings"
)

// names are one or several: a list, or a text with commas.
type names []string

// UnmarshalJSON takes both forms.
func (n *names) UnmarshalJSON(raw []byte) error {
	var text string
	if json.Unmarshal(raw, &text) != nil {
		return json.Unmarshal(raw, (*[]string)(n))
	}
	*n = nil
	for name := range strings.SplitSeq(text, ",") {
		if name = strings.TrimSpace(name); name != "" {
			*n = append(*n, name)
		}
	}
	return nil
}

func missing(name string) error { return bad("say more: " + name + " is missing") }
