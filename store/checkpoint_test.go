package store

import (
	"crypto/ed25519"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"firebreak/incident"
)

// signed makes the checkpoints that are due and gives their lines.
func signed(t *testing.T, s *Store) (lines [][]byte) {
	t.Helper()
	err := s.Update(t.Context(), func(tx *Tx) error {
		key, err := tx.CheckpointKey()
		if err != nil {
			return err
		}
		for more := true; more; {
			if _, more, err = tx.Checkpoint(key, time.Now()); err != nil {
				return err
			}
		}
		unsaid, err := tx.Unsaid()
		for n, line := range unsaid {
			lines = append(lines, line)
			err = errors.Join(err, tx.Said(n))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return lines
}

// headsOf reads the checkpoint in a line.
func headsOf(t *testing.T, line []byte) (incident.Checkpoint, []Head) {
	t.Helper()
	c, _, err := incident.ReadCheckpoint(line)
	if err != nil {
		t.Fatal(err)
	}
	var heads []Head
	for _, h := range c.Heads {
		heads = append(heads, Head{Incident: h.Incident, Seq: h.Records, Hash: h.Hash})
	}
	return c, heads
}

// TestCheckpointsFollowOneAnother: each has what has grown since the one
// before, and nothing is made where nothing has.
func TestCheckpointsFollowOneAnother(t *testing.T) {
	s := openFresh(t)
	defer s.Close()
	if lines := signed(t, s); len(lines) > 0 {
		t.Fatalf("an empty database has %d checkpoints", len(lines))
	}
	fill(t, s)
	first := signed(t, s)
	if len(first) != 1 || len(signed(t, s)) != 0 {
		t.Fatalf("%d checkpoints, want one and then none", len(first))
	}
	err := s.Update(t.Context(), func(tx *Tx) error {
		_, _, err := tx.Record("another", incident.Entry{Incident: 2, Text: "goes on"})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	second := signed(t, s)
	one, all := headsOf(t, first[0])
	two, grown := headsOf(t, second[0])
	if one.N != 1 || len(all) != 2 || len(one.Prev) != 0 {
		t.Errorf("the first is %+v", one)
	}
	if two.N != 2 || len(grown) != 1 || grown[0].Incident != 2 || grown[0].Seq != 10 || !slices.Equal(two.Prev, incident.CheckpointHash(first[0])) {
		t.Errorf("the second is %+v", two)
	}
	if _, err := Verify(t.Context(), s.path, nil, slices.Concat(all, grown)); err != nil {
		t.Error(err)
	}
}

// TestARewrittenFileIsFound: whoever has the file has the key in it and can
// write another history, with checkpoints that fit. What was published before
// does not.
func TestARewrittenFileIsFound(t *testing.T) {
	genuine := openFresh(t)
	defer genuine.Close()
	fill(t, genuine)
	published := signed(t, genuine)
	var key ed25519.PrivateKey
	err := genuine.Update(t.Context(), func(tx *Tx) (err error) {
		key, err = tx.CheckpointKey()
		return err
	})
	if err != nil {
		t.Fatal(err)
	}

	forged := openFresh(t)
	defer forged.Close()
	fill(t, forged) // the same events, all other salts and times
	err = forged.Update(t.Context(), func(tx *Tx) error {
		if _, err := tx.exec(`INSERT INTO checkpoint_key (id, seed) VALUES (1, ?)`, key.Seed()); err != nil {
			return err
		}
		_, _, err := tx.Checkpoint(key, time.Now())
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Verify(t.Context(), forged.path, nil, nil); err != nil {
		t.Fatalf("the forgery is not sound in itself: %v", err)
	}
	_, heads := headsOf(t, published[0])
	_, err = Verify(t.Context(), forged.path, nil, heads)
	if bad, ok := errors.AsType[*BadRecord](err); !ok || bad.Incident != 1 || !strings.Contains(bad.Why, "written anew") {
		t.Errorf("it says %v", err)
	}
	if _, err := Verify(t.Context(), genuine.path, nil, heads); err != nil {
		t.Error(err)
	}
}
