package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"

	"firebreak/incident"
)

// Head is where an incident's log ends. Noted elsewhere it is a checkpoint:
// whoever writes the whole file anew cannot make up a log that has it.
type Head struct {
	Incident incident.Number
	Seq      int64 // of the last record
	Hash     []byte
}

// Verified says what a verification went through, and where the logs end.
type Verified struct {
	Checked
	Heads []Head
}

// BadEntry is an entry that the timeline shows otherwise than its log has it.
type BadEntry struct {
	Incident incident.Number
	Label    int
	Why      string
}

func (e *BadEntry) Error() string {
	return fmt.Sprintf("entry %d of %s: %s", e.Label, e.Incident, e.Why)
}

// Verify checks one moment of the database at path, which a process may have
// open, for the incidents named, or all: that the logs are unbroken
// (CheckChains), that they go on from the checkpoints given, and that the
// timelines show what the logs say, no more and no less. What is wrong first
// is given as a *BadRecord or *BadEntry.
//
// It works on a copy as large as the database, which is gone afterwards: in the
// folder for temporary files, or beside the database where there is none, as in
// our container.
func Verify(ctx context.Context, path string, only []incident.Number, checkpoints []Head) (Verified, error) {
	path, err := resolve(path)
	if err != nil {
		return Verified{}, err
	}
	if empty, err := inspectFile(path); err != nil {
		return Verified{}, err
	} else if empty {
		return Verified{}, fmt.Errorf("verify %s: %w", path, ErrNotFound)
	}
	dir, err := os.MkdirTemp("", "firebreak-verify-") // mode 0700
	if err != nil {
		dir, err = os.MkdirTemp(filepath.Dir(path), "firebreak-verify-")
	}
	if err != nil {
		return Verified{}, fmt.Errorf("verify %s: %w", path, err)
	}
	defer os.RemoveAll(dir)
	copied := filepath.Join(dir, "copy.db")
	if err := vacuumInto(ctx, path, copied); err != nil {
		return Verified{}, backupError(path, copied, err)
	}
	s, err := Open(ctx, Config{Path: copied})
	if err != nil {
		return Verified{}, err
	}
	defer s.Close()
	return s.verify(ctx, only, checkpoints)
}

func (s *Store) verify(ctx context.Context, only []incident.Number, checkpoints []Head) (v Verified, err error) {
	if v.Checked, err = s.CheckChains(ctx, only...); err != nil {
		return v, err
	}
	var shown map[incident.Number][][sha256.Size]byte
	var custody map[incident.Number][][sha256.Size]byte
	err = s.View(ctx, func(view *View) error {
		if v.Heads, err = view.heads(only); err != nil {
			return err
		}
		if err := view.goesOn(checkpoints); err != nil {
			return err
		}
		if shown, err = view.shown(v.Heads); err != nil {
			return err
		}
		custody, err = view.shownEvidence(v.Heads)
		return err
	})
	if err != nil {
		return v, err
	}
	if err := s.Rebuild(ctx); err != nil {
		return v, err
	}
	return v, s.View(ctx, func(view *View) error {
		if err := view.asLogged(v.Heads, shown); err != nil {
			return err
		}
		return view.evidenceAsLogged(v.Heads, custody)
	})
}

// heads gives where the logs end.
func (v *View) heads(only []incident.Number) ([]Head, error) {
	heads, err := all(v, func(row row) (h Head, err error) {
		return h, row.Scan(&h.Incident, &h.Seq, &h.Hash)
	}, `SELECT number, log_seq, log_head FROM incidents ORDER BY number`)
	if err != nil || len(only) == 0 {
		return heads, err
	}
	var kept []Head
	for _, h := range heads {
		for _, n := range only {
			if h.Incident == n {
				kept = append(kept, h)
			}
		}
	}
	return kept, nil
}

// goesOn says whether the logs still have what the checkpoints know.
func (v *View) goesOn(checkpoints []Head) error {
	for _, c := range checkpoints {
		if c.Seq == 0 {
			continue
		}
		hash, found, err := optional(v, value[[]byte], `SELECT hash FROM log WHERE incident = ? AND seq = ?`, c.Incident, c.Seq)
		switch {
		case err != nil:
			return fmt.Errorf("check the checkpoint of %s: %w", c.Incident, err)
		case !found:
			return &BadRecord{Incident: c.Incident, Seq: c.Seq, Why: "the checkpoint has it, the log ends before"}
		case !bytes.Equal(hash, c.Hash):
			return &BadRecord{Incident: c.Incident, Seq: c.Seq, Why: "the checkpoint has another one: the log was written anew up to here or before"}
		}
	}
	return nil
}

// shown sums up what the timelines show, entry by entry.
func (v *View) shown(heads []Head) (map[incident.Number][][sha256.Size]byte, error) {
	sums := map[incident.Number][][sha256.Size]byte{}
	for _, h := range heads {
		entries, err := v.Entries(incident.Operator(), h.Incident, Filter{})
		if err != nil {
			return nil, err
		}
		of := make([][sha256.Size]byte, len(entries))
		for i, e := range entries {
			if of[i], err = sumOf(e); err != nil {
				return nil, err
			}
		}
		sums[h.Incident] = of
	}
	return sums, nil
}

func sumOf(e incident.Entry) ([sha256.Size]byte, error) {
	line, err := incident.MarshalEntry(e)
	return sha256.Sum256(line), err
}

// asLogged compares the timelines, made anew from the logs, with what was
// shown before.
func (v *View) asLogged(heads []Head, shown map[incident.Number][][sha256.Size]byte) error {
	for _, h := range heads {
		entries, err := v.Entries(incident.Operator(), h.Incident, Filter{})
		if err != nil {
			return err
		}
		was := shown[h.Incident]
		for i, e := range entries {
			sum, err := sumOf(e)
			if err != nil {
				return err
			}
			if i >= len(was) || sum != was[i] {
				return &BadEntry{h.Incident, e.N, "the timeline shows something else than its log says, or leaves it out"}
			}
		}
		if len(was) > len(entries) {
			return &BadEntry{h.Incident, len(entries) + 1, "the timeline shows it, but the log has no such entry"}
		}
	}
	return nil
}
