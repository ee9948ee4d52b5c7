package incident

import (
	"regexp"
	"strings"
)

// technique is how ATT&CK numbers techniques and sub-techniques.
var technique = regexp.MustCompile(`^T[0-9]{4}(?:\.[0-9]{3})?$`)

// TechniqueURL is where ATT&CK describes a technique; "" for what is none of
// its numbers.
func TechniqueURL(id string) string {
	if !technique.MatchString(id) {
		return ""
	}
	return "https://attack.mitre.org/techniques/" + strings.ReplaceAll(id, ".", "/") + "/"
}
