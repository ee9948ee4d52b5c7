package bot

import (
	"strings"
	"testing"
)

// TestMessagesOfAHugeIncident: with 5,000 entries and 200 tasks, whatever
// stands in them, Slack takes everything firebreak says.
func TestMessagesOfAHugeIncident(t *testing.T) {
	hostile := []string{
		"a", strings.Repeat("<!channel> & `x` *y* ", 200), strings.Repeat("🔥", 3000), strings.Repeat("<", 500) + "\n\r\n\x00\xff\u202e",
		"<https://evil.example|" + strings.Repeat("長", 400) + ">", "@here <@U666> " + strings.Repeat("&", 3000), "",
	}
	for i := range hostile {
		next := i
		text := func(string) string { next++; return hostile[next%len(hostile)] }
		s := newScene(text, 200)
		for len(s.entries) < 5000 {
			s.entries = append(s.entries, sceneEntry(len(s.entries), text))
		}
		for name, m := range s.messages() {
			if problem := faults(m); problem != "" {
				t.Errorf("%s: %s", name, problem)
			}
		}
	}
}
