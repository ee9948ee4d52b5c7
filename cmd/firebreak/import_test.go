package main

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"firebreak/incident"
	"firebreak/integrations/sandbox"
)

const edrLines = `{"ts":1795357800,"message":"powershell -enc AAAA on web-3","sha":"` + "5d41402abc4b2a76b9719d911017c592" + `"}
{"ts":"2026-11-22 14:31:00","message":"beacon to evil-beacon.com"}
nonsense
{"ts":1795357920,"message":"login with token glpat-` + "A1b2C3d4E5f6G7h8I9j0" + `"}
`

// TestAFileDroppedIsImported by a command: in the adversary's lane, where it
// happened, each line once, and what is wrong with it is said in its thread.
func TestAFileDroppedIsImported(t *testing.T) {
	inChannel(t, func(w *world, c sandbox.SlackChannel) {
		w.wantAnswer(c, "sam", "/inc import", "No CSV or JSON Lines file has been dropped in INC-1")
		m := c.Upload("sam", "edr.jsonl", []byte(edrLines), "from the EDR")
		c.Upload("sam", "notes.pdf", []byte("%PDF"), "")
		w.settle()
		w.wantAnswer(c, "sam", "/inc import other.csv", "No file named `other.csv` has been dropped in INC-1")
		w.wantAnswer(c, "sam", "/inc import", "I am reading `edr.jsonl`")
		w.settle()
		said := w.saidIn(c, "`edr.jsonl`: 2 lines of the adversary")
		if len(said) != 1 || said[0].ThreadTS != m.TS {
			t.Fatalf("the channel was told %+v", said)
		}
		for _, part := range []string{
			`2 lines left out`, `line 2 \"2026-11-22 14:31:00\" names no time zone`, "line 3 is no JSON object",
			"/inc import edr.jsonl zone Europe/Paris", "timeline lane:adversary",
		} {
			if !strings.Contains(texts(said[0].Blocks), part) {
				t.Errorf("no %q in %s", part, said[0].Blocks)
			}
		}
		first := w.wantEntry(1, incident.KindAlert, "powershell -enc AAAA on web-3")
		if first.Lane != incident.LaneAdversary || first.OccurredAt.Unix() != 1795357800 || first.Data["source"] != "import" || first.Data["file"] != "edr.jsonl" ||
			first.Data["line"] != 1.0 || first.Data["by"] != w.user("sam") || !strings.Contains(first.Source.Permalink, digits(m.TS)) {
			t.Errorf("entry %+v", first)
		}
		w.wantEntry(1, incident.KindAlert, "login with token [masked: gitlab-pat]")

		c.Command("sam", "/inc import edr.jsonl zone Europe/Paris")
		c.Command("sam", "/inc import edr.jsonl zone Europe/Paris")
		w.settle()
		if got := w.of(1, incident.KindAlert); len(got) != 3 {
			t.Errorf("%d lines after three imports, want 3", len(got))
		}
		if len(w.saidIn(c, "1 line of the adversary")) != 1 || len(w.saidIn(c, "0 lines of the adversary")) != 1 {
			t.Error("it is not said what was new")
		}
		if got := answer(c.Command("kim", "/inc timeline lane:adversary")); !strings.Contains(got, "all 3 entries") {
			t.Errorf("the adversary's lane: %s", got)
		}
		w.wantAnswer(c, "kim", "/inc find lane:adversary ioc:5d41402abc4b2a76b9719d911017c592", "1 hit", "powershell")
		w.wantAnswer(c, "kim", "/inc seen evil-beacon[.]com", "is in 1 incident")

		// The command line says how to get at a running bot.
		var stderr bytes.Buffer
		environ := []string{"FIREBREAK_DATABASE_URL=" + w.env["FIREBREAK_DATABASE_URL"]}
		code := run(context.Background(), []string{"import", "INC-1", "testdata/script/import.txtar", "--format", "csv"}, environ, nil, &stderr, &stderr)
		if code != exitFailed || !strings.Contains(stderr.String(), "firebreak serve is running on") || !strings.Contains(stderr.String(), "use /inc import there") {
			t.Errorf("exit code %d: %s", code, stderr.String())
		}
	})
}

// TestAFileThatIsNoTimelineIsNotImported, whatever is wrong with it; a
// download that breaks off is tried again.
func TestAFileThatIsNoTimelineIsNotImported(t *testing.T) {
	inChannel(t, func(w *world, c sandbox.SlackChannel) {
		join(c, "sam", "guest")
		c.Upload("sam", "people.csv", []byte("name,team\nsam,red\n"), "")
		w.settle()
		w.wantAnswer(c, "guest", "/inc import", "Only full members")
		w.sb.Faults.Add(sandbox.Fault{Service: "slack", Method: "download", Kind: sandbox.DropAfter})
		c.Command("sam", "/inc import people.csv")
		w.settle()
		if said := w.saidIn(c, "I imported nothing"); len(said) != 1 || !strings.Contains(texts(said[0].Blocks), "names no time") {
			t.Errorf("the channel was told %+v", said)
		}
		if got := w.of(1, incident.KindAlert); len(got) != 0 {
			t.Errorf("imported %+v", got)
		}
	})
}
