package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"firebreak/bot"
	"firebreak/incident"
	"firebreak/integrations/sandbox"
	"firebreak/store"
	"firebreak/store/evidence"
)

// content is a content of the evidence folder.
func (w *world) content(sha string) []byte {
	w.t.Helper()
	f, err := evidence.View(w.app.cfg.EvidencePath()).Open(sha)
	if err != nil {
		w.t.Fatal(err)
	}
	defer f.Close()
	b, err := io.ReadAll(f)
	if err != nil {
		w.t.Fatal(err)
	}
	return b
}

// pieces is an incident's evidence.
func (w *world) pieces(n incident.Number) (list []incident.Evidence) {
	w.t.Helper()
	w.view(func(v *store.View) (err error) {
		list, err = v.Evidence(incident.Operator(), n)
		return err
	})
	return list
}

// command runs firebreak beside the bot, wants its exit code, and gives all that
// it says.
func (w *world) command(code int, args ...string) string {
	w.t.Helper()
	var environ []string
	for name, value := range w.env {
		environ = append(environ, name+"="+value)
	}
	var said bytes.Buffer
	if got := run(context.Background(), args, environ, strings.NewReader(""), &said, &said); got != code {
		w.t.Errorf("firebreak %v ends with %d, want %d: %s", args, got, code, said.String())
	}
	return said.String()
}

// TestEvidence: files dropped in a channel are kept, listed, marked, handed
// over and sealed; what is sealed stays as it is; and nothing is made public on
// the way.
func TestEvidence(t *testing.T) {
	inChannel(t, func(w *world, c sandbox.SlackChannel) {
		image := []byte("\x7fELF\x00 an implant")
		w.sb.Faults.Add(sandbox.Fault{Service: "slack", Method: "download", Kind: sandbox.StallAfter, Times: 1})
		m := c.UploadAll("sam", "", "from web-3", sandbox.FileUpload{Name: "../../implant <b>.bin", Content: image}, sandbox.FileUpload{Name: "copy.bin", Content: image})
		w.settle()
		sum := sha256.Sum256(image)
		sha := hex.EncodeToString(sum[:])
		if kept := w.content(sha); !bytes.Equal(kept, image) {
			t.Errorf("kept %q", kept)
		}
		if e := w.entryOf(1, m); len(e.Files) != 2 || e.Files[0].SHA256 != sha || e.Files[1].SHA256 != sha {
			t.Errorf("files: %+v", e.Files)
		}
		w.wantAnswer(c, "alex", "/inc evidence", "2 pieces of evidence", "implant \\u0026lt;b", sha[:12], "collected")
		numbers := map[string]int{} // the downloads end in any order
		for _, p := range w.pieces(1) {
			numbers[p.File.Name] = p.N
		}
		n := numbers["copy.bin"]

		v := w.form(c, "alex", m.TS, "mark_evidence")
		if !strings.Contains(string(v.JSON), "its 2 files become evidence") {
			t.Errorf("the form says %s", v.JSON)
		}
		w.send(v.Fill("text", "seen in /tmp & <gone> now"))
		w.wantAnswer(c, "alex", fmt.Sprintf("/inc evidence %d", n), sha, "*marked*", "seen in /tmp \\u0026amp; \\u0026lt;gone")
		w.wantAnswer(c, "alex", "/inc evidence", "3 pieces", "from web-3", "message")

		w.wantAnswer(c, "alex", fmt.Sprintf("/inc evidence give %d @kim for imaging", n), "handed over")
		w.wantAnswer(c, "kim", fmt.Sprintf("/inc evidence seal %d", n), "sealed")
		w.wantAnswer(c, "sam", fmt.Sprintf("/inc evidence give %d @sam", n), "sealed by", "unseal")
		w.wantAnswer(c, "sam", fmt.Sprintf("/inc evidence mark %d mine", n), "sealed by")
		w.send(w.form(c, "sam", m.TS, "mark_evidence")) // marks the others only
		w.wantAnswer(c, "kim", fmt.Sprintf("/inc evidence unseal %d the image was wrong", n), "unsealed")
		w.wantAnswer(c, "kim", "/inc evidence unseal "+fmt.Sprint(n)+" again", "is not sealed")
		w.wantAnswer(c, "kim", "/inc evidence mark 9", "no evidence 9")
		w.settle()
		for _, said := range []string{"was handed over to <@" + w.user("kim") + ">", "was sealed", "was unsealed"} {
			w.wantSaid(c, said)
		}
		var moves []string
		for _, p := range w.pieces(1) {
			if p.N == n {
				for _, c := range p.Custody {
					moves = append(moves, string(c.Move))
				}
			}
		}
		if got, want := strings.Join(moves, " "), "collected marked given sealed unsealed"; got != want {
			t.Errorf("the custody is %q, want %q", got, want)
		}
		w.wantEntry(1, incident.KindFile, fmt.Sprintf("evidence %d given to @kim", n))
		out := filepath.Join(w.dir, "out.zip")
		if said := w.command(exitDone, "evidence", "export", "INC-1", "--out", out); !strings.Contains(said, "2 files, 1 message, ") {
			t.Errorf("the export says %s", said)
		}
		w.command(exitDone, "verify")
		w.command(exitDone, "evidence", "verify", out)
		sealed, err := os.ReadFile(out)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(out, bytes.Replace(sealed, image, append([]byte("\x7fELF\x01"), image[5:]...), 1), 0o600); err != nil {
			t.Fatal(err)
		}
		if said := w.command(exitFailed, "evidence", "verify", out); !strings.Contains(said, "files/0001-") || !strings.Contains(said, "was changed") {
			t.Errorf("one byte changed: it says %s", said)
		}
		for _, r := range w.sb.Ledger.Of("slack", sandbox.RecordRequest) {
			if strings.Contains(strings.ToLower(r.Method+r.Target), "public") {
				t.Errorf("the bot called %s", r.Method)
			}
		}
		for _, s := range bot.Shortcuts() {
			if len(bot.Shortcuts()) > 10 || len(s.Name) > 24 || len(s.Description) > 150 {
				t.Errorf("Slack's manifest takes ten shortcuts with short names, not %d with %q", len(bot.Shortcuts()), s.Name)
			}
		}
	})
}

// TestEvidenceThatCannotBeKept: too large, beyond the quota, or deleted
// meanwhile is said and listed without a hash; nothing else is harmed, and it
// can be tried again.
func TestEvidenceThatCannotBeKept(t *testing.T) {
	inWorld(t, func(w *world) {
		w.env["FIREBREAK_EVIDENCE_MAX_FILE"], w.env["FIREBREAK_EVIDENCE_QUOTA"] = "10B", "15B"
		w.start()
		_, c := w.opened("sam", "Phishing")
		c.Upload("sam", "dump.bin", []byte("eleven byte"), "")
		c.Upload("sam", "ten.bin", []byte("ten bytes."), "")
		w.settle()
		c.Upload("sam", "six.bin", []byte("6bytes"), "")
		w.settle()
		w.sb.Faults.Add(sandbox.Fault{Service: "slack", Method: "download", Kind: sandbox.Refuse, Code: "404", Times: 1})
		c.Upload("sam", "gone.bin", []byte("2b"), "")
		w.settle()
		last := c.Upload("sam", "one.bin", []byte("1"), "")
		w.settle()
		w.wantSaid(c, "keep a copy of *dump.bin*")
		w.wantSaid(c, "it is larger than 10 B")
		w.wantSaid(c, "the 15 B for evidence are used up")
		w.wantSaid(c, "it was deleted in Slack before a copy was kept")
		w.wantAnswer(c, "sam", "/inc evidence", "5 pieces", "not kept", "it is larger than 10 B")
		states := map[string]incident.Evidence{}
		for _, p := range w.pieces(1) {
			states[p.File.Name] = p
		}
		for name, why := range map[string]string{"dump.bin": "larger", "six.bin": "used up", "gone.bin": "deleted"} {
			p := states[name]
			if p.File.SHA256 != "" || !strings.Contains(p.Missed(), why) {
				t.Errorf("%s: %+v", name, p)
			}
			w.wantEntry(1, incident.KindFile, fmt.Sprintf("evidence %d is not kept", p.N), why)
		}
		w.wantAnswer(c, "sam", fmt.Sprintf("/inc evidence seal %d", states["dump.bin"].N), "cannot be sealed", "larger")
		if e := w.entryOf(1, last); e.Files[0].SHA256 == "" {
			t.Error("what came afterwards is not kept")
		}
		w.stop()
		w.env["FIREBREAK_EVIDENCE_MAX_FILE"], w.env["FIREBREAK_EVIDENCE_QUOTA"] = "1MiB", "1MiB"
		w.start()
		for _, a := range w.parked() {
			w.wantAnswer(c, "sam", fmt.Sprintf("/inc retry %d", a.ID), "again")
		}
		w.settle()
		for _, p := range w.pieces(1) {
			if p.File.SHA256 == "" || p.N != states[p.File.Name].N {
				t.Errorf("after another try: %+v", p)
			}
		}
	})
}

// TestEvidenceOutlivesACrash: a bot that is killed while it fetches fetches
// again, and what it had written of the file is gone.
func TestEvidenceOutlivesACrash(t *testing.T) {
	inChannel(t, func(w *world, c sandbox.SlackChannel) {
		image := bytes.Repeat([]byte("memory "), 5000)
		w.sb.Faults.Add(sandbox.Fault{Service: "slack", Method: "download", Kind: sandbox.StallAfter, Times: 1})
		m := c.Upload("sam", "memory.dmp", image, "")
		w.pass(2 * time.Second)
		w.crash()
		draft := filepath.Join(w.dir, "evidence", "partial", "of-a-killed-bot")
		if err := os.WriteFile(draft, image[:1000], 0o600); err != nil {
			t.Fatal(err)
		}
		w.start()
		w.settle()
		e := w.entryOf(1, m)
		if len(e.Files) != 1 || !bytes.Equal(w.content(e.Files[0].SHA256), image) {
			t.Errorf("files: %+v", e.Files)
		}
		if list := w.pieces(1); len(list) != 1 || len(list[0].Custody) != 1 {
			t.Errorf("pieces: %+v", list)
		}
		if left, err := os.ReadDir(filepath.Dir(draft)); err != nil || len(left) > 0 {
			t.Errorf("left behind: %v, %v", left, err)
		}
		w.command(exitDone, "verify")
	})
}
