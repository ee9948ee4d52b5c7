package main

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"firebreak/incident"
	"firebreak/store"
)

// published is the file of what a process logged.
func published(t *testing.T, lines ...string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "checkpoints")
	if err := os.WriteFile(name, []byte(strings.Join(lines, "\n")), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// sharedBuffer takes what a running bot logs and can be read meanwhile.
type sharedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *sharedBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *sharedBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// TestCheckpointsArePublished: in the process's log, at an interval and when
// an incident is closed, and in the issue of an RCA; each holds the database.
func TestCheckpointsArePublished(t *testing.T) {
	inWorld(t, func(w *world) {
		var log sharedBuffer
		w.said = &log
		w.start()
		n, c := w.opened("sam", "Phishing")
		join(c, "sam")
		w.wantAnswer(c, "sam", "/inc rca publish", "Publishing")
		w.settle()
		w.pass(time.Hour)
		before := strings.Count(log.String(), "checkpoint 1")
		w.wantAnswer(c, "sam", "/inc close drill", "is closed")
		w.settle()
		w.stop()
		if now := strings.Count(log.String(), "checkpoint 1"); before < 1 || now != before+1 {
			t.Errorf("%d checkpoints, and %d once it was closed", before, now)
		}
		issues := w.sb.GitLab.Issues()
		var issue strings.Builder
		for _, i := range issues {
			issue.WriteString(i.Description + "\n")
		}
		for what, text := range map[string]string{"the log": log.String(), "the RCA": issue.String()} {
			known, err := readCheckpoints(published(t, text), "")
			if err != nil || known.Signed == 0 || len(known.Missing) > 0 {
				t.Errorf("%s has %+v, %v", what, known, err)
				continue
			}
			if _, err := store.Verify(context.Background(), filepath.Join(w.dir, "firebreak.db"), nil, known.Heads); err != nil {
				t.Errorf("%s: %v", what, err)
			}
			if h := known.Heads[len(known.Heads)-1]; h.Incident != n || h.Seq == 0 {
				t.Errorf("%s: %+v", what, h)
			}
		}
		w.start()
	})
}

// TestReadCheckpoints: what was changed, swapped, forked or signed by
// somebody else is refused; what is missing is said.
func TestReadCheckpoints(t *testing.T) {
	key := func(b byte) ed25519.PrivateKey {
		return ed25519.NewKeyFromSeed(bytes.Repeat([]byte{b}, ed25519.SeedSize))
	}
	var lines []string
	var prev []byte
	for n := int64(1); n <= 4; n++ {
		line, err := incident.Checkpoint{N: n, Prev: prev, Heads: []incident.LogHead{{Incident: 1, Records: n, Hash: []byte{byte(n)}}}}.Sign(key(1))
		if err != nil {
			t.Fatal(err)
		}
		prev = incident.CheckpointHash(line)
		lines = append(lines, string(line))
	}
	fork, err := incident.Checkpoint{N: 2, Heads: []incident.LogHead{{Incident: 1, Records: 2, Hash: []byte{9}}}}.Sign(key(1))
	if err != nil {
		t.Fatal(err)
	}
	stranger, err := incident.Checkpoint{N: 5, Prev: prev}.Sign(key(2))
	if err != nil {
		t.Fatal(err)
	}
	logged := fmt.Sprintf(`time=2026-11-28 level=INFO msg=checkpoint checkpoint=%q`, lines[1])
	logJSON := fmt.Sprintf(`{"level":"INFO","msg":"checkpoint","checkpoint":%q}`, lines[2])
	for _, tt := range []struct {
		name, key, says string
		lines           []string
		missing         int
	}{
		{"whole", "", "", lines, 0},
		{"from logs, with others", incident.PublicKey(key(1)), "", []string{lines[0], "level=INFO msg=x", logged, logJSON, "", lines[3], lines[3]}, 0},
		{"one missing", "", "", []string{lines[0], lines[1], lines[3]}, 1},
		{"changed", "", "line 2: the signature is not of this text", []string{lines[0], strings.Replace(lines[1], `"records":2`, `"records":1`, 1)}, 0},
		{"cut", "", "line 1: it is no checkpoint", []string{lines[0][:60]}, 0},
		{"forked", "", "two different checkpoints 2", []string{lines[1], string(fork)}, 0},
		{"of another database", "", "checkpoint 2 does not follow checkpoint 1", []string{lines[0], string(fork)}, 0},
		{"another's", "", "signed by " + incident.PublicKey(key(2)), append(lines[:4:4], string(stranger)), 0},
		{"not the key's", incident.PublicKey(key(2)), "not by the key given", lines, 0},
		{"not signed", incident.PublicKey(key(1)), "not signed", []string{`{"v":1,"incident":"INC-1","records":1,"head":"00"}`}, 0},
		{"none", "", "there is no checkpoint", []string{"nothing here"}, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c, err := readCheckpoints(published(t, tt.lines...), tt.key)
			if tt.says == "" && (err != nil || len(c.Missing) != tt.missing || c.Key != incident.PublicKey(key(1))) {
				t.Errorf("%+v, %v", c, err)
			}
			if tt.says != "" && (err == nil || !strings.Contains(err.Error(), tt.says)) {
				t.Errorf("it says %v, want %q", err, tt.says)
			}
			if errors.As(err, new(usageError)) != (tt.name == "none") {
				t.Errorf("wrong usage, or not: %v", err)
			}
		})
	}
}

// TestCheckpointKeyOfTheOperator: what it signs is signed by it, and the
// database keeps none.
func TestCheckpointKeyOfTheOperator(t *testing.T) {
	inWorld(t, func(w *world) {
		var log bytes.Buffer
		w.said = &log
		w.env["FIREBREAK_CHECKPOINT_KEY"] = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE="
		w.start()
		_, c := w.opened("sam", "Phishing")
		w.wantAnswer(c, "sam", "/inc close drill", "is closed")
		w.settle()
		w.stop()
		want := incident.PublicKey(ed25519.NewKeyFromSeed(bytes.Repeat([]byte{1}, ed25519.SeedSize)))
		if known, err := readCheckpoints(published(t, log.String()), want); err != nil || known.Signed == 0 {
			t.Errorf("%+v, %v", known, err)
		}
		w.start()
	})
}
