package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"firebreak/integrations/sandbox"
)

// smallDisk mounts a disk of 8 MiB for the bot's database, which takes root;
// fill leaves no room on it, free makes room again.
func smallDisk(t *testing.T) (dir string, fill, free func()) {
	t.Helper()
	dir = t.TempDir()
	if err := syscall.Mount("firebreak-test", dir, "tmpfs", syscall.MS_NOSUID|syscall.MS_NODEV, "size=8388608,mode=700"); err != nil {
		t.Skipf("a small disk cannot be mounted here: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	filler := filepath.Join(dir, "filler")
	fill = func() {
		f, err := os.Create(filler)
		if err != nil {
			t.Fatal(err)
		}
		for size := 1 << 16; err == nil || size > 1; {
			if _, err = f.Write(make([]byte, size)); err != nil {
				size /= 2
			}
		}
		if !errors.Is(err, syscall.ENOSPC) {
			t.Fatal(err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
	free = func() {
		if err := os.Remove(filler); err != nil {
			t.Fatal(err)
		}
	}
	return dir, fill, free
}

// TestFullDisk fills the disk for longer than Slack repeats events. Nothing is
// acknowledged meanwhile; /readyz and the control channel say why, once; when
// there is room again the bot goes on by itself, and everything is there once.
func TestFullDisk(t *testing.T) {
	dir, fill, free := smallDisk(t)
	inWorldNow(t, func(w *world) {
		w.env["FIREBREAK_DATABASE_URL"] = "sqlite:" + filepath.Join(dir, "firebreak.db")
		w.start()
		n, c := w.opened("sam", "Phishing")
		join(c, "sam", "alex", "kim")
		w.settle()
		for again := range 2 { // a second outage is told anew
			if again > 0 { // the -wal file's old pages would take what is new
				w.stop()
				w.start()
			}
			before := w.troubles()
			// A post is under way when the disk fills: it happens, and its
			// result must wait to be recorded.
			w.sb.Faults.Add(sandbox.Fault{Service: "slack", Method: "chat.postMessage", Kind: sandbox.Delay, Delay: 3 * time.Second})
			w.wantAnswer(c, "sam", "/inc task add Rotate the keys", "Rotate the keys")
			w.pass(2 * time.Second)
			fill()
			acked := w.acked()
			w.sb.PagerDuty.Down(true) // its news would be refused as well
			w.sb.PagerDuty.Down(false)
			m := c.Say("alex", "during the outage")
			c.React("kim", m.TS, "pushpin")
			if r := c.Command("sam", "/inc note lost with the command"); !r.TimedOut && answer(r) != "" {
				t.Errorf("a command was answered: %+v", r)
			}
			w.pass(20 * time.Minute)
			if now := w.acked(); now != acked {
				t.Errorf("%d envelopes were acknowledged on a full disk", now-acked)
			}
			r := w.ready()
			if check := r.Checks["database"]; check.OK || !strings.Contains(check.Detail, "disk is full") || !r.Checks["pagerduty"].OK {
				t.Errorf("/readyz says %+v", r)
			}
			if after := w.troubles(); after.begun != before.begun+1 || after.over != before.over {
				t.Errorf("the control channel was told %+v, before %+v", after, before)
			}
			free()
			w.pass(2 * time.Minute)
			w.settle()
			if r := w.ready(); !r.Ready {
				t.Errorf("not ready again: %+v", r.Checks)
			}
			if after := w.troubles(); after.begun != before.begun+1 || after.over != before.over+1 {
				t.Errorf("the control channel was told %+v, before %+v", after, before)
			}
			w.compare(n)
			w.compareOnce()
		}
		if events := w.selfPages(); len(events) != 4 {
			t.Errorf("PagerDuty got %v, want two triggers and two resolves", events)
		}
	})
}
