package gitlab

import (
	"regexp"
	"strings"
)

// The lines by which firebreak knows its own text. A line counts only if it
// holds nothing else, from column 0 on, so that quoted text is none.
const (
	beginMark = "<!-- firebreak:begin -->"
	endMark   = "<!-- firebreak:end -->"
	keyPrefix = "<!-- firebreak:v1 key="
	keySuffix = " -->"
)

var keyPattern = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._:/-]{0,199}$`)

// validKey says whether a key can stand in an HTML comment.
func validKey(key string) bool {
	return keyPattern.MatchString(key) && !strings.Contains(key, "--")
}

func keyLine(key string) string { return keyPrefix + key + keySuffix }

// keyOf gives the key in a description, "" without one. The last one counts:
// it was written there at creation, with nothing below it.
func keyOf(description string) string {
	key := ""
	for line := range strings.SplitSeq(description, "\n") {
		if k, ok := keyIn(line); ok {
			key = k
		}
	}
	return key
}

func keyIn(line string) (string, bool) {
	rest, ok := strings.CutPrefix(strings.TrimRight(line, " \t\r\n"), keyPrefix)
	if !ok {
		return "", false
	}
	key, ok := strings.CutSuffix(rest, keySuffix)
	return key, ok && validKey(key)
}

func hasMarker(text string) bool {
	for line := range strings.SplitSeq(unbroken.Replace(text), "\n") {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "<!-- firebreak:") {
			return true
		}
	}
	return false
}
