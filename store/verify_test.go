package store

import (
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"firebreak/incident"
)

// TestVerifyFindsWhatWasChanged: in the log, and in what is made of it.
func TestVerifyFindsWhatWasChanged(t *testing.T) {
	for name, tt := range map[string]struct{ sql, says string }{
		"nothing":        {`UPDATE cursors SET value = value`, ""},
		"a text":         {`UPDATE entries SET text = 'forged' WHERE incident = 2`, "entry 1 of INC-2"},
		"a time":         {`UPDATE entries SET occurred_at = occurred_at + 1 WHERE incident = 1`, "entry 1 of INC-1"},
		"an actor":       {`UPDATE entries SET actor_name = 'U9', actor_id = 'U9' WHERE incident = 1`, "entry 1 of INC-1"},
		"a revision":     {`UPDATE edits SET text = 'forged'`, "entry 1 of INC-1"},
		"a pin":          {`UPDATE pins SET by = 'U9'`, "entry 1 of INC-1"},
		"a file's hash":  {`UPDATE entry_files SET sha256 = 'x'`, "entry 1 of INC-1"},
		"a custodian":    {`UPDATE custody SET by = 'U9' WHERE incident = 2`, "evidence 1 of INC-2"},
		"no custody":     {`DELETE FROM custody WHERE incident = 1`, "evidence 1 of INC-1"},
		"back on":        {`UPDATE entries SET dropped = 0`, "entry 1 of INC-1"},
		"hidden":         {`UPDATE entries SET hidden = 1`, "entry 1 of INC-1"},
		"another kind":   {`UPDATE entries SET kind = 'note'`, "entry 1 of INC-1"},
		"another phase":  {`UPDATE entries SET phase = 'recovery'`, "entry 1 of INC-1"},
		"a change":       {`INSERT INTO alterations SELECT key, 99, at, 'U9', 'phase', 'review', '', '', 1 FROM drops`, "entry 1 of INC-1"},
		"who dropped it": {`UPDATE drops SET by = 'U9'`, "entry 1 of INC-1"},
		"one too many":   {`INSERT INTO entries SELECT pos + 1000, 'k', 'i', incident, 2, kind, lane, original_at, occurred_at, recorded_at, actor_id, actor_name, actor_kind, text, deleted, dropped, redacted, system, channel, ts, thread_ts, permalink, data, edited, 0, 0, '', '', 0, 0, 0, 0, 0 FROM entries WHERE incident = 1`, "entry 2 of INC-1"},
		"one left out":   {`DELETE FROM entries WHERE incident = 2`, "entry 1 of INC-2"},
		"a body, logged": {`UPDATE bodies SET body = x'7b7d' WHERE rowid = 2`, "record 2 of the log of INC-1"},
	} {
		t.Run(name, func(t *testing.T) {
			s := openFresh(t)
			fill(t, s)
			if err := s.Update(t.Context(), func(tx *Tx) error {
				_, err := tx.exec(tt.sql)
				return err
			}); err != nil {
				t.Fatal(err)
			}
			path := s.path
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			_, err := Verify(t.Context(), path, nil, nil)
			if tt.says == "" && err != nil || tt.says != "" && (err == nil || !strings.Contains(err.Error(), tt.says)) {
				t.Errorf("it says %v, want %q", err, tt.says)
			}
		})
	}
}

// TestVerifyWithoutAFolderForTemporaryFiles: our container has none.
func TestVerifyWithoutAFolderForTemporaryFiles(t *testing.T) {
	s := openFresh(t)
	defer s.Close()
	fill(t, s)
	t.Setenv("TMPDIR", filepath.Join(t.TempDir(), "absent"))
	if v, err := Verify(t.Context(), s.path, nil, nil); err != nil || v.Incidents != 2 {
		t.Errorf("verified %+v, %v", v, err)
	}
	if left, err := filepath.Glob(filepath.Join(filepath.Dir(s.path), "firebreak-verify-*")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// TestVerifyHoldsAgainstCheckpoints: a log that goes on is the same log, one
// that was written anew is not.
func TestVerifyHoldsAgainstCheckpoints(t *testing.T) {
	s := openFresh(t)
	defer s.Close()
	fill(t, s)
	was, err := Verify(t.Context(), s.path, nil, nil) // while it is open
	if err != nil || len(was.Heads) != 2 || was.Heads[0].Seq != 9 || was.Entries != 2 {
		t.Fatalf("verified %+v, %v", was, err)
	}
	if err := s.Update(t.Context(), func(tx *Tx) error {
		_, _, err := tx.Record("another", incident.Entry{Incident: 1, Text: "goes on"})
		return err
	}); err != nil {
		t.Fatal(err)
	}
	now, err := Verify(t.Context(), s.path, []incident.Number{1}, was.Heads)
	if err != nil || len(now.Heads) != 1 || now.Heads[0].Seq != 10 {
		t.Errorf("verified %+v, %v", now, err)
	}
	forged := slices.Clone(was.Heads)
	forged[1].Hash = slices.Repeat([]byte{1}, 32)
	longer := []Head{{Incident: 1, Seq: 11, Hash: was.Heads[0].Hash}}
	for _, checkpoints := range [][]Head{forged, longer} {
		_, err := Verify(t.Context(), s.path, nil, checkpoints)
		if bad, ok := errors.AsType[*BadRecord](err); !ok || !strings.Contains(bad.Why, "checkpoint") {
			t.Errorf("it says %v", err)
		}
	}
}
