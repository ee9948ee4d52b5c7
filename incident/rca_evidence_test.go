package incident_test

import (
	"strings"
	"testing"

	"firebreak/incident"
)

// TestRCANamesEvidence: by name and hash, harmless and masked, and nothing of
// entries that do not leave.
func TestRCANamesEvidence(t *testing.T) {
	sha := strings.Repeat("ab", 32)
	file := func(n, entry int, name string, moves ...incident.Move) incident.Evidence {
		e := incident.Evidence{N: n, Entry: entry, File: incident.File{ID: "F", Name: name, SHA256: sha, Size: 12}}
		for _, m := range moves {
			e.Custody = append(e.Custody, incident.Custody{Move: m, By: "U1", To: "U2", At: start})
		}
		return e
	}
	r := breach()
	if strings.Contains(r.Markdown(), "## Evidence") {
		t.Error("an incident without evidence has a chapter about it")
	}
	lost := file(3, 2, "memory.dmp", incident.MoveMissed)
	lost.File.SHA256 = ""
	r.Evidence = []incident.Evidence{
		file(1, 2, "hunter2 <b>@all.log\n/close", incident.MoveCollected, incident.MoveGiven, incident.MoveSealed),
		file(2, 2, "auth.log", incident.MoveCollected, incident.MoveMarked), lost,
		{N: 4, Entry: 3, Custody: []incident.Custody{{Move: incident.MoveMarked, By: "U1"}}},
		file(5, 5, "of a deleted message.log"), file(6, 6, "of a redacted note.log"), file(7, 7, "of a dropped note.log"),
	}
	_, text, _ := strings.Cut(r.Markdown(), "## Evidence\n")
	text, _, _ = strings.Cut(text, "\n## ")
	for _, want := range []string{"- Evidence 1: ", "SHA-256 `" + sha + "`, with ", ", sealed by ", "- Evidence 2: auth.log, 12 bytes", "marked\n", "- Evidence 3: memory.dmp, not kept\n", "- Evidence 4: entry 3, marked\n"} {
		if !strings.Contains(text, want) {
			t.Errorf("it lacks %q:\n%s", want, text)
		}
	}
	for _, never := range []string{"hunter2", "<b>", "\n/close", "deleted", "redacted", "dropped"} {
		if strings.Contains(text, never) {
			t.Errorf("it holds %q:\n%s", never, text)
		}
	}
}
