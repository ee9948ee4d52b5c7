package main

import (
	"flag"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"firebreak/incident"
	"firebreak/integrations/sandbox"
)

// meddling is somebody editing a task and its issue at random.
type meddling struct {
	w     *world
	c     sandbox.SlackChannel
	iid   int
	said  map[string]string // the last title and due date that were set in GitLab
	wrong []string
}

// step is one thing that happens: what, and with which value.
type step struct {
	what string
	pick int
	wait time.Duration
}

var (
	meddlers = []string{"here", "there", "there", "here", "wait", "outage", "fault", "restart"}
	faults   = []sandbox.FaultKind{
		sandbox.DropAfter, sandbox.Err5xxAfter, sandbox.Hang, sandbox.DropBefore, sandbox.Err5xxBefore, sandbox.Refuse429, sandbox.Refuse429Plain,
	}
	issueCalls = []string{
		"PUT /api/v4/projects/{id}/issues/{iid}", "GET /api/v4/projects/{id}/issues/{iid}",
		"GET /api/v4/projects/{id}/issues", "GET /api/v4/users",
	}
)

func anyStep(t *rapid.T) step {
	return step{
		what: rapid.SampledFrom(meddlers).Draw(t, "what"),
		pick: rapid.IntRange(0, 1000).Draw(t, "pick"),
		wait: time.Duration(rapid.IntRange(0, 50).Draw(t, "wait")) * time.Second,
	}
}

func (m *meddling) do(i int, s step) {
	people := []string{"alex", "sam", "kim", "jo"}
	who, day := people[s.pick%4], fmt.Sprintf("2026-12-%02d", i+1)
	switch s.what {
	case "here":
		m.c.Command("sam", "/inc "+[]string{
			"task assign 1 @" + who, "task due 1 " + day + " 9:15", "task due 1 none", "task done 1", "task reopen 1",
		}[s.pick%5])
	case "there":
		m.there(s.pick, who, day, fmt.Sprintf("Title %d", i))
	case "outage":
		m.w.sb.GitLab.Down(s.pick%2 == 0)
	case "fault":
		m.w.sb.Faults.Add(sandbox.Fault{Service: "gitlab", Method: issueCalls[s.pick%4], Kind: faults[s.pick%7]})
	case "restart":
		m.w.stop()
		m.w.start()
	}
	m.w.pass(s.wait)
}

func (m *meddling) there(pick int, who, day, title string) {
	g := m.w.sb.GitLab
	switch pick % 7 {
	case 0:
		g.EditTitle(m.iid, "kim", title)
		m.said["title"] = title
	case 1:
		g.Assign(m.iid, "kim", who)
	case 2:
		g.Assign(m.iid, "kim", "")
	case 3:
		g.SetDue(m.iid, "kim", day)
		m.said["due date"] = day
	case 4:
		g.Close(m.iid, "kim")
	case 5:
		g.Reopen(m.iid, "kim")
	case 6:
		g.SetLabels(m.iid, "kim", title)
	}
}

func (m *meddling) complain(format string, args ...any) {
	m.wrong = append(m.wrong, fmt.Sprintf(format, args...))
}

// equal compares both sides once all is quiet.
func (m *meddling) equal() {
	is, got := m.w.sb.GitLab.Issue(m.iid), m.w.tasks(1)[0]
	if got.Title != is.Title {
		m.complain("title %q here, %q there", got.Title, is.Title)
	}
	if (got.State == incident.TaskDone) != (is.State == "closed") {
		m.complain("%s here, %s there", got.State, is.State)
	}
	if day, _, _ := strings.Cut(got.DueValue(), " "); day != is.Due {
		m.complain("due %q here, %q there", day, is.Due)
	}
	want := map[string]string{"": ""}
	for _, name := range []string{"alex", "sam", "kim"} {
		want[m.w.user(name)] = name
	}
	there := strings.Join(is.Assignees, ",")
	if name := want[got.Owner] + got.OwnerName; name != there { // jo has no account that could be found
		m.complain("owner %q here, %q there", name, there)
	}
	own := []string{"firebreak", "firebreak-inc-1"}
	if !slices.Equal(is.Labels, slices.Sorted(slices.Values(append(own, got.Labels...)))) {
		m.complain("labels %v here, %v there", got.Labels, is.Labels)
	}
}

// kept asks that the last word from here stands, unless an entry says that
// GitLab's came after it, and that GitLab's last word was heard.
func (m *meddling) kept() {
	got := m.w.tasks(1)[0]
	now := map[string]string{"owner": got.Owner, "state": string(got.State), "due": ""}
	if !got.Due.IsZero() {
		now["due"] = got.Due.Format(time.RFC3339)
	}
	fields := map[string]string{"owner": "owner", "state": "state", "due date": "due"}
	last, heard := map[string]string{}, map[string]bool{}
	byNumber := m.w.of(1, incident.KindTask)
	slices.SortFunc(byNumber, func(a, b incident.Entry) int { return a.N - b.N })
	for _, e := range byNumber {
		if e.Source.System == "gitlab" {
			field := fmt.Sprint(e.Data["field"])
			delete(last, fields[field])
			heard[field+" "+strings.Split(fmt.Sprint(e.Data["now"])+" ", " ")[0]] = true
			heard[field+" "+fmt.Sprint(e.Data["now"])] = true
			continue
		}
		for _, f := range fields {
			if v, ok := e.Data[f]; ok {
				last[f] = strings.TrimPrefix(fmt.Sprint(v), "<nil>")
			}
		}
	}
	for f, v := range last {
		if v != now[f] {
			m.complain("%s was said to be %q here last, it is %q, and no entry tells why", f, v, now[f])
		}
	}
	is := m.w.sb.GitLab.Issue(m.iid)
	for f, v := range m.said {
		if stands := map[string]string{"title": is.Title, "due date": is.Due}[f]; stands != v && !heard[f+" "+v] {
			m.complain("%s was said to be %q in GitLab last, it is %q, and no entry tells of it", f, v, stands)
		}
	}
}

// fewer lowers how often rapid tries: each try is a whole world.
func fewer(t *testing.T, checks string) {
	t.Helper()
	f := flag.Lookup("rapid.checks")
	if f.Value.String() != f.DefValue {
		return // somebody asked for more
	}
	if err := f.Value.Set(checks); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Value.Set(f.DefValue) })
}

// TestTasksEndEqual edits a task and its issue at random moments, with
// outages, lost answers and restarts in between. In the end both are equal and
// no edit is gone without an entry.
func TestTasksEndEqual(t *testing.T) {
	longUnderRace(t)
	fewer(t, "12")
	rapid.Check(t, func(rt *rapid.T) {
		steps := rapid.SliceOfN(rapid.Custom(anyStep), 1, 25).Draw(rt, "steps")
		var wrong []string
		inTaskNow(t, "Rotate the keys @sam", func(w *world, c sandbox.SlackChannel, iid int) {
			m := &meddling{w: w, c: c, iid: iid, said: map[string]string{}}
			for i, s := range steps {
				m.do(i, s)
			}
			w.sb.GitLab.Down(false)
			w.sb.Faults.Clear()
			w.both()
			w.both()
			m.equal()
			m.kept()
			w.compareOnce()
			wrong = m.wrong
		})
		if len(wrong) > 0 {
			rt.Fatal(strings.Join(wrong, "\n"))
		}
	})
}
