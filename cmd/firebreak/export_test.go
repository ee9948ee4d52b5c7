package main

import (
	"bytes"
	"fmt"
	"image/png"
	"slices"
	"strings"
	"testing"

	"firebreak/incident"
	"firebreak/integrations/sandbox"
)

// exports are the messages in a channel by which the bot has shown files.
func exports(c sandbox.SlackChannel) (shown []sandbox.Message) {
	for _, m := range c.Messages() {
		if m.Subtype == "file_share" && strings.Contains(m.Text, "the timeline and the RCA as they stand") {
			shown = append(shown, m)
		}
	}
	return shown
}

// exportedFiles are an export's files by the end of their names.
func exportedFiles(m sandbox.Message) map[string]string {
	files := map[string]string{}
	for _, f := range m.Files {
		_, end, _ := strings.Cut(f.Name, "inc-1-")
		files[end] = string(f.Content)
	}
	return files
}

// TestExport: one message with all files, and nothing in them that must not
// leave; the files are no evidence, and what people drop goes on being some.
func TestExport(t *testing.T) {
	inChannel(t, func(w *world, c sandbox.SlackChannel) {
		pinned := c.Say("kim", "it came from 203.0.113.7, token glpat-"+"Zx9Kq2Lm4Np7Rt5Vw8Yb")
		c.React("kim", pinned.TS, "pushpin")
		c.Say("kim", "=cmd|' /C calc'!A0 <script>alert(1)</script>")
		gone := c.Say("kim", "gone for good")
		c.Delete("kim", gone.TS)
		c.Command("sam", "/inc note lunch is here")
		c.Command("sam", "/inc rca set summary A key was stolen.")
		c.Command("sam", "/inc milestone contained")
		c.Upload("kim", "dump.bin", []byte("evidence"), "")
		w.settle()
		for _, e := range w.entries(1) {
			if e.Text == "lunch is here" {
				c.Command("sam", fmt.Sprintf("/inc drop %d", e.N))
			}
		}
		w.settle()
		w.wantAnswer(c, "sam", "/inc export", "follow as files")
		w.settle()
		shown := exports(c)
		if len(shown) != 1 {
			t.Fatalf("%d messages with files", len(shown))
		}
		files := exportedFiles(shown[0])
		for end, want := range map[string]string{
			"timeline.html": "it came from 203.0.113.7", "timeline.md": "it came from", "timeline.csv": "'=cmd|'",
			"timeline.jsonl": `"text":"it came from 203.0.113.7`, "rca.md": "A key was stolen.", "timeline.png": "PNG",
		} {
			if !strings.Contains(files[end], want) {
				t.Errorf("%s lacks %q: %.300s", end, want, files[end])
			}
			for _, secret := range []string{"glpat-" + "Zx9", "gone for good", "lunch is here"} {
				if strings.Contains(files[end], secret) {
					t.Errorf("%s holds %q", end, secret)
				}
			}
		}
		if img, err := png.Decode(bytes.NewReader([]byte(files["timeline.png"]))); err != nil || img.Bounds().Dx() != 780 {
			t.Errorf("the picture: %v", err)
		}
		w.exportsAreNoEvidence("dump.bin")
		w.compare(1)
		w.wantEntry(1, incident.KindAction, "exported the timeline and the RCA as 6 files")
	})
}

// exportsAreNoEvidence asks that of all files only those that people have
// dropped are kept.
func (w *world) exportsAreNoEvidence(dropped ...string) {
	w.t.Helper()
	var kept []string
	for _, e := range w.entries(1) {
		for _, f := range e.Files {
			kept = append(kept, f.Name)
			if f.SHA256 == "" {
				w.t.Errorf("%s was not fetched", f.Name)
			}
		}
	}
	if !slices.Equal(kept, dropped) {
		w.t.Errorf("kept as evidence: %q, want %q", kept, dropped)
	}
}

// TestExportOnceThoughAnswersAreLost: whatever is lost on the way, there is
// one message with all files.
func TestExportOnceThoughAnswersAreLost(t *testing.T) {
	for _, method := range []string{"files.getUploadURLExternal", "upload", "files.completeUploadExternal"} {
		for _, kind := range []sandbox.FaultKind{sandbox.DropAfter, sandbox.Err5xxAfter, sandbox.Refuse429, sandbox.DropBefore} {
			t.Run(method+"_"+string(kind), func(t *testing.T) {
				inChannel(t, func(w *world, c sandbox.SlackChannel) {
					w.sb.Faults.Add(sandbox.Fault{Service: "slack", Method: method, Kind: kind})
					c.Command("sam", "/inc export")
					w.settle()
					w.struck()
					if shown := exports(c); len(shown) != 1 || len(shown[0].Files) != 6 {
						t.Errorf("%d messages with files", len(shown))
					}
					w.exportsAreNoEvidence()
				})
			})
		}
	}
}

// TestExportSurvivesACrash between two durable steps, after each of its
// effects.
func TestExportSurvivesACrash(t *testing.T) {
	for _, method := range []string{"upload", "files.completeUploadExternal"} {
		t.Run(method, func(t *testing.T) {
			inChannel(t, func(w *world, c sandbox.SlackChannel) {
				w.sb.Faults.Add(sandbox.Fault{Service: "slack", Method: method, Kind: sandbox.HangAfter})
				c.Command("sam", "/inc export")
				w.until("the effect is there", func() bool { return len(w.sb.Faults.Waiting()) == 0 })
				w.crash()
				w.start()
				w.settle()
				if shown := exports(c); len(shown) != 1 || len(shown[0].Files) != 6 {
					t.Errorf("%d messages with files", len(shown))
				}
			})
		})
	}
}

// TestExportIsWithheld where another organisation reads along, also when that
// is found out while the files are on their way.
func TestExportIsWithheld(t *testing.T) {
	inChannel(t, func(w *world, c sandbox.SlackChannel) {
		w.sb.Faults.Add(sandbox.Fault{Service: "slack", Method: "upload", Kind: sandbox.Err5xxBefore, Times: 3})
		c.Command("sam", "/inc export")
		w.until("the first try has failed", func() bool {
			return slices.ContainsFunc(w.sb.Ledger.Read(), func(r sandbox.Record) bool { return r.Fault == sandbox.Err5xxBefore })
		})
		c.Share(w.sb.Slack.User("stranger").TeamID)
		w.settle()
		w.wantAnswer(c, "sam", "/inc export", "People of another organisation read the channel")
		w.settle()
		if shown := exports(c); len(shown) != 0 {
			t.Errorf("the export is shown: %+v", shown)
		}
		if said := w.saidIn(c, "so I put no files there"); len(said) != 1 {
			t.Errorf("that nothing is shown is said %d times", len(said))
		}
	})
}
