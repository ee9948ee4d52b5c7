package bot

import (
	"errors"
	"io"
	"log/slog"
	"path/filepath"
	"testing"

	"firebreak/incident"
	"firebreak/store"
	"firebreak/store/evidence"
)

// TestErasureOfContents: what a redaction asks to be erased goes, unless an
// entry has the same bytes.
func TestErasureOfContents(t *testing.T) {
	dir := t.TempDir()
	folder, err := evidence.Open(filepath.Join(dir, "evidence"), evidence.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	st, err := store.Open(t.Context(), store.Config{Path: filepath.Join(dir, "firebreak.db")})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	b := New(Config{Evidence: folder}, st, Outside{}, slog.New(slog.DiscardHandler))
	capture := func(text string) string {
		k, release, err := folder.Capture(func(w io.Writer) error { _, err := io.WriteString(w, text); return err })
		if err != nil {
			t.Fatal(err)
		}
		release()
		return k.SHA256
	}
	leaked, needed := capture("a leaked key"), capture("a log that another entry has")
	err = st.Update(t.Context(), func(tx *store.Tx) error {
		if _, err := tx.OpenIncident(incident.Incident{Title: "x"}); err != nil {
			return err
		}
		file := incident.File{ID: "F1", Name: "auth.log", SHA256: needed}
		if _, _, err := tx.Record("k", incident.Entry{Incident: 1, Text: "see", Files: []incident.File{file}}); err != nil {
			return err
		}
		return b.planErase(tx, 1, "redaction", []string{leaked, needed})
	})
	if err != nil {
		t.Fatal(err)
	}
	var planned []incident.Action
	err = st.View(t.Context(), func(v *store.View) (err error) {
		planned, err = v.Actions(1, true)
		return err
	})
	if err != nil || len(planned) != 2 {
		t.Fatalf("%d planned, %v", len(planned), err)
	}
	for _, a := range append(planned, planned...) { // twice: it is repeated when its outcome is unknown
		if _, err := eraseContent(t.Context(), b, a); err != nil {
			t.Error(err)
		}
	}
	if err := folder.Check(leaked); !errors.Is(err, evidence.ErrMissing) {
		t.Errorf("the leaked key: %v", err)
	}
	if err := folder.Check(needed); err != nil {
		t.Errorf("what another entry has: %v", err)
	}
}
