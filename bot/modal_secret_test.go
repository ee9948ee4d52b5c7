package bot

import (
	"strings"
	"testing"

	"firebreak/incident"
)

// TestModalsHideSecrets: whatever stands in the record, no modal and no Home
// tab shows a secret of it, not even the half that a cut would leave; fields
// to be edited have marks in their places. What somebody typed into the same
// form, or the message that they used a shortcut on, is theirs.
func TestModalsHideSecrets(t *testing.T) {
	secret := "tr0ub" + "4dor&3"
	for name, before := range map[string]int{"short": 1, "cut": 100, "cut later": 270, "cut last": 580} {
		s := newScene(func(string) string { return strings.Repeat("x ", before/2) + "password: " + secret + " <done>" }, 3)
		for form, m := range s.modals() {
			switch form {
			case "timeline", "timeline_choice", "timeline_known", "task", "task_choice", "choose", "why_false", "mute_refused":
				m.Blocks = m.Blocks[:min(1, len(m.Blocks)-1)]
				if form != "timeline_known" && form != "mute_refused" {
					continue
				}
			}
			m.Origin.Chosen = chosen{} // the words that somebody looks for are theirs
			for _, part := range []string{secret, "tr0ub", "4dor"} {
				if strings.Contains(string(m.json()), part) {
					t.Errorf("%s: the modal %s shows %s: %.3000s", name, form, part, m.json())
				}
			}
		}
		if form := string(correctModal(origin{}, s.inc, s.entries[0], incident.Person{}, "/inc").json()); !strings.Contains(form, "password: [masked: password]") {
			t.Errorf("%s: the form has no mark: %s", name, form)
		}
		h := home{
			incidents: []homeIncident{{Incident: s.inc}},
			tasks:     []homeTask{{Task: s.tasks[0], title: s.inc.Title}},
		}
		if view := string(homeShown(h, "https://acme.slack.com/", renderNow, "/inc")); strings.Contains(view, "tr0ub") {
			t.Errorf("%s: the Home tab shows %s", name, view)
		}
	}
}
