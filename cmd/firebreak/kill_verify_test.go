package main

import (
	"context"
	"errors"
	"strings"
	"time"

	"firebreak/incident"
	"firebreak/integrations/sandbox"
	"firebreak/store"
)

// verify holds what is left against the vendors' ledgers. Opening the
// database to write has SQLite check it.
func (s *siege) verify() {
	s.t.Helper()
	total := 0
	for _, n := range s.kills {
		total += n
	}
	s.t.Logf("%d kills in %s: %v; actions under way: %v; %d pages, %d tasks asked for, %d messages; %d events undelivered",
		total, time.Since(s.began).Round(time.Second), s.kills, s.under, s.pages, s.people.asked, s.messages(), s.sb.Slack.Undelivered())
	db, err := store.Open(context.Background(), store.Config{Path: s.path})
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() {
		if err := db.Close(); err != nil {
			s.t.Error(err)
		}
	}()
	cfg := load(s.env)
	tr := truth{s.t, s.sb, db, cfg.Config.PinEmoji}
	s.compare(tr)
	if s.t.Failed() {
		return
	}
	// The log alone must tell the same.
	if err := db.Rebuild(context.Background()); err != nil {
		s.t.Fatal(err)
	}
	s.compare(tr)
}

func (s *siege) messages() (n int) {
	for _, channel := range s.people.places() {
		n += len(s.sb.Slack.In(channel).Messages())
	}
	return n
}

func (s *siege) compare(tr truth) {
	s.t.Helper()
	for n := range s.pages {
		tr.compare(incident.Number(n + 1))
	}
	tr.compareOnce()
	if got := len(tr.channelNumbers()); got != s.pages {
		s.t.Errorf("%d incidents have channels for %d pages", got, s.pages)
	}
	s.wantTasks(tr)
	s.wantAcknowledged(tr.db)
	tr.view(func(v *store.View) error {
		open, err := v.Actions(0, true)
		for _, a := range open {
			s.t.Errorf("action %d %s %s is %s: %s", a.ID, a.Kind, a.Key, a.State, a.Reason)
		}
		return err
	})
	if st, err := tr.db.Stats(context.Background()); err != nil || st.InboxPoisoned > 0 {
		s.t.Errorf("%d inbox rows were set aside, %v", st.InboxPoisoned, err)
	}
	if odd := s.sb.Unexpected(); len(odd) > 0 {
		s.t.Errorf("calls that no emulator knows: %v", odd)
	}
}

// wantTasks checks that each task asked for is there once if the bot said
// so, at most once otherwise, and that the issues in GitLab are the tasks'.
func (s *siege) wantTasks(tr truth) {
	s.t.Helper()
	tasks, issues := map[string]int{}, map[int]int{}
	tr.view(func(v *store.View) error {
		for n := range s.pages {
			list, err := v.Tasks(incident.Number(n + 1))
			if err != nil {
				return err
			}
			for _, t := range list {
				tasks[t.Title]++
				issues[t.Issue.IID]++
			}
		}
		return nil
	})
	for title, answer := range s.people.answers() {
		promised := strings.Contains(answer, title)
		if n := tasks[title]; n > 1 || promised && n == 0 {
			s.t.Errorf("%d tasks %q, of which was said %q", n, title, answer)
		}
	}
	made := s.sb.GitLab.Issues()
	if len(made) != len(issues) {
		s.t.Errorf("%d issues for %d tasks", len(made), len(issues))
	}
	for _, is := range made {
		if issues[is.IID] != 1 {
			s.t.Errorf("issue %d %q belongs to %d tasks", is.IID, is.Title, issues[is.IID])
		}
	}
}

// errUndo takes back an update that was only a question.
var errUndo = errors.New("only asking")

// wantAcknowledged checks that everything firebreak acknowledged to Slack is
// in its database.
func (s *siege) wantAcknowledged(db *store.Store) {
	s.t.Helper()
	keys := map[string]string{}
	for _, r := range s.sb.Ledger.Of("slack", sandbox.RecordEnvelope) {
		keys[r.Ref] = "env:" + r.Ref
		if r.Method == "events_api" {
			keys[r.Ref] = "ev:" + r.Text
		}
	}
	acked := s.sb.Ledger.Of("slack", sandbox.RecordAck)
	err := db.Update(context.Background(), func(tx *store.Tx) error {
		for _, r := range acked {
			if _, fresh, err := tx.Receive(incident.Inbound{Key: keys[r.Ref], Source: "question", Lane: "question"}); err != nil {
				return err
			} else if fresh {
				s.t.Errorf("envelope %s was acknowledged and is not in the inbox", keys[r.Ref])
			}
		}
		return errUndo
	})
	if !errors.Is(err, errUndo) {
		s.t.Fatal(err)
	}
}
