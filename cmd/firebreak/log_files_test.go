package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/base64"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"firebreak/detect/event"
	"firebreak/incident"
	"firebreak/integrations/sandbox"
	"firebreak/store"
)

// sshRules are the Sigma rules of these tests.
const sshRules = `
title: Root tries ssh
id: 0d0b9a4c-54ff-4f49-8a3c-0d2f7d6a9a11
level: high
tags: [attack.t1110.001]
logsource: {product: linux, service: sshd}
detection:
  words: ['password for root from']
  condition: words
---
title: Failed login of Windows
name: failed
level: low
logsource: {product: windows, service: security}
detection: {sel: {EventID: 4625}, condition: sel}
---
title: Guessing
level: critical
correlation:
  type: event_count
  rules: [failed]
  group-by: [IpAddress]
  timespan: 5m
  condition: {gte: 3}
`

// startRuled starts the bot with sshRules.
func (w *world) startRuled() {
	w.t.Helper()
	if w.ruled == "" {
		w.ruled = ruleFolder(w.t, map[string]string{"ssh.yml": sshRules})
	}
	w.env["FIREBREAK_RULES"] = w.ruled
	w.start()
}

// inRuledChannel is inChannel with sshRules.
func inRuledChannel(t *testing.T, f func(w *world, c sandbox.SlackChannel)) {
	t.Helper()
	inWorld(t, func(w *world) {
		w.pass(48 * time.Hour) // logs tell of the past
		w.startRuled()
		_, c := w.opened("sam", "Phishing")
		join(c, "sam", "alex", "kim")
		f(w, c)
		w.settle()
		w.compare(1)
	})
}

// guesses is an sshd log of n failed logins and one that succeeds.
func guesses(n int) []byte {
	var b strings.Builder
	for i := range n {
		at := time.Now().Add(-24 * time.Hour).Add(time.Duration(i) * time.Second)
		fmt.Fprintf(&b, "%s web-1 sshd[812]: Failed password for root from 203.0.113.7 port 4 ssh2\n", at.UTC().Format(time.Stamp))
	}
	at := time.Now().Add(-24 * time.Hour).Add(time.Duration(n) * time.Second)
	fmt.Fprintf(&b, "%s web-1 sshd[812]: Accepted password for root from 203.0.113.7 port 4 ssh2\n", at.UTC().Format(time.Stamp))
	return []byte(b.String())
}

func packed(t *testing.T, b []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	_, err := z.Write(b)
	if err == nil {
		err = z.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// evtxSample is the EVTX file of detect/logfile's tests, compressed.
func evtxSample(t *testing.T) []byte {
	t.Helper()
	text, err := os.ReadFile("../../detect/logfile/testdata/logins.evtx.gz.txt")
	if err != nil {
		t.Fatal(err)
	}
	b, err := base64.StdEncoding.DecodeString(strings.TrimSpace(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// wantAnswered wants one answer of the bot in the thread of a message, with
// all of these words.
func (w *world) wantAnswered(c sandbox.SlackChannel, m sandbox.Message, words ...string) sandbox.Message {
	w.t.Helper()
	w.settle()
	thread := m.TS
	if m.ThreadTS != "" {
		thread = m.ThreadTS
	}
	var found []sandbox.Message
	for _, said := range c.Messages() {
		if said.User == w.sb.Slack.Bot().ID && said.ThreadTS == thread && said.TS != thread {
			found = append(found, said)
		}
	}
	if len(found) != 1 {
		w.t.Fatalf("%d answers to %q, want 1: %+v", len(found), m.Text, found)
	}
	for _, word := range words {
		if shown := found[0].Text + texts(found[0].Blocks); !strings.Contains(shown, word) {
			w.t.Errorf("no %q in the answer %s", word, shown)
		}
	}
	return found[0]
}

// TestDroppedLogIsExamined whatever sort of log it is.
func TestDroppedLogIsExamined(t *testing.T) {
	inRuledChannel(t, func(w *world, c sandbox.SlackChannel) {
		text := c.Upload("sam", "auth.log", guesses(7), "from web-1")
		w.wantAnswered(c, text, "`auth.log`: 8 events from", "Root tries ssh", "high · 8×", "Many failed logins from one address", "line 1 ·", "Failed password for root from 203.0.113.7")
		e := w.wantEntry(1, incident.KindDetection, "Root tries ssh")
		evidence, _ := e.Data["evidence"].([]any)
		if len(evidence) != 5 || e.Lane != incident.LaneAdversary || !strings.Contains(e.Source.Permalink, digits(text.TS)) {
			t.Fatalf("the entry %+v", e)
		}
		first, _ := evidence[0].(map[string]any)
		if first["file"] != "auth.log" || fmt.Sprint(first["line"]) != "1" || !strings.Contains(fmt.Sprint(first["text"]), "Failed password for root") {
			t.Errorf("the first evidence is %v", first)
		}
		if got := len(w.of(1, incident.KindAlert)); got < 5 || got > 20 {
			t.Errorf("%d alerts are evidence", got)
		}

		before := len(w.of(1, incident.KindDetection))
		w.wantAnswered(c, c.Upload("sam", "again.log.gz", packed(t, guesses(7)), ""), "`again.log.gz`: 8 events from", "Root tries ssh")
		if got := len(w.of(1, incident.KindDetection)); got < before {
			t.Errorf("%d detections, before %d", got, before)
		}

		lines := "{\"SYSLOG_IDENTIFIER\":\"sshd\",\"MESSAGE\":\"Failed password for root from 203.0.113.8 port 1 ssh2\",\"password\":\"token glpat-" + "A1b2C3d4E5f6G7h8I9j0\"}\nrubbish\n"
		m := w.wantAnswered(c, c.Upload("sam", "auth.jsonl", []byte(lines), ""), "`auth.jsonl`: 1 event", "Root tries ssh", "1 line could not be read, the first at line 2: no JSON object")
		if strings.Contains(m.Text+texts(m.Blocks), "glpat-A1") {
			t.Error("the answer shows a secret")
		}
		parent := c.Say("kim", "here")
		reply := c.UploadReply("kim", parent.TS, "sec.csv", []byte("Channel;EventID;IpAddress;TimeCreated\nSecurity;4625;203.0.113.7;2026-11-22T14:00:00Z\n"), "")
		w.settle()
		w.wantAnswered(c, reply, "`sec.csv`: 1 event", "Nothing found.")
		w.wantAnswered(c, c.Upload("sam", "Security.evtx.gz", evtxSample(t), ""), "`Security.evtx.gz`: 7 events from", "Guessing", "critical", "record 7001 ·")
		if e := w.wantEntry(1, incident.KindDetection, "Guessing: "); e.Data["level"] != "critical" || e.Data["file"] != "Security.evtx.gz" {
			t.Errorf("the entry's data: %v", e.Data)
		}
		if got := w.calls("download"); got != 5 { // what is kept as evidence is not fetched again
			t.Errorf("5 files were downloaded %d times", got)
		}
	})
}

// TestDroppedLogAndRulesOnTrial: what those find is kept and told nobody, and
// so is what somebody has muted.
func TestDroppedLogAndRulesOnTrial(t *testing.T) {
	inWorld(t, func(w *world) {
		w.pass(48 * time.Hour)
		w.startRuled()
		w.stop()
		w.env["FIREBREAK_SHADOW_RULES"], w.env["FIREBREAK_RULES"] = w.env["FIREBREAK_RULES"], w.t.TempDir()
		w.start()
		n, c := w.opened("sam", "Phishing")
		now := time.Now()
		err := w.app.store.Update(context.Background(), func(tx *store.Tx) error {
			_, err := tx.AddSuppression(incident.Suppression{Rule: "brute-force", Owner: w.user("sam"), Reason: "a test", CreatedAt: now, ExpiresAt: now.Add(time.Hour)})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		m := w.wantAnswered(c, c.Upload("sam", "auth.log", guesses(12), ""), "Many failed logins from one address", "1 detection that somebody has muted left out")
		if shown := texts(m.Blocks); strings.Contains(shown, "Root tries ssh") || strings.Contains(shown, "of one account") {
			t.Errorf("the answer is %s", shown)
		}
		for _, d := range w.detections(n) {
			if d.Title == "Root tries ssh" || d.Rule == "brute-force" {
				t.Errorf("the incident has %+v", d)
			}
		}
	})
}

// TestDroppedFilesThatAreNoLogs are left alone.
func TestDroppedFilesThatAreNoLogs(t *testing.T) {
	inRuledChannel(t, func(w *world, c sandbox.SlackChannel) {
		before := len(w.saidIn(c, ""))
		c.Upload("sam", "screenshot.png", []byte("\x89PNG\r\n\x1a\n\x00\x00"), "")
		c.Upload("sam", "report.pdf", []byte("%PDF-1.7"), "")
		c.Upload("sam", "notes.txt", []byte("we should look\nat this\n"), "")
		c.Upload("sam", "binary.log", []byte("\x00\x01\x02"), "")
		c.Upload("sam", "empty.json", nil, "")
		w.settle()
		if after := len(w.saidIn(c, "")); after != before {
			t.Errorf("the bot said %d things about files that are no logs", after-before)
		}
		quiet := c.Upload("sam", "quiet.json", []byte(`[{"a":1,"time":"2026-11-22T14:00:00Z"}]`), "")
		m := w.wantAnswered(c, quiet, "`quiet.json`: 1 event from", "Nothing found.")
		if strings.Contains(m.Text, "detection") {
			t.Errorf("the answer is %q", m.Text)
		}
	})
}

// TestHostileFilesAreExamined: what cannot be read is said, and the next file
// is examined all the same.
func TestHostileFilesAreExamined(t *testing.T) {
	longUnderRace(t)
	inRuledChannel(t, func(w *world, c sandbox.SlackChannel) {
		bomb := packed(t, append(guesses(7), bytes.Repeat([]byte("x"), 100<<20)...))
		w.wantAnswered(c, c.Upload("sam", "bomb.log.gz", bomb, ""), "Root tries ssh", "could not read it to its end", "500 times larger")
		deep := []byte(strings.Repeat(`{"a":`, 20_000) + "\n{}\n")
		w.wantAnswered(c, c.Upload("sam", "deep.json", deep, ""), "1 line could not be read", "exceeded max depth")
		endless := []byte("user,ip\nada,\"" + strings.Repeat("x", 2*event.MaxSize))
		w.wantAnswered(c, c.Upload("sam", "endless.csv", endless, ""), "0 events", "is a quote never closed?")
		w.wantAnswered(c, c.Upload("sam", "twice.gz", packed(t, packed(t, guesses(1))), ""), "compressed twice")
		name := "<!channel> `*x*.log"
		m := w.wantAnswered(c, c.Upload("sam", name, guesses(7), ""), "Root tries ssh")
		if strings.Contains(m.Text+texts(m.Blocks), "<!channel>") {
			t.Errorf("the file's name calls everybody: %s", m.Text)
		}
	})
}

// TestLongExaminationSaysHowFarItIs in the one message it then tells its end
// in, whenever the bot is killed.
func TestLongExaminationSaysHowFarItIs(t *testing.T) {
	inRuledChannel(t, func(w *world, c sandbox.SlackChannel) {
		w.sb.Faults.Add(sandbox.Fault{Service: "slack", Method: "download", Times: 4, Kind: sandbox.Delay, Delay: 30 * time.Second})
		drop := c.Upload("sam", "auth.log", guesses(7), "")
		w.until("it says how far it is", func() bool { return len(w.replies(c, "Reading `auth.log`")) == 1 })
		c.Say("kim", "meanwhile")
		c.Command("sam", "/inc task add Look at web-1")
		w.until("other work goes on", func() bool { return len(w.saidIn(c, "New task")) == 1 })
		w.crash()
		w.startRuled()
		w.pass(10 * time.Second)
		w.crash()
		w.startRuled()
		w.wantAnswered(c, drop, "`auth.log`: 8 events", "Root tries ssh")
		w.wantEntry(1, incident.KindDetection, "Root tries ssh")
		w.stop()
		w.startRuled()
		w.wantAnswered(c, drop, "`auth.log`: 8 events")
		w.wantEntry(1, incident.KindDetection, "Root tries ssh")
	})
}

// TestLargeLogIsExamined: many events of one address, and the most serious
// first.
func TestLargeLogIsExamined(t *testing.T) {
	longUnderRace(t)
	inRuledChannel(t, func(w *world, c sandbox.SlackChannel) {
		m := w.wantAnswered(c, c.Upload("sam", "auth.log.1.gz", packed(t, guesses(3000)), ""), "3,001 events", "high · 3001×", "Many failed logins of one account")
		if size := len(m.Blocks); size > 16_000 {
			t.Errorf("the answer has %d bytes", size)
		}
	})
}

// TestDroppedLogWithPeopleOfAnotherOrganisation: what was found is withheld.
func TestDroppedLogWithPeopleOfAnotherOrganisation(t *testing.T) {
	inRuledChannel(t, func(w *world, c sandbox.SlackChannel) {
		c.Share(w.sb.Slack.User("stranger").TeamID)
		w.settle()
		m := w.wantAnswered(c, c.Upload("sam", "auth.log", guesses(7), ""), "detections", "people of another organisation")
		if shown := m.Text + texts(m.Blocks); strings.Contains(shown, "203.0.113.7") || strings.Contains(shown, "Root tries") {
			t.Errorf("the answer shows %s", shown)
		}
		w.wantEntry(1, incident.KindDetection, "Root tries ssh")
	})
}

// TestLogThatCannotBeFetchedIsSaidOnce: its copy has the same trouble.
func TestLogThatCannotBeFetchedIsSaidOnce(t *testing.T) {
	inWorld(t, func(w *world) {
		w.startRuled()
		_, c := w.opened("sam", "Phishing")
		w.sb.Faults.Add(sandbox.Fault{Service: "slack", Method: "download", Times: -1, Kind: sandbox.Refuse, Code: "403"})
		c.Upload("sam", "auth.log", guesses(7), "")
		w.settle()
		if said := w.saidIn(c, "may not read this file"); len(said) != 1 {
			t.Errorf("that the file cannot be read is said %d times", len(said))
		}
	})
}

// TestAnswerToWhatWasDeleted goes to the channel, once, also when its posting
// there is not answered.
func TestAnswerToWhatWasDeleted(t *testing.T) {
	inRuledChannel(t, func(w *world, c sandbox.SlackChannel) {
		for i, lost := range []int{0, 2} { // the second try is the one in the channel
			w.sb.Faults.Add(sandbox.Fault{Service: "slack", Method: "download", Kind: sandbox.Refuse429, RetryAfter: 20 * time.Second})
			name := fmt.Sprintf("auth-%d.log", i)
			m := c.Upload("sam", name, guesses(7), "from web-1")
			w.pass(time.Second)
			c.Delete("sam", m.TS)
			if lost > 0 {
				posts := 0
				for _, call := range w.sb.Faults.Calls() {
					if call.Method == "chat.postMessage" {
						posts++
					}
				}
				w.sb.Faults.Add(sandbox.Fault{Service: "slack", Method: "chat.postMessage", Nth: posts + lost, Kind: sandbox.DropAfter})
			}
			w.pass(time.Minute)
			w.settle()
			w.wantSaid(c, "`"+name+"`: 8 events from")
			if said := w.saidIn(c, "`"+name+"`: 8 events from"); len(said) == 1 && said[0].ThreadTS != "" {
				t.Errorf("in a thread that is gone: %s", said[0].Text)
			}
		}
	})
}
