package bot

import (
	"fmt"
	"strings"

	"firebreak/detect/rules"
)

// refusedShown is how many refused rules one message names.
const refusedShown = 5

// refusedRules says which rules were refused and how to see all of them.
func refusedRules(set *rules.Set) message {
	n := len(set.Refused)
	were := "were"
	if n == 1 {
		were = "was"
	}
	head := fmt.Sprintf(":warning: %d of %s %s refused. All others run; `firebreak detect test FOLDER` shows each.",
		n, count(set.Len()+n, "rule"), were)
	lines := make([]string, 0, refusedShown)
	for _, refused := range set.Refused[:min(n, refusedShown)] {
		lines = append(lines, bullet(words(refused, 300)))
	}
	var l layout
	l.section(head)
	l.list(lines, n-len(lines), func(left int) string { return fmt.Sprintf("… and %d more, which the log names.", left) })
	return l.message(head)
}

// unreadRules says that rules could not be loaded anew.
func unreadRules(failure error) message {
	return sentence(":warning: The rules could not be loaded anew, so the ones before stay in force. " + words(failure.Error(), 400) +
		". It is tried again every " + rulesEvery.String() + ".")
}

// ownTrouble says that a rule in own code keeps failing.
func ownTrouble(title, file, reason string) message {
	return sentence(strings.Join([]string{
		":warning: The rule *" + words(title, 120) + "* (" + words(file, 200) + ") is in quarantine and misses alerts.", words(reason, 400),
	}, " "))
}
