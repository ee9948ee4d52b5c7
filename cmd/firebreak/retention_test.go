package main

import (
	"fmt"
	"testing"
	"time"

	"firebreak/incident"
)

// TestRetention: an incident whose time is over is told of a week ahead and
// then purged, a held one is not; nothing that it said is left or comes back.
func TestRetention(t *testing.T) {
	longUnderRace(t)
	inWorld(t, func(w *world) {
		w.env["FIREBREAK_RETENTION_DAYS"] = "9"
		w.env["FIREBREAK_SLACK_ADMINS"] = w.user("alex")
		w.start()
		_, c := w.opened("sam", "Xylophone thieves")
		_, kept := w.opened("sam", "Held one")
		join(c, "sam", "alex", "kim")
		join(kept, "sam", "alex")
		m := c.Say("kim", "they took the Hunter2Kangaroo")
		c.Edit("kim", m.TS, "they took the Hunter3Wombat")
		c.Upload("kim", "dump.bin", []byte("platypus-master-key"), "")
		w.wantAnswer(c, "sam", "/inc note Emu8Cassowary was seen", "Cassowary")
		w.wantAnswer(c, "sam", "/inc task add look for the Quokka4Bilby", "New task")
		w.wantAnswer(c, "sam", "/inc rca set summary the Dingo7Numbat did it", "Noted")
		w.wantAnswer(w.sb.Slack.In("#general"), "alex", "/inc INC-1 note Echidna5 from elsewhere", "Echidna5")
		kept.Say("sam", "Wallaby9 stays")
		w.wantAnswer(c, "sam", "/inc retain 30", "Only admins")
		w.wantAnswer(kept, "sam", "/inc hold the court asks", "Held")
		w.wantAnswer(kept, "sam", "/inc redact 2 x", "is held: the court asks")
		w.wantAnswer(c, "sam", "/inc close drill", "is closed")
		w.wantAnswer(kept, "sam", "/inc close drill", "is closed")
		w.later(3 * 24 * time.Hour)
		w.pass(2 * time.Minute)
		w.settle()
		w.wantSaid(w.control(), "INC-1 is purged on")
		w.wantAnswer(c, "alex", "/inc hold not yet", "Held")
		w.later(20 * 24 * time.Hour)
		w.pass(2 * time.Minute)
		w.settle()
		if got := w.incident(1); got.Title != "Xylophone thieves" {
			t.Fatalf("a held incident became %+v", got)
		}
		w.wantAnswer(c, "alex", "/inc hold off", "Lifted")
		w.pass(2 * time.Minute) // it is said anew
		w.later(8 * 24 * time.Hour)
		w.pass(2 * time.Minute)
		w.settle()
		w.wantSaid(w.control(), "INC-1 was purged")

		secrets := []string{"Xylophone", "Kangaroo", "Wombat", "platypus", "Cassowary", "Bilby", "Numbat", "Echidna5"}
		w.wantNoByte(secrets...)
		w.wantAnswer(c, "alex", "/inc status", "INC-1 was purged on")
		c.Edit("kim", m.TS, "they took the Hunter3Wombat, I said")
		c.Reply("kim", m.TS, "Kangaroo again")
		w.settle()
		w.pass(2 * time.Hour)
		w.wantNoByte(secrets...)
		if n := len(w.incidents()); n != 1 {
			t.Errorf("%d incidents are listed", n)
		}
		if es := w.entries(1); len(es) != 1 || es[0].Kind != incident.KindRedaction || es[0].Text != "purged: it is kept for 9 days after it was closed" {
			t.Errorf("left: %v", es)
		}
		if e := w.entries(2); len(e) < 3 {
			t.Errorf("the held incident has %d entries", len(e))
		}
		if v := w.proven(); v.Erased < 10 {
			t.Errorf("verified %+v", v)
		}
		w.wantAnswer(c, "alex", "/inc find Wombat", "Wombat")
		w.wantAnswer(kept, "alex", fmt.Sprintf("/inc retain %d", 400), "is kept for 400 days", "It is held")
	})
}
