package main

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"firebreak/incident"
	"firebreak/integrations/sandbox/web"
	"firebreak/store"
)

// freeStory is a story that people play along with.
type freeStory struct {
	*story
	mu      sync.Mutex
	remarks []string
	ended   chan error
}

// tellFreely begins a free story; before is called ahead of each deed with
// what it will be.
func (w *world) tellFreely(before func(st *freeStory, told string)) *freeStory {
	w.t.Helper()
	player := web.NewPlayer(2 * time.Second)
	player.Play()
	st := &freeStory{story: newStory(w.sb, player), ended: make(chan error, 1)}
	st.free = true
	st.remark = func(line string) {
		st.mu.Lock()
		defer st.mu.Unlock()
		st.remarks = append(st.remarks, line)
	}
	ctx, stop := context.WithCancel(context.Background())
	w.t.Cleanup(stop)
	go func() { st.ended <- st.play(ctx) }()
	go func() {
		for told := ""; ctx.Err() == nil; {
			changed := player.Changed()
			if now := player.State(); now.Waiting && now.Told != told {
				told = now.Told
				before(st, told)
			}
			select {
			case <-changed:
			case <-ctx.Done():
			}
		}
	}()
	w.t.Cleanup(func() {
		if w.t.Failed() {
			st.mu.Lock()
			defer st.mu.Unlock()
			w.t.Logf("remarks: %q", st.remarks)
		}
	})
	return st
}

// finish waits until the story has come to its end.
func (st *freeStory) finish(w *world) {
	w.t.Helper()
	var ended bool
	w.until("the story is in its second half", func() bool { return st.player.State().Scene > 5 })
	w.until("the story is over", func() bool {
		select {
		case err := <-st.ended:
			ended = true
			if err != nil {
				w.t.Errorf("the story ended with: %v", err)
			}
		default:
		}
		return ended
	})
}

// shutForms closes whatever Jo has open.
func shutForms(st *freeStory) {
	for _, v := range slices.Backward(st.sb.Slack.Screen("jo")) {
		v.Close()
	}
}

// TestStoryPlayedAlong has somebody spoil whatever the next deed needs. The
// story comes to its end all the same.
func TestStoryPlayedAlong(t *testing.T) {
	inWorld(t, func(w *world) {
		w.start()
		spoil := map[string]func(st *freeStory){
			"Sam acknowledges the page on the phone": func(st *freeStory) { w.sb.PagerDuty.Resolve(st.page.ID, "kim") },
			"Sam calls Kim in":                       func(st *freeStory) { st.room.Leave("sam") },
			"Kim answers in the thread: “Which accounts? I can see *svc-b": func(st *freeStory) {
				st.room.Delete("sam", st.said["start"])
			},
			"Alex types /inc task add Block 203.0.113.50 at the edge @kim": func(st *freeStory) {
				st.room.Command("kim", "/inc task add something of mine")
			},
			"Sam deletes that":      func(st *freeStory) { st.room.Delete("sam", st.said["oops"]) },
			"Alex types /inc sev 1": func(st *freeStory) { st.room.Archive("kim") },
			"Sam closes the other task's issue in GitLab": func(st *freeStory) {
				is, _ := st.issue(disableTask)
				w.sb.GitLab.Delete(is.IID, "alex")
			},
			"Alex redacts that":           func(st *freeStory) { st.room.Delete("kim", st.said["payroll"]) },
			"Jo sets its time by the imp": shutForms,
			"Jo writes the report":        shutForms,
			"Jo types /inc rca publish":   func(st *freeStory) { st.room.Command("alex", "/inc close drill") },
		}
		st := w.tellFreely(func(st *freeStory, told string) {
			for what, do := range spoil {
				if strings.HasPrefix(told, what) {
					delete(spoil, what)
					do(st)
				}
			}
		})
		st.finish(w)
		w.settle()
		for told := range spoil {
			t.Errorf("%q never came", told)
		}
		if !slices.Contains(st.remarks, "Alex opens the channel again") || len(st.remarks) < 4 {
			t.Errorf("remarks: %q", st.remarks)
		}
		if inc := w.incident(1); !inc.Closed() || inc.Severity != incident.SEV1 {
			t.Errorf("the incident is %s, %s", inc.Status, inc.Severity)
		}
		w.view(func(v *store.View) error {
			task, err := v.Task(1, 2)
			if task.State != incident.TaskDone || task.Title != blockTask {
				t.Errorf("the story's first task is %s %q", task.State, task.Title)
			}
			return err
		})
	})
}

// TestStoryWaitsForTheBot stops the bot in the middle of the story: people
// talk on, what needs the bot waits and says so, and nothing is lost.
func TestStoryWaitsForTheBot(t *testing.T) {
	inWorld(t, func(w *world) {
		w.start()
		stopped := make(chan struct{})
		st := w.tellFreely(func(st *freeStory, told string) {
			if strings.HasPrefix(told, "Sam writes: “On it.") {
				close(stopped)
			}
		})
		<-stopped
		w.stop()
		player := st.player
		w.until("the story says that it waits", func() bool {
			return strings.HasPrefix(player.State().Text, "Waiting until the bot is back. It is not connected")
		})
		if scene := player.State().Scene; scene != 1 {
			t.Errorf("the story waits in scene %d, want the first command after people's talk", scene)
		}
		w.pass(time.Hour)
		w.start()
		st.finish(w)
		w.settle()
		if text := player.State().Text; strings.HasPrefix(text, "Waiting") {
			t.Errorf("the window still says %q", text)
		}
		w.wantAccount()
	})
}
