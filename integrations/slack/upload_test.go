package slack_test

import (
	"testing"
	"time"

	"firebreak/incident"
	"firebreak/integrations/sandbox"
)

// TestFilesAreShownOnce: uploaded, shown together, found again; and what is
// lost on the way is told apart from what happened.
func TestFilesAreShownOnce(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		ch := w.channel(t)
		began := time.Now()
		var share incident.FileShare
		for _, name := range []string{"a.md", "b.png"} {
			id, err := w.client.Upload(t.Context(), incident.Upload{Name: name, Alt: "what " + name + " shows", Content: []byte("in " + name)})
			if err != nil {
				t.Fatal(err)
			}
			share.Files = append(share.Files, incident.UploadedFile{ID: id, Title: "The " + name})
		}
		share.Channel, share.Text = ch, "here &amp; there"
		there := func(want bool) {
			t.Helper()
			if got, err := w.client.FilesShared(t.Context(), ch, share.Files[0].ID, began); got != want || err != nil {
				t.Errorf("shared: %t, %v, want %t", got, err, want)
			}
		}
		there(false)
		w.Faults.Add(sandbox.Fault{Service: "slack", Method: "files.completeUploadExternal", Kind: sandbox.DropAfter})
		if err := w.client.ShareFiles(t.Context(), share); incident.OutcomeOf(err) != incident.OutcomeUnknown {
			t.Errorf("an answer that is lost: %v", err)
		}
		there(true)
		if err := w.client.ShareFiles(t.Context(), share); incident.CodeOf(err) != "file_not_found" {
			t.Errorf("shared twice: %v", err)
		}
		said := w.Slack.In(ch).Messages()
		m := said[len(said)-1]
		if len(m.Files) != 2 || m.Files[1].Title != "The b.png" || string(m.Files[0].Content) != "in a.md" || m.Text != share.Text {
			t.Errorf("shown: %+v", m)
		}
		w.Faults.Add(sandbox.Fault{Service: "slack", Method: "files.info", Kind: sandbox.Refuse, Code: "file_not_found"})
		there(true) // the channel's history tells as well
		w.Faults.Add(sandbox.Fault{Service: "slack", Method: "files.info", Kind: sandbox.DropBefore})
		if _, err := w.client.FilesShared(t.Context(), ch, share.Files[0].ID, began); err == nil {
			t.Error("nothing is known without an answer")
		}
	})
}

// TestUploadsThatFail leave nothing that anybody sees, so that nothing of them
// is unknown.
func TestUploadsThatFail(t *testing.T) {
	for _, c := range []struct {
		method string
		kind   sandbox.FaultKind
		code   string
		want   incident.Outcome
	}{
		{"files.getUploadURLExternal", sandbox.DropAfter, "", incident.OutcomeNotDone},
		{"files.getUploadURLExternal", sandbox.Refuse, "storage_limit_reached", incident.OutcomeRefused},
		{"upload", sandbox.DropAfter, "", incident.OutcomeNotDone},
		{"upload", sandbox.Err5xxBefore, "", incident.OutcomeNotDone},
		{"upload", sandbox.Refuse429, "", incident.OutcomeNotDone},
		{"upload", sandbox.Refuse, "400", incident.OutcomeRefused},
	} {
		t.Run(c.method+"_"+string(c.kind), func(t *testing.T) {
			inWorld(t, func(t *testing.T, w *world) {
				w.Faults.Add(sandbox.Fault{Service: "slack", Method: c.method, Kind: c.kind, Code: c.code})
				_, err := w.client.Upload(t.Context(), incident.Upload{Name: "a.md", Content: []byte("x")})
				if err == nil || incident.OutcomeOf(err) != c.want {
					t.Errorf("%v is %v, want %v", err, incident.OutcomeOf(err), c.want)
				}
			})
		})
	}
}
